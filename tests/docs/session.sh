#!/bin/sh
# SPDX-License-Identifier: MIT
# session.sh TOOL WORK-DIR
# docs/session.svg shows what the commands of docs/session.txt print.
set -eu

tool=$1 work=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/scripts/lib/rig.sh"
trap stop_rig EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf "$work"
mkdir -p "$work/bin"
start_rig "$tool" "$work"
export OCD_PORT="$rig_port" OCD_ELF="$rig_elf"
ln -s "$tool" "$work/bin/ocd"
PATH=$work/bin:$PATH
cd "$work"
"$top/docs/session.py" session.svg <"$top/docs/session.txt"
diff "$top/docs/session.svg" session.svg || {
    echo "docs/session.svg is old; $work/session.svg shows what the tool prints now"
    exit 1
}
