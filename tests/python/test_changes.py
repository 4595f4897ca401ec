# SPDX-License-Identifier: MIT
"""Bits, lists of writes, flash from memory, and erased flash."""

import pytest
from conftest import FLASH, FLASH_SIZE, NOWHERE, RAM, asynchronous

import libocd
from libocd import Region, Session

SECTOR = 1024
AT = FLASH + 0x18000


def test_bits_are_set_and_cleared(ocd):
    ocd.memory.write_u32(RAM, 0x80000010)
    assert ocd.memory.set_bits(RAM, 3) == 0x80000010
    assert ocd.memory.clear_bits(RAM, 0x80000001, verify=True) == 0x80000013
    assert ocd.memory.modify(RAM, clear=0xF, set=0x5) == 0x12
    assert ocd.memory.read_u32(RAM) == [0x15]
    assert ocd.memory.set_bits(RAM, 0x80, width=8) == 0x15
    assert ocd.memory.set_bits(RAM, 1 << 63, width=64) & 0xFF == 0x95
    assert ocd.memory.read_u32(RAM)[0] == 0x95


def test_wrong_masks_are_refused(ocd):
    with pytest.raises(ValueError, match="set must be from 0 to 0xFF"):
        ocd.memory.set_bits(RAM, 0x100, width=8)
    with pytest.raises(ValueError, match="width must be 8, 16, 32 or 64, not 24"):
        ocd.memory.clear_bits(RAM, 1, width=24)
    with pytest.raises(libocd.TargetError):
        ocd.memory.modify(NOWHERE, set=1)


def test_many_writes_of_any_width(ocd):
    ocd.memory.fill(RAM, 64, 0)
    items = [(RAM, 32, 0x11223344), (RAM + 4, 8, [1, 2]), (RAM + 8, 64, (3,)), (RAM + 6, 16, 0x55)]
    assert ocd.memory.write_many(iter(items)) is None
    assert ocd.memory.read_bytes(RAM, 16) == bytes.fromhex("44332211010255000300000000000000")


def test_a_refused_write_says_how_many_are_written(ocd):
    ocd.memory.fill(RAM, 64, 0)
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.write_many([(RAM, 32, 1), (NOWHERE, 32, 2), (RAM + 4, 32, 3)])
    assert caught.value.address == NOWHERE
    assert caught.value.done == 1
    assert ocd.memory.read_u32(RAM, 2) == [1, 0]


@pytest.mark.parametrize(
    "items, wrong",
    [
        (5, "items must be a sequence of tuples, not int"),
        ([(RAM, 32)], r"items are \(addr, width, values\)"),
        ([[RAM, 32, 1]], r"each item must be a tuple \(addr, width, values\), not list"),
        ([(RAM, 32, "x")], "values must be an integer or a sequence of integers, not str"),
        ([(RAM, 32, [1, None])], r"values\[1\] must be an integer"),
        ([(RAM, 32, b"abcd")], "values must not be bytes"),
        ([(RAM, 8, b"a"), (RAM, 16, bytearray(2))], "values must not be bytes"),
    ],
)
def test_items_of_wrong_types_are_refused(ocd, items, wrong):
    with pytest.raises(TypeError, match=wrong):
        ocd.memory.write_many(items)


def test_values_that_do_not_fit_are_refused(ocd):
    with pytest.raises(ValueError, match=r"values\[0\] must be from 0 to 0xFF, not 0x100"):
        ocd.memory.write_many([(RAM, 8, 0x100)])
    with pytest.raises(ValueError, match="width must be 8, 16, 32 or 64"):
        ocd.memory.write_many([(RAM, 12, 1)])


def test_data_are_loaded_into_flash_without_a_file(ocd):
    ocd.target.halt()
    ocd.memory.erase(AT, SECTOR)
    ocd.memory.load_data(b"calibration", AT + 100, format="bin")
    (region,) = ocd.memory.load_data(bytearray(b"SN-42"), AT, format="bin", keep=True, verify=True)
    assert (region.same_sectors, region.other_bytes, region.other_addr) == (0, 11, AT + 100)
    assert ocd.memory.read_bytes(AT, 5) == b"SN-42"
    assert ocd.memory.read_bytes(AT + 100, 11) == b"calibration"
    (region,) = ocd.memory.load_data(b"SN-42", AT, format="bin")
    assert region.same_sectors == 1
    hexfile = b":0400000001020304F2\n:00000001FF\n"
    ocd.memory.load_data(hexfile, RAM)
    assert ocd.memory.read_bytes(RAM, 4) == b"\1\2\3\4"


def test_malformed_data_are_refused(ocd):
    with pytest.raises(libocd.OpenOCDError, match="checksum"):
        ocd.memory.load_data(b":0400000001020304F3\n:00000001FF\n", RAM)
    with pytest.raises(TypeError, match="data must be bytes"):
        ocd.memory.load_data("text", RAM)


def test_flash_is_erased_by_sectors(ocd):
    ocd.target.halt()
    ocd.memory.load_data(b"data", AT, format="bin")
    assert ocd.memory.erase(AT, 4, whole_sectors=True) == [
        Region(AT, SECTOR, 0, True, 0, AT, SECTOR, 1)
    ]
    assert ocd.memory.read_bytes(AT, 4) == b"\xff\xff\xff\xff"
    with pytest.raises(ValueError, match="whole sectors"):
        ocd.memory.erase(AT, 4)
    (region,) = ocd.memory.erase_all(dry_run=True)
    assert region.size == FLASH_SIZE


def test_ranges_can_be_ignored(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"serial 0000")
    ocd.memory.write_bytes(RAM, b"serial 1234")
    ocd.memory.verify(path, RAM, ignore=[(RAM + 7, 4)])
    with pytest.raises(libocd.MismatchError):
        ocd.memory.verify(path, RAM, ignore=[(RAM + 7, 3)])


@asynchronous
async def test_changes_awaited(port):
    async with Session.connect(port=port) as ocd:
        await ocd.memory.write_many([(RAM, 32, 6)])
        assert await ocd.memory.set_bits(RAM, 1) == 6
        await ocd.target.halt()
        assert len(await ocd.memory.erase(AT, SECTOR, dry_run=True)) == 1
        assert len(await ocd.memory.load_data(b"x", AT, format="bin", dry_run=True)) == 1
