# SPDX-License-Identifier: MIT
"""Values read again and again: watch() and record(), blocking and in an event loop."""

import asyncio
import gc
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import RAM, asynchronous
from test_values import SIM, numpy

import libocd

TICK = 0x20004F00


@pytest.fixture
def named(ocd):
    ocd.symbols(SIM, check=False)
    return ocd


def test_frames_have_the_values_by_name(named):
    frames = list(named.watch(["tick", f"{TICK:#x}:u32", "motor.pid"], rate=200, frames=10))
    assert [frame.number for frame in frames] == list(range(10))
    for frame in frames:
        assert set(frame.values) == {"tick", f"{TICK:#x}:u32", "motor.pid"}
        assert frame["tick"] == frame[f"{TICK:#x}:u32"]
        assert frame["motor.pid"].ki == 0.5
        assert frame.flags == {"motor.pid": "unchecked"}
        assert frame.state == "running"
        assert abs(frame.time - time.time()) < 60
        assert frame.server_time is None and frame.cycles is None
    assert frames[-1]["tick"] >= frames[0]["tick"]


def test_numbers_need_no_elf(ocd):
    ocd.memory.write_bytes(RAM, bytes(range(1, 9)))
    items = {"a": f"{RAM:#x}:u16", "b": f"{RAM}:s8", "c": f"{RAM:#x}:u16[3]", "d": "0x60000000:u8"}
    (frame,) = ocd.watch(items, rate=50, frames=1)
    assert frame["a"] == 0x0201
    assert frame["b"] == 1
    assert list(frame["c"]) == [0x0201, 0x0403, 0x0605]
    assert frame["d"] is None
    assert frame.flags["d"] == "unreadable"
    assert isinstance(frame.errors["d"], libocd.TargetError)


def test_values_are_added_removed_and_written(named):
    with named.watch({"kp": "motor.pid.kp"}, rate=200) as watch:
        assert next(watch).values.keys() == {"kp"}
        watch.add("tick")
        assert watch.names == ["kp", "tick"]
        watch.write("kp", 2.5)
        for _ in range(3):
            frame = next(watch)
        while frame["kp"] != 2.5:
            frame = next(watch)
        watch.write("kp", 1)
        watch.remove("kp")
        for _ in range(20):
            frame = next(watch)
        assert frame.values.keys() == {"tick"}
        assert watch.stats.frames > 20
    assert list(watch) == []


def test_wrong_arguments_are_refused_at_once(named):
    with pytest.raises(libocd.SymbolError):
        named.watch(["nope"])
    with pytest.raises(ValueError, match="u8, u16"):
        named.watch(["0x20000000:u7"])
    with pytest.raises(ValueError, match="tear"):
        named.watch(["tick"], tear="maybe")
    with pytest.raises(ValueError, match="rate"):
        named.watch(["tick"], rate=0)
    with pytest.raises(TypeError, match="sequence"):
        named.watch("tick")
    with pytest.raises(TypeError, match="unexpected"):
        next(named.watch(["tick"], verify=True))
    watch = named.watch(["tick"])
    with pytest.raises(ValueError, match="already"):
        watch.add("tick")
    with pytest.raises(KeyError):
        watch.remove("sine")


def test_names_need_symbols(ocd):
    with pytest.raises(ValueError, match="symbols"):
        ocd.watch(["tick"])


def test_other_clocks(named):
    for frame in named.watch(["tick"], rate=100, frames=3, clock="server"):
        assert abs(frame.server_time - frame.time) < 1
    for frame in named.watch(["tick"], rate=100, frames=3, clock="target"):
        before, after = frame.cycles
        assert after > before


def test_exception_of_a_loop_ends_a_forgotten_watch(named):
    watch = named.watch(["tick"], rate="max")
    next(watch)
    del watch
    gc.collect()
    assert named.read_value("tick") > 0
    assert named.target.state() is not None


def test_recording_has_arrays(named):
    recording = named.record(["tick", "sine", "g_counter"], seconds=0.3, rate=100)
    assert 25 <= len(recording.time) <= 32
    assert set(recording) == {"tick", "sine", "g_counter"}
    ticks = list(recording["tick"])
    assert ticks == sorted(ticks)
    for tick, sine in zip(ticks, recording["sine"]):
        assert math.isclose(sine, math.sin(2 * math.pi * (tick % 1000) / 1000), abs_tol=1e-5)
    assert recording.stats.frames >= len(recording.time)
    assert "3" not in recording
    if numpy is not None:
        assert recording["tick"].dtype.kind in "iu"
        assert recording["sine"].dtype == float
        assert isinstance(recording.time, numpy.ndarray)


def test_recording_as_fast_as_possible_has_gaps_as_nan(named):
    recording = named.record(["tick", "0x60000000:u32"], seconds=0.1, rate="max")
    assert len(recording.time) > 5
    assert all(math.isnan(value) for value in recording["0x60000000:u32"])
    assert set(recording.flags["0x60000000:u32"]) == {"unreadable"}


def test_a_recording_of_0_seconds_is_refused(named):
    with pytest.raises(ValueError, match="seconds"):
        named.record(["tick"], seconds=0)


@asynchronous
async def test_frames_in_an_event_loop(port):
    async with libocd.Session.connect("127.0.0.1", port) as ocd:
        ocd.symbols(SIM, check=False)
        seen = []
        async for frame in ocd.watch(["tick", "motor.speed"], rate=100, frames=10):
            seen.append(frame["tick"])
            assert (await ocd.memory.read_u32(TICK))[0] >= frame["tick"]
        assert seen == sorted(seen)
        assert len(seen) == 10


@asynchronous
async def test_two_watches_at_once_and_writes(port):
    async with libocd.Session.connect("127.0.0.1", port) as ocd:
        ocd.symbols(SIM, check=False)

        async def count(rate):
            frames = [frame async for frame in ocd.watch(["tick"], rate=rate, frames=20)]
            return len(frames)

        assert await asyncio.gather(count(100), count(200)) == [20, 20]
        async with ocd.watch(["motor.pid.kp"], rate=200) as watch:
            async for frame in watch:
                if frame["motor.pid.kp"] == 3.0:
                    break
                await watch.write("motor.pid.kp", 3.0)
            await watch.write("motor.pid.kp", 1.0)


@asynchronous
async def test_cancelled_iteration_ends_the_run(port):
    async with libocd.Session.connect("127.0.0.1", port) as ocd:
        watch = ocd.watch([f"{TICK:#x}:u32"], rate=0.01)

        async def take():
            async for _ in watch:
                pass

        task = asyncio.ensure_future(take())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await ocd.memory.read_u32(TICK))[0] > 0


@asynchronous
async def test_frames_that_are_not_taken_are_dropped(port):
    async with libocd.Session.connect("127.0.0.1", port) as ocd:
        watch = ocd.watch([f"{TICK:#x}:u32"], rate="max", limit=10)
        first = await watch.__anext__()
        while watch.dropped == 0:
            await ocd.memory.read_u32(TICK)
        frame = await watch.__anext__()
        assert frame.number > first.number + 1
        await watch.aclose()


def test_example_plots_a_recording(port, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "plot.png"
    example = Path(__file__).parents[2] / "examples/plot.py"
    environment = dict(
        os.environ,
        OCD_PORT=str(port),
        PYTHONPATH=str(Path(libocd.__file__).parents[1]),
        MPLCONFIGDIR=str(tmp_path),
    )
    command = [sys.executable, example, SIM, "motor.speed", "sine", "-s", "0.2", "-o", picture]
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert "Recording of motor.speed, sine" in answer.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


@asynchronous
async def test_recording_in_an_event_loop(port):
    async with libocd.Session.connect("127.0.0.1", port) as ocd:
        recording = await ocd.record({"t": f"{TICK:#x}:u32"}, seconds=0.2, rate=50)
        assert 9 <= len(recording["t"]) <= 12
