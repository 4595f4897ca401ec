#!/bin/sh
# SPDX-License-Identifier: MIT
# A file is executable if and only if it starts with #!, and each shell script can be parsed.
. "$(dirname "$0")/files.sh"

# first_lines: of each file its name, and its first line if that begins with #!.
first_lines() {
    files | LC_ALL=C xargs -d '\n' awk 'FNR == 1 { print FILENAME "\t" (/^#!/ ? $0 : "") }'
}

tab=$(printf '\t')
first_lines | while IFS="$tab" read -r file first; do
    case $first in
    '#!'*) [ -x "$file" ] || echo "$file: not executable" ;;
    *) [ ! -x "$file" ] || echo "$file: executable, but no script" ;;
    esac
    case $file:$first in
    *'#!/bin/sh'*) sh -n "$file" 2>&1 || true ;;
    *bash*) bash -n "$file" 2>&1 || true ;;
    *.sh:*) sh -n "$file" 2>&1 || true ;;
    esac
done >"$found"
verdict "$found"
