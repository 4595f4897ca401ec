#!/bin/sh
# SPDX-License-Identifier: MIT
# Every source and script says in its first two lines what its licence is.
. "$(dirname "$0")/files.sh"

files | LC_ALL=C xargs -d '\n' awk '
    function check() { if (wanted && !there) print name ": no SPDX line" }

    FNR == 1 {
        check()
        name = FILENAME
        wanted = name ~ /\.(c|h|cpp|py|sh|cmake|tcl|awk|js|css|html)$/ ||
            name ~ /CMakeLists\.txt$|Doxyfile\.in$/ || /^#!/
        if (name ~ /^web\/vendor\//) wanted = 0
        there = 0
    }
    FNR <= 2 && /SPDX-License-Identifier: MIT/ { there = 1 }
    END { check() }' >"$found"
verdict "$found"
