# SPDX-License-Identifier: MIT
# Sourced: a simulated chip with a real OpenOCD in front of it, on free ports.
# shellcheck shell=sh

rig_pid=
rig_port=

# start_rig TOOL DIRECTORY [SIM-OPTION…]: sets rig_port to OpenOCD's Tcl port. What the two say goes
# to DIRECTORY/rig.log. The caller has to see to it that stop_rig is run.
start_rig() {
    rig_tool=$1 rig_log=$2/rig.log
    shift 2
    : >"$rig_log" # the one before may have left its own
    "$rig_tool" sim --openocd "$@" >"$rig_log" 2>&1 </dev/null &
    rig_pid=$!
    rig_tries=0
    while :; do
        rig_port=$(sed -n 's/.*\<ocd -p \([0-9][0-9]*\).*/\1/p' "$rig_log" | head -n 1)
        [ -z "$rig_port" ] || return 0
        rig_tries=$((rig_tries + 1))
        if ! kill -0 "$rig_pid" 2>/dev/null || [ "$rig_tries" -gt 1000 ]; then
            echo "the simulated chip or OpenOCD did not start:" >&2
            cat "$rig_log" >&2
            return 1
        fi
        sleep 0.1
    done
}

stop_rig() {
    [ -n "$rig_pid" ] || return 0
    kill "$rig_pid" 2>/dev/null || true
    wait "$rig_pid" 2>/dev/null || true
    rig_pid=
}
