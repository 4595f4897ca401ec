# SPDX-License-Identifier: MIT
"""Waiting: for a value in memory, and for a lost connection."""

import asyncio

import pytest
from conftest import FLASH, RAM, asynchronous

import libocd
from libocd import Session


def test_a_value_is_waited_for(ocd):
    ocd.memory.write_u32(RAM, 0x12345678)
    assert ocd.wait_value(RAM, 0x12345678) == 0x12345678
    assert ocd.wait_value(RAM, 0x5678, width=16) == 0x5678
    assert ocd.wait_value(RAM, 0x00340000, mask=0x00FF0000) == 0x12345678


def test_the_last_value_is_in_the_error(ocd):
    ocd.memory.write_u32(RAM, 0x12345678)
    with pytest.raises(libocd.TimeoutError, match="last value read was 0x12345678") as caught:
        ocd.wait_value(RAM, 1, timeout=0.1)
    assert caught.value.address == RAM


@pytest.mark.parametrize(
    "arguments, keywords, words",
    [
        ((RAM, 1 << 32), {}, "value must be from 0 to 0xFFFFFFFF"),
        ((RAM, 1), {"width": 24}, "width must be 8, 16, 32 or 64, not 24"),
        ((RAM, 3), {"mask": 1}, "value has bits that mask leaves out"),
        ((1 << 64, 3), {}, "addr must be from 0"),
    ],
)
def test_a_bad_argument_is_named(ocd, arguments, keywords, words):
    with pytest.raises(ValueError, match=words):
        ocd.wait_value(*arguments, **keywords)


@asynchronous
async def test_other_calls_go_on_meanwhile(port):
    async with Session.connect(port=port) as ocd:
        await ocd.memory.write_u8(RAM, 0)
        waiting = asyncio.create_task(ocd.wait_value(RAM, 7, width=8))
        assert len(await ocd.memory.read_bytes(FLASH, 4096)) == 4096
        assert not waiting.done()
        await ocd.memory.write_u8(RAM, 7)
        assert await waiting == 7


def test_the_loss_of_the_connection_and_its_return_are_reported(proxy):
    told = []
    with Session.connect_sync(
        port=proxy.port, reconnect=True, on_connection=lambda *args: told.append(args)
    ) as ocd:
        proxy.cut()
        ocd.memory.read_u32(FLASH)
        (lost, error), (back, nothing) = told
        assert (lost, back, nothing) == (False, True, None)
        assert isinstance(error, libocd.ConnectionError)
    assert len(told) == 2


@asynchronous
async def test_an_event_loop_learns_of_the_loss_at_once(proxy):
    told = asyncio.get_running_loop().create_future()
    async with Session.connect(
        port=proxy.port, on_connection=lambda *args: told.set_result(args)
    ) as ocd:
        await ocd.memory.read_u32(FLASH)
        proxy.cut()
        connected, error = await told
        assert not connected
        assert isinstance(error, libocd.ConnectionError)


def test_a_session_of_another_openocd_is_not_restarted(ocd):
    with pytest.raises(ValueError, match="has not started its OpenOCD"):
        ocd.restart()
