#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source and script says in its first two lines under which licence it stands.
. "$(dirname "$0")/files.sh"

files | while IFS= read -r file; do
    case $file in
    *.c | *.h | *.cpp | *.py | *.sh | *.cmake | *CMakeLists.txt | *Doxyfile.in) ;;
    *) head -c 2 "$file" | grep -q '^#!' || continue ;;
    esac
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: no SPDX line"
done >"$found"
verdict "$found"
