# SPDX-License-Identifier: MIT
"""Events: callbacks, waiting, iterators."""

import asyncio
import time

import pytest
from conftest import TIMEOUT, RAM, asynchronous

import libocd
from libocd import Event, EventStream, Session


@pytest.fixture
def halted(ocd):
    """A session whose target is halted."""
    ocd.target.reset("halt")
    return ocd


def run_and_halt(ocd):
    ocd.target.resume()
    ocd.target.halt()


def ask_until(ocd, condition):
    """Makes calls until it holds: events reach a blocking session during its calls."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        ocd.command("expr 1")


def test_events_reach_a_callback(halted):
    events = []
    halted.subscribe_events(events.append)
    run_and_halt(halted)
    names = [(event.kind, event.name) for event in events]
    assert ("target", "resumed") in names
    assert ("target", "halted") in names
    assert all(isinstance(event, Event) and event.name in event.text for event in events)
    halted.subscribe_events(None)
    del events[:]
    run_and_halt(halted)
    assert events == []


def test_waiting_for_an_event_ends_in_time(halted):
    with pytest.raises(libocd.TimeoutError):
        halted.wait_event("halted", timeout=0.1)


@asynchronous
async def test_events_in_a_loop(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.reset("halt")
        events = []
        happened = asyncio.Event()

        def tell(event):
            events.append(event.name)
            if event.name == "halted":
                happened.set()

        await ocd.subscribe_events(tell)
        resumed = asyncio.create_task(ocd.wait_event("resumed", timeout=60))
        await asyncio.sleep(0)
        await ocd.target.resume()
        await resumed
        # Another client halts it: nothing is under way here.
        async with Session.connect(port=port) as other:
            await other.target.halt()
        await asyncio.wait_for(happened.wait(), 60)
        assert "resumed" in events


def test_bad_arguments_are_refused(halted):
    for call, words in (
        (lambda: halted.subscribe_events(1), "callback must be callable, not int"),
        (lambda: halted.on_halt(None), "callback must be callable, not NoneType"),
        (lambda: halted.on_reset("x"), "callback must be callable, not str"),
        (lambda: halted.wait_event(1), "name must be a str, not int"),
    ):
        with pytest.raises(TypeError, match=words):
            call()


def test_a_callback_that_raises_ends_the_call(halted):
    def fail(event):
        raise ZeroDivisionError

    halted.subscribe_events(fail)
    with pytest.raises(ZeroDivisionError):
        halted.target.resume()
    halted.subscribe_events(None)
    assert halted.target.halt().state == "halted"


def test_an_interrupt_inside_a_callback_is_not_lost(halted):
    def interrupt(event):
        raise KeyboardInterrupt

    halted.subscribe_events(interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_and_halt(halted)
    halted.subscribe_events(None)


def test_a_trace_that_raises_ends_the_call(port):
    failing = []

    def trace(direction, text):
        if failing:
            raise ZeroDivisionError

    with Session.connect_sync(port=port, trace=trace) as ocd:
        failing.append(True)
        with pytest.raises(ZeroDivisionError):
            ocd.memory.read_u32(RAM)
        failing.clear()
        assert len(ocd.memory.read_u32(RAM)) == 1


@asynchronous
async def test_a_callback_that_raises_is_reported_by_the_loop(port):
    caught = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: caught.append(context))

    def fail(event):
        raise ZeroDivisionError(event.name)

    async with Session.connect(port=port) as ocd:
        await ocd.target.halt()
        await ocd.subscribe_events(fail)
        await ocd.target.resume()
        await ocd.target.halt()
    assert {type(context["exception"]) for context in caught} == {ZeroDivisionError}
    assert "halted" in {str(context["exception"]) for context in caught}
    assert "callback" in caught[0]["message"]


def test_halts_and_resets_have_callbacks_of_their_own(ocd):
    ocd.target.reset("halt")
    halts, resets, events = [], [], []
    ocd.subscribe_events(events.append)
    ocd.on_halt(halts.append)
    ocd.on_reset(resets.append)
    run_and_halt(ocd)
    ask_until(ocd, lambda: halts)
    ocd.target.reset("halt")
    ask_until(ocd, lambda: resets)
    assert len(events) > len(halts) + len(resets)
    ocd.subscribe_events(None)  # the others stay
    del events[:], halts[:]
    run_and_halt(ocd)
    ask_until(ocd, lambda: halts)
    assert set(halts) == {"type target_event event halted"}
    assert resets == ["type target_reset mode halt"]
    assert events == []


@asynchronous
async def test_callbacks_for_halts_need_not_be_awaited(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.halt()
        halts = []
        ocd.on_halt(halts.append)
        await halt_quietly(ocd)
        assert "type target_event event halted" in halts
        await ocd.on_reset(halts.append)
        await ocd.target.reset("run")
        assert "type target_reset mode run" in halts


def test_the_others_are_called_when_one_raises(halted):
    def fail(event):
        if event.name == "halted":
            raise ZeroDivisionError

    lines = []
    halted.target.resume()
    halted.subscribe_events(fail)
    halted.on_halt(lines.append)
    with pytest.raises(ZeroDivisionError):
        halted.target.halt()
        ask_until(halted, lambda: False)
    halted.subscribe_events(None)
    assert lines == ["type target_event event halted"]


async def halt_again(ocd):
    """Causes events of both kinds; those of the halt may come after the call."""
    await ocd.target.resume()
    await ocd.target.halt()


async def halt_quietly(ocd):
    """Halts, and waits until the last event of that has come."""
    await ocd.target.resume()
    halted = asyncio.create_task(ocd.wait_event("halted", timeout=60))
    await asyncio.sleep(0)
    await ocd.target.halt()
    await halted


@asynchronous
async def test_events_are_iterated(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.halt()
        names = []
        async with ocd.events() as events:
            assert isinstance(events, EventStream)
            await halt_again(ocd)
            async for event in events:
                assert isinstance(event, Event) and event.name in event.text
                names.append(event.name)
                if event.name == "halted" and event.kind == "target":
                    break
        assert names.index("resumed") < names.index("halted")
        with pytest.raises(StopAsyncIteration):
            await events.__anext__()


@asynchronous
async def test_an_iteration_without_a_context_begins_and_ends_by_itself(port):
    sent = []
    async with Session.connect(port=port, trace=lambda _, text: sent.append(text)) as ocd:
        await ocd.target.halt()

        async def first_event():
            async for event in ocd.events():
                return event

        waiting = asyncio.create_task(first_event())
        await asyncio.sleep(0)  # the watch is asked for before what follows
        await halt_again(ocd)
        assert (await waiting).kind in ("target", "state")
        await halt_again(ocd)  # these events are not read: the subscription ends
        assert any(b"notifications off" in text for text in sent)


@asynchronous
async def test_every_iterator_has_every_event(port):
    async with Session.connect(port=port) as ocd:
        await halt_quietly(ocd)
        seen = []
        await ocd.subscribe_events(seen.append)
        async with ocd.events() as first, ocd.events() as second:
            await halt_again(ocd)
            count = len(seen)
            assert count > 2
            assert [await first.__anext__() for _ in range(count)] == seen[:count]
            assert [await second.__anext__() for _ in range(count)] == seen[:count]


@asynchronous
async def test_cancelling_an_iteration_loses_no_event(port):
    async with Session.connect(port=port) as ocd:
        await halt_quietly(ocd)
        seen, taken = [], []
        await ocd.subscribe_events(seen.append)
        async with ocd.events() as events:
            for delay in range(20):
                task = asyncio.create_task(events.__anext__())
                work = asyncio.create_task(halt_again(ocd))
                for _ in range(delay):
                    await asyncio.sleep(0)
                task.cancel()
                try:
                    taken.append(await task)
                except asyncio.CancelledError:
                    pass
                await work
            while len(taken) < len(seen):
                taken.append(await asyncio.wait_for(events.__anext__(), 60))
        assert taken == seen


@asynchronous
async def test_a_cancelled_first_iteration_can_be_repeated(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.halt()
        events = ocd.events()
        task = asyncio.create_task(events.__anext__())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with events:
            await halt_again(ocd)
            assert (await events.__anext__()).kind != "lost"


@asynchronous
async def test_too_many_events_drop_the_oldest_and_say_how_many(port):
    async with Session.connect(port=port) as ocd:
        await halt_quietly(ocd)
        seen = []
        await ocd.subscribe_events(seen.append)
        async with ocd.events(limit=2) as events:
            await halt_again(ocd)
            dropped = len(seen) - 2
            lost = await events.__anext__()
            assert (lost.kind, lost.name) == ("lost", "overflow")
            assert lost.text == f"{dropped} events dropped: they are read too slowly"
            assert [await events.__anext__(), await events.__anext__()] == seen[-2:]
            seen.clear()
            await ocd.target.resume()
            assert (await events.__anext__()).kind in ("target", "lost")


@asynchronous
async def test_the_limit_is_checked(port):
    async with Session.connect(port=port) as ocd:
        with pytest.raises(ValueError, match="limit must be at least 1, not 0"):
            ocd.events(limit=0)
        with pytest.raises(TypeError, match="limit must be an integer, not str"):
            ocd.events(limit="1")


@asynchronous
async def test_closing_the_session_or_the_iterator_ends_the_iteration(port):
    ocd = await Session.connect(port=port)
    events, others = ocd.events(), ocd.events()
    await events.__aenter__()
    await others.__aenter__()
    tasks = [asyncio.create_task(each.__anext__()) for each in (events, others)]
    await asyncio.sleep(0)
    await others.aclose()
    with pytest.raises(StopAsyncIteration):
        await tasks[1]
    assert not tasks[0].done()
    await ocd.close()
    with pytest.raises(StopAsyncIteration):
        await tasks[0]
    with pytest.raises(libocd.ConnectionError, match="the session is closed"):
        await ocd.events().__anext__()


@asynchronous
async def test_a_lost_connection_is_an_event_and_then_an_error(proxy):
    async with Session.connect(port=proxy.port) as ocd:
        async with ocd.events() as events:
            waiting = asyncio.create_task(events.__anext__())
            await asyncio.sleep(0)
            proxy.cut()
            lost = await waiting
            assert (lost.kind, lost.name) == ("lost", "connection")
            with pytest.raises(libocd.ConnectionError):
                await events.__anext__()


@asynchronous
async def test_an_iteration_goes_on_after_a_reconnect(proxy):
    async with Session.connect(port=proxy.port, reconnect=True) as ocd:
        await ocd.target.halt()
        async with ocd.events() as events:
            waiting = asyncio.create_task(events.__anext__())
            await asyncio.sleep(0)
            proxy.cut()
            assert (await waiting).name == "connection"
            waiting = asyncio.create_task(events.__anext__())
            await asyncio.sleep(0)
            await halt_again(ocd)
            assert (await waiting).kind == "target"
