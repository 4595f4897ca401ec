# SPDX-License-Identifier: MIT
"""The buffer protocol: bytes, arrays, memory maps."""

import array
import ctypes
import mmap
import struct
import sys

import pytest
from conftest import FLASH, FLASH_SIZE, RAM


def test_read_into_fills_any_writable_buffer(ocd):
    whole = ocd.memory.read_bytes(FLASH, 4096)
    for buffer in (
        bytearray(4096),
        memoryview(bytearray(4096)),
        array.array("I", bytes(4096)),
        mmap.mmap(-1, 4096),
    ):
        assert ocd.memory.read_into(FLASH, buffer) is None
        assert bytes(memoryview(buffer).cast("B")) == whole


def test_read_into_a_part_leaves_the_rest(ocd):
    buffer = bytearray(b"\xaa" * 12)
    ocd.memory.read_into(FLASH, memoryview(buffer)[4:8])
    assert buffer == b"\xaa" * 4 + ocd.memory.read_bytes(FLASH, 4) + b"\xaa" * 4


def test_read_into_does_not_copy(ocd):
    # The buffer is held while the call is under way, and let go afterwards.
    held = []
    buffer = bytearray(FLASH_SIZE)

    def progress(done, total):
        try:
            buffer.append(0)
        except BufferError:
            held.append(done)

    ocd.memory.read_into(FLASH, buffer, progress=progress)
    assert held
    assert len(buffer) == FLASH_SIZE
    buffer.append(0)


def test_typed_reads_go_into_arrays(ocd):
    for width, code in ((8, "B"), (16, "H"), (32, "I"), (64, "Q")):
        values = array.array(code, [0] * 16)
        ocd.memory.read_into(FLASH, values, width=width)
        assert values.tolist() == getattr(ocd.memory, f"read_u{width}")(FLASH, 16)


def test_typed_reads_need_a_buffer_that_fits(ocd):
    for buffer, width in ((bytearray(6), 32), (memoryview(bytearray(9))[1:], 32)):
        with pytest.raises(ValueError, match="buffer must be aligned to 4 bytes"):
            ocd.memory.read_into(FLASH, buffer, width=width)
    with pytest.raises(ValueError, match="width must be 8, 16, 32 or 64, not 24"):
        ocd.memory.read_into(FLASH, bytearray(6), width=24)


def test_typed_reads_go_into_signed_numbers_floats_and_bytes(ocd):
    ocd.memory.write_u32(RAM, [0xFFFFFFFE, 0x3F800000])
    for buffer in (
        array.array("i", [0, 0]),
        array.array("f", [0, 0]),
        bytearray(8),
        (ctypes.c_uint32 * 2)(),
    ):
        ocd.memory.read_into(RAM, buffer, width=32)
        assert bytes(memoryview(buffer).cast("B")) == struct.pack("=2I", 0xFFFFFFFE, 0x3F800000)


def test_typed_reads_refuse_items_of_another_width_or_byte_order(ocd):
    little = sys.byteorder == "little"
    swapped = ctypes.c_uint32.__ctype_be__ if little else ctypes.c_uint32.__ctype_le__
    for buffer in (
        array.array("H", [1] * 4),
        array.array("Q", [1] * 2),
        array.array("d", [1] * 2),
        (swapped * 4)(1, 1, 1, 1),
        (ctypes.c_bool * 4)(),
    ):
        before = bytes(memoryview(buffer).cast("B"))
        with pytest.raises(TypeError, match="buffer must hold numbers of 32 bits in this machine"):
            ocd.memory.read_into(FLASH, buffer, width=32)
        assert bytes(memoryview(buffer).cast("B")) == before
        ocd.memory.read_into(FLASH, buffer)
        assert bytes(memoryview(buffer).cast("B")) == ocd.memory.read_bytes(FLASH, len(before))


def test_buffers_that_hold_python_objects_are_refused(ocd):
    objects = (ctypes.py_object * 2)("a", "b")
    with pytest.raises(TypeError, match="buffer must not hold Python objects"):
        ocd.memory.read_into(FLASH, objects)
    with pytest.raises(TypeError, match="data must not hold Python objects"):
        ocd.memory.write_bytes(RAM, objects)
    assert list(objects) == ["a", "b"]


def test_a_structure_is_read_into_and_written(ocd):
    class Header(ctypes.LittleEndianStructure):
        _fields_ = [("Offset", ctypes.c_uint32), ("size", ctypes.c_uint16)]

    ocd.memory.write_bytes(RAM, Header(0x12345678, 0xABCD))
    header = Header()
    ocd.memory.read_into(RAM, header)
    assert (header.Offset, header.size) == (0x12345678, 0xABCD)


def test_a_refused_buffer_says_why(ocd):
    for data, words in ((memoryview(b"abcd")[::2], "not C-contiguous"), (5, "bytes-like object")):
        with pytest.raises(TypeError, match=words):
            ocd.memory.write_bytes(RAM, data)
    with pytest.raises(TypeError, match="not writable"):
        ocd.memory.read_into(RAM, b"abcd")


def test_write_bytes_takes_any_contiguous_buffer(ocd):
    for data in (
        bytearray(b"abcdefgh"),
        memoryview(b"abcdefgh"),
        memoryview(b"..abcdefgh..")[2:10],
        array.array("H", b"abcdefgh"),
    ):
        ocd.memory.write_bytes(RAM, bytes(8))
        ocd.memory.write_bytes(RAM, data)
        assert ocd.memory.read_bytes(RAM, 8) == b"abcdefgh"
    with pytest.raises(TypeError, match="data must be bytes"):
        ocd.memory.write_bytes(RAM, memoryview(b"abcdefgh")[::2])


def test_typed_writes_take_arrays(ocd):
    for width, code in ((8, "B"), (16, "H"), (32, "I"), (64, "Q")):
        getattr(ocd.memory, f"write_u{width}")(RAM, array.array(code, [1, 2, 3]))
        assert getattr(ocd.memory, f"read_u{width}")(RAM, 3) == [1, 2, 3]
    for values in (
        array.array("h", [1, 2, 3]),
        array.array("Q", [1, 2, 3]),
        memoryview(array.array("I", [9, 1, 2, 3]))[1:],
        memoryview(array.array("I", [1, 9, 2, 9, 3, 9]))[::2],
    ):
        ocd.memory.write_u32(RAM, [0, 0, 0])
        ocd.memory.write_u32(RAM, values)
        assert ocd.memory.read_u32(RAM, 3) == list(values)


def test_typed_writes_check_arrays(ocd):
    with pytest.raises(ValueError, match=r"values\[1\] must be from 0 to 0xFFFF"):
        ocd.memory.write_u16(RAM, array.array("I", [1, 70000]))
    with pytest.raises(ValueError, match=r"values\[0\] must be from 0"):
        ocd.memory.write_u32(RAM, array.array("i", [-1]))
    with pytest.raises(TypeError, match=r"values\[0\] must be an integer"):
        ocd.memory.write_u32(RAM, array.array("d", [1.0]))


@pytest.mark.parametrize("width", [16, 32, 64])
@pytest.mark.parametrize(
    "data",
    [
        b"abcd",
        bytearray(b"abcd"),
        memoryview(b"abcd"),
        memoryview(b"abcd")[::2],
        array.array("b", b"abcd"),
        (ctypes.c_char * 4)(*b"abcd"),
        b"",
    ],
    ids=lambda data: type(data).__name__,
)
def test_typed_writes_wider_than_a_byte_refuse_bytes(ocd, width, data):
    ocd.memory.fill(RAM, 64, 0x55)
    with pytest.raises(TypeError, match="values must not be bytes: write_bytes writes them"):
        getattr(ocd.memory, f"write_u{width}")(RAM, data)
    assert ocd.memory.read_bytes(RAM, 64) == b"\x55" * 64


def test_typed_writes_of_bytes_take_bytes(ocd):
    for data in (b"abcd", bytearray(b"abcd"), memoryview(b"a.b.c.d.")[::2]):
        ocd.memory.write_u32(RAM, 0)
        ocd.memory.write_u8(RAM, data)
        assert ocd.memory.read_bytes(RAM, 4) == b"abcd"


def test_values_without_an_order_are_refused(ocd):
    for values in ({1, 2}, frozenset([1, 2]), {1: 2}):
        with pytest.raises(TypeError, match="values must be an integer or a sequence of integers"):
            ocd.memory.write_u32(RAM, values)


def test_search_takes_any_buffer(ocd):
    marker = b"\xde\xad"
    for pattern in (bytearray(marker), memoryview(marker), array.array("B", marker)):
        assert len(ocd.memory.search(pattern, FLASH, FLASH + FLASH_SIZE)) == 6


def test_a_fill_is_a_byte_or_a_pattern(ocd):
    ocd.memory.fill(RAM, 7, 0x5A)
    ocd.memory.fill(RAM + 7, 7, b"\x01\x02\x03")
    assert ocd.memory.read_bytes(RAM, 14) == b"\x5a" * 7 + b"\x01\x02\x03\x01\x02\x03\x01"


def test_references_are_released(ocd):
    data, buffer, path = b"x" * 100, bytearray(100), "not there"
    before = [sys.getrefcount(each) for each in (data, buffer, path)]
    for _ in range(10):
        ocd.memory.write_bytes(RAM, data)
        ocd.memory.search(data, RAM, RAM + 1000)
        ocd.memory.read_into(RAM, buffer)
        with pytest.raises(TypeError):
            ocd.memory.write_bytes(RAM, data, path=path)
    assert [sys.getrefcount(each) for each in (data, buffer, path)] == before
