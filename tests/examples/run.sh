#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh TOOL WORK-DIR EXAMPLE
# Runs an example that takes two ports against two simulated chips, each with its own OpenOCD.
set -eu

tool=$1 work=$2 example=$3
. "$(dirname "$0")/../../scripts/lib/rig.sh"
first=
clean_up() {
    stop_rig
    rig_pid=$first
    stop_rig
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf "$work"
mkdir -p "$work/1" "$work/2"
start_rig "$tool" "$work/1"
first=$rig_pid first_port=$rig_port
start_rig "$tool" "$work/2"

"$example" "$first_port" "$rig_port" 0x08000000 20 | LC_ALL=C sort >"$work/said"
for port in "$first_port" "$rig_port"; do
    echo "port $port: 16 words a round, the first is 0x20005000"
done | LC_ALL=C sort | diff - "$work/said"

# The flash ends at 0x08020000: this has to fail, and to say why.
if "$example" "$first_port" "$rig_port" 0x0801FFF0 1 2>"$work/errors"; then
    echo "reading past the end of the flash succeeded"
    exit 1
fi
[ "$(grep -ci '^port [0-9]*: .*0801FFF0' "$work/errors")" -eq 2 ] || { cat "$work/errors"; exit 1; }
