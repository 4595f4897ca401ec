# SPDX-License-Identifier: MIT
"""Breakpoints and watchpoints."""

import pytest
from conftest import FLASH, RAM

import libocd
from libocd import Breakpoint, Watchpoint

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


def test_points_take_the_names_of_other_clients(program):
    program.breakpoints.add(address=FLASH + 0x1A4, length=2, hw=True)
    program.breakpoints.add(HERE, 2, False)
    kinds = {point.addr: point.kind for point in program.breakpoints.list()}
    assert kinds == {FLASH + 0x1A4: "hard", HERE: "soft"}
    program.breakpoints.remove(address=HERE)
    program.breakpoints.remove(address=FLASH + 0x1A4)
    assert program.breakpoints.list() == []
    for word, access in (("r", "read"), ("w", "write"), ("rw", "access")):
        program.watchpoints.add(address=RAM + 0x200, length=4, access=word)
        assert [point.access for point in program.watchpoints.list()] == [access]
        program.watchpoints.remove(address=RAM + 0x200)
    for call in (
        lambda: program.breakpoints.add(HERE, address=HERE),
        lambda: program.watchpoints.remove(HERE, address=HERE),
    ):
        with pytest.raises(TypeError, match="either addr or address, not both"):
            call()
    with pytest.raises(libocd.BreakpointError):
        program.breakpoints.remove(address=HERE)


def test_arguments_are_checked(program):
    for call, exception, words in (
        (lambda: program.breakpoints.add(), TypeError, "addr must be an integer"),
        (lambda: program.breakpoints.add(-1), ValueError, "addr must be from 0"),
        (lambda: program.breakpoints.add(HERE, -1), ValueError, "length must be from 0"),
        (lambda: program.breakpoints.remove(None), TypeError, "addr must be an integer"),
        (lambda: program.watchpoints.remove(None), TypeError, "addr must be an integer"),
        (lambda: program.watchpoints.add("x"), TypeError, "addr must be an integer, not str"),
        (lambda: program.watchpoints.add(RAM, 4, "x"), ValueError, "access must be one of read"),
        (lambda: program.watchpoints.add(RAM, value=-1), ValueError, "value must be from 0"),
    ):
        with pytest.raises(exception, match=words):
            call()
