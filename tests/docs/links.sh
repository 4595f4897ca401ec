#!/bin/sh
# SPDX-License-Identifier: MIT
# Each relative link of a document leads to a file.
. "$(dirname "$0")/../tree/files.sh"

files '*.md' | while IFS= read -r file; do
    grep -o '](\([^)]*\))' "$file" | sed 's/^](//; s/)$//; s/#.*//' | while IFS= read -r link; do
        case $link in
        '' | *://* | mailto:*) continue ;;
        esac
        [ -e "$(dirname "$file")/$link" ] || echo "$file: $link leads nowhere"
    done
done >"$found"
verdict "$found"
