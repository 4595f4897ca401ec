#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo, ended while the chip and OpenOCD are starting or while they are in use, leaves nothing
# behind.
. "$(dirname "$0")/clean.sh"

mkfifo "$work/fifo"

# Commands wait until the demo was asked to end: it cannot complete before.
real_tool=$tool tool=$work/ocd
cat >"$tool" <<END
#!/bin/sh
while [ "\$1" != sim ] && [ ! -e "$work/told" ]; do
    sleep 0.05
done
exec "$real_tool" "\$@"
END
chmod +x "$tool"

# ends_at TEXT: ends the demo as soon as it has printed a line with this text.
ends_at() {
    rm -f "$work/told"
    "$demo" --tool "$tool" >"$work/fifo" 2>&1 </dev/null &
    pid=$!
    exec 3<"$work/fifo"
    while IFS= read -r line <&3; do
        case $line in *"$1"*) kill "$pid" && : >"$work/told" ;; esac
    done
    rc=0
    wait "$pid" || rc=$?
    [ "$rc" -eq 143 ] || { echo "ended at '$1': exit status $rc" && exit 1; }
    nothing_is_left
}
ends_at 'starting a simulated chip'
ends_at 'export OCD_PORT'
