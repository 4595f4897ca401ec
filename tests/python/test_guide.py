# SPDX-License-Identifier: MIT
"""Each call of the memory guide, awaited and blocking, as docs/python.md shows them."""

from pathlib import Path

import pytest
from conftest import FLASH, FLASH_SIZE, MARKER, MARKERS, RAM, VECTORS, asynchronous

from libocd import Session

DUMP = """\
08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|
08000010: AF 01 00 08 B1 01 00 08  B3 01 00 08 00 00 00 00  |................|
08000020: 00 00 00 00 00 00 00 00  00 00 00 00 B5 01 00 08  |................|
08000030: B7 01 00 08 00 00 00 00  B9 01 00 08 BB 01 00 08  |................|"""


@asynchronous
async def test_a_session_is_entered_awaited_and_entered_or_awaited(port):
    async with Session.connect(port=port) as ocd:
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]
    assert ocd.closed
    async with await Session.connect("localhost", port, 60.0) as ocd:
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]
    assert ocd.closed
    ocd = await Session.connect(host="127.0.0.1", port=port, timeout=60)
    assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]
    await ocd.close()
    assert ocd.closed
    await ocd.close()


def test_a_blocking_session_is_entered_or_used_plainly(port):
    with Session.connect_sync(port=port) as ocd:
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
    assert ocd.closed
    ocd = Session.connect_sync("127.0.0.1", port, 60.0)
    assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
    ocd.close()
    ocd.close()
    assert ocd.closed


@asynchronous
async def test_typed_reads_awaited(port):
    async with Session.connect(port=port) as ocd:
        assert await ocd.memory.read_u32(FLASH, count=8) == VECTORS
        assert await ocd.memory.read_u32(FLASH, 8) == VECTORS
        assert await ocd.memory.read_u16(FLASH, count=4) == [0x5000, 0x2000, 0x01A1, 0x0800]
        assert await ocd.memory.read_u8(FLASH, count=5) == [0x00, 0x50, 0x00, 0x20, 0xA1]
        assert await ocd.memory.read_u64(FLASH, count=2) == [
            0x080001A1_20005000,
            0x080001AD_080001AB,
        ]
        assert await ocd.memory.read_u64(addr=FLASH) == [0x080001A1_20005000]
        for read in (ocd.memory.read_u8, ocd.memory.read_u16, ocd.memory.read_u64):
            assert len(await read(FLASH)) == 1


def test_typed_reads_blocking(ocd):
    assert ocd.memory.read_u32(FLASH, count=8) == VECTORS
    assert ocd.memory.read_u32(FLASH, 8) == VECTORS
    assert ocd.memory.read_u16(FLASH, count=4) == [0x5000, 0x2000, 0x01A1, 0x0800]
    assert ocd.memory.read_u8(FLASH, count=5) == [0x00, 0x50, 0x00, 0x20, 0xA1]
    assert ocd.memory.read_u64(FLASH, count=2) == [0x080001A1_20005000, 0x080001AD_080001AB]
    for read in (ocd.memory.read_u8, ocd.memory.read_u16, ocd.memory.read_u64):
        assert len(read(addr=FLASH)) == 1


def test_the_values_are_ints_in_a_list(ocd):
    values = ocd.memory.read_u32(FLASH, 2)
    assert type(values) is list
    assert [type(value) for value in values] == [int, int]


@asynchronous
async def test_bytes_awaited(port):
    async with Session.connect(port=port) as ocd:
        data = await ocd.memory.read_bytes(FLASH, 1024)
        assert type(data) is bytes
        assert len(data) == 1024
        assert data[:4].hex() == "00500020"
        assert await ocd.memory.write_bytes(RAM, b"Hello, target!") is None
        assert await ocd.memory.read_bytes(RAM, 14) == b"Hello, target!"


def test_bytes_blocking(ocd):
    data = ocd.memory.read_bytes(FLASH, 1024)
    assert type(data) is bytes
    assert len(data) == 1024
    assert data[:4].hex() == "00500020"
    assert ocd.memory.write_bytes(RAM, b"Hello again, target!") is None
    assert ocd.memory.read_bytes(RAM, 20) == b"Hello again, target!"


@asynchronous
async def test_typed_writes_awaited(port):
    async with Session.connect(port=port) as ocd:
        assert await ocd.memory.write_u32(RAM, 0xDEADBEEF) is None
        assert await ocd.memory.read_u32(RAM) == [0xDEADBEEF]
        await ocd.memory.write_u32(RAM, [0x11111111, 0x22222222, 0x33333333])
        assert await ocd.memory.read_u32(RAM, 3) == [0x11111111, 0x22222222, 0x33333333]
        await ocd.memory.write_u16(RAM + 0x1000, [0x1234, 0x5678])
        assert await ocd.memory.read_u32(RAM + 0x1000) == [0x56781234]
        await ocd.memory.write_u8(RAM + 0x2000, [0x48, 0x65, 0x6C, 0x6C, 0x6F])
        assert await ocd.memory.read_bytes(RAM + 0x2000, 5) == b"Hello"
        await ocd.memory.write_u64(RAM, [1 << 63, 0x0123456789ABCDEF])
        assert await ocd.memory.read_u64(RAM, 2) == [1 << 63, 0x0123456789ABCDEF]
        await ocd.memory.write_u64(RAM, 0xFFFFFFFFFFFFFFFF)
        assert await ocd.memory.read_bytes(RAM, 8) == b"\xff" * 8


def test_typed_writes_blocking(ocd):
    assert ocd.memory.write_u32(RAM, 0xCAFEF00D) is None
    assert ocd.memory.read_u32(RAM) == [0xCAFEF00D]
    ocd.memory.write_u32(RAM, [0x44444444, 0x55555555])
    assert ocd.memory.read_u32(RAM, 2) == [0x44444444, 0x55555555]
    ocd.memory.write_u16(RAM + 0x1000, [0x4321, 0x8765])
    assert ocd.memory.read_u32(RAM + 0x1000) == [0x87654321]
    ocd.memory.write_u16(RAM + 0x1000, 0xBEEF)
    assert ocd.memory.read_u16(RAM + 0x1000, 2) == [0xBEEF, 0x8765]
    ocd.memory.write_u8(RAM + 0x2000, [0x57, 0x6F, 0x72, 0x6C, 0x64])
    assert ocd.memory.read_bytes(RAM + 0x2000, 5) == b"World"
    ocd.memory.write_u64(RAM, 0x0102030405060708)
    assert ocd.memory.read_u8(RAM, 8) == [8, 7, 6, 5, 4, 3, 2, 1]


@asynchronous
async def test_hexdump_awaited(port):
    async with Session.connect(port=port) as ocd:
        assert await ocd.memory.hexdump(FLASH, 64) == DUMP


def test_hexdump_blocking(ocd):
    assert ocd.memory.hexdump(FLASH, 64) == DUMP
    assert ocd.memory.hexdump(FLASH, 0) == ""


@asynchronous
async def test_search_awaited(port):
    async with Session.connect(port=port) as ocd:
        found = await ocd.memory.search(MARKER, start=FLASH, end=FLASH + FLASH_SIZE)
        assert found == MARKERS


def test_search_blocking(ocd):
    assert ocd.memory.search(MARKER, start=FLASH, end=FLASH + FLASH_SIZE) == MARKERS
    assert ocd.memory.search(MARKER, FLASH, FLASH + 0x403) == []
    assert ocd.memory.search(MARKER, FLASH, FLASH + 0x404) == MARKERS[:1]


@asynchronous
async def test_dump_awaited(port, tmp_path):
    async with Session.connect(port=port) as ocd:
        path = tmp_path / "flash.bin"
        assert await ocd.memory.dump(FLASH, 128 * 1024, Path(path)) is None
        assert path.read_bytes() == await ocd.memory.read_bytes(FLASH, 128 * 1024)


@pytest.mark.parametrize("kind", [Path, str, lambda path: bytes(path)])
def test_dump_blocking(ocd, tmp_path, kind):
    path = tmp_path / "flash ä.bin"
    ocd.memory.dump(FLASH, 128 * 1024, kind(path))
    assert path.read_bytes() == ocd.memory.read_bytes(FLASH, 128 * 1024)
    assert [entry.name for entry in tmp_path.iterdir()] == ["flash ä.bin"]


@asynchronous
async def test_commands_awaited(port):
    async with Session.connect(port=port) as ocd:
        assert (await ocd.command("version")).startswith("Open On-Chip Debugger")


def test_commands_blocking(ocd):
    assert ocd.command("version") == ocd.server_version
    assert ocd.command("expr {6 * 7}") == "42"
    assert ocd.command('set x "a\\nb {"; set x') == "a\nb {"
    assert ocd.command("") == ""
