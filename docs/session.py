#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A terminal session as a picture: runs commands on a terminal and draws what they print, in colour.

usage: session.py OUTPUT.svg < COMMANDS

COMMANDS has one command on each line, which a shell runs; `ocd` is the tool in PATH.
"""

import os
import pty
import re
import subprocess
import sys
from xml.sax.saxutils import escape

COLUMNS = 84
WIDTH, HEIGHT, MARGIN = 8.4, 19, 18  # of a character and of the border, in pixels
BACKGROUND, TEXT, PROMPT = "#1e2127", "#d7dae0", "#8ec07c"
COLOURS = {  # of the SGR codes that the tool uses
    31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2",
    37: TEXT, 90: "#7f848e",
}


def run(command):
    """What the command prints on a terminal of COLUMNS columns."""
    parent, child = pty.openpty()
    environment = dict(os.environ, TERM="xterm-256color", COLUMNS=str(COLUMNS))
    process = subprocess.Popen(["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=child,
                               stderr=child, env=environment)
    os.close(child)
    output = b""
    while True:
        try:
            data = os.read(parent, 65536)
        except OSError:  # the terminal has no process left
            break
        if not data:
            break
        output += data
    os.close(parent)
    process.wait()
    return output.decode().replace("\r\n", "\n")


def spans(line):
    """The parts of a line that have one look: (text, colour, bold)."""
    colour, bold = TEXT, False
    for text, codes in re.findall(r"([^\x1b]+)|\x1b\[([0-9;]*)m", line):
        if text:
            yield text, colour, bold
            continue
        for code in (int(code or 0) for code in codes.split(";")):
            if code == 0:
                colour, bold = TEXT, False
            elif code == 1:
                bold = True
            elif code == 2:
                colour = COLOURS[90]
            elif code in COLOURS:
                colour = COLOURS[code]
            elif code == 39:
                colour = TEXT


def wrapped(line):
    """The rows that the terminal makes of a line, each with its spans."""
    rows, column = [[]], 0
    for text, colour, bold in spans(line):
        while text:
            if column == COLUMNS:
                rows.append([])
                column = 0
            head, text = text[:COLUMNS - column], text[COLUMNS - column:]
            rows[-1].append((head, colour, bold))
            column += len(head)
    return rows


def drawn(row, y):
    parts = []
    for text, colour, bold in row:
        weight = ' font-weight="bold"' if bold else ""
        parts.append(f'<tspan fill="{colour}"{weight}>{escape(text)}</tspan>')
    return f'<text x="{MARGIN}" y="{y}" xml:space="preserve">{"".join(parts)}</text>'


def svg(rows):
    width = round(COLUMNS * WIDTH + 2 * MARGIN)
    height = len(rows) * HEIGHT + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'width="{width}" height="{height}" font-size="14" '
           'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace">')
    yield "<!-- made by docs/session.py -->"
    yield f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
    for number, row in enumerate(rows):
        yield drawn(row, MARGIN + 14 + number * HEIGHT)
    yield "</svg>"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = []
    for command in sys.stdin.read().splitlines():
        lines.append(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m")
        lines += run(command).splitlines()
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("\n".join(svg([row for line in lines for row in wrapped(line)])) + "\n")


if __name__ == "__main__":
    main()
