#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a run of the benchmark has found, as a chart and as the tables of a document.

usage: report.py RUN.json PYTHON.json DOCUMENT CHART.svg

The tables replace what stands in DOCUMENT between the comments "bench" and "end of bench".
"""

import json
import os
import statistics
import sys
from xml.sax.saxutils import escape

BEGIN, END = "<!-- bench -->\n", "<!-- end of bench -->\n"

COLUMNS = (  # (heading, way, compared with)
    ("same host, by OpenOCD's own `*_image`", "same host", "*_image"),
    ("same host, by GDB", "same host", "GDB"),
    ("RPC, by the best fixed setting", "RPC", "best fixed"),
    ("RPC, by GDB", "RPC", "GDB"),
    ("RPC, by a script, 8 bit", "RPC", "naive 8"),
    ("RPC, by a script, 32 bit", "RPC", "naive 32"),
)
WORKS = ("read 4 KiB", "read 64 KiB", "read 1 MiB", "read 16 MiB", "write 64 KiB", "write 1 MiB",
         "load 1 MiB", "verify 1 MiB")
BARS = (  # (way, name)
    ("same host", "libocd, same host"),
    ("RPC", "libocd, RPC port"),
    ("*_image", "dump_image / load_image"),
    ("GDB", "GDB"),
    ("naive 32", "a script, 32 bit"),
    ("naive 8", "a script, 8 bit"),
)


def ratio(row, way, other):
    """How many times faster, as the median over the turns; None where one does not do it."""
    a, b = row["ways"].get(way), row["ways"].get(other)
    if a is None or b is None:
        return None
    scale = a["bytes"] / b["bytes"]
    return statistics.median(scale * y / x for x, y in zip(a["seconds"], b["seconds"]))


def number(value):
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def rows_of(chip):
    return {row["work"]: row for row in chip["rows"]}


def ratio_table(run):
    chips = [rows_of(chip) for chip in run["chip"]]
    yield "| times as fast | " + " | ".join(heading for heading, _, _ in COLUMNS) + " |"
    yield "|---|" + "---:|" * len(COLUMNS)
    for work in WORKS:
        cells = []
        for _, way, other in COLUMNS:
            pair = [number(ratio(rows[work], way, other)) for rows in chips]
            cells.append(" / ".join(pair) if all(pair) else "")
        yield f"| {work} | " + " | ".join(cells) + " |"


def other_table(run, python):
    fast, slow = run["chip"]
    search = {way: statistics.median(
        r / s * rows_of(fast)["search 16 MiB"]["ways"][way]["bytes"]
        / rows_of(fast)["read 16 MiB"]["ways"][way]["bytes"]
        for s, r in zip(rows_of(fast)["search 16 MiB"]["ways"][way]["seconds"],
                        rows_of(fast)["read 16 MiB"]["ways"][way]["seconds"]))
        for way in ("same host", "RPC")}
    cpu = rows_of(fast)["read 16 MiB"]["ways"]["RPC"]["cpu_share"]
    peak = [dump["peak_kib"] / 1024 for dump in run["dumps"]]
    yield "| | |"
    yield "|---|---:|"
    yield f"| one `u32`: time, by a bare socket's with the same line | {fast['one_u32']['ratio']:.2f} |"
    yield ("| 32 `u32` in 4 KiB, merged, probe latency 500 µs: times as fast as single reads | "
           f"{slow['scattered']['ratio']:.0f} |")
    yield (f"| search of 16 MiB, by the rate of reading: same host / RPC | {search['same host']:.2f}"
           f" / {search['RPC']:.2f} |")
    for server in run["scripted"]:
        yield (f"| 1 MiB from a scripted server, {server['server']}: by the best fixed setting | "
               f"{server['ratio']:.2f} |")
    yield f"| 1 MiB over RPC in a new session, by the best fixed setting | {run['first_ratio']:.2f} |"
    yield f"| dump of 64 MiB: peak memory, same host / RPC | {peak[0]:.1f} / {peak[1]:.1f} MiB |"
    yield f"| processor time of the client over RPC, of the wall time | {cpu * 100:.0f} % |"
    yield ("| 1 MiB by `read_bytes` of the Python package, times as fast as a Python script, 8 bit: "
           f"same host / RPC | {python['times_plain']['same_host']:.0f} / "
           f"{python['times_plain']['rpc']:.0f} |")


def text(x, y, words, size=13, anchor="start", weight="normal", fill="#24292f"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>')


def bars(rows, work, x, y, width, most):
    """The bars of one piece of work, a way each."""
    yield text(x, y, work, 14, weight="bold")
    for i, (way, _) in enumerate(BARS):
        times = ratio(rows[work], way, "naive 8")
        top = y + 10 + 22 * i
        length = max(times / most * width, 1)
        fill = "#0969da" if i < 2 else "#8c959f"
        yield f'<rect x="{x}" y="{top}" width="{length:.1f}" height="16" rx="2" fill="{fill}"/>'
        yield text(x + length + 6, top + 13, number(times) + " ×", 12)


def chart(run):
    works = ("read 1 MiB", "write 1 MiB")
    left, panel, gap, height = 210, 190, 70, 2 * 175 + 110
    width = left + 2 * (panel + gap) + 30
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
           f'width="{width}" height="{height}" font-family="sans-serif">')
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>'
    yield text(20, 30, "Times as fast as a script with 8-bit read_memory and write_memory", 16,
               weight="bold")
    for column, chip in enumerate(run["chip"]):
        rows = rows_of(chip)
        x = left + column * (panel + gap)
        yield text(x, 58, f"probe latency {chip['latency_us']} µs", 13, fill="#57606a")
        for line, work in enumerate(works):
            y = 88 + line * 175
            most = max(ratio(rows[work], way, "naive 8") for way, _ in BARS)
            yield from bars(rows, work, x, y, panel, most)
            if column == 0:
                for i, (_, name) in enumerate(BARS):
                    yield text(left - 12, y + 23 + 22 * i, name, 12, "end")
    yield text(20, height - 14, f"{run['openocd']}, simulated chip; medians of interleaved turns",
               11, fill="#57606a")
    yield "</svg>"


def section(run, python, picture):
    turns = len(rows_of(run["chip"][0])["read 1 MiB"]["ways"]["RPC"]["seconds"])
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
