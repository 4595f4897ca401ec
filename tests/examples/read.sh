#!/bin/sh
# SPDX-License-Identifier: MIT
# read.sh TOOL WORK-DIR EXAMPLE: the smallest example shows the vector table.
set -eu

tool=$1 work=$2 example=$3
. "$(dirname "$0")/../../scripts/lib/rig.sh"
trap stop_rig EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf "$work"
mkdir -p "$work"
start_rig "$tool" "$work"
"$example" "$rig_port" >"$work/said"
diff - "$work/said" <<'END'
08000000: 0x20005000
08000004: 0x080001A1
08000008: 0x080001AB
0800000C: 0x080001AD
END
