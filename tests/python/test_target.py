# SPDX-License-Identifier: MIT
"""Targets and registers."""

import pytest
from conftest import RAM, asynchronous

import libocd
from libocd import Session, TargetState

CPU = "stm32f1x.cpu"


# At once, not after interrupt handlers that get 500 ms, which a busy machine may take for itself.
STEP_AT_ONCE = "cortex_m maskisr off"


@pytest.fixture
def halted(ocd):
    ocd.target.reset("halt")
    ocd.command(STEP_AT_ONCE)
    return ocd


def test_the_targets_are_listed(ocd):
    targets = ocd.target.list()
    assert [(t.name, t.type, t.endian, t.current) for t in targets] == [
        (CPU, "cortex_m", "little", True)
    ]
    assert targets[0].state in ("running", "halted")


def test_halting_and_running(halted):
    ocd = halted
    state = ocd.target.halt()
    assert state == TargetState(CPU, "halted", 0x080001A0)
    assert ocd.target.resume() is None
    assert ocd.target.state() == TargetState(CPU, "running", None)
    ocd.target.resume()  # asked twice is no error
    state = ocd.target.halt()
    assert state.state == "halted"
    assert state.current_pc == ocd.registers.pc()
    assert ocd.target.halt() == state


def test_stepping(halted):
    ocd = halted
    pc = ocd.registers.pc()
    state = ocd.target.step()
    assert state.state == "halted"
    assert state.current_pc != pc
    assert state.current_pc == ocd.registers.read("pc")
    assert ocd.target.step(pc) == state


def test_running_from_an_address(halted):
    ocd = halted
    ocd.memory.write_u16(RAM, [0xE7FE])  # b .
    ocd.target.resume(RAM)
    ocd.target.resume()
    assert ocd.target.halt().current_pc == RAM
    ocd.target.resume(address=RAM)
    with pytest.raises(libocd.TargetNotHaltedError):
        ocd.target.resume(address=RAM)
    with pytest.raises(libocd.TargetNotHaltedError):
        ocd.target.step()


def test_resetting(ocd):
    ocd.target.reset("halt")
    assert ocd.target.state().current_pc == 0x080001A0
    ocd.target.reset()
    assert ocd.target.state().state == "running"
    ocd.target.reset("init")
    assert ocd.target.state().state == "halted"
    with pytest.raises(ValueError, match="mode must be one of run, halt, init, not 'soft'"):
        ocd.target.reset("soft")
    with pytest.raises(TypeError, match="mode must be a str, not int"):
        ocd.target.reset(1)


def test_waiting_for_a_state(halted):
    ocd = halted
    assert ocd.target.wait_halt().state == "halted"
    assert ocd.target.wait("halted", timeout=60).state == "halted"
    for wait in (
        lambda: ocd.target.wait("running", timeout=0.1),
        lambda: ocd.target.resume() or ocd.target.wait_halt(100),
        lambda: ocd.target.wait_halt(timeout=0.1),
    ):
        with pytest.raises(libocd.TimeoutError):
            wait()
    with pytest.raises(ValueError, match="state must be one of"):
        ocd.target.wait("asleep")


def test_selecting_a_target(ocd):
    ocd.target.select(CPU)
    with pytest.raises(libocd.TargetError) as caught:
        ocd.target.select("nobody")
    assert caught.value.code is libocd.ErrorCode.NO_TARGET
    assert ocd.target.state(target=CPU).name == CPU


def test_an_address_is_checked(halted):
    with pytest.raises(ValueError, match="address must be from 0"):
        halted.target.resume(-1)
    with pytest.raises(TypeError, match="address must be an integer, not str"):
        halted.target.step("0")


@asynchronous
async def test_targets_and_registers_awaited(port):
    async with Session.connect(port=port) as ocd:
        await ocd.target.reset("halt")
        await ocd.command(STEP_AT_ONCE)
        assert await ocd.target.halt() == TargetState(CPU, "halted", 0x080001A0)
        assert await ocd.registers.pc() == 0x080001A0
        assert await ocd.registers.sp() == 0x20005000
        await ocd.registers.write("r0", 0x42)
        assert await ocd.registers.read("r0") == 0x42
        assert await ocd.registers.read_many(["r0", "pc"]) == {"r0": 0x42, "pc": 0x080001A0}
        assert (await ocd.registers.read_all())["r0"].dirty
        assert (await ocd.target.step()).state == "halted"
        await ocd.target.resume()
        assert (await ocd.target.wait("running")).state == "running"
        with pytest.raises(libocd.TargetNotHaltedError):
            await ocd.registers.pc()


def test_registers_by_name(halted):
    registers = halted.registers
    assert registers.pc() == registers.read("pc") == 0x080001A0
    assert registers.sp() == registers.read("sp") == 0x20005000
    assert registers.lr() == registers.read("lr") == 0xFFFFFFFF
    assert registers.xpsr() == 0x01000000
    registers.write("r7", 0xFFFFFFFF)
    assert registers.read("r7") == 0xFFFFFFFF
    assert registers.read("r7", force=True) == 0xFFFFFFFF
    registers.write("r7", 1, verify=True)
    assert registers.read_many(["r7", "sp"]) == {"r7": 1, "sp": 0x20005000}
    assert registers.read_many([]) == {}


def test_all_registers(halted):
    halted.registers.write("r3", 0x1234)
    every = halted.registers.read_all()
    assert {"r0", "r12", "sp", "lr", "pc"} <= set(every)
    r3 = every["r3"]
    assert (r3.name, r3.number, r3.value, r3.size, r3.dirty) == ("r3", 3, 0x1234, 32, True)
    listed = {register.name: register for register in halted.registers.list()}
    assert listed["r3"] == r3


def test_unknown_registers_are_refused(halted):
    for call in (
        lambda: halted.registers.read("r99"),
        lambda: halted.registers.read_many(["r0", "r99"]),
        lambda: halted.registers.write("r99", 1),
        lambda: halted.registers.write("r99", 1 << 70),
    ):
        with pytest.raises((libocd.TargetError, ValueError), match="r99|value"):
            call()


def test_a_register_value_is_checked(halted):
    for value, exception in (
        (-1, ValueError),
        (1 << 32, ValueError),
        (1 << 100, ValueError),
        ("1", TypeError),
        (1.0, TypeError),
    ):
        with pytest.raises(exception):
            halted.registers.write("r0", value)
    with pytest.raises(TypeError, match="name must be a str, not int"):
        halted.registers.write(0, 1)
    with pytest.raises(TypeError, match="each name must be a str, not int"):
        halted.registers.read(0)
    with pytest.raises(TypeError, match="names must be a sequence of str, not str"):
        halted.registers.read_many("r0")
