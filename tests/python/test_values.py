# SPDX-License-Identifier: MIT
"""Values by name: read, printed and written."""

import asyncio
import copy
import math
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from conftest import RAM, asynchronous

import libocd

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim/elf/cortex-m3.elf"
PROGRAM = ROOT / "tests/symbols/data/c-gcc-dwarf5.elf"
BIG = ROOT / "tests/symbols/data/c-big-endian.elf"

try:
    import numpy
except ImportError:
    numpy = None


def contents(elf):
    """What the program has in RAM, from the ELF file's .data."""
    data = elf.read_bytes()
    order = "little" if data[5] == 1 else "big"

    def number(at, size):
        return int.from_bytes(data[at : at + size], order)

    headers, size, count = number(28, 4), number(42, 2), number(44, 2)
    for at in range(headers, headers + size * count, size):
        offset, addr, stored = number(at + 4, 4), number(at + 8, 4), number(at + 16, 4)
        if addr == RAM:
            return data[offset : offset + stored]
    raise AssertionError(f"{elf} has nothing in RAM")


@pytest.fixture
def values(ocd):
    """A session with the contents of the test program's variables in RAM."""
    ocd.memory.write_bytes(RAM, contents(PROGRAM))
    ocd.symbols(PROGRAM, check=False)
    return ocd


def test_scalars_are_numbers(values):
    assert values.read_value("number") == -123456789
    assert values.read_value("big") == -1234567890123456789
    assert values.read_value("ubig") == 2**64 - 1
    assert values.read_value("truth") is True
    assert values.read_value("octet") == 200
    assert values.read_value("wide") == math.pi
    assert math.isnan(values.read_value("single_nan"))
    assert values.read_value("complex_number") == 1 + 0j


def test_enumeration_values_have_their_enumerator(values):
    mode = values.read_value("mode")
    assert mode == 7 and mode.name == "MODE_FAST" and isinstance(mode, int)
    assert repr(mode) == "<MODE_FAST: 7>"
    odd = values.read_value("odd_mode")
    assert odd == 3 and odd.name is None and str(odd) == "3"
    assert values.read_value("lost") == -1
    assert pickle.loads(pickle.dumps(mode)).name == "MODE_FAST"


def test_structs_have_attributes_and_items(values):
    nested = values.read_value("nested")
    assert nested.at.x == 1 and nested["at"]["y"] == 2
    assert nested.low == 2 and nested.any == 0x10002  # of an anonymous union
    assert dict(nested.at) == {"x": 1, "y": 2}
    assert nested.dict()["named"] == {"inner": 5, "value": 2.5}
    assert nested.path[2].y == 3
    assert "tag" in nested and len(nested.at) == 2 and "tag" in dir(nested)
    with pytest.raises(AttributeError, match="struct nested has no member 'nope'"):
        nested.nope  # noqa: B018
    assert copy.copy(nested.at) == nested.at == {"x": 1, "y": 2}
    assert pickle.loads(pickle.dumps(nested)).at.y == 2
    assert repr(nested.at) == "<struct point {'x': 1, 'y': 2}>"


def test_bit_fields_are_members(values):
    bits = values.read_value("bits")
    assert (bits.a, bits.b, bits.c, bits.m.name, bits.d) == (1, 5, -7, "MODE_FAST", True)
    assert bits.far == 78187493530


@pytest.mark.skipif(numpy is None, reason="needs NumPy")
def test_arrays_of_numbers_are_arrays_of_numpy(values):
    matrix = values.read_value("matrix")
    assert matrix.shape == (3, 4) and matrix.dtype == numpy.uint8 and matrix[1, 2] == 7
    cube = values.read_value("cube")
    assert cube.dtype == numpy.int16 and cube[1, 1].tolist() == [10, 11, 12]
    assert values.read_value("array[1..3]").tolist() == [2, 3, 4]
    matrix[0, 0] = 9  # it is a copy of one's own


def test_other_arrays_are_lists(values):
    assert [p.x for p in values.read_value("nested.path")] == [1, 1, 2]
    assert values.read_value("handlers")[1] == 0


def test_arrays_are_lists_without_numpy(port):
    script = f"""
import sys
sys.modules["numpy"] = None
import libocd
with libocd.Session.connect_sync(port={port}, timeout=60) as ocd:
    ocd.symbols({str(PROGRAM)!r}, check=False)
    assert ocd.read_value("cube") == [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]
    assert ocd.read_value("array") == [1, 2, 3, 4, 5]
"""
    with libocd.Session.connect_sync(port=port) as ocd:
        ocd.memory.write_bytes(RAM, contents(PROGRAM))
    subprocess.run([sys.executable, "-c", script], check=True)


def test_big_endian_arrays_have_the_hosts_order(ocd):
    ocd.memory.write_bytes(RAM, contents(BIG))
    ocd.symbols(BIG, check=False)
    cube = ocd.read_value("cube[1]")
    assert [list(row) for row in cube] == [[7, 8, 9], [10, 11, 12]]


def test_text_is_text_and_pointers_are_numbers(values):
    assert values.read_value("cell.bytes[0]") == 0
    assert values.read_value("word") == "word"
    assert values.read_value("list") == values.read_value("&head") > RAM
    assert values.read_value("list->next->value") == 2
    assert values.read_value("MODE_FAST").name == "MODE_FAST"


def test_print_is_as_gdb_prints(values):
    assert values.print("nested.at") == "{x = 1, y = 2}"
    assert values.print("u32", format="hex") == "0xdeadbeef"
    assert values.print("array", limit=2) == "{1, 2...}"
    with pytest.raises(ValueError, match="format must be one of"):
        values.print("u32", format="oct")


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("number", -5, -5),
        ("single", 1.5, 1.5),
        ("single", 2, 2.0),
        ("truth", False, False),
        ("mode", "MODE_SLOW", 1),
        ("mode", libocd.EnumValue(7, "MODE_FAST"), 7),
        ("wide", math.inf, math.inf),
        ("u8", "0x41", 0x41),
        ("bits.c", 3, 3),
        ("list->value", 9, 9),
    ],
)
def test_values_are_written_by_their_type(values, name, value, expected):
    values.write_value(name, value, verify=True)
    assert values.read_value(name) == expected


def test_arrays_and_text_are_written(values):
    values.write_value("array", [5, 4, 3, 2, 1])
    assert list(values.read_value("array")) == [5, 4, 3, 2, 1]
    values.write_value("matrix[1]", (1, 2, 3, 4))
    assert list(values.read_value("matrix[1]")) == [1, 2, 3, 4]
    values.write_value("word", 'a"\\')
    assert values.read_value("word") == 'a"\\'
    values.write_value("word", b"\x01x")
    assert values.read_value("word") == "\x01x"


@pytest.mark.skipif(numpy is None, reason="needs NumPy")
def test_numbers_and_arrays_of_numpy_are_written(values):
    values.write_value("number", numpy.int32(-7))
    assert values.read_value("number") == -7
    values.write_value("single", numpy.float32(0.5))
    assert values.read_value("single") == 0.5
    values.write_value("truth", numpy.bool_(False))
    assert values.read_value("truth") is False
    values.write_value("array", numpy.arange(5))
    assert values.read_value("array").tolist() == [0, 1, 2, 3, 4]


def test_what_cannot_be_written_is_refused(values):
    with pytest.raises(ValueError, match="256 does not fit"):
        values.write_value("u8", 256)
    with pytest.raises(TypeError, match="write its members"):
        values.write_value("nested.at", {"x": 1})
    with pytest.raises(TypeError, match="a object cannot be written"):
        values.write_value("number", object())
    with pytest.raises(libocd.SymbolError):
        values.write_value("mode", "MODE_NOPE")
    with pytest.raises(TypeError, match="unexpected keyword argument 'skip_unreadable'"):
        values.write_value("number", 1, skip_unreadable=True)


def test_failures_say_what_and_where(values):
    with pytest.raises(libocd.SymbolError, match="no such name: nope") as caught:
        values.read_value("nope")
    assert caught.value.code == libocd.ErrorCode.NO_SYMBOL
    with pytest.raises(libocd.SymbolError) as caught:
        values.read_value("same")
    assert "other.c:7" in caught.value.message
    with pytest.raises(ValueError, match="invalid expression"):
        values.read_value("number +")
    with pytest.raises(libocd.TargetError) as caught:
        values.read_value("*(int *)0x60000000")
    assert caught.value.address == 0x60000000
    with pytest.raises(TypeError, match="expression must be a str"):
        values.read_value(3)


def test_without_an_elf_file_names_are_refused(ocd, tmp_path):
    with pytest.raises(ValueError, match=r"call symbols\(\) first"):
        ocd.read_value("tick")
    with pytest.raises(TypeError):
        ocd.symbols()
    with pytest.raises(libocd.FileError, match="No such file"):
        ocd.symbols(tmp_path / "none.elf")
    with pytest.raises(libocd.FileError, match="no ELF file"):
        ocd.symbols(__file__)


def test_symbols_are_found_and_listed(ocd):
    symbols = ocd.symbols(SIM)
    motor = symbols.find("motor")
    assert (motor.addr, motor.size, motor.kind) == (0x20004F18, 20, "variable")
    assert motor.type == "volatile struct motor" and motor.file.endswith("firmware.c")
    assert [s.name for s in symbols.list("m*r")] == ["mem_manage_handler", "motor"]
    assert symbols.at(0x20004F1C) == (motor, 4)
    assert symbols.at(0x60000000) is None
    assert "float kp" in symbols.layout("struct pid")
    with pytest.raises(libocd.SymbolError):
        symbols.find("nope")
    assert str(SIM) in repr(symbols)


def test_the_right_program_gives_no_warning(ocd):
    ocd.symbols(SIM)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ocd.read_value("motor.pid.ki") == 0.5


def test_another_program_gives_one_warning(ocd):
    ocd.symbols(PROGRAM)
    with pytest.warns(libocd.ProgramWarning, match="another program") as caught:
        ocd.read_value("u8")
        ocd.read_value("u8")
    assert len(caught) == 1


def test_a_warning_may_be_an_error(ocd):
    ocd.symbols(PROGRAM)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(libocd.ProgramWarning):
            ocd.read_value("u8")
    assert isinstance(ocd.read_value("u8"), int)


@asynchronous
async def test_values_can_be_awaited(port):
    async with libocd.Session.connect(port=port) as ocd:
        await ocd.memory.write_bytes(RAM, contents(PROGRAM))
        ocd.symbols(PROGRAM, check=False)
        number, text, at = await asyncio.gather(
            ocd.read_value("number"), ocd.print("list->value"), ocd.read_value("nested.at")
        )
        assert (number, text, at.y) == (-123456789, "1", 2)
        await ocd.write_value("number", 1)
        assert await ocd.read_value("number") == 1
        task = asyncio.ensure_future(ocd.read_value("list->next->value"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await ocd.read_value("number") == 1
