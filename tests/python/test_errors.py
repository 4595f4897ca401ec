# SPDX-License-Identifier: MIT
"""Errors: their classes, their attributes, and the data that could be read."""

import builtins
import errno
import pickle
import socket

import pytest
from conftest import FLASH, FLASH_SIZE, MARKER, MARKERS, NOWHERE, RAM, RAM_SIZE, asynchronous

import libocd
from libocd import ErrorCode

END = FLASH + FLASH_SIZE  # unreadable from here on


def test_the_classes_can_be_caught_as_either_kind():
    assert issubclass(libocd.ConnectionError, (libocd.OpenOCDError))
    assert issubclass(libocd.ConnectionError, builtins.ConnectionError)
    assert issubclass(libocd.TimeoutError, libocd.OpenOCDError)
    assert issubclass(libocd.TimeoutError, builtins.TimeoutError)
    assert issubclass(libocd.TargetNotHaltedError, libocd.TargetError)
    assert issubclass(libocd.CommandError, libocd.TargetError)
    assert issubclass(libocd.FileError, OSError)
    for name in ("TargetError", "ProcessError", "ProtocolError", "ReadOnlyError", "FileError"):
        assert issubclass(getattr(libocd, name), libocd.OpenOCDError)


def test_a_refused_access_says_where_and_why(ocd):
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_u32(NOWHERE, 2)
    error = caught.value
    assert error.code is ErrorCode.TARGET
    assert error.address == NOWHERE
    assert error.done == 0
    assert error.partial == []
    assert "failed to read memory" in error.message
    assert "read_memory" in error.command
    assert "0x10000000" in str(error)


def test_a_failed_write_is_an_error(ocd):
    for write in (
        lambda: ocd.memory.write_u32(NOWHERE, 1),
        lambda: ocd.memory.write_bytes(NOWHERE, b"1234"),
        lambda: ocd.memory.write_u32(FLASH, 1),
        lambda: ocd.memory.fill(RAM + RAM_SIZE - 4, 8, 0),
    ):
        with pytest.raises(libocd.TargetError):
            write()


@asynchronous
async def test_an_awaited_call_raises_the_same(port):
    async with libocd.Session.connect(port=port) as ocd:
        with pytest.raises(libocd.TargetError) as caught:
            await ocd.memory.read_u32(NOWHERE, 2)
        assert caught.value.address == NOWHERE
        assert await ocd.memory.read_u32(RAM, 0) == []


def test_what_was_read_before_a_failure_is_in_the_error(ocd):
    last = ocd.memory.read_bytes(END - 1000, 1000)
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_bytes(END - 1000, 3000)
    assert caught.value.address == END
    assert caught.value.done == 1000
    assert caught.value.partial == last

    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.hexdump(END - 16, 32)
    assert caught.value.partial == ocd.memory.hexdump(END - 16, 16)

    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.search(MARKER, FLASH, END + 4096)
    assert caught.value.partial == MARKERS

    buffer = bytearray(b"\xaa" * 3000)
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_into(END - 1000, buffer)
    assert bytes(buffer[:1000]) == last


def test_unreadable_memory_can_be_skipped(ocd):
    bad = []
    data = ocd.memory.read_bytes(
        END - 4, 12, skip_unreadable=True, fill=0xEE, unreadable=lambda addr, size: bad.append((addr, size))
    )
    assert data == MARKER + b"\xee" * 8
    assert bad == [(END, 8)]
    text = ocd.memory.hexdump(END - 4, 8, skip_unreadable=True)
    assert text.startswith("0801FFFC: DE AD BE EF ?? ?? ??")


def test_a_failed_dump_leaves_no_file(ocd, tmp_path):
    with pytest.raises(libocd.TargetError):
        ocd.memory.dump(END - 4, 8, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_an_oserror(ocd, tmp_path):
    path = tmp_path / "missing" / "x"
    with pytest.raises(OSError) as caught:
        ocd.memory.dump(FLASH, 8, path)
    error = caught.value
    assert isinstance(error, libocd.FileError)
    assert error.code is ErrorCode.FILE
    assert error.errno == errno.ENOENT
    assert str(path) in str(error)


def test_a_failed_command_is_an_error_with_its_text(ocd):
    with pytest.raises(libocd.CommandError) as caught:
        ocd.command("error {no luck}")
    assert caught.value.code is ErrorCode.COMMAND
    assert caught.value.command == "error {no luck}"
    assert caught.value.tcl_code == 1
    assert "no luck" in caught.value.message


def test_an_error_says_what_to_try(ocd):
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_u32(NOWHERE)
    assert "failed to read memory" in caught.value.reason
    assert "is there memory" in caught.value.hint
    with pytest.raises(libocd.CommandError) as caught:
        ocd.command("nosuch")
    assert "ocd cmd help" in caught.value.hint
    assert libocd.TargetError("no").hint == ""


def test_a_failed_command_has_the_code_of_openocd(ocd):
    with pytest.raises(libocd.CommandError) as caught:
        ocd.command(f"mdw {NOWHERE}")
    assert caught.value.tcl_code == -4


def test_a_result_that_looks_like_an_error_is_a_result(ocd):
    assert ocd.command("set x {Error: failed}") == "Error: failed"


def test_bytes_that_are_not_utf8_are_kept(ocd, tmp_path):
    (tmp_path / "x").write_bytes(b"a\xe4b")
    path = tmp_path / "x"
    text = ocd.command(f"set file [open {{{path}}}]; set x [read $file]; close $file; set x")
    assert text == "a\udce4b"
    assert ocd.command(f"set y {{{text}}}; expr {{$x eq $y}}") == "1"


@pytest.fixture
def nobodys_port():
    """A port on which nobody listens or can start to listen."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_no_connection_is_a_connection_error(nobodys_port):
    for exception in (libocd.ConnectionError, builtins.ConnectionError, OSError):
        with pytest.raises(exception) as caught:
            libocd.Session.connect_sync("127.0.0.1", nobodys_port)
        assert caught.value.code is ErrorCode.CONNECT


@asynchronous
async def test_no_connection_is_a_connection_error_awaited(nobodys_port):
    with pytest.raises(libocd.ConnectionError):
        await libocd.Session.connect("127.0.0.1", nobodys_port)
    with pytest.raises(builtins.ConnectionError):
        async with libocd.Session.connect("127.0.0.1", nobodys_port):
            raise AssertionError("it must not come here")


def test_a_server_that_says_nothing_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(libocd.TimeoutError) as caught:
            libocd.Session.connect_sync("127.0.0.1", port, timeout=0.1)
    assert caught.value.code is ErrorCode.TIMEOUT


def test_a_server_that_is_not_there_yet_is_waited_for_when_asked():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(libocd.TimeoutError, match="nothing listens there yet"):
        libocd.Session.connect_sync("127.0.0.1", port, timeout=0.1, wait_server=True)
    with pytest.raises(libocd.ConnectionError):
        libocd.Session.connect_sync("127.0.0.1", port, timeout=0.1)


def test_a_late_reply_is_a_timeout_and_is_dropped(proxy):
    with libocd.Session.connect_sync(port=proxy.port) as ocd:
        ocd.memory.write_u32(RAM, [1, 2])
        proxy.hold()
        with pytest.raises(builtins.TimeoutError) as caught:
            ocd.memory.read_u32(RAM, timeout=0.1)
        assert isinstance(caught.value, libocd.TimeoutError)
        assert caught.value.command == f"read_memory 0x{RAM:08x} 32 1"
        proxy.release()
        assert ocd.memory.read_u32(RAM + 4) == [2]


def test_a_lost_connection_is_a_connection_error(proxy):
    with libocd.Session.connect_sync(port=proxy.port) as ocd:
        proxy.cut()
        for _ in range(2):
            with pytest.raises(libocd.ConnectionError) as caught:
                ocd.memory.read_u32(RAM)
            assert caught.value.code is ErrorCode.CLOSED


def test_a_closed_session_is_a_connection_error(port):
    ocd = libocd.Session.connect_sync(port=port)
    ocd.close()
    for call in (lambda: ocd.memory.read_u32(RAM), lambda: ocd.command("version")):
        with pytest.raises(libocd.ConnectionError, match="the session is closed"):
            call()


def test_errors_can_be_pickled(ocd):
    with pytest.raises(libocd.TargetError) as caught:
        ocd.memory.read_u32(NOWHERE)
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is libocd.TargetError
    assert str(error) == str(caught.value)
    assert (error.code, error.address) == (ErrorCode.TARGET, NOWHERE)


def test_errors_can_be_made_by_hand():
    error = libocd.TargetError("no")
    assert str(error) == "no"
    assert (error.code, error.address, error.done, error.message) == (None, None, 0, "")
    assert error.tcl_code == 0


def test_every_code_has_a_class():
    from libocd import _errors

    assert set(_errors._CLASSES) == set(ErrorCode.__members__)


def test_a_target_that_has_to_be_halted_says_so(ocd):
    ocd.target.resume()
    with pytest.raises(libocd.TargetNotHaltedError) as caught:
        ocd.registers.pc()
    assert caught.value.code is ErrorCode.NOT_HALTED
    with pytest.raises(libocd.TargetError, match="no register|no such register"):
        ocd.target.halt()
        ocd.registers.read("nope")
