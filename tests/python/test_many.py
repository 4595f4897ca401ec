# SPDX-License-Identifier: MIT
"""Many small reads in one go, and the settings of calls."""

import pytest
from conftest import FLASH, NOWHERE, RAM, VECTORS, asynchronous, start_rig, stop_rig

import libocd


def test_items_of_any_width_and_count(ocd):
    ocd.memory.write_u32(RAM, [0x11223344, 0x55667788])
    items = [(RAM, 32), (RAM, 8, 4), (RAM + 4, 16, 2), (FLASH, 64), (FLASH, 32, 0)]
    wanted = [
        [0x11223344],
        [0x44, 0x33, 0x22, 0x11],
        [0x7788, 0x5566],
        [0x080001A1_20005000],
        [],
    ]
    assert ocd.memory.read_many(items) == wanted
    assert ocd.memory.read_many(iter(items), 64) == wanted
    assert ocd.memory.read_many(items, merge_gap=0) == wanted


@asynchronous
async def test_items_awaited(port):
    async with libocd.Session.connect(port=port) as ocd:
        items = [(FLASH + 4 * i, 32) for i in range(8)]
        assert await ocd.memory.read_many(items) == [[value] for value in VECTORS]


def test_an_item_that_cannot_be_read_raises_or_is_none(ocd):
    items = [(FLASH, 32), (NOWHERE, 32), (FLASH + 4, 32)]
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_many(items)
    assert caught.value.address == NOWHERE
    wanted = [[VECTORS[0]], None, [VECTORS[1]]]
    assert caught.value.partial == wanted
    assert ocd.memory.read_many(items, partial=True) == wanted


def test_a_failure_not_of_the_address_raises(ocd):
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_many([(FLASH, 32)], partial=True, target="nobody")
    assert caught.value.code is libocd.ErrorCode.NO_TARGET
    rig, port = start_rig("--no-core", "0")
    try:
        with libocd.Session.connect_sync(port=port) as absent:
            with pytest.raises(libocd.NotExaminedError):
                absent.memory.read_many([(FLASH, 32), (RAM, 32)], partial=True)
    finally:
        stop_rig(rig)


def test_a_call_can_name_its_target(ocd):
    assert ocd.memory.read_u32(FLASH, target="stm32f1x.cpu") == VECTORS[:1]
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_u32(FLASH, target="nobody {")
    assert caught.value.code is libocd.ErrorCode.NO_TARGET


def test_a_session_can_name_its_target(port):
    with libocd.Session.connect_sync(port=port, target="stm32f1x.cpu") as ocd:
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
    with pytest.raises(libocd.TargetError):
        libocd.Session.connect_sync(port=port, target="nobody")


def test_physical_addresses(port, ocd):
    for phys in (None, True, False):
        assert ocd.memory.read_u32(FLASH, phys=phys) == VECTORS[:1]
    traced = []
    with libocd.Session.connect_sync(
        port=port, phys=True, trace=lambda *event: traced.append(event)
    ) as physical:
        physical.memory.read_u32(FLASH)
        assert any(b"phys" in text for way, text in traced if way == ">")
        del traced[:]
        physical.memory.read_u32(FLASH, phys=False)
        assert not any(b"phys" in text for way, text in traced if way == ">")


def test_writes_can_be_read_back(ocd):
    ocd.memory.write_bytes(RAM, b"1234", verify=True)
    ocd.memory.write_u32(RAM, 5, verify=True)
    ocd.memory.fill(RAM, 100, 6, verify=True)
    fifo = 0x40008008
    ocd.memory.write_u32(fifo, 7)
    with pytest.raises(libocd.MismatchError) as caught:
        ocd.memory.write_u32(fifo, 8, verify=True)  # what is read is the 7
    assert caught.value.code is libocd.ErrorCode.MISMATCH
    assert caught.value.address == fifo
    assert ocd.memory.read_u32(fifo) == [8]


def test_a_read_only_session_does_not_write(port):
    with libocd.Session.connect_sync(port=port, read_only=True) as ocd:
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
        for write in (
            lambda: ocd.memory.write_u32(RAM, 1),
            lambda: ocd.memory.write_bytes(RAM, b"1"),
            lambda: ocd.memory.fill(RAM, 1, 1),
            lambda: ocd.command("version"),
        ):
            with pytest.raises(libocd.ReadOnlyError):
                write()


def test_a_session_can_be_limited_to_writable_ranges(port):
    with libocd.Session.connect_sync(port=port, writable=[(RAM, 16), (RAM + 64, 4)]) as ocd:
        ocd.memory.write_u32(RAM + 12, 1)
        ocd.memory.write_u32(RAM + 64, 1)
        with pytest.raises(libocd.ReadOnlyError):
            ocd.memory.write_u32(RAM + 12, [1, 2])
    with libocd.Session.connect_sync(port=port, writable=[]) as ocd:
        with pytest.raises(libocd.ReadOnlyError):
            ocd.memory.write_u32(RAM, 1)


def test_a_session_says_how_bytes_move(port):
    with libocd.Session.connect_sync(port=port) as ocd:
        assert ocd.raw
        assert ocd.text_reason == ""


def break_off(ocd, path, enough):
    """Leaves a part of a dump behind; returns the number of its bytes."""
    calls = []

    def stop(done, total):
        calls.append(done)
        if done >= enough:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        ocd.memory.dump(FLASH, 131072, path, resume=True, progress=stop)
    assert not path.exists()
    assert len(list(path.parent.iterdir())) == 1
    return calls[-1]


@pytest.mark.parametrize("enough", [4096, 131072])
def test_a_dump_can_continue_where_it_ended(ocd, tmp_path, enough):
    path = tmp_path / "flash"
    there = break_off(ocd, path, enough)
    seen = []
    ocd.memory.dump(
        FLASH, 131072, path, resume=True, progress=lambda done, _: seen.append(done)
    )
    assert path.read_bytes() == ocd.memory.read_bytes(FLASH, 131072)
    assert seen[0] == there
    assert seen[-1] == 131072
    assert [entry.name for entry in tmp_path.iterdir()] == ["flash"]
