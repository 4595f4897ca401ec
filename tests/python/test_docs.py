# SPDX-License-Identifier: MIT
"""What the documents show in Python, with the output that they show."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from conftest import RAM

import libocd

TOP = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?P<skip><!-- not run: [^\n]+ -->\n)?^```python\n(?P<code>.*?)^```\n"
    r"(\n```text\n(?P<output>.*?)^```\n)?",
    re.M | re.S,
)


def blocks():
    for name in ("README.md", "docs/python.md"):
        text = (TOP / name).read_text()
        for block in BLOCK.finditer(text):
            if not block["skip"]:
                line = text.count("\n", 0, block.start("code"))
                yield pytest.param(block["code"], block["output"] or "", id=f"{name}:{line}")


@pytest.mark.parametrize("code, output", blocks())
def test_a_block_does_what_it_shows(port, tmp_path, monkeypatch, code, output):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCD_ELF", str(TOP / "sim/elf/cortex-m3.elf"))
    with libocd.Session.connect_sync(port=port) as ocd:
        ocd.memory.fill(RAM, 1024, 0)
    # The documents use the usual port.
    code, count = re.subn(r"\.(connect|connect_sync)\(\)", rf".\1(port={port})", code)
    assert count
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<document>", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output
