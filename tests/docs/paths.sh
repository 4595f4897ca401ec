#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file and folder of the tree that a text for developers names exists.
. "$(dirname "$0")/../tree/files.sh"

# paths DOCUMENT: the words in back quotes that begin with a folder of the tree, without patterns.
paths() {
    grep -o '`[a-z]*/[A-Za-z0-9_./-]*`' "$1" | tr -d '`' | sort -u | while IFS= read -r path; do
        [ ! -d "${path%%/*}" ] || echo "$path"
    done
}

[ "$(paths docs/architecture.md | wc -l)" -gt 30 ]
for document in docs/architecture.md CONTRIBUTING.md; do
    paths "$document" | while IFS= read -r path; do
        [ -e "$path" ] || echo "$document: there is no $path"
    done
done >"$found"

# The boxes of the picture, whose paths begin below src/.
grep -o 'label="[a-z]*/[a-z0-9_]*\.c' docs/read.dot | sed 's/label="//' >"$found.boxes"
[ -s "$found.boxes" ]
while IFS= read -r path; do
    [ -e "src/$path" ] || echo "docs/read.dot: there is no src/$path"
done <"$found.boxes" >>"$found"
rm -f "$found.boxes"
verdict "$found"
