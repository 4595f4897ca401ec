# SPDX-License-Identifier: MIT
"""A wrong argument raises an exception that names it, before anything is sent."""

import array
import math

import pytest
from conftest import FLASH, RAM

import libocd

U64 = 1 << 64

# (method, arguments, exception, words of it)
CASES = [
    ("read_u32", (-1,), ValueError, "addr must be from 0 to 0xFFFFFFFFFFFFFFFF, not -0x1"),
    ("read_u32", (U64,), ValueError, "addr must be"),
    ("read_u32", ("0x20000000",), TypeError, "addr must be an integer, not str"),
    ("read_u32", (RAM + 0.0,), TypeError, "addr must be an integer, not float"),
    ("read_u32", (None,), TypeError, "addr must be an integer, not NoneType"),
    ("read_u8", (RAM, -1), ValueError, "count must be"),
    ("read_u8", (RAM, "1"), TypeError, "count must be an integer, not str"),
    ("read_u8", (U64 - 1, 2), ValueError, "addr and count: the range goes past the end"),
    ("read_u64", (U64 - 1,), ValueError, "addr and count"),
    ("read_u32", (RAM, 1 << 62), ValueError, "addr and count"),
    ("read_bytes", (RAM, -1), ValueError, "size must be"),
    ("read_bytes", (U64 - 2, 3), ValueError, "addr and size"),
    ("read_bytes", (RAM, b"1"), TypeError, "size must be an integer, not bytes"),
    ("write_u8", (RAM, 0x100), ValueError, "values must be from 0 to 0xFF, not 0x100"),
    ("write_u8", (RAM, [1, 2, -3]), ValueError, "values[2] must be from 0 to 0xFF, not -0x3"),
    ("write_u16", (RAM, [0, 0x10000]), ValueError, "values[1] must be from 0 to 0xFFFF"),
    ("write_u32", (RAM, -1), ValueError, "values must be"),
    ("write_u64", (RAM, U64), ValueError, "values must be"),
    ("write_u32", (RAM, 1.0), TypeError, "values must be an integer or a sequence"),
    ("write_u32", (RAM, [1, None]), TypeError, "values[1] must be an integer, not NoneType"),
    ("write_u32", (RAM, "12"), TypeError, "values must be an integer or a sequence"),
    ("write_u32", (RAM, None), TypeError, "values must be an integer or a sequence"),
    ("write_u32", (-4, 1), ValueError, "addr must be"),
    ("write_u16", (U64 - 2, [1, 2]), ValueError, "addr and values"),
    ("write_bytes", (RAM, "text"), TypeError, "data must be bytes or another contiguous buffer"),
    ("write_bytes", (RAM, [1, 2]), TypeError, "data must be bytes"),
    ("write_bytes", (RAM, 5), TypeError, "data must be bytes"),
    ("write_bytes", (-1, b""), ValueError, "addr must be"),
    ("write_bytes", (U64 - 1, b"12"), ValueError, "addr and data"),
    ("read_into", (RAM, b"1234"), TypeError, "buffer must be a writable"),
    ("read_into", (RAM, 4), TypeError, "buffer must be a writable"),
    ("read_into", (RAM, memoryview(bytearray(8))[::2]), TypeError, "buffer must be a writable"),
    ("read_into", (U64 - 1, bytearray(2)), ValueError, "addr and buffer"),
    ("hexdump", (RAM, -1), ValueError, "size must be"),
    ("search", ("text", FLASH, FLASH + 8), TypeError, "pattern must be bytes"),
    ("search", (b"", FLASH, FLASH + 8), ValueError, "pattern"),
    ("search", (b"x", FLASH + 8, FLASH), ValueError, "end must not be below start"),
    ("search", (b"x", -1, FLASH), ValueError, "start must be"),
    ("search", (b"x", FLASH, U64), ValueError, "end must be"),
    ("dump", (RAM, 4, 1), TypeError, "path must be a str, bytes or os.PathLike, not int"),
    ("dump", (RAM, 4, "a\0b"), ValueError, "path must not contain a null character"),
    ("dump", (RAM, -4, "x"), ValueError, "size must be"),
    ("fill", (RAM, 4, 0x100), ValueError, "pattern must be from 0 to 0xFF"),
    ("fill", (RAM, 4, "x"), TypeError, "pattern must be"),
    ("fill", (RAM, 4, b""), ValueError, "pattern"),
    ("read_many", (5,), TypeError, "items must be a sequence of tuples, not int"),
    ("read_many", ([RAM],), TypeError, "each item must be a tuple"),
    ("read_many", ([(RAM, 12)],), ValueError, "width must be 8, 16, 32 or 64, not 12"),
    ("read_many", ([(RAM, 32, -1)],), ValueError, "count must be"),
    ("read_many", ([(RAM, 32, 1, 1)],), TypeError, "items are (addr, width)"),
    ("read_many", ([(RAM, 32)], -1), ValueError, "merge_gap must be"),
]


@pytest.mark.parametrize("method, arguments, exception, words", CASES)
def test_a_bad_argument_is_named(ocd, method, arguments, exception, words):
    with pytest.raises(exception) as caught:
        getattr(ocd.memory, method)(*arguments)
    assert type(caught.value) is exception
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "keywords, exception, words",
    [
        ({"taget": "x"}, TypeError, "unexpected keyword argument 'taget'"),
        ({"verify": True}, TypeError, "unexpected keyword argument 'verify'"),
        ({"progress": print}, TypeError, "unexpected keyword argument 'progress'"),
        ({"target": 1}, TypeError, "target must be a str, not int"),
        ({"target": "a\0"}, ValueError, "target must not contain a null character"),
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": -1}, ValueError, "timeout must be more than 0"),
        ({"timeout": math.nan}, ValueError, "timeout must be more than 0"),
        ({"timeout": 1e10}, ValueError, "timeout must be more than 0"),
        ({"timeout": "1"}, TypeError, "timeout must be a number of seconds, not str"),
        ({"timeout": math.inf}, ValueError, "or None for no limit, not inf"),
        ({"deadline": 0}, ValueError, "deadline must be more than 0"),
    ],
)
def test_a_bad_setting_is_named(ocd, keywords, exception, words):
    with pytest.raises(exception) as caught:
        ocd.memory.read_u8(RAM, **keywords)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "keywords, exception, words",
    [
        ({"progress": 1}, TypeError, "progress must be callable, not int"),
        ({"unreadable": 1}, TypeError, "unreadable must be callable, not int"),
        ({"fill": 256}, ValueError, "fill must be from 0 to 0xFF"),
    ],
)
def test_a_bad_setting_of_bulk_calls_is_named(ocd, keywords, exception, words):
    with pytest.raises(exception) as caught:
        ocd.memory.read_bytes(RAM, 4, **keywords)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "keywords, exception, words",
    [
        ({"host": 1}, TypeError, "host must be a str, not int"),
        ({"host": "a\0b"}, ValueError, "host must not contain a null character"),
        ({"port": "6666"}, TypeError, "port must be an integer, not str"),
        ({"port": 0}, ValueError, "port must be from 0x1 to 0xFFFF"),
        ({"port": -1}, ValueError, "port must be from 0"),
        ({"port": 65536}, ValueError, "port must be from 0"),
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": "1"}, TypeError, "timeout must be a number of seconds"),
        ({"trace": 1}, TypeError, "trace must be callable, not int"),
        ({"writable": 1}, TypeError, "writable must be a sequence of tuples"),
        ({"writable": [1]}, TypeError, "each range of writable must be a tuple (addr, size)"),
        ({"writable": [(-1, 1)]}, ValueError, "addr must be"),
        ({"hots": "x"}, TypeError, "unexpected keyword argument 'hots'"),
    ],
)
def test_a_bad_option_is_named(keywords, exception, words):
    with pytest.raises(exception) as caught:
        libocd.Session.connect_sync(**keywords)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "arguments, exception, words",
    [
        ((1,), TypeError, "tcl must be a str, not int"),
        ((b"version",), TypeError, "tcl must be a str, not bytes"),
        (("a\0b",), ValueError, "tcl must not contain a null character"),
        (("\ud800",), ValueError, "tcl cannot be encoded as UTF-8"),
        (("x" * (4 << 20),), ValueError, "longer than OpenOCD accepts"),
    ],
)
def test_a_bad_command_is_refused(ocd, arguments, exception, words):
    with pytest.raises(exception) as caught:
        ocd.command(*arguments)
    assert words in str(caught.value)


def test_any_kind_of_integer_and_sequence_is_accepted(ocd):
    class Address:
        def __index__(self):
            return RAM

    ocd.memory.write_u32(Address(), (1, 2, 3))
    ocd.memory.write_u32(RAM + 12, range(4, 7))
    ocd.memory.write_u32(RAM + 24, (value for value in (7, 8)))
    ocd.memory.write_u32(RAM + 32, array.array("q", [9, 10]))
    ocd.memory.write_u8(RAM + 40, bytearray(b"\x0b\x00\x00\x00"))
    ocd.memory.write_u8(RAM + 44, True)
    assert ocd.memory.read_u32(RAM, 11) == list(range(1, 12))
    assert ocd.memory.read_u8(RAM + 44) == [1]


def test_empty_ranges_and_lists_do_nothing(ocd):
    assert ocd.memory.read_u32(RAM, 0) == []
    assert ocd.memory.read_bytes(RAM, 0) == b""
    ocd.memory.write_u32(RAM, [])
    ocd.memory.write_bytes(RAM, b"")
    ocd.memory.read_into(RAM, bytearray())
    ocd.memory.fill(RAM, 0, 1)
    assert ocd.memory.read_many([]) == []


def test_a_range_may_end_at_the_top_of_the_address_space(ocd):
    # It is refused by the target, not for its end.
    with pytest.raises(Exception) as caught:
        ocd.memory.read_u32(0xFFFFFFFC)
    assert isinstance(caught.value, libocd.TargetError)


def test_a_size_beyond_the_memory_is_a_memory_error(ocd):
    with pytest.raises(MemoryError):
        ocd.memory.read_bytes(0, 1 << 62)
    with pytest.raises(MemoryError):
        ocd.memory.read_u64(0, 1 << 60)
