# SPDX-License-Identifier: MIT
"""Nothing is left behind by many calls: memory, objects, descriptors."""

import asyncio
import gc
import os
import weakref

import pytest
from conftest import FLASH, MARKER, NOWHERE, RAM, asynchronous

import libocd
from libocd import Session

SIZE = 32 * 1024
ROUNDS = 60  # a leak of SIZE in each would be 1.9 MB
SLACK = 1024 * 1024
# What is still to be cleared away, such as timers that asyncio keeps after they have been cancelled,
# may grow for a while. What is left behind grows each time.
TRIES = 6


def memory():
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def descriptors():
    return len(os.listdir("/proc/self/fd"))


class Growth:
    """(bytes, objects) that there are more than at the last look."""

    def __init__(self):
        self.look()

    def look(self):
        gc.collect()
        self.size, self.objects = memory(), len(gc.get_objects())

    def is_none(self, rounds):
        size, objects = self.size, self.objects
        self.look()
        print(f"{self.size - size} bytes, {self.objects - objects} objects more, {rounds} rounds")
        return self.size - size < SLACK and self.objects - objects < rounds / 2


def assert_nothing_stays(work, rounds=ROUNDS):
    def repeat(times):
        for _ in range(times):
            work()

    repeat(rounds // 3)
    growth = Growth()
    assert any(repeat(rounds) or growth.is_none(rounds) for _ in range(TRIES))


def failing(ocd):
    for call in (
        lambda: ocd.memory.read_bytes(FLASH + 0x20000 - SIZE, SIZE + 4),
        lambda: ocd.memory.read_u32(NOWHERE, SIZE // 4),
        lambda: ocd.memory.write_u8(RAM, [1] * SIZE + [256]),
        lambda: ocd.memory.read_many([(RAM, 32, SIZE // 4), (RAM, 33)]),
        lambda: ocd.memory.read_bytes(RAM, SIZE, target=1),
        lambda: ocd.command("error " + "x" * SIZE),
        lambda: ocd.memory.load("x", RAM, sections=["x" * SIZE, 1]),
    ):
        with pytest.raises((libocd.OpenOCDError, ValueError, TypeError)):
            call()


def test_calls_leave_nothing(ocd, tmp_path):
    data, buffer = bytes(SIZE // 2), bytearray(SIZE)

    def work():
        ocd.memory.read_bytes(FLASH, SIZE)
        ocd.memory.read_u32(FLASH, SIZE // 4)
        ocd.memory.read_into(FLASH, buffer)
        ocd.memory.write_bytes(RAM, data)
        ocd.memory.write_u32(RAM, [1] * (SIZE // 8))
        ocd.memory.hexdump(FLASH, SIZE // 4)
        ocd.memory.search(b"\xff", FLASH + 0x10000, FLASH + 0x11000)
        ocd.memory.read_many([(FLASH, 32, SIZE // 4), (RAM, 8, 64)])
        ocd.memory.dump(FLASH, SIZE, tmp_path / "x")
        with pytest.raises(libocd.MismatchError):
            ocd.memory.verify(tmp_path / "x", FLASH + SIZE)
        ocd.command("set x {" + "x" * SIZE + "}")
        ocd.memory.read_bytes(FLASH, SIZE, progress=lambda *_: None)

    assert_nothing_stays(work)


def test_lists_leave_nothing(ocd):
    def work():
        for _ in range(20):
            ocd.registers.list()

    assert_nothing_stays(work)


def test_failures_leave_nothing(ocd):
    assert_nothing_stays(lambda: failing(ocd))


def test_awaited_and_cancelled_calls_leave_nothing(port):
    @asynchronous
    async def all_of_it():
        async with Session.connect(port=port) as ocd:

            async def work():
                await ocd.memory.read_bytes(FLASH, SIZE)
                call = asyncio.create_task(ocd.memory.read_bytes(FLASH, SIZE))
                await asyncio.sleep(0)
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
                with pytest.raises(libocd.TargetError):
                    await ocd.memory.read_u32(NOWHERE)

            async def repeat(times):
                for _ in range(times):
                    await work()

            await repeat(ROUNDS // 3)
            growth = Growth()
            tries = 0
            while tries == 0 or not growth.is_none(ROUNDS):
                assert tries < TRIES
                tries += 1
                await repeat(ROUNDS)

    all_of_it()


def test_sessions_leave_nothing(port):
    def work():
        with Session.connect_sync(port=port) as ocd:
            ocd.memory.read_u32(FLASH)

    before = descriptors()
    assert_nothing_stays(work, 50)
    assert descriptors() == before


def test_awaited_sessions_leave_nothing(port):
    @asynchronous
    async def session():
        async with Session.connect(port=port) as ocd:
            await ocd.memory.read_u32(FLASH)

    before = descriptors()
    assert_nothing_stays(session, 30)
    assert descriptors() == before


def test_failed_sessions_leave_nothing(port):
    def work():
        for options in ({"target": "nobody"}, {"timeout": "x"}, {"writable": [(0, 1), 1]}):
            with pytest.raises((libocd.TargetError, TypeError)):
                Session.connect_sync(port=port, **options)

    before = descriptors()
    assert_nothing_stays(work, 30)
    assert descriptors() == before


@asynchronous
async def test_iterators_of_events_leave_nothing(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.halt()

        async def work():
            async with ocd.events() as events:
                await ocd.target.resume()
                await ocd.target.halt()
                assert (await events.__anext__()).kind == "target"

        for _ in range(10):
            await work()
        growth = Growth()
        rounds = 30
        for _ in range(TRIES):
            for _ in range(rounds):
                await work()
            if growth.is_none(rounds):
                return
        raise AssertionError("something stays")


def test_a_closed_session_that_watched_events_is_freed_at_once(port):
    gc.disable()
    try:
        with Session.connect_sync(port=port) as ocd:
            ocd.subscribe_events(lambda event: None)
            watched = weakref.ref(ocd._core)
        del ocd
        assert watched() is None
    finally:
        gc.enable()


def test_a_session_in_a_reference_cycle_is_collected(port):
    before = descriptors()
    for _ in range(3):
        holder = []
        ocd = Session.connect_sync(port=port, trace=lambda *event: len(holder))
        holder.append(ocd)
        with pytest.warns(ResourceWarning):
            del ocd, holder
            gc.collect()
    assert descriptors() == before
