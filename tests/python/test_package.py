# SPDX-License-Identifier: MIT
"""The package: names, stubs, the limited API."""

import ast
import builtins
import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

import libocd
from libocd import _libocd

FOLDER = Path(libocd.__file__).parent
STUB = ast.parse((FOLDER / "__init__.pyi").read_text())
PARTS = ("Session", "Memory", "Target", "Registers", "Breakpoints", "Watchpoints")
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def parameters(function):
    """(name, has a default) of each, and what takes the rest."""
    arguments = function.args
    plain = arguments.posonlyargs + arguments.args
    defaults = [False] * (len(plain) - len(arguments.defaults)) + [True] * len(arguments.defaults)
    found = [(a.arg, d) for a, d in zip(plain, defaults)]
    found += [(arguments.vararg.arg, False)] if arguments.vararg else []
    found += [(a.arg, d is not None) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    return found, arguments.kwarg.arg if arguments.kwarg else None


def real_parameters(function):
    signature = inspect.signature(function).parameters.values()
    found = [(p.name, p.default is not p.empty) for p in signature if p.kind != p.VAR_KEYWORD]
    return found, next((p.name for p in signature if p.kind == p.VAR_KEYWORD), None)


def test_the_stubs_match_the_code():
    for name in [kind + part for part in PARTS for kind in ("", "Sync")]:
        cls = getattr(libocd, name)
        stubs = {n.name: n for n in CLASSES[name].body if hasattr(n, "args")}
        real = {
            n
            for n, m in inspect.getmembers(cls)
            if not n.startswith("_") and (callable(m) or isinstance(m, property))
        }
        assert {n for n in stubs if not n.startswith("_")} == real
        for method, stub in stubs.items():
            member = inspect.getattr_static(cls, method)
            if isinstance(member, property) or method.endswith("exit__"):
                continue
            function = getattr(cls, method)
            assert real_parameters(function) == parameters(stub), f"{name}.{method}"
            assert inspect.iscoroutinefunction(function) == isinstance(stub, ast.AsyncFunctionDef)


def test_the_stubs_have_every_name():
    names = {n for n in vars(libocd) if not n.startswith("_")}
    stubbed = {
        node.name
        for node in STUB.body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_")
    }
    assert names == stubbed | {"BreakpointError", "FlashError", "JTAGError"}


def test_a_star_import_hides_no_built_in():
    found = {}
    exec("from libocd import *", found)
    assert found["Session"] is libocd.Session
    hidden = set(vars(builtins)) & set(libocd.__all__)
    assert hidden == set()
    assert set(libocd.__all__) | {"ConnectionError", "TimeoutError"} == {
        n for n in vars(libocd) if not n.startswith("_")
    }
    stubbed = next(n.value for n in STUB.body if isinstance(n, ast.Assign))
    assert ast.literal_eval(stubbed) == libocd.__all__


@pytest.mark.parametrize("name", ["Session", "SyncSession"])
def test_help_shows_the_parts_of_a_session_and_no_constructor(name):
    text = pydoc.plain(pydoc.render_doc(getattr(libocd, name)))
    for part in ("memory", "target", "registers", "breakpoints", "watchpoints"):
        assert re.search(rf"^ \|  {part}\n \|      \w", text, re.M), part
    assert "(core)" not in text


MADE = [kind + part for part in PARTS for kind in ("", "Sync")] + ["EventStream", "Opening"]


@pytest.mark.parametrize("name", MADE)
def test_only_sessions_make_their_parts(name):
    with pytest.raises(TypeError, match=rf"{name} objects are made by Session.connect\(\)"):
        getattr(libocd, name)()


def test_classes_have_the_names_that_programs_import():
    assert repr(libocd.TargetError) == "<class 'libocd.TargetError'>"
    assert repr(libocd.SyncSession) == "<class 'libocd.SyncSession'>"


def test_the_stubs_have_every_error_code():
    stubbed = {n.targets[0].id: ast.literal_eval(n.value) for n in CLASSES["ErrorCode"].body}
    assert stubbed == {code.name: code.value for code in libocd.ErrorCode}


def test_the_fields_of_results_are_stubbed():
    for name in (
        "TargetInfo",
        "TargetState",
        "Register",
        "Region",
        "Difference",
        "Breakpoint",
        "Watchpoint",
        "Event",
    ):
        stubbed = [n.target.id for n in CLASSES[name].body]
        assert stubbed == list(getattr(libocd, name).__dataclass_fields__)


def test_everything_is_documented():
    for name in PARTS:
        for method, function in inspect.getmembers(getattr(libocd, name), inspect.isfunction):
            assert method.startswith("_") or function.__doc__, f"{name}.{method}"


def test_the_package_is_typed_and_has_a_version():
    assert (FOLDER / "py.typed").exists()
    assert re.fullmatch(r"\d+\.\d+\.\d+", libocd.__version__)


def test_the_extension_is_for_every_version():
    assert _libocd.__file__.endswith(".abi3.so")
    symbols = subprocess.run(
        ["nm", "-D", "--defined-only", _libocd.__file__], stdout=subprocess.PIPE, text=True
    ).stdout
    exported = {line.split()[-1] for line in symbols.splitlines()}
    assert {name for name in exported if not name.startswith("__")} == {"PyInit__libocd"}


def test_nothing_is_imported_that_is_not_needed():
    # Importing is quick: no ctypes, no threads.
    script = "import sys, libocd; print('ctypes' in sys.modules, 'numpy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert answer.stdout == "False False\n"


def test_bytes_are_formatted_without_a_target():
    assert libocd.hexdump(0x1000, b"Hello") == (
        "00001000: 48 65 6C 6C 6F                                    |Hello|"
    )
    assert libocd.hexdump(0, b"") == ""


@pytest.mark.parametrize(
    "result, shown",
    [
        (
            libocd.TargetState("cpu", "halted", 0x08000100),
            "TargetState(name='cpu', state='halted', current_pc=0x08000100)",
        ),
        (
            libocd.TargetState("cpu", "running"),
            "TargetState(name='cpu', state='running', current_pc=None)",
        ),
        (
            libocd.Breakpoint(0x08000100, 2, "hard"),
            "Breakpoint(addr=0x08000100, length=2, kind='hard', number=0, asid=0)",
        ),
        (
            libocd.Difference(1 << 32, 4, b"", None),
            "Difference(addr=0x100000000, size=4, expected=b'', actual=None)",
        ),
    ],
)
def test_addresses_of_results_are_shown_in_hex(result, shown):
    assert repr(result) == shown
