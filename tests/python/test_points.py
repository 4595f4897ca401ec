# SPDX-License-Identifier: MIT
"""Breakpoints, watchpoints, events."""

import asyncio
import sys

import pytest
from conftest import FLASH, RAM, asynchronous

import libocd
from libocd import Breakpoint, Event, Session, Watchpoint

HERE = RAM + 0x100
# movs r0, #0; adds r0, #1; ldr r1, [pc, #4]; str r0, [r1]; b to the adds; nop; the word RAM + 0x200
LOOP = [0x2000, 0x3001, 0x4901, 0x6008, 0xE7FB, 0xBF00, 0x0200, 0x2000]


@pytest.fixture
def program(ocd):
    """A session whose target is halted before a loop that counts in memory."""
    ocd.target.reset("halt")
    ocd.breakpoints.clear()
    ocd.watchpoints.clear()
    ocd.memory.write_u16(HERE, LOOP)
    ocd.memory.write_u32(RAM + 0x200, 0)
    ocd.registers.write("pc", HERE)
    yield ocd
    ocd.target.halt()
    ocd.breakpoints.clear()
    ocd.watchpoints.clear()


def test_a_breakpoint_stops_the_target(program):
    ocd = program
    ocd.breakpoints.add(HERE + 6)
    (point,) = ocd.breakpoints.list()
    assert (point.addr, point.length, point.kind) == (HERE + 6, 2, "soft")
    for count in (1, 2):
        ocd.target.resume()
        assert ocd.target.wait_halt(timeout=60).current_pc == HERE + 6
        assert ocd.registers.read("r0") == count
    ocd.breakpoints.remove(HERE + 6)
    assert ocd.breakpoints.list() == []
    ocd.target.resume()
    assert ocd.target.state().state == "running"


def test_breakpoints_are_listed_and_cleared(program):
    breakpoints = program.breakpoints
    breakpoints.add(HERE, 2)
    breakpoints.add(FLASH + 0x1A4, length=2, hw=True)
    points = sorted(breakpoints.list(), key=lambda point: point.addr)
    assert [(p.addr, p.kind) for p in points] == [(FLASH + 0x1A4, "hard"), (HERE, "soft")]
    assert isinstance(points[0], Breakpoint)
    with pytest.raises(libocd.CommandError):
        breakpoints.add(HERE, 2)
    breakpoints.clear()
    assert breakpoints.list() == []
    with pytest.raises(libocd.CommandError):
        breakpoints.remove(HERE)


def test_watchpoints_are_set_listed_and_removed(program):
    watchpoints = program.watchpoints
    watchpoints.add(RAM + 0x200, 4, "write")
    (point,) = watchpoints.list()
    assert isinstance(point, Watchpoint)
    assert (point.addr, point.length, point.access, point.value) == (RAM + 0x200, 4, "write", None)
    watchpoints.remove(RAM + 0x200)
    assert watchpoints.list() == []
    watchpoints.add(RAM + 0x200)
    assert watchpoints.list()[0].access == "access"
    watchpoints.clear()
    assert watchpoints.list() == []


def test_arguments_are_checked(program):
    for call, exception, words in (
        (lambda: program.breakpoints.add(-1), ValueError, "addr must be from 0"),
        (lambda: program.breakpoints.add(HERE, -1), ValueError, "length must be from 0"),
        (lambda: program.breakpoints.remove(None), TypeError, "addr must be an integer"),
        (lambda: program.watchpoints.remove(None), TypeError, "addr must be an integer"),
        (lambda: program.watchpoints.add("x"), TypeError, "addr must be an integer, not str"),
        (lambda: program.watchpoints.add(RAM, 4, "x"), ValueError, "access must be one of read"),
        (lambda: program.watchpoints.add(RAM, value=-1), ValueError, "value must be from 0"),
        (lambda: program.watch_events(1), TypeError, "callback must be callable, not int"),
        (lambda: program.wait_event(1), TypeError, "name must be a str, not int"),
    ):
        with pytest.raises(exception, match=words):
            call()


def test_events_reach_a_callback(program):
    events = []
    program.watch_events(events.append)
    program.target.resume()
    program.target.halt()
    names = [(event.kind, event.name) for event in events]
    assert ("target", "resumed") in names
    assert ("target", "halted") in names
    assert all(isinstance(event, Event) and event.name in event.text for event in events)
    program.watch_events(None)
    del events[:]
    program.target.resume()
    program.target.halt()
    assert events == []


def test_waiting_for_an_event_ends_in_time(program):
    with pytest.raises(libocd.TimeoutError):
        program.wait_event("halted", timeout=0.1)


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

        await ocd.watch_events(tell)
        resumed = asyncio.create_task(ocd.wait_event("resumed", timeout=60))
        await asyncio.sleep(0)
        await ocd.target.resume()
        await resumed
        # Another client halts it: nothing is under way here.
        async with Session.connect(port=port) as other:
            await other.target.halt()
        await asyncio.wait_for(happened.wait(), 60)
        assert "resumed" in events


def test_a_callback_that_raises_is_told_and_nothing_else(program, monkeypatch):
    def fail(event):
        raise ZeroDivisionError

    caught = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: caught.append(what.exc_type))
    program.watch_events(fail)
    program.target.resume()
    program.target.halt()
    program.watch_events(None)
    assert set(caught) == {ZeroDivisionError}
