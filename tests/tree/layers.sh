#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder of src/ includes only itself and those before it in this list; what reads files knows no
# session. A sub-folder is private to its folder, whose sources may include all of it. The tool,
# bindings and examples include public headers only. The exception is one file of src/ that needs
# nothing else of it, which the tool compiles, too.
. "$(dirname "$0")/files.sh"

order='base rpc spawn session transfer image image/formats
    symbols symbols/dwarf symbols/type symbols/find symbols/expression symbols/value
    memory many target flash files values watch'

# includes PATTERN…: lines "FILE HEADER" of the headers with a folder that the files include.
includes() {
    files "$@" | tr '\n' '\0' | xargs -0 grep -H '^#include ".*/' |
        sed 's,^\([^:]*\):#include "\([^"]*\)".*,\1 \2,'
}

includes 'src/*.c' 'src/*.h' | awk -v order="$order" '
    function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }
    function top_of(folder) { sub(/\/.*/, "", folder); return folder }

    BEGIN { for (count = split(order, names); count > 0; count--) rank[names[count]] = count }

    {
        folder = folder_of(substr($1, 5)); other = folder_of($2)
        top = top_of(folder); other_top = top_of(other)
        if (!(folder in rank))
            print $1 ": tests/tree/layers.sh does not know the folder " folder
        else if (!(other in rank))
            print $1 ": tests/tree/layers.sh does not know the folder " other
        else if (other != other_top && other_top != top)
            print $1 " includes a header of src/" other ", which is private to src/" other_top
        else if (top ~ /^(image|symbols)$/ && other_top != top && other_top != "base")
            print $1 " includes a header of src/" other ", but may know no session"
        else if (rank[other] > rank[folder] && !($1 ~ /\.c$/ && folder == other_top))
            print $1 " includes a header of src/" other ", which is above src/" folder
    }' >"$found"

includes 'cli/*.c' 'cli/*.h' 'bindings/*.c' 'bindings/*.h' 'examples/*.c' 'examples/*.h' |
    while read -r file header; do
        case "$file $header" in
        cli/*' spawn/shell_split.h') continue ;;
        esac
        [ ! -f "src/$header" ] || echo "$file includes the private header $header"
    done >>"$found"
verdict "$found"
