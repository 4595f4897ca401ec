#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh DOCUMENT TOOL LIBRARY WORK-DIR CC-COMMAND…
# Runs what a document shows, against a simulated chip with the real OpenOCD: programs in C
# (```c, and as ```text what it prints), scripts (```sh, ```python), and transcripts (```console)
# with their output.
# CC-COMMAND compiles and links a C program, whose name, library and output are added to it.
set -eu

document=$1 tool=$2 library=$3 work=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../scripts/lib/rig.sh"
trap stop_rig EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf "$work"
mkdir -p "$work/bin" "$work/blocks"
awk -v dir="$work/blocks" -f "$here/blocks.awk" "$document"
start_rig "$tool" "$work"

# The documents use the usual port.
export OCD_PORT="$rig_port" OCD_ELF="$rig_elf"
ln -s "$tool" "$work/bin/ocd"
PATH=$work/bin:$PATH
cd "$work"

# Prints the transcript that the commands of another one really make, without the lines of progress
# of every five seconds: they depend on the machine.
replay() {
    sed -n 's/^\$ //p' "$1" | while IFS= read -r command; do
        printf '$ %s\n' "$command"
        { sh -c "$command" 2>&1 </dev/null || true; } | sed '/^ *[0-9]* %  .*\/s/d'
    done
}

for block in blocks/*; do
    echo "== $block"
    case $block in
    *.c)
        options="(struct ocd_options){.port = $rig_port}"
        sed "s/ocd_connect(&session, NULL)/ocd_connect(\&session, \&$options)/" "$block" >program.c
        grep -q "$rig_port\|<ocdsim.h>" program.c
        "$@" program.c "$library" -o program
        ./program >actual
        diff "${block%.c}.output" actual
        ;;
    *.output) ;;
    *.python) # those with the package are run by tests/python
        grep -q libocd "$block" || /usr/bin/env python3 "$block"
        ;;
    *.sh) sh -eu "$block" ;;
    *.console)
        replay "$block" >actual
        diff "$block" actual
        ;;
    *)
        echo "what is this?"
        exit 1
        ;;
    esac
done
