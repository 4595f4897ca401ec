# SPDX-License-Identifier: MIT
"""The buffer protocol: bytes, arrays, NumPy."""

import array
import mmap
import sys

import pytest
from conftest import FLASH, FLASH_SIZE, RAM, VECTORS

numpy = pytest.importorskip("numpy")


def test_read_into_fills_any_writable_buffer(ocd):
    whole = ocd.memory.read_bytes(FLASH, 4096)
    for buffer in (
        bytearray(4096),
        memoryview(bytearray(4096)),
        array.array("I", bytes(4096)),
        numpy.zeros(4096, numpy.uint8),
        numpy.zeros((32, 32), numpy.uint32),
        numpy.zeros(512, numpy.float64),
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
    values = numpy.zeros(8, numpy.uint32)
    ocd.memory.read_into(FLASH, values, width=32)
    assert values.tolist() == VECTORS


def test_typed_reads_need_a_buffer_that_fits(ocd):
    for buffer, width in ((bytearray(6), 32), (memoryview(bytearray(9))[1:], 32)):
        with pytest.raises(ValueError, match="buffer must be aligned to 4 bytes"):
            ocd.memory.read_into(FLASH, buffer, width=width)
    with pytest.raises(ValueError, match="width must be 8, 16, 32 or 64, not 24"):
        ocd.memory.read_into(FLASH, bytearray(6), width=24)


def test_write_bytes_takes_any_contiguous_buffer(ocd):
    for data in (
        bytearray(b"abcdefgh"),
        memoryview(b"abcdefgh"),
        memoryview(b"..abcdefgh..")[2:10],
        array.array("H", b"abcdefgh"),
        numpy.frombuffer(b"abcdefgh", numpy.uint8),
        numpy.frombuffer(b"abcdefgh", numpy.float32),
    ):
        ocd.memory.write_bytes(RAM, bytes(8))
        ocd.memory.write_bytes(RAM, data)
        assert ocd.memory.read_bytes(RAM, 8) == b"abcdefgh"
    with pytest.raises(TypeError, match="data must be bytes"):
        ocd.memory.write_bytes(RAM, numpy.zeros(8, numpy.uint8)[::2])


def test_typed_writes_take_arrays(ocd):
    for values in (
        array.array("I", [1, 2, 3]),
        numpy.array([1, 2, 3], numpy.uint32),
        numpy.array([1, 2, 3], numpy.int16),
        numpy.array([1, 2, 3], ">u4"),
        numpy.array([1, 9, 2, 9, 3, 9], numpy.uint32)[::2],
        [numpy.uint8(1), numpy.int64(2), 3],
    ):
        ocd.memory.write_u32(RAM, [0, 0, 0])
        ocd.memory.write_u32(RAM, values)
        assert ocd.memory.read_u32(RAM, 3) == [1, 2, 3]
    for width in (8, 16, 32, 64):
        write = getattr(ocd.memory, f"write_u{width}")
        read = getattr(ocd.memory, f"read_u{width}")
        write(RAM, numpy.arange(5, dtype=f"u{width // 8}"))
        assert read(RAM, 5) == [0, 1, 2, 3, 4]
    ocd.memory.write_u16(RAM, numpy.uint16(0xABCD))
    assert ocd.memory.read_u16(RAM) == [0xABCD]


def test_typed_writes_check_arrays(ocd):
    with pytest.raises(ValueError, match=r"values\[1\] must be from 0 to 0xFFFF"):
        ocd.memory.write_u16(RAM, numpy.array([1, 70000], numpy.uint32))
    with pytest.raises(ValueError, match=r"values\[0\] must be from 0"):
        ocd.memory.write_u32(RAM, numpy.array([-1], numpy.int32))
    with pytest.raises(TypeError, match=r"values\[0\] must be an integer"):
        ocd.memory.write_u32(RAM, numpy.array([1.0]))


def test_numpy_integers_are_integers(ocd):
    assert ocd.memory.read_u32(numpy.uint32(FLASH), numpy.int64(2)) == VECTORS[:2]


def test_search_takes_any_buffer(ocd):
    for pattern in (bytearray(b"\xde\xad"), memoryview(b"\xde\xad"), array.array("B", [0xDE, 0xAD])):
        assert len(ocd.memory.search(pattern, FLASH, FLASH + FLASH_SIZE)) == 6


def test_a_fill_is_a_byte_or_a_pattern(ocd):
    ocd.memory.fill(RAM, 7, 0x5A)
    ocd.memory.fill(RAM + 7, 7, b"\x01\x02\x03")
    assert ocd.memory.read_bytes(RAM, 14) == b"\x5a" * 7 + b"\x01\x02\x03\x01\x02\x03\x01"


def test_references_are_given_back(ocd):
    data, buffer, path = b"x" * 100, bytearray(100), "not there"
    before = [sys.getrefcount(each) for each in (data, buffer, path)]
    for _ in range(10):
        ocd.memory.write_bytes(RAM, data)
        ocd.memory.search(data, RAM, RAM + 1000)
        ocd.memory.read_into(RAM, buffer)
        with pytest.raises(TypeError):
            ocd.memory.write_bytes(RAM, data, path=path)
    assert [sys.getrefcount(each) for each in (data, buffer, path)] == before
