#!/bin/bash
# SPDX-License-Identifier: MIT
# The completion of bash: completion.bash TOOL SCRIPT ELF
set -eu
tool=$1
elf=$3
work=$(mktemp -d)
. "$(dirname "$0")/../../scripts/lib/rig.sh"
trap 'stop_rig; rm -rf "$work"' EXIT
ln -s "$tool" "$work/ocd"
PATH=$work:$PATH
unset OCD_HOST OCD_PORT OCD_TARGET OCD_ELF
cd "$work"
: >firmware.elf
compopt() { :; } # it is only to be called by bash
# shellcheck disable=SC1090
. "$2"

# expect WANTED LINE: the words that bash would offer, as it splits the line.
expect() {
    COMP_LINE=$2
    COMP_POINT=${#COMP_LINE}
    read -ra COMP_WORDS <<<"${COMP_LINE//=/ = }"
    [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _ocd
    if [[ "${COMPREPLY[*]}" != "$1" ]]; then
        printf "'%s' offers '%s', not '%s'\n" "$2" "${COMPREPLY[*]}" "$1" >&2
        exit 1
    fi
}

expect 'doctor' 'ocd doc'
expect 'diff' 'ocd dif'
expect 'doctor' 'ocd help doc'
expect 'search set' 'ocd -p 1 se'
expect '--elf' 'ocd read --el'
expect '--squeeze' 'ocd read 0 --sq'
expect 'text json' 'ocd info -f '
expect 'json' 'ocd info --format=j'
expect 'hexdump hex' 'ocd read 0 -f he'
expect 'riscv32 riscv64' 'ocd sim --chip risc'
expect '16' 'ocd read 0 -w 1'
expect 'halt' 'ocd reset ha'
expect 'check' 'ocd watch x --tear ch'
expect 'host server target' 'ocd watch x --clock '
expect 'csv table json' 'ocd watch x -f '
expect '--trigger' 'ocd watch x --tri'
expect '--web --web-write' 'ocd watch x --we'
expect 'firmware.elf' 'ocd read -e fi'
expect 'firmware.elf' 'ocd load firm'
expect '' 'ocd -H 127.0.0.1 -p 1 -t '
expect '' 'ocd read "unfinished'
if [[ -n $elf ]]; then
    expect 'motor' "ocd print -e $elf moto"
    expect 'motor.speed' "ocd watch -e $elf tick motor.s"
fi

# Targets are those of the OpenOCD that the line reaches.
start_rig "$tool" "$work"
COMP_LINE="ocd -p $rig_port -t stm"
for _ in 1 2 3 4 5 6 7 8 9 10; do # a busy machine may miss the second in which it has to answer
    COMP_WORDS=(ocd -p "$rig_port" -t stm)
    COMP_CWORD=4
    COMP_POINT=${#COMP_LINE}
    _ocd
    [[ ${#COMPREPLY[@]} -eq 0 ]] || break
done
[[ ${COMPREPLY[*]} == stm32f1x.cpu ]] || {
    echo "no target is offered, but '${COMPREPLY[*]}'" >&2
    exit 1
}
