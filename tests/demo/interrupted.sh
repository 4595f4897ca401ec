#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo, ended while the chip and OpenOCD are starting, leaves nothing behind.
. "$(dirname "$0")/clean.sh"

mkfifo "$work/said"
"$demo" --tool "$tool" >"$work/said" 2>&1 </dev/null &
pid=$!
exec 3<"$work/said"
while IFS= read -r line <&3; do
    case $line in
    *'starting a simulated chip'*) kill "$pid" ;;
    esac
done
rc=0
wait "$pid" || rc=$?
[ "$rc" -eq 143 ] || { echo "exit status $rc" && exit 1; }
nothing_is_left
