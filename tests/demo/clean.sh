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

nothing_is_left() {
    [ -z "$(ls -A "$TMPDIR")" ] || { echo "files are left:" && ls -lA "$TMPDIR" && exit 1; }
    for process in /proc/[0-9]*; do
        [ "$process" != "/proc/$$" ] || continue
        if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "TMPDIR=$TMPDIR"; then
            echo "a process is left: $(tr '\0' ' ' <"$process/cmdline")"
            exit 1
        fi
    done 2>/dev/null
}
