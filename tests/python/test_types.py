# SPDX-License-Identifier: MIT
"""The stubs, as a type checker sees them."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_docs import blocks

import libocd

HERE = Path(__file__).parent
PACKAGE = Path(libocd.__file__).parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is not installed"
)


def check(tmp_path, *arguments):
    """Fails with what mypy complains of."""
    flags = ["--strict", "--enable-incomplete-feature=Unpack", "--cache-dir", str(tmp_path)]
    answer = subprocess.run(
        [sys.executable, "-m", "mypy", *flags, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, MYPYPATH=str(PACKAGE.parent)),
    )
    assert answer.returncode == 0, answer.stdout


def test_the_stubs_have_no_type_errors(tmp_path):
    check(tmp_path, PACKAGE / "__init__.pyi")


def test_programs_are_checked_by_the_stubs(tmp_path):
    check(tmp_path, HERE / "typed_program.py")


def test_the_programs_of_the_documents_are_well_typed(tmp_path):
    found = []
    for number, block in enumerate(blocks()):
        found.append(tmp_path / f"block{number}.py")
        found[-1].write_text(block.values[0])
    assert len(found) > 5
    # They are short programs: their functions have no annotations.
    loose = ["--allow-untyped-defs", "--allow-untyped-calls", "--no-strict-optional"]
    check(tmp_path, *loose, *found)
