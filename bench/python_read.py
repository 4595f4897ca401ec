#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""1 MiB by read_bytes, against a pure-Python client that reads 8 bits at a time.

All in one run, interleaved, on a simulated chip with a real OpenOCD in front of it; medians. Needs
the package in PYTHONPATH and the tool in $OCD_TOOL (the default is `ocd`). With --json the same as
one JSON object.
"""

import json
import os
import pathlib
import socket
import statistics
import sys
import time

from libocd import Session

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "scripts/lib"))
from rig import start_rig, stop_rig  # noqa: E402

FLASH = 0x08000000
SIZE = 1 << 20
RUNS = 5
CHUNK = 4096


class Plain:
    """A client as one writes it by hand: one request of 4096 bytes under way, 8 bits each."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port))

    def command(self, tcl):
        self._socket.sendall(tcl.encode() + b"\x1a")
        reply = bytearray()
        while not reply.endswith(b"\x1a"):
            reply += self._socket.recv(65536)
        return reply[:-1].decode()

    def read_bytes(self, addr, size):
        data = bytearray()
        while len(data) < size:
            count = min(CHUNK, size - len(data))
            reply = self.command(f"read_memory {addr + len(data):#x} 8 {count}")
            data += bytes(int(value, 16) for value in reply.split())
        return bytes(data)


def share_processors():
    """OpenOCD and its probe have one to themselves: see chip_start in bench/chip.c."""
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {first})
    return others or [first]


def start_chip():
    """(process, Tcl port)"""
    others = share_processors()
    try:
        return start_rig("--flash-size", str(SIZE))
    finally:
        os.sched_setaffinity(0, others)


def measure(port):
    """Name of each way -> seconds of each run."""
    plain = Plain(port)
    with Session.connect_sync(port=port) as ocd:
        ways = {
            "libocd": lambda: ocd.memory.read_bytes(FLASH, SIZE),
            "plain": lambda: plain.read_bytes(FLASH, SIZE),
        }
        seconds = {way: [] for way in ways}
        wanted = ways["libocd"]()  # a new session's first requests are small: not measured
        for _ in range(RUNS):
            for way, read in ways.items():
                begin = time.perf_counter()
                data = read()
                seconds[way].append(time.perf_counter() - begin)
                if data != wanted:
                    raise SystemExit(f"{way} has read something else")
        version = ocd.server_version
    return version, seconds


def main():
    rig, port = start_chip()
    try:
        version, seconds = measure(port)
    finally:
        stop_rig(rig)
    median = {way: statistics.median(values) for way, values in seconds.items()}
    times = statistics.median(p / s for p, s in zip(seconds["plain"], seconds["libocd"]))
    if "--json" in sys.argv[1:]:
        print(json.dumps({"openocd": version, "seconds": median, "times_plain": times}))
        return
    print(f"Python, 1 MiB by read_bytes, medians of {RUNS} ({version}): {times:.1f} times as fast as "
          f"a script, 8 bit ({median['libocd'] * 1000:.1f} ms, {median['plain'] * 1000:.1f} ms)")


if __name__ == "__main__":
    main()
