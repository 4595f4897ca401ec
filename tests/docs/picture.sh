#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/read.svg shows what docs/read.dot says. Each version of graphviz puts the boxes elsewhere, so
# that only texts and arrows are compared. 77: graphviz is not installed.
. "$(dirname "$0")/../tree/files.sh"

if ! command -v dot >/dev/null; then
    echo "skipped: graphviz is not installed"
    exit 77
fi

# shown: the names of the boxes and arrows, and all texts.
shown() {
    grep -o '<title>[^<]*</title>\|<text [^>]*>[^<]*</text>' | sed 's/<text [^>]*>/<text>/' | sort
}

shown <docs/read.svg >"$found.committed"
dot -Tsvg docs/read.dot | shown | diff "$found.committed" - >"$found" ||
    echo "docs/read.svg is old: dot -Tsvg docs/read.dot -o docs/read.svg" >>"$found"
grep -q 'plan\.c' "$found.committed" || echo "docs/read.svg has no text" >>"$found"
rm -f "$found.committed"
verdict "$found"
