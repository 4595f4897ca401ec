#!/bin/sh
# SPDX-License-Identifier: MIT
# A source is one idea: no line of more than 100 characters and no file of more than 600 lines, but
# the public header. In src/: no file of more than 400 lines, no function of more than 45 with its
# head, no folder of more than 25 files.
. "$(dirname "$0")/files.sh"

# measure LINES: the files and functions on standard input that are too long.
measure() {
    tr '\n' '\0' | xargs -0 awk -v most="$1" '
        function end_of_file() { if (lines > most && name != "include/ocd.h")
            print name ": " lines " lines" }

        FNR == 1 { end_of_file(); name = FILENAME; start = 1 }
        { lines = FNR }
        /^$/ || /\*\/$/ || /^#/ || /^\/\// { if (!body) start = FNR + 1 }
        /^\{/ { body = 1 }
        /^\}/ {
            if (body && FILENAME ~ /^src\// && FNR - start + 1 > 45)
                print FILENAME ":" start ": a function of " FNR - start + 1 " lines"
            body = 0; start = FNR + 1
        }
        END { end_of_file() }'
}

sources() {
    files '*.c' '*.h' '*.sh' '*.cmake' '*CMakeLists.txt' 'scripts/*' 'web/*.js' 'web/*.css' \
        'web/*.html' | grep -v '^web/vendor/'
}

sources | grep -v '^src/' |
    measure 600 >"$found"
files 'src/*.c' 'src/*.h' | measure 400 >>"$found"

sources | tr '\n' '\0' |
    xargs -0 grep -HnE '^.{101}' >>"$found" || true

# The list of sources is in CMakeLists.txt.
files 'src/*' | grep -v CMakeLists.txt | sed 's,/[^/]*$,,' | sort | uniq -c |
    while read -r count folder; do
        [ "$count" -le 25 ] || echo "$folder: $count files"
    done >>"$found"
verdict "$found"
