# SPDX-License-Identifier: MIT
# Sourced: a simulated chip with a real OpenOCD in front of it, on free ports.
# shellcheck shell=sh

rig_pid=
rig_port=
rig_elf=
rig_held=

# rig_value NAME: the member of the object that `ocd sim -f json` prints, without quotation marks.
rig_value() {
    case $rig_line in
    *"\"$1\": "*)
        rig_rest=${rig_line#*"\"$1\": "}
        rig_rest=${rig_rest%%[,\}]*}
        rig_rest=${rig_rest#\"}
        printf '%s' "${rig_rest%\"}"
        ;;
    esac
}

# start_rig TOOL DIRECTORY [SIM-OPTION...]: sets rig_port to OpenOCD's Tcl port and rig_elf to the
# ELF of the chip. What goes wrong is in DIRECTORY/rig.log. The chip ends with stop_rig, or with
# this shell, however that ends: the shell holds the other end of the chip's standard input, as
# descriptor 9.
start_rig() {
    rig_tool=$1 rig_dir=$2
    shift 2
    if [ -z "$rig_held" ]; then
        mkfifo "$rig_dir/rig.in"
        exec 9<>"$rig_dir/rig.in"
        rm "$rig_dir/rig.in"
        rig_held=1
    fi
    rm -f "$rig_dir/rig.out"
    mkfifo "$rig_dir/rig.out"
    # Opened once more, for reading only: a copy of descriptor 9 would hold the input open itself.
    "$rig_tool" sim --openocd -p 0 -f json --until-eof "$@" \
        </proc/self/fd/9 >"$rig_dir/rig.out" 2>"$rig_dir/rig.log" 9>&- &
    rig_pid=$!
    rig_line=
    IFS= read -r rig_line <"$rig_dir/rig.out" || true
    rm -f "$rig_dir/rig.out"
    rig_port=$(rig_value tcl_port)
    rig_elf=$(rig_value elf)
    [ -z "$rig_port" ] || return 0
    echo "the simulated chip or OpenOCD did not start:" >&2
    cat "$rig_dir/rig.log" >&2
    return 1
}

stop_rig() {
    [ -n "$rig_pid" ] || return 0
    kill "$rig_pid" 2>/dev/null || true
    wait "$rig_pid" 2>/dev/null || true
    rig_pid=
}
