# SPDX-License-Identifier: MIT
"""Blocking calls: other threads run meanwhile, and signals end them."""

import contextlib
import gc
import os
import signal
import threading

import pytest
from conftest import FLASH, FLASH_SIZE, RAM, VECTORS

import libocd
from libocd import Session


@contextlib.contextmanager
def when_asked(proxy, work):
    """Replies are held; once something has been sent, another thread does its work."""

    def run():
        proxy.asked.wait(60)
        work()

    proxy.hold()
    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def test_other_threads_run_while_a_call_waits(proxy):
    # The proxy is one of them: it can answer only while the GIL is released.
    with Session.connect_sync(port=proxy.port) as ocd:
        with when_asked(proxy, proxy.release):
            assert ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_ctrl_c_ends_a_call_and_the_session_goes_on(proxy):
    with Session.connect_sync(port=proxy.port, timeout=None) as ocd:
        ocd.memory.write_u32(RAM, [1, 2])
        with when_asked(proxy, interrupt), pytest.raises(KeyboardInterrupt):
            ocd.memory.read_u32(RAM)
        proxy.release()
        assert ocd.memory.read_u32(RAM + 4) == [2]


def test_ctrl_c_ends_connecting(proxy):
    with when_asked(proxy, interrupt), pytest.raises(KeyboardInterrupt):
        Session.connect_sync(port=proxy.port)


def test_a_signal_handler_that_returns_does_not_disturb(proxy):
    caught = []
    before = signal.signal(signal.SIGUSR1, lambda *_: (caught.append(1), proxy.release()))
    try:
        with Session.connect_sync(port=proxy.port) as ocd:
            with when_asked(proxy, lambda: os.kill(os.getpid(), signal.SIGUSR1)):
                assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
        assert caught == [1]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_second_thread_in_the_same_session_is_refused(proxy):
    failures = []

    def intrude():
        for call in (lambda: ocd.memory.write_u32(RAM, 7), ocd.close):
            try:
                call()
            except RuntimeError as error:
                failures.append(str(error))
        proxy.release()

    with Session.connect_sync(port=proxy.port) as ocd:
        ocd.memory.write_u32(RAM, 1)
        with when_asked(proxy, intrude):
            assert ocd.memory.read_u32(FLASH) == VECTORS[:1]
        assert failures == ["another thread is waiting in this session"] * 2
        assert ocd.memory.read_u32(RAM) == [1]


def test_threads_can_have_sessions_of_their_own(port):
    def work():
        with Session.connect_sync(port=port) as ocd:
            for _ in range(20):
                assert ocd.memory.read_u32(FLASH, 8) == VECTORS
        good.append(1)

    good = []
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert good == [1] * 4


def test_a_callback_that_raises_ends_the_call_with_its_exception(ocd):
    def stop(done, total):
        raise KeyError("enough")

    for phys in (False, True):
        with pytest.raises(KeyError, match="enough"):
            ocd.memory.read_bytes(FLASH, FLASH_SIZE, progress=stop, phys=phys)
    with pytest.raises(KeyError, match="enough"):
        ocd.memory.read_bytes(FLASH + FLASH_SIZE - 4, 8, skip_unreadable=True, unreadable=stop)
    assert ocd.memory.read_u32(FLASH) == VECTORS[:1]


def test_a_callback_cannot_use_its_session(ocd):
    ocd.memory.write_u32(RAM, 1)
    for call in (lambda: ocd.memory.write_u32(RAM, 2), ocd.close):

        def intrude(done, total):
            call()

        with pytest.raises(RuntimeError, match="not inside a callback of the same session"):
            ocd.memory.read_bytes(FLASH, FLASH_SIZE, progress=intrude)
    assert ocd.memory.read_u32(RAM) == [1]


def test_everything_that_is_sent_and_received_can_be_traced(port):
    traced = []
    with Session.connect_sync(port=port, trace=lambda *event: traced.append(event)) as ocd:
        ocd.memory.write_u32(RAM, 0x12345678)
        assert any(way == ">" and b"0x12345678" in text for way, text in traced)
        assert any(way == "<" for way, _ in traced)
        del traced[:]
        ocd.memory.write_u32(RAM, 0x87654321, dry_run=True)
        assert [way for way, text in traced if b"0x87654321" in text] == ["~"]
        assert ocd.memory.read_u32(RAM) == [0x12345678]


def test_a_forgotten_session_is_closed_with_a_warning(port):
    with pytest.warns(ResourceWarning, match="session was not closed"):
        Session.connect_sync(port=port)
        gc.collect()


def test_a_part_of_a_session_keeps_it_open(port):
    memory = Session.connect_sync(port=port).memory
    gc.collect()
    assert memory.read_u32(FLASH) == VECTORS[:1]
    with pytest.warns(ResourceWarning):
        del memory
        gc.collect()


def test_types_of_the_extension_have_no_constructor():
    from libocd import _libocd

    for kind in (_libocd.Session, _libocd.Op):
        with pytest.raises(TypeError):
            kind()


def test_a_deadline_ends_a_bulk_call(proxy):
    with Session.connect_sync(port=proxy.port, timeout=None) as ocd:
        proxy.hold()
        with pytest.raises(libocd.TimeoutError, match="before its deadline"):
            ocd.memory.read_bytes(FLASH, 65536, deadline=0.1)
        with pytest.raises(libocd.TimeoutError, match="no request has been completed"):
            ocd.memory.read_bytes(FLASH, 65536, timeout=0.1)
        proxy.release()
        assert len(ocd.memory.read_bytes(FLASH, 65536)) == 65536
