#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the picture of the page of ocd watch: a motor's controller of the simulated chip, its gain
being changed.

usage: watch.py TOOL ELF OUTPUT.png
"""

import os
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "tests", "web"))

from browser import Browser  # noqa: E402
from chip import Chip, Watch  # noqa: E402


def main(tool, elf, output):
    """Draws ten seconds, with a gap."""
    chip = Chip(tool)
    watch = None
    try:
        watch = Watch(chip, "motor.speed", "--as", "motor.speed,rpm", "motor.pid.error", "--as",
                      "motor.pid.error,rpm", "sine", "wave", "--as", "wave,mV", "tick", "--as",
                      "tick,ms", "motor.pid.kp", "--rate", "25", "--web", "--web-write", elf=elf)
        with Browser(1200, 800) as browser:
            browser.open(watch.url)
            browser.run("view.span = 10; setTheme('light')")
            begin = browser.await_true("store.lastTime")
            browser.await_true(f"store.lastTime - {begin} > 2.5")
            browser.run("return act('write', {id: store.columns[5].id, value: 4})")
            browser.await_true(f"store.lastTime - {begin} > 5")
            chip.ocd("--timeout", "20", "cmd", "sleep 700 busy")
            browser.await_true(f"store.lastTime - {begin} > 9.5")
            browser.run("byId('pause').click(); toggleCurve(store.columns[4])")
            box = browser.run("return document.querySelector('.u-over').getBoundingClientRect()")
            browser.pointer(("move", box["x"] + box["width"] * 0.8, box["y"] + 90))
            browser.await_true("performance.now() - tableAt > 50 && plot.cursorTime !== null")
            browser.screenshot(output)
    finally:
        if watch is not None:
            watch.close()
        chip.close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
