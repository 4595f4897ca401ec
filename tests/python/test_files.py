# SPDX-License-Identifier: MIT
"""Files into memory, compared with it, and made from it."""

import pytest
from conftest import FLASH, FLASH_SIZE, RAM, asynchronous

import libocd
from libocd import Difference, Region, Session

DATA = bytes(range(256)) * 4


def test_a_raw_file_is_loaded_and_verified(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(DATA)
    assert ocd.memory.load(path, RAM) == [Region(RAM, 1024, 1024, False, None, 0, 0, 0)]
    assert ocd.memory.read_bytes(RAM, 1024) == DATA
    assert ocd.memory.verify(path, RAM) is None
    assert ocd.memory.verify(path, offset=RAM) is None


def test_a_file_without_data_is_refused_unless_allowed(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(b"")
    with pytest.raises(libocd.OpenOCDError, match="the file holds no data"):
        ocd.memory.load(path, RAM, verify=True)
    with pytest.raises(libocd.OpenOCDError, match="the file holds no data"):
        ocd.memory.verify(path, RAM)
    assert ocd.memory.load(path, RAM, allow_empty=True) == []
    assert ocd.memory.verify(path, RAM, allow_empty=True) is None


def test_every_difference_is_reported(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(DATA)
    ocd.memory.write_bytes(RAM, DATA)
    ocd.memory.write_u8(RAM + 16, [0xFF, 0xFE])
    ocd.memory.write_u8(RAM + 1023, 0x55)
    with pytest.raises(libocd.MismatchError) as caught:
        ocd.memory.verify(path, RAM)
    assert isinstance(caught.value, libocd.TargetError)
    assert caught.value.address == RAM + 16
    assert caught.value.partial == [
        Difference(RAM + 16, 2, b"\x10\x11", b"\xff\xfe"),
        Difference(RAM + 1023, 1, b"\xff", b"\x55"),
    ]
    assert ocd.memory.read_bytes(RAM, 16) == DATA[:16]


def test_a_dry_run_returns_the_regions(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(DATA)
    ocd.memory.fill(RAM, 1024, 0)
    assert [region.addr for region in ocd.memory.load(path, RAM, dry_run=True)] == [RAM]
    assert ocd.memory.read_bytes(RAM, 1024) == bytes(1024)
    (region,) = ocd.memory.load(path, FLASH + 0x10000, dry_run=True)
    assert region.flash
    assert (region.addr, region.size, region.bank) == (FLASH + 0x10000, 1024, 0)
    assert region.erase_addr == FLASH + 0x10000
    assert region.sectors >= 1


def test_flash_is_programmed(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(DATA)
    ocd.target.halt()
    before = ocd.memory.read_bytes(FLASH + 0x18000, 1024)
    (region,) = ocd.memory.load(path, FLASH + 0x18000, where="flash", verify=True)
    assert region.flash
    assert ocd.memory.read_bytes(FLASH + 0x18000, 1024) == DATA
    ocd.memory.verify(path, FLASH + 0x18000, fast=True)
    path.write_bytes(before)
    ocd.memory.load(path, FLASH + 0x18000)
    with pytest.raises(ValueError, match="flash"):
        ocd.memory.load(path, RAM, where="flash")


@pytest.mark.parametrize("name", ["x.hex", "x.s37", "x.txt"])
def test_ranges_go_into_a_file_and_back(ocd, tmp_path, name):
    path = tmp_path / name
    ocd.memory.write_bytes(RAM, DATA)
    form = "hexdump" if name == "x.txt" else None
    ocd.memory.dump_ranges([(RAM, 16), (RAM + 512, 100)], path, format=form)
    ocd.memory.fill(RAM, 1024, 0xEE)
    regions = ocd.memory.load(path, format=form)
    assert [(region.addr, region.size) for region in regions] == [(RAM, 16), (RAM + 512, 100)]
    assert ocd.memory.read_bytes(RAM, 1024) == (
        DATA[:16] + b"\xee" * 496 + DATA[512:612] + b"\xee" * 412
    )


def test_an_offset_moves_a_file(ocd, tmp_path):
    path = tmp_path / "x.hex"
    ocd.memory.write_bytes(RAM, DATA)
    ocd.memory.dump_ranges([(RAM, 64)], path)
    assert ocd.memory.load(path, 0x1000)[0].addr == RAM + 0x1000
    assert ocd.memory.read_bytes(RAM + 0x1000, 64) == DATA[:64]


def test_memory_is_copied(ocd):
    ocd.memory.write_bytes(RAM, DATA)
    ocd.memory.copy(RAM, RAM + 10, 1000)
    assert ocd.memory.read_bytes(RAM, 1010) == DATA[:10] + DATA[:1000]
    ocd.memory.copy(source=FLASH, destination=RAM, size=64, verify=True)
    assert ocd.memory.read_bytes(RAM, 64) == ocd.memory.read_bytes(FLASH, 64)


def test_malformed_files_are_file_errors(ocd, tmp_path):
    path = tmp_path / "x.hex"
    path.write_text(":00000001FE\n")
    with pytest.raises(libocd.FileError) as caught:
        ocd.memory.load(path)
    assert caught.value.code is libocd.ErrorCode.FORMAT
    with pytest.raises(OSError):
        ocd.memory.load(tmp_path / "missing.hex")
    with pytest.raises(OSError):
        ocd.memory.verify(tmp_path / "missing.hex")


def test_arguments_are_checked(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(DATA)
    memory = ocd.memory
    for call, exception, words in (
        (lambda: memory.load(1), TypeError, "path must be a str, bytes or os.PathLike, not int"),
        (lambda: memory.load(path), ValueError, ""),
        (lambda: memory.load(path, -1), ValueError, "offset must be from 0"),
        (lambda: memory.load(path, RAM, where="rom"), ValueError, "where must be one of auto"),
        (lambda: memory.load(path, RAM, format="doc"), ValueError, "format 'doc'"),
        (lambda: memory.load(path, RAM, sections="text"), TypeError, "sections must be a sequence"),
        (lambda: memory.load(path, RAM, sections=[1]), TypeError, "each section must be a str"),
        (lambda: memory.verify(path, "x"), TypeError, "offset must be an integer, not str"),
        (lambda: memory.dump_ranges([1], path), TypeError, "each range of ranges must be a tuple"),
        (lambda: memory.dump_ranges(1, path), TypeError, "ranges must be a sequence of tuples"),
        (lambda: memory.dump_ranges([(RAM, -1)], path), ValueError, "size must be from 0"),
        (lambda: memory.copy(-1, RAM, 4), ValueError, "source must be from 0"),
        (lambda: memory.copy(RAM, "x", 4), TypeError, "destination must be an integer, not str"),
        (lambda: memory.copy(RAM, RAM, -4), ValueError, "size must be from 0"),
    ):
        with pytest.raises(exception) as caught:
            call()
        assert words in str(caught.value)


def test_a_callback_that_raises_ends_the_loading(ocd, tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(16 * 1024))

    def stop(done, total):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ocd.memory.load(path, RAM, progress=stop)


@asynchronous
async def test_files_awaited(port, tmp_path):
    path = tmp_path / "flash.bin"
    async with Session.connect(port=port) as ocd:
        await ocd.memory.dump(FLASH, FLASH_SIZE, path)
        await ocd.memory.verify(path, FLASH)
        await ocd.memory.dump_ranges([(FLASH, 16)], tmp_path / "x.s37")
        path.write_bytes(DATA)
        assert (await ocd.memory.load(path, RAM))[0].size == 1024
        with pytest.raises(libocd.MismatchError):
            await ocd.memory.verify(path, RAM + 1)
