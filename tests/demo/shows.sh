#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo shows the main job, and leaves no file or process.
. "$(dirname "$0")/clean.sh"

"$demo" --tool "$tool" >"$work/said" 2>&1 </dev/null || { cat "$work/said" && exit 1; }

shows() {
    grep -qF -- "$1" "$work/said" || { echo "not shown: $1" && cat "$work/said" && exit 1; }
}
shows '08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|'
shows '0x12345678CAFEF00D'
shows '0x08002FFE'
shows 'flash.bin'
shows '0x30000000: target access failed at 0x30000000'
nothing_is_left
