#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo, killed while its chip is in use, takes chip and OpenOCD along: they end with the
# standard input that it has given them.
. "$(dirname "$0")/clean.sh"

mkfifo "$work/fifo"

# Commands wait until the demo is dead.
real_tool=$tool tool=$work/ocd
cat >"$tool" <<END
#!/bin/sh
while [ "\$1" != sim ] && [ ! -e "$work/dead" ]; do
    sleep 0.05
done
exec "$real_tool" "\$@"
END
chmod +x "$tool"

"$demo" --tool "$tool" >"$work/fifo" 2>&1 </dev/null &
pid=$!
exec 3<"$work/fifo"
while IFS= read -r line <&3; do
    case $line in *'export OCD_PORT'*) break ;; esac
done
processes | grep -q openocd || { echo "no OpenOCD runs" && exit 1; }
kill -9 "$pid"
: >"$work/dead"
wait "$pid" || true
no_process_is_left
