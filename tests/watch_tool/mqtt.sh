#!/bin/sh
# SPDX-License-Identifier: MIT
# mqtt.sh TOOL WORK-DIR: the command of docs/watch.md that sends JSON lines to an MQTT broker. The
# broker listens on a socket in the file system: no port is needed.
set -eu
tool=$1 work=$2
PATH=$PATH:/usr/sbin
for program in mosquitto mosquitto_pub mosquitto_sub; do
    command -v "$program" >/dev/null || {
        echo "skipped: $program is not installed"
        exit 77
    }
done
. "$(dirname "$0")/../../scripts/lib/rig.sh"

broker='' reader=''
finish() {
    [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
    [ -z "$broker" ] || kill "$broker" 2>/dev/null || true
    stop_rig
    rm -rf "$socket"
    wait
}
socket=$(mktemp -d) # a path of a socket is short
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -rf "$work"
mkdir -p "$work"
cd "$work"
start_rig "$tool" "$work"
cat >broker.conf <<END
listener 0 $socket/mqtt
allow_anonymous true
user $(id -un)
END
mosquitto -c broker.conf >broker.log 2>&1 &
broker=$!

# Waits until the broker accepts messages.
until mosquitto_pub --unix "$socket/mqtt" -t ready -n 2>/dev/null; do
    kill -0 "$broker" || {
        cat broker.log
        exit 1
    }
done
mkfifo messages
mosquitto_sub --unix "$socket/mqtt" -t 'bench/#' -t subscribed -C 4 >messages &
reader=$!
exec 3<messages
# Waits until the reader has subscribed: then it gets a message.
until line='' && mosquitto_pub --unix "$socket/mqtt" -t subscribed -m yes &&
    line=$(timeout 1 head -n 1 <&3) && [ -n "$line" ]; do
    :
done
"$tool" -p "$rig_port" watch 0x20004F1C:f32 --as kp --count 3 --rate 20 -f json |
    mosquitto_pub --unix "$socket/mqtt" -t bench/motor -l
grep -v '^yes$' <&3 >got || true
cat got
grep -c '"values": {"kp": 1}, "flags": {}}$' got >count
read -r count <count
[ "$count" -ge 1 ]
