#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the results of a benchmark run as a chart and as the tables of a document.

usage: report.py RUN.json PYTHON.json DOCUMENT CHART.svg

The tables replace the text of DOCUMENT between the comments "bench" and "end of bench".
"""

import json
import os
import statistics
import sys
from xml.sax.saxutils import escape

BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->\n"

COLUMNS = (  # (heading, compared with)
    ("OpenOCD's own `dump_image`, `load_image`", "*_image"),
    ("GDB", "GDB"),
    ("best fixed setting", "best fixed"),
    ("a script, 32 bit", "script, 32 bit"),
    ("a script, 8 bit", "script, 8 bit"),
)
WORKS = ("read 4 KiB", "read 64 KiB", "read 1 MiB", "read 16 MiB", "write 64 KiB", "write 1 MiB")
# The goals that no cell of the first table shows.
OTHERS = ("first 64 KiB of", "1 MiB through", "bytes on the wire", "32 scattered",
          "one u32", "u32 ", "OpenOCD's log", "dump", "first value", "first name", "frames", "search")
BARS = (  # (way, name)
    ("libocd", "libocd"),
    ("*_image", "dump_image / load_image"),
    ("GDB", "GDB"),
    ("best fixed", "best fixed setting"),
    ("script, 32 bit", "a script, 32 bit"),
    ("script, 8 bit", "a script, 8 bit"),
)
LATENCIES = (0, 500)


def values(run, latency, work, way):
    for series in run["series"]:
        if (series["latency_us"], series["work"], series["way"]) == (latency, work, way):
            return series["values"]
    return None


def ratio(run, latency, work, way, other):
    """How many times faster, as the median over the turns; None if one of the two cannot do it."""
    a, b = values(run, latency, work, way), values(run, latency, work, other)
    return None if a is None or b is None else statistics.median(y / x for x, y in zip(a, b))


def number(value):
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def pair(first, second):
    return " / ".join(filter(None, (number(first), number(second))))


def ratio_table(run):
    yield "| libocd, times as fast as | " + " | ".join(heading for heading, _ in COLUMNS) + " |"
    yield "|---|" + "---:|" * len(COLUMNS)
    for work in WORKS:
        cells = [pair(*(ratio(run, latency, work, "libocd", other) for latency in LATENCIES))
                 for _, other in COLUMNS]
        yield f"| {work} | " + " | ".join(cells) + " |"


def other_table(run, python):
    yield "| | |"
    yield "|---|---:|"
    goals = [goal for goal in run["goals"] if goal["goal"].startswith(OTHERS)]
    for name in dict.fromkeys(goal["goal"] for goal in goals):
        found = {goal["latency_us"]: goal["measured"] for goal in goals if goal["goal"] == name}
        yield f"| {name} | {pair(found.get(0), found.get(500))} |"
    yield ("| 1 MiB by `read_bytes` of the Python package, times as fast as a Python script, 8 bit | "
           f"{python['times_plain']:.0f} |")


def text(x, y, words, size=13, anchor="start", weight="normal", fill="#24292f"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>')


def bars(times, work, x, y, width):
    """The bars of one chunk of work, a way each."""
    most = max(value for value in times if value is not None)
    yield text(x, y, work, 14, weight="bold")
    for i, value in enumerate(times):
        if value is None:
            continue
        top = y + 10 + 22 * i
        length = max(value / most * width, 1)
        fill = "#0969da" if i == 0 else "#8c959f"
        yield f'<rect x="{x}" y="{top}" width="{length:.1f}" height="16" rx="2" fill="{fill}"/>'
        yield text(x + length + 6, top + 13, number(value) + " ×", 12)


def chart(run):
    works = ("read 1 MiB", "write 1 MiB")
    left, panel, gap, height = 210, 190, 70, 2 * 175 + 110
    width = left + 2 * (panel + gap) + 30
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'width="{width}" height="{height}" font-family="sans-serif">')
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>'
    yield text(20, 30, "Times as fast as a script with 8-bit read_memory and write_memory", 16,
               weight="bold")
    for column, latency in enumerate(LATENCIES):
        x = left + column * (panel + gap)
        yield text(x, 58, f"probe latency {latency} µs", 13, fill="#57606a")
        for line, work in enumerate(works):
            y = 88 + line * 175
            times = [ratio(run, latency, work, way, "script, 8 bit") for way, _ in BARS]
            yield from bars(times, work, x, y, panel)
            if column == 0:
                for i, (_, name) in enumerate(BARS):
                    yield text(left - 12, y + 23 + 22 * i, name, 12, "end")
    yield text(20, height - 14, f"{run['openocd']}, simulated chip; medians of interleaved turns",
               11, fill="#57606a")
    yield "</svg>"


def section(run, python, picture):
    turns = len(values(run, 0, "read 1 MiB", "libocd"))
    yield f"![Times as fast as a script, by way and probe latency]({picture})"
    yield ""
    yield (f"`scripts/bench --report` has measured this: medians of the ratios of {turns} turns, all "
           f"in one run, {run['openocd']} in front of the simulated chip. In each cell: probe latency "
           "0 / 500 µs.")
    yield ""
    yield from ratio_table(run)
    yield ""
    yield from other_table(run, python)


def write(path, lines):
    part = path + ".part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(lines)
    os.replace(part, path)


def main():
    if len(sys.argv) != 5:
        raise SystemExit(__doc__.strip())
    run_path, python_path, document, picture = sys.argv[1:]
    with open(run_path, encoding="utf-8") as file:
        run = json.load(file)
    with open(python_path, encoding="utf-8") as file:
        python = json.load(file)
    with open(document, encoding="utf-8") as file:
        words = file.read()
    if words.count(BEGIN) != 1 or words.count(END) != 1:
        raise SystemExit(f"{document} has no place for the tables")
    head, rest = words.split(BEGIN)
    tail = rest.split(END)[1]
    link = os.path.relpath(picture, os.path.dirname(os.path.abspath(document)))
    tables = "\n".join(section(run, python, link)) + "\n"
    write(picture, "\n".join(chart(run)) + "\n")
    write(document, head + BEGIN + tables + END + tail)


if __name__ == "__main__":
    main()
