# SPDX-License-Identifier: MIT
"""An OpenOCD of the session's own."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FLASH, VECTORS, asynchronous

import libocd
from libocd import Session


@pytest.fixture(scope="module")
def probe():
    """Port of a simulated probe."""
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "PYTHONMALLOC")}
    chip = subprocess.Popen(
        [os.environ["OCD_TOOL"], "sim"], stdout=subprocess.PIPE, text=True, env=environment
    )
    for line in chip.stdout:
        port = re.search(r"st-link backend tcp (\d+)", line)
        if port:
            break
    yield int(port.group(1))
    chip.terminate()
    chip.communicate()


@pytest.fixture
def adapter(probe):
    """OpenOCD's configuration of the probe."""
    return (
        "adapter driver st-link; st-link vid_pid 0x0483 0x3748; "
        f"st-link backend tcp {probe}; transport select dapdirect_swd"
    )


def ends(pid):
    """Whether a process ends within a minute."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], 60)[0])
    finally:
        os.close(fd)


def test_a_string_of_arguments(adapter):
    with Session.start_sync(f"-c '{adapter}' -f target/stm32f1x.cfg") as ocd:
        assert ocd.memory.read_u32(FLASH, 2) == VECTORS[:2]
        pid = int(ocd.command("pid"))
    assert ends(pid)


def test_a_file_with_a_blank_in_its_name(adapter, tmp_path):
    config = tmp_path / "my board.cfg"
    config.write_text(f"{adapter}\nsource [find target/stm32f1x.cfg]\n")
    with Session.start_sync(config) as ocd:
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
    with Session.start_sync(["-f", str(config)]) as ocd:
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_a_file_without_its_option(adapter, tmp_path):
    config = tmp_path / "board.cfg"
    config.write_text(adapter + "\n")
    for form in (
        f"{config} -f target/stm32f1x.cfg",
        [config, Path("target/stm32f1x.cfg")],
        ["-c", adapter, "-f", "target/stm32f1x.cfg"],
    ):
        with Session.start_sync(form) as ocd:
            assert ocd.memory.read_u32(FLASH) == VECTORS[:1]


@asynchronous
async def test_it_starts_in_a_loop(adapter):
    async with Session.start(f"-c '{adapter}' -f target/stm32f1x.cfg", timeout=60.0) as ocd:
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]
        pid = int(await ocd.command("pid"))
    assert ends(pid)
    target = ["-f", "target/stm32f1x.cfg"]
    async with await Session.start(["-c", adapter], extra_args=target) as ocd:
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_a_killed_openocd_is_started_again(adapter):
    told = []
    with Session.start_sync(
        ["-c", adapter, "-f", "target/stm32f1x.cfg"],
        reconnect=True,
        on_connection=lambda *args: told.append(args),
    ) as ocd:
        os.kill(int(ocd.command("pid")), signal.SIGKILL)
        with contextlib.suppress(libocd.ConnectionError):  # its end may come while this is under way
            ocd.memory.read_u32(FLASH)
        assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
        assert [connected for connected, _ in told] == [False, True]


@asynchronous
async def test_an_openocd_is_started_again_when_asked(adapter):
    async with Session.start(f"-c '{adapter}' -f target/stm32f1x.cfg") as ocd:
        before = int(await ocd.command("pid"))
        await ocd.restart()
        assert int(await ocd.command("pid")) != before
        assert ends(before)
        assert await ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_start_takes_the_documented_options(adapter):
    with Session.start_sync(
        f"-c '{adapter}' -f target/stm32f1x.cfg",
        openocd_bin=os.environ.get("OCD_OPENOCD", "openocd"),
        tcl_port=0,
        timeout=60,
        extra_args=["-c", "set greeting hello"],
    ) as ocd:
        assert ocd.command("set greeting") == "hello"
        assert ocd.port > 0
    with pytest.raises(ValueError, match="tcl_port must be from 0x0 to 0xFFFF"):
        Session.start_sync("x.cfg", tcl_port=70000)
    for config in (1, b"x.cfg", None, [1]):
        with pytest.raises(TypeError, match="config must"):
            Session.start_sync(config)


def test_a_failed_start_says_what_openocd_said(tmp_path):
    with pytest.raises(libocd.ProcessError) as caught:
        Session.start_sync("-c 'error {it is the wrong board}'")
    assert caught.value.code is libocd.ErrorCode.PROCESS
    assert "it is the wrong board" in str(caught.value)
    assert "Open On-Chip Debugger" in caught.value.message
    with pytest.raises(libocd.ProcessError, match="not-there.cfg"):
        Session.start_sync("not-there.cfg")
    with pytest.raises(libocd.ProcessError, match="No such file"):
        Session.start_sync("x.cfg", openocd_bin=tmp_path / "openocd")
    with pytest.raises(ValueError):
        Session.start_sync("-c 'never closed")


@asynchronous
async def test_a_failed_start_in_a_loop():
    with pytest.raises(libocd.ProcessError, match="it is the wrong board"):
        await Session.start("-c 'error {it is the wrong board}'")


def test_openocd_ends_with_a_killed_interpreter(adapter):
    script = (
        "import os, sys, libocd\n"
        "ocd = libocd.Session.start_sync(['-c', sys.argv[1], '-f', 'target/stm32f1x.cfg'])\n"
        "print(ocd.command('pid'), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, adapter], stdout=subprocess.PIPE, text=True
    )
    pid = int(child.communicate()[0])
    assert child.returncode == -signal.SIGKILL
    assert ends(pid)


def test_an_openocd_without_targets_says_so_in_every_call():
    config = ["-c", "adapter driver dummy; adapter speed 10; transport select jtag; init"]
    with Session.start_sync(config) as ocd:
        assert ocd.target.list() == []
        for call in (
            ocd.target.state,
            ocd.target.halt,
            ocd.target.wait_halt,
            ocd.registers.list,
            ocd.breakpoints.list,
            lambda: ocd.target.select("x"),
            lambda: ocd.memory.read_u32(0),
            lambda: ocd.memory.read_bytes(0, 64),
        ):
            with pytest.raises(libocd.TargetError) as caught:
                call()
            words = "OpenOCD has no targets: its configuration names none"
            assert str(caught.value).endswith(words)
            assert caught.value.code is libocd.ErrorCode.NO_TARGET


def test_a_target_that_is_not_there_is_named(adapter):
    with Session.start_sync(["-c", adapter, "-f", "target/stm32f1x.cfg"]) as ocd:
        for name in ("x", ""):
            with pytest.raises(libocd.TargetError, match=f"no target is named '{name}'"):
                ocd.memory.read_u32(FLASH, target=name)
