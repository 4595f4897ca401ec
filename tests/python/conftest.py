# SPDX-License-Identifier: MIT
"""A simulated chip with the real OpenOCD in front of it, and a proxy that can hold up replies."""

import asyncio
import contextlib
import functools
import pathlib
import select
import socket
import sys
import threading
import time

import pytest

import libocd

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts/lib"))
from rig import start_rig, stop_rig  # noqa: E402

TIMEOUT = 200.0  # seconds after which a test that hangs has failed
FLASH = 0x08000000
RAM = 0x20000000
NOWHERE = 0x10000000  # answers with a bus error
FLASH_SIZE = 128 * 1024
RAM_SIZE = 20 * 1024
VECTORS = [0x20005000, 0x080001A1, 0x080001AB, 0x080001AD, 0x080001AF, 0x080001B1, 0x080001B3, 0]
MARKER = b"\xde\xad\xbe\xef"
MARKERS = [FLASH + at for at in (0x400, 0x1235, 0x2FFE, 0x8002, 0x1F000, 0x1FFFC)]


def wait_longer(function):
    """The default timeout may be too short on a busy machine."""
    usual, longer = 10.0, 60.0
    values, words = function.__defaults__ or (), function.__kwdefaults__ or {}
    assert usual in (*values, *words.values())
    function.__defaults__ = tuple(longer if v == usual else v for v in values)
    function.__kwdefaults__ = {k: longer if v == usual else v for k, v in words.items()}


for opening in ("connect", "connect_sync", "start", "start_sync"):
    wait_longer(getattr(libocd.Session, opening))


def asynchronous(test):
    """Runs a coroutine function as a test."""

    @functools.wraps(test)
    def run(*args, **keywords):
        asyncio.run(asyncio.wait_for(test(*args, **keywords), TIMEOUT))

    return run


@pytest.fixture(scope="session")
def port():
    """OpenOCD's Tcl port; the chip is that of all tests of a file."""
    rig, port = start_rig()
    yield port
    stop_rig(rig)


@pytest.fixture
def ocd(port):
    with libocd.Session.connect_sync(port=port) as session:
        yield session


def end(connection):
    """Ends a connection, and waits until the other side's system knows."""
    fin_sent = 4  # TCP_FIN_WAIT1 of Linux: not acknowledged
    deadline = time.monotonic() + TIMEOUT
    with contextlib.suppress(OSError):  # it may be gone already
        connection.shutdown(socket.SHUT_WR)
        while connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == fin_sent:
            assert time.monotonic() < deadline
            time.sleep(0.001)


class Proxy:
    """Passes bytes on between a client and OpenOCD. It runs in a thread: a call that blocked with
    the GIL held would never be answered."""

    def __init__(self, port):
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._control, self._controlled = socket.socketpair()
        self._held = False
        self.asked = threading.Event()  # something was sent while replies are held
        self._pairs = {}
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def hold(self):
        """Replies wait from now on."""
        self.asked.clear()
        self._command(b"h")

    def release(self):
        self._command(b"r")

    def cut(self):
        """Closes all connections."""
        self._command(b"c")

    def close(self):
        self._command(b"q")
        self._thread.join()
        for each in (self._listener, self._control, self._controlled):
            each.close()

    def _command(self, letter):
        self._control.sendall(letter)
        assert self._control.recv(1) == letter

    def _run(self):
        while True:
            waiting = [self._listener, self._controlled]
            for client, server in self._pairs.items():
                waiting += [client] if self._held else [client, server]
            ready, _, _ = select.select(waiting, [], [])
            if self._controlled in ready:
                letter = self._controlled.recv(1)
                self._held = letter == b"h" or (self._held and letter != b"r")
                if letter in b"cq":
                    self._drop(list(self._pairs))
                self._controlled.sendall(letter)
                if letter == b"q":
                    return
                continue
            if self._listener in ready:
                client, _ = self._listener.accept()
                self._pairs[client] = socket.create_connection(("127.0.0.1", self._server_port))
            for client, server in list(self._pairs.items()):
                self._pass_on(client, server, ready)

    def _pass_on(self, client, server, ready):
        for source, sink in ((client, server), (server, client)):
            if source not in ready or client not in self._pairs:
                continue
            try:
                data = source.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                self._drop([client])
                continue
            sink.sendall(data)
            if source is client and self._held:
                self.asked.set()

    def _drop(self, clients):
        for client in clients:
            server = self._pairs.pop(client)
            server.close()
            end(client)
            client.close()


@pytest.fixture
def proxy(port):
    proxy = Proxy(port)
    yield proxy
    proxy.close()
