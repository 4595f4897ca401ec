#!/bin/sh
# SPDX-License-Identifier: MIT
# registers.sh TOOL WORK-DIR EXAMPLE: shows a register of either architecture, and leaves the target
# running or halted, as it was.
set -eu

tool=$1 work=$2 example=$3
. "$(dirname "$0")/../../scripts/lib/rig.sh"
trap stop_rig EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# check NAME STATE: the example shows pc and NAME, and the target is in STATE before and after.
check() {
    "$example" "$rig_port" >"$work/shown"
    grep -Eqx "pc 0x[0-9A-F]{8}, $1 0x[0-9A-F]{8}" "$work/shown" || { cat "$work/shown"; exit 1; }
    "$tool" -p "$rig_port" targets | tee "$work/targets" | grep -q " $2" ||
        { cat "$work/targets"; exit 1; }
}

rm -rf "$work"
mkdir -p "$work"
start_rig "$tool" "$work"
"$tool" -p "$rig_port" resume
check lr running
"$tool" -p "$rig_port" halt
check lr halted
stop_rig
start_rig "$tool" "$work" --chip riscv32
"$tool" -p "$rig_port" halt
check ra halted
