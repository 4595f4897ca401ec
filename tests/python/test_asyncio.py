# SPDX-License-Identifier: MIT
"""In an event loop: several calls at once, cancelling, loops that end, descriptors that change."""

import asyncio
import gc
import threading
import weakref

import pytest
from conftest import FLASH, FLASH_SIZE, RAM, VECTORS, asynchronous

import libocd
from libocd import Session


async def asked(proxy):
    """Waits until something has been sent through a proxy that holds replies."""
    while not proxy.asked.is_set():
        await asyncio.sleep(0.001)


@asynchronous
async def test_calls_under_way_at_once_get_their_own_answers(port):
    async with Session.connect(port=port) as ocd:
        await ocd.memory.write_u32(RAM, list(range(100)))
        answers = await asyncio.gather(*(ocd.memory.read_u32(RAM + 4 * i) for i in range(100)))
        assert answers == [[i] for i in range(100)]


@asynchronous
async def test_two_sessions_work_in_one_loop(port):
    async with Session.connect(port=port) as one, Session.connect(port=port) as two:
        data = await asyncio.gather(
            one.memory.read_bytes(FLASH, FLASH_SIZE), two.memory.read_bytes(FLASH, FLASH_SIZE)
        )
        assert data[0] == data[1]


@asynchronous
async def test_no_thread_is_started(port):
    before = threading.active_count()
    async with Session.connect(port=port) as ocd:
        await ocd.memory.read_bytes(FLASH, FLASH_SIZE)
        assert threading.active_count() == before


@asynchronous
async def test_the_loop_goes_on_during_a_call(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        proxy.hold()
        call = asyncio.create_task(ocd.memory.read_u32(FLASH))
        await asked(proxy)
        assert not call.done()
        proxy.release()
        assert await call == VECTORS[:1]


@asynchronous
async def test_calls_are_coroutines(port):
    async with Session.connect(port=port) as ocd:
        for method in (ocd.memory.read_u32, ocd.memory.dump, ocd.command, ocd.target.halt):
            assert asyncio.iscoroutinefunction(method)
        assert await asyncio.create_task(ocd.memory.read_u32(FLASH)) == VECTORS[:1]
    session = await asyncio.create_task(Session.connect(port=port))
    await session.close()


@asynchronous
async def test_a_cancelled_call_leaves_the_session_usable(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        await ocd.memory.write_u32(RAM, [1, 2])
        proxy.hold()
        call = asyncio.create_task(ocd.memory.read_u32(RAM))
        await asked(proxy)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        proxy.release()
        assert await ocd.memory.read_u32(RAM + 4) == [2]


@pytest.mark.parametrize("phys", [False, True])
def test_a_bulk_call_cancelled_in_the_middle_leaves_the_session_usable(port, phys):
    @asynchronous
    async def cancel():
        async with Session.connect(port=port) as ocd:
            whole = await ocd.memory.read_bytes(FLASH, FLASH_SIZE)
            for moment in range(20):
                progressed = asyncio.Event()
                call = asyncio.create_task(
                    ocd.memory.read_bytes(
                        FLASH, FLASH_SIZE, phys=phys, progress=lambda *_: progressed.set()
                    )
                )
                if moment % 2:
                    await progressed.wait()
                for _ in range(moment // 2):
                    await asyncio.sleep(0)
                call.cancel()
                try:
                    assert await call == whole
                except asyncio.CancelledError:
                    pass
                assert await ocd.memory.read_u32(FLASH, 4) == VECTORS[:4]

    cancel()


@asynchronous
async def test_one_cancelled_call_does_not_affect_the_others(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        await ocd.memory.write_u32(RAM, [10, 11, 12])
        proxy.hold()
        calls = [asyncio.create_task(ocd.memory.read_u32(RAM + 4 * i)) for i in range(3)]
        await asked(proxy)
        calls[1].cancel()
        proxy.release()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert answers[0] == [10]
        assert isinstance(answers[1], asyncio.CancelledError)
        assert answers[2] == [12]


@asynchronous
async def test_a_cancelled_call_releases_its_buffer(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        buffer = bytearray(b"\xaa" * 64)
        proxy.hold()
        call = asyncio.create_task(ocd.memory.read_into(RAM, buffer))
        await asked(proxy)
        with pytest.raises(BufferError):
            buffer.append(0)  # the library may write into it
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        buffer.append(0)
        proxy.release()
        await ocd.memory.read_u32(RAM)
        assert buffer == b"\xaa" * 64 + b"\0"


@asynchronous
async def test_wait_for_ends_a_call_in_time(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        proxy.hold()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ocd.memory.read_u32(RAM), 0.05)
        proxy.release()
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


@asynchronous
async def test_a_call_has_a_deadline_of_its_own(proxy):
    async with Session.connect(port=proxy.port, timeout=None) as ocd:
        proxy.hold()
        with pytest.raises(libocd.TimeoutError):
            await ocd.memory.read_u32(RAM, timeout=0.05)
        proxy.release()
        assert await ocd.memory.read_u32(FLASH, timeout=None) == VECTORS[:1]


@asynchronous
async def test_connecting_can_be_cancelled(proxy):
    proxy.hold()
    opening = asyncio.create_task(Session.connect(port=proxy.port))
    await asked(proxy)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    proxy.release()
    async with Session.connect(port=proxy.port) as ocd:
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


@asynchronous
async def test_closing_ends_what_is_under_way(proxy):
    ocd = await Session.connect(port=proxy.port)
    proxy.hold()
    call = asyncio.create_task(ocd.memory.read_u32(RAM))
    await asked(proxy)
    await ocd.close()
    with pytest.raises(libocd.ConnectionError, match="the session is closed"):
        await call
    with pytest.raises(libocd.ConnectionError):
        await ocd.memory.read_u32(RAM)


@asynchronous
async def test_a_connection_lost_while_idle_or_busy_is_an_error(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        proxy.hold()
        call = asyncio.create_task(ocd.memory.read_u32(RAM))
        await asked(proxy)
        proxy.cut()
        with pytest.raises(libocd.ConnectionError):
            await call
        with pytest.raises(libocd.ConnectionError):
            await ocd.memory.read_u32(RAM)


@asynchronous
async def test_a_lost_connection_can_be_made_again(proxy):
    # The new socket often gets the number of the old one, which the loop must not mix up.
    async with Session.connect(port=proxy.port, reconnect=True) as ocd:
        for _ in range(5):
            assert await ocd.memory.read_u32(FLASH, 2) == VECTORS[:2]
            proxy.cut()


@asynchronous
async def test_a_progress_callback_sees_the_work_and_can_end_it(port):
    async with Session.connect(port=port) as ocd:
        seen = []
        await ocd.memory.read_bytes(
            FLASH, FLASH_SIZE, progress=lambda done, total: seen.append((done, total))
        )
        assert seen[-1] == (FLASH_SIZE, FLASH_SIZE)
        assert seen == sorted(seen)

        def stop(done, total):
            raise ZeroDivisionError("enough")

        with pytest.raises(ZeroDivisionError, match="enough"):
            await ocd.memory.read_bytes(FLASH, FLASH_SIZE, progress=stop)
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


@asynchronous
async def test_a_name_that_has_to_be_looked_up(port):
    # The descriptor is first that of the look-up; the socket often gets the same number.
    for _ in range(3):
        async with Session.connect("LOCALHOST", port, 60.0) as ocd:
            assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_another_loop_is_refused(port):
    async def connect():
        return await Session.connect(port=port)

    async def read(ocd):
        await ocd.memory.read_u32(RAM)

    loop = asyncio.new_event_loop()
    ocd = loop.run_until_complete(connect())
    with pytest.raises(RuntimeError, match="another event loop"):
        asyncio.run(read(ocd))
    loop.run_until_complete(ocd.close())
    loop.close()


@asynchronous
async def test_a_session_serves_many_calls_with_few_timers(port):
    async with Session.connect(port=port) as ocd:
        loop = asyncio.get_running_loop()
        for _ in range(300):
            await ocd.memory.read_u32(FLASH)
        assert len(getattr(loop, "_scheduled", ())) < 20


def test_a_forgotten_session_is_collected_with_a_warning(port):
    async def forget():
        ocd = await Session.connect(port=port)
        return weakref.ref(ocd)

    loop = asyncio.new_event_loop()
    gone = loop.run_until_complete(forget())
    with pytest.warns(ResourceWarning, match="session was not closed"):
        loop.close()
        del loop
        gc.collect()
        gc.collect()
    assert gone() is None
