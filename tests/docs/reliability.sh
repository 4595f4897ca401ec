#!/bin/sh
# SPDX-License-Identifier: MIT
# Every test that docs/reliability.md names exists.
. "$(dirname "$0")/../tree/files.sh"

words() {
    grep -o '`[a-z0-9_.]*`' docs/reliability.md | tr -d '`' | sort -u
}

[ "$(words | wc -l)" -gt 50 ]
words | grep '^[a-z_]*\.[a-z_0-9]*$' | while IFS=. read -r folder program; do
    [ "$folder.$program" = ocd.h ] || [ -e "tests/$folder/test_$program.c" ] ||
        grep -q "NAME $folder\.$program " "tests/$folder/CMakeLists.txt" ||
        echo "docs/reliability.md: there is no test $folder.$program"
done >"$found"
words | grep -v '\.' | grep _ | while IFS= read -r name; do
    grep -rqwE --include='*.c' "$name" tests ||
        echo "docs/reliability.md: there is no test $name"
done >>"$found"
verdict "$found"
