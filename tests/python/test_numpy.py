# SPDX-License-Identifier: MIT
"""NumPy's arrays and numbers."""

import sys

import pytest
from conftest import FLASH, NOWHERE, RAM, VECTORS

import libocd

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize("shape, kind", [(4096, "u1"), ((32, 32), "u4"), (512, "f8"), (0, "u4")])
def test_reads_go_into_arrays(ocd, shape, kind):
    values = numpy.zeros(shape, kind)
    ocd.memory.read_into(FLASH, values)
    assert values.tobytes() == ocd.memory.read_bytes(FLASH, values.nbytes)


def test_typed_reads_go_into_arrays(ocd):
    values = numpy.zeros(8, numpy.uint32)
    ocd.memory.read_into(FLASH, values, width=32)
    assert values.tolist() == VECTORS


@pytest.mark.parametrize("kind", ["=u4", "=i4", "=f4", "u1", "i1"])
def test_typed_reads_go_into_arrays_of_32_bits_or_bytes(ocd, kind):
    values = numpy.zeros(16 // numpy.dtype(kind).itemsize, kind)
    ocd.memory.read_into(FLASH, values, width=32)
    assert values.view("=u4").tolist() == VECTORS[:4]


SWAPPED = ">" if sys.byteorder == "little" else "<"


OTHERS = [SWAPPED + "u4", SWAPPED + "f4", "u2", "u8", "f8", "?", "S4", "c8"]


@pytest.mark.parametrize("kind", OTHERS)
def test_typed_reads_refuse_arrays_that_would_hold_other_numbers(ocd, kind):
    values = numpy.zeros(4, kind)
    with pytest.raises(TypeError, match="buffer must hold numbers of 32 bits in this machine"):
        ocd.memory.read_into(FLASH, values, width=32)
    assert not any(values.tobytes())
    # Without a width it is memory as it is.
    ocd.memory.read_into(FLASH, values)
    assert values.tobytes() == ocd.memory.read_bytes(FLASH, values.nbytes)


def test_typed_reads_refuse_arrays_with_gaps_or_in_columns_and_read_only_ones(ocd):
    frozen = numpy.zeros(4, "u4")
    frozen.flags.writeable = False
    for values in (numpy.zeros(8, "u4")[::2], numpy.zeros((2, 2), "u4", order="F"), frozen):
        with pytest.raises(TypeError, match="buffer must be a writable, contiguous buffer"):
            ocd.memory.read_into(FLASH, values, width=32)


def test_arrays_of_python_objects_are_refused(ocd):
    for values in (numpy.array([None, 1], object), numpy.zeros(2, [("a", "u4"), ("o", object)])):
        with pytest.raises(TypeError, match="must not hold Python objects"):
            ocd.memory.read_into(FLASH, values)
        with pytest.raises(TypeError, match="must not hold Python objects"):
            ocd.memory.write_bytes(RAM, values)


def test_single_numbers_are_not_accepted_as_data(ocd):
    # Each offers its 1 to 8 bytes as a buffer.
    for number in (numpy.uint8(1), numpy.int64(5), numpy.float32(1)):
        with pytest.raises(TypeError, match="data must be bytes or another contiguous buffer"):
            ocd.memory.write_bytes(RAM, number)
        with pytest.raises(TypeError, match="pattern must be bytes"):
            ocd.memory.search(number, FLASH, FLASH + 16)
    with pytest.raises(TypeError, match="pattern must be"):
        ocd.memory.fill(RAM, 16, numpy.float64(0))
    record = numpy.array([(1, 2)], [("a", "<u2"), ("b", "<u2")])[0]
    ocd.memory.write_bytes(RAM, record)
    assert ocd.memory.read_bytes(RAM, 4) == b"\1\0\2\0"


def test_arrays_of_bytes_are_not_accepted_as_wider_values(ocd):
    for kind in ("u1", "i1"):
        with pytest.raises(TypeError, match="values must not be bytes"):
            ocd.memory.write_u32(RAM, numpy.array([1, 2, 3], kind))
    ocd.memory.write_u32(RAM, numpy.uint8(200))
    assert ocd.memory.read_u32(RAM) == [200]


def test_what_was_read_before_a_failure_is_in_the_array(ocd):
    values = numpy.full(16, 0x55, numpy.uint8)
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_into(0x0801FFFC, values)
    assert caught.value.done == 4
    assert values[:4].tobytes() == b"\xde\xad\xbe\xef"


def test_arrays_are_written_as_bytes(ocd):
    for kind in (numpy.uint8, numpy.float32):
        ocd.memory.write_bytes(RAM, bytes(8))
        ocd.memory.write_bytes(RAM, numpy.frombuffer(b"abcdefgh", kind))
        assert ocd.memory.read_bytes(RAM, 8) == b"abcdefgh"
    with pytest.raises(TypeError, match="data must be bytes or another contiguous buffer"):
        ocd.memory.write_bytes(RAM, numpy.zeros(8, numpy.uint8)[::2])
    with pytest.raises(TypeError, match="buffer must be a writable, contiguous buffer"):
        ocd.memory.read_into(RAM, numpy.frombuffer(b"abcdefgh", numpy.uint8))


def test_arrays_are_written_as_values(ocd):
    for values in (
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
        getattr(ocd.memory, f"write_u{width}")(RAM, numpy.arange(5, dtype=f"u{width // 8}"))
        assert getattr(ocd.memory, f"read_u{width}")(RAM, 5) == [0, 1, 2, 3, 4]


def test_values_are_checked(ocd):
    with pytest.raises(ValueError, match=r"values\[1\] must be from 0 to 0xFFFF"):
        ocd.memory.write_u16(RAM, numpy.array([1, 70000], numpy.uint32))
    with pytest.raises(ValueError, match=r"values\[0\] must be from 0"):
        ocd.memory.write_u32(RAM, numpy.array([-1], numpy.int32))
    with pytest.raises(TypeError, match=r"values\[0\] must be an integer"):
        ocd.memory.write_u32(RAM, numpy.array([1.0]))


def test_single_numbers_are_accepted_as_integers(ocd):
    assert ocd.memory.read_u32(numpy.uint32(FLASH), numpy.int64(2)) == VECTORS[:2]
    ocd.memory.write_u16(RAM, numpy.uint16(0xABCD))
    ocd.memory.write_u16(RAM + 2, numpy.int64(5))
    assert ocd.memory.read_u16(RAM, 2) == [0xABCD, 5]
    ocd.memory.fill(RAM, 3, numpy.int64(7))
    ocd.memory.fill(RAM + 3, 4, numpy.array([1, 2], numpy.uint8))
    assert ocd.memory.read_bytes(RAM, 7) == b"\7\7\7\1\2\1\2"


def test_a_failed_read_releases_the_array(ocd):
    values = numpy.zeros(4, numpy.uint8)
    with pytest.raises(libocd.TargetError):
        ocd.memory.read_into(NOWHERE, values)
    values.resize(8, refcheck=False)
