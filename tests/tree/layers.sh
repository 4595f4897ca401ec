#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder of src/ includes only itself and those before it in this list; what reads files knows no
# session; bindings and examples include public headers only.
. "$(dirname "$0")/files.sh"

order='base rpc spawn session transfer image symbols memory target files values'

# includes FILE: the folders of the headers that it includes.
includes() {
    sed -n 's,^#include "\([a-z]*\)/[a-z0-9_]*\.h".*,\1,p' "$1" | sort -u
}

allowed() {
    case $1 in
    image | symbols)
        echo "base $1"
        return
        ;;
    esac
    for folder in $order; do
        echo "$folder"
        [ "$folder" != "$1" ] || return 0
    done
}

files 'src/*.c' 'src/*.h' | while IFS= read -r file; do
    folder=${file#src/}
    folder=${folder%%/*}
    case " $order " in
    *" $folder "*) ;;
    *) echo "$file: tests/tree/layers.sh does not know the folder $folder" ;;
    esac
    for other in $(includes "$file"); do
        allowed "$folder" | tr ' ' '\n' | grep -qx "$other" ||
            echo "$file includes a header of src/$other, which is above src/$folder"
    done
done >"$found"

files 'bindings/*.c' 'bindings/*.h' 'examples/*.c' | while IFS= read -r file; do
    for other in $(includes "$file"); do
        [ ! -d "src/$other" ] || echo "$file includes a private header of src/$other"
    done
done >>"$found"
verdict "$found"
