#!/bin/sh
# SPDX-License-Identifier: MIT
# What starts with #! can be executed, what does not cannot, and each shell script can be parsed.
. "$(dirname "$0")/files.sh"

files | while IFS= read -r file; do
    first=$(head -n 1 "$file" | tr -d '\0')
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
