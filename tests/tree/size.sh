#!/bin/sh
# SPDX-License-Identifier: MIT
# A source is one idea: no file of more than 600 lines but the public header, no line of more
# than 100 characters.
. "$(dirname "$0")/files.sh"

files '*.c' '*.h' '*.sh' '*.cmake' '*CMakeLists.txt' 'scripts/*' | while IFS= read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 600 ] && [ "$file" != include/ocd.h ]; then
        echo "$file: $lines lines"
    fi
    grep -nE '^.{101}' "$file" | sed "s,^,$file:," || true
done >"$found"
verdict "$found"
