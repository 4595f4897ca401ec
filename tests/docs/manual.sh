#!/bin/sh
# SPDX-License-Identifier: MIT
# manual.sh DOXYFILE OUTPUT-DIR [SETTING…]
# Runs doxygen and fails on any warning or broken link. 77: doxygen is not installed.
set -eu

doxyfile=$1 output=$2
shift 2
if ! command -v doxygen >/dev/null; then
    echo "skipped: doxygen is not installed"
    exit 77
fi

rm -rf "$output"
mkdir -p "$output"
{
    cat "$doxyfile"
    printf '%s\n' "OUTPUT_DIRECTORY = $output" "WARN_LOGFILE = $output/warnings" \
        "GENERATE_XML = YES" "$@"
} >"$output/Doxyfile"
doxygen "$output/Doxyfile" 2>"$output/errors"

# Debian's doxygen passes over enumerators that have no comment.
awk '/<enumvalue / { inside = 1; said = 0; name = "?" }
     inside && /<name>/ { name = $0; gsub(/<[^>]*>| /, "", name) }
     inside && /<para>/ { said = 1 }
     /<\/enumvalue>/ { inside = 0; if (!said) print "enumerator " name " is not documented" }' \
    "$output"/xml/*.xml >>"$output/warnings"

if [ -s "$output/warnings" ] || [ -s "$output/errors" ]; then
    cat "$output/warnings" "$output/errors"
    exit 1
fi
[ ! -d "$output/html" ] || python3 "$(dirname "$0")/site_links.py" "$output/html"
