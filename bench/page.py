#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the page of ocd watch --web in Chromium: how long a redraw takes, and how memory grows.

    bench/page.py [--minutes N] [--width PIXELS] COMMAND…

The command prints the page's address, as `ocd watch … --web` does; it is ended with SIGINT. The
first minute is not counted: the browser compiles the page then. A redraw is measured from its
beginning to the end of its drawing commands; what the graphics process does with them is not in it.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "web"))

from browser import Browser  # noqa: E402


def start(command):
    """Returns the process and the page's address."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", line)
        if found:
            # Rows that nobody reads would stop the command.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process, found.group()
    sys.exit(f"{command[0]} has printed no address")


def resident(pid):
    """Memory of a process in MB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1024


def renderer(profile):
    """The largest process of the browser that shows a page."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read()
            if b"--type=renderer" in line and profile.encode() in line:
                found.append((resident(pid), pid))
        except OSError:
            continue
    return max(found)[1] if found else None


def heap(browser):
    """Memory of the page's values and objects in MB, without garbage."""
    browser.devtools("HeapProfiler.collectGarbage")
    usage = browser.devtools("Runtime.getHeapUsage")
    return (usage["usedSize"] + usage.get("backingStorageSize", 0)) / 2**20


def redraws(browser):
    """Milliseconds of the last redraws."""
    return browser.run("return [...plot.redraws.slice(0, Math.min(plot.redrawCount, 4096))]")


def main():
    """Prints a line each minute, and the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    process, url = start(options.command)
    memory, times = [], []
    try:
        with Browser(options.width, 800) as browser:
            browser.open(url)
            browser.await_true("plot.redrawCount > 10")
            shows = renderer(browser.profile)
            for minute in range(options.minutes + 1):
                time.sleep(60)
                curves = browser.run("return store.columns.filter(c => c.numeric).length")
                memory.append(heap(browser))
                if minute > 0:
                    times += redraws(browser)
                browser_memory = f"{resident(shows):6.1f}" if shows else "     ?"
                print(f"{minute:3} min  {curves} curves  "
                      f"{browser.run('return rate.hertz'):6.1f} Hz  "
                      f"redraw {statistics.median(redraws(browser)):5.2f} ms  "
                      f"page {memory[-1]:6.2f} MB  its process {browser_memory} MB  "
                      f"server {resident(process.pid):6.2f} MB", flush=True)
    finally:
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        process.stdout.close()
        process.wait()
    times.sort()
    print(f"redraw: median {statistics.median(times):.2f} ms, 99 % within "
          f"{times[int(len(times) * 0.99)]:.2f} ms; "
          f"growth in {options.minutes} min: {memory[-1] - memory[0]:+.2f} MB")


if __name__ == "__main__":
    main()
