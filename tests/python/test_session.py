# SPDX-License-Identifier: MIT
"""Sessions as objects."""

import asyncio
import gc
import socket
import warnings

import pytest
from conftest import asynchronous

import libocd
from libocd import Session


def test_a_session_has_its_properties(port):
    with Session.connect_sync(port=port) as ocd:
        assert ocd.port == port
        assert ocd.server_version.startswith("Open On-Chip Debugger")
        assert not ocd.closed
        assert repr(ocd) == f"<libocd.SyncSession port {port}: {ocd.server_version}>"
    assert ocd.closed
    assert ocd.server_version == ""
    assert "closed" in repr(ocd)


@asynchronous
async def test_an_awaited_session_has_its_properties(port):
    async with Session.connect(port=port) as ocd:
        assert repr(ocd) == f"<libocd.Session port {port}: {ocd.server_version}>"
        assert ocd.raw and ocd.text_reason == ""


def test_both_kinds_have_the_same_calls():
    for waiting, blocking in (
        (libocd.Session, libocd.SyncSession),
        (libocd.Memory, libocd.SyncMemory),
        (libocd.Target, libocd.SyncTarget),
        (libocd.Registers, libocd.SyncRegisters),
        (libocd.Breakpoints, libocd.SyncBreakpoints),
        (libocd.Watchpoints, libocd.SyncWatchpoints),
    ):
        calls = {
            name
            for name, method in vars(waiting).items()
            if asyncio.iscoroutinefunction(method) and not name.startswith("_")
        }
        assert calls
        for name in calls:
            method = getattr(blocking, name)
            assert not asyncio.iscoroutinefunction(method)
            assert method.__doc__ == getattr(waiting, name).__doc__
            assert method.__qualname__ == f"{blocking.__name__}.{name}"


def test_with_in_place_of_async_with_says_what_to_use(port):
    for opening in (Session.connect(port=port), Session.start("x.cfg")):
        with pytest.raises(TypeError, match="are for 'async with' or 'await'; Session.connect_sync"):
            with opening:
                raise AssertionError("it must not come here")


@asynchronous
async def test_the_wrong_kind_of_with_says_which_is_right(port):
    ocd = await Session.connect(port=port)
    with pytest.raises(TypeError, match="use 'async with'"):
        with ocd:
            raise AssertionError("it must not come here")
    assert await ocd.command("expr 1")
    await ocd.close()
    ocd = Session.connect_sync(port=port)
    with pytest.raises(TypeError, match="use 'with'"):
        async with ocd:
            raise AssertionError("it must not come here")
    assert ocd.closed


def test_a_session_that_is_not_awaited_says_so(port):
    opening = Session.connect(port=port)
    with pytest.raises(AttributeError, match="not open yet and has no 'memory': await it"):
        opening.memory
    assert not hasattr(opening, "registers")
    opening.close()


def test_a_body_that_raises_closes_the_session(port):
    with pytest.raises(KeyError):
        with Session.connect_sync(port=port) as ocd:
            raise KeyError
    assert ocd.closed

    @asynchronous
    async def body():
        with pytest.raises(KeyError):
            async with Session.connect(port=port) as ocd:
                raise KeyError
        assert ocd.closed

    body()


def test_an_opening_that_is_not_awaited_warns():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Session.connect(port=1)
        gc.collect()
    assert any("never awaited" in str(warning.message) for warning in caught)


def test_a_blocking_session_can_be_used_during_a_loop(port):
    @asynchronous
    async def both():
        async with Session.connect(port=port) as awaited:
            with Session.connect_sync(port=port) as blocking:
                assert blocking.memory.read_u8(0x08000000) == await awaited.memory.read_u8(
                    0x08000000
                )

    both()


def test_every_address_of_a_name_is_tried(port):
    # OpenOCD listens on IPv4 only; localhost may be ::1 first.
    with Session.connect_sync("localhost", port) as ocd:
        assert ocd.command("expr 1") == "1"


def test_a_server_that_is_no_openocd_is_not_taken_for_one():
    import threading

    def serve():
        client, _ = listener.accept()
        with client:
            client.recv(100)
            client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(libocd.ConnectionError) as caught:
            Session.connect_sync("127.0.0.1", listener.getsockname()[1])
        server.join()
    assert caught.value.code is libocd.ErrorCode.NOT_OPENOCD
