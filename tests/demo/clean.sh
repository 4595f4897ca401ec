# SPDX-License-Identifier: MIT
# Sourced by the demo's tests: `FILE TOOL WORK-DIR`. Makes a directory for its temporary files,
# whose name also marks its processes.
# shellcheck shell=sh
set -eu

tool=$1 work=$2
demo=$(cd "$(dirname "$0")/../../scripts" && pwd)/demo
rm -rf "$work"
mkdir -p "$work/tmp"
export TMPDIR="$work/tmp"

# Prints the processes that are left and have not ended.
processes() {
    for process in /proc/[0-9]*; do
        [ "$process" != "/proc/$$" ] || continue
        if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "TMPDIR=$TMPDIR"; then
            echo "$process: $(tr '\0' ' ' <"$process/cmdline")"
        fi
    done 2>/dev/null
}

# One that has been killed may take a while to end on a busy machine.
no_process_is_left() {
    tries=0
    while processes >"$work/left" && [ -s "$work/left" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ]; then
            echo "processes are left:" && cat "$work/left"
            exit 1
        fi
        sleep 0.1
    done
}

nothing_is_left() {
    [ -z "$(ls -A "$TMPDIR")" ] || { echo "files are left:" && ls -lA "$TMPDIR" && exit 1; }
    no_process_is_left
}
