# SPDX-License-Identifier: MIT
"""Sessions: connecting, starting an OpenOCD, commands, closing."""

import collections.abc
import os

from . import _libocd
from ._core import Asyncio, Blocking, Made, blocking, finish
from ._events import Events, EventStream
from ._memory import Memory, SyncMemory
from ._points import Breakpoints, SyncBreakpoints, SyncWatchpoints, Watchpoints
from ._registers import Registers, SyncRegisters
from ._symbols import Symbols
from ._target import SyncTarget, Target
from ._values import from_raw, to_text
from ._watch import SyncWatch, Watch, record


def _connect_options(host, port, timeout, options):
    return dict(options, host=host, port=port, timeout=timeout)


def _start_options(config, tcl_port, openocd_bin, timeout, extra_args, options):
    words, args = _arguments(config)
    if tcl_port is not None:
        args += ["-c", f"tcl_port {_port(tcl_port)}"]
    for argument in extra_args or ():
        args.append(argument)
    return dict(options, timeout=timeout, openocd=openocd_bin, config=words, args=args)


def _port(port):
    if not isinstance(port, int):
        raise TypeError(f"tcl_port must be an integer, not {type(port).__name__}")
    if not 0 <= port <= 0xFFFF:
        raise ValueError(f"tcl_port must be from 0x0 to 0xFFFF, not {port:#x}")
    return port


def _arguments(config):
    """(words for the library to split as a shell does, arguments as they are)"""
    if isinstance(config, str):
        # The first word may be a file without its -f.
        bare = config.strip() and not config.lstrip().startswith("-")
        return ("-f " + config if bare else config), []
    if isinstance(config, os.PathLike):
        return None, ["-f", config]
    if isinstance(config, (bytes, bytearray)) or not isinstance(config, collections.abc.Iterable):
        raise TypeError(
            "config must be a str, an os.PathLike or a sequence of those, "
            f"not {type(config).__name__}"
        )
    args = []
    for item in config:
        if not isinstance(item, (str, os.PathLike)):
            raise TypeError(f"config must hold str or os.PathLike, not {type(item).__name__}")
        is_value = bool(args) and isinstance(args[-1], str) and args[-1].startswith("-")
        if isinstance(item, os.PathLike) and not is_value:
            args.append("-f")
        args.append(item)
    return None, args


class Opening(Made, collections.abc.Coroutine):
    """A session that is being opened: await it, or use it with `async with`."""

    def _set_up(self, coroutine):
        self._coroutine = coroutine
        self._session = None

    def send(self, value, /):
        return self._coroutine.send(value)

    def throw(self, *args):
        return self._coroutine.throw(*args)

    def close(self):
        self._coroutine.close()

    def __await__(self):
        return self._coroutine.__await__()

    async def __aenter__(self):
        self._session = await self._coroutine
        return self._session

    async def __aexit__(self, *exc_info):
        await self._session.close()

    def __getattr__(self, name):
        raise AttributeError(
            f"the session is not open yet and has no {name!r}: await it, or use 'async with'"
        )

    def __enter__(self):
        self._coroutine.close()
        raise TypeError(
            "Session.connect() and Session.start() are for 'async with' or 'await'; "
            "Session.connect_sync() and Session.start_sync() are for 'with'"
        )

    def __exit__(self, *exc_info):
        pass  # 'with' looks for it before __enter__ can say anything


class _Base(Made):
    """The common part of both kinds of session."""

    @property
    def memory(self):
        """Reading and writing memory, dumps, files: see Memory."""
        return self._memory

    @property
    def target(self):
        """Targets, their states, halting and running: see Target."""
        return self._target

    @property
    def registers(self):
        """The registers of the target: see Registers."""
        return self._registers

    @property
    def breakpoints(self):
        """Breakpoints: see Breakpoints."""
        return self._breakpoints

    @property
    def watchpoints(self):
        """Watchpoints: see Watchpoints."""
        return self._watchpoints

    def symbols(self, *paths, check=True):
        """Take the names of these ELF files for print(), read_value() and write_value().

        They replace earlier ones. Before the first value the program in the target is compared
        with them, and a difference is a ProgramWarning; check=False leaves that out.
        """
        self._core.symbols = Symbols(*paths, check=check)
        return self._core.symbols

    def on_halt(self, callback):
        """Have a function called with the line of each halt, as long as the session is open.

        Functions given earlier are still called. In an event loop the result may be awaited: after
        that OpenOCD reports events. Exceptions are handled as those of subscribe_events().
        """
        return self._events.listen("target", "halted", callback)

    def on_reset(self, callback):
        """The same for each reset."""
        return self._events.listen("reset", None, callback)

    @property
    def closed(self):
        """Whether close() has been called."""
        return self._core.raw.closed

    @property
    def server_version(self):
        """OpenOCD's version line, "" without a connection."""
        return self._core.raw.version

    @property
    def port(self):
        """OpenOCD's Tcl port."""
        return self._core.raw.port

    @property
    def raw(self):
        """Whether bulk data move as raw bytes; text_reason says why not."""
        return bool(self._core.raw.features & _libocd.FEATURE_RAW)

    @property
    def text_reason(self):
        """Why bulk data move as text and not as raw bytes; "" if they are raw."""
        return self._core.raw.text_reason

    def __repr__(self):
        state = "closed" if self.closed else self.server_version or "not connected"
        return f"<libocd.{type(self).__name__} port {self.port}: {state}>"


class Session(_Base):
    """A connection to one OpenOCD, for asyncio.

    Its calls are coroutines. Several may be under way at once; they are answered in order.
    Cancelling one leaves the session usable. A session belongs to the event loop it was opened in.
    """

    def _set_up(self, core):
        super()._set_up(core)
        self._events = Events(core)
        self._memory = Memory._make(core)
        self._target = Target._make(core)
        self._registers = Registers._make(core)
        self._breakpoints = Breakpoints._make(core)
        self._watchpoints = Watchpoints._make(core)

    @staticmethod
    def connect(host="localhost", port=6666, timeout=10.0, **options):
        """Connect to a running OpenOCD.

        Await the result to get the session, or use it with `async with`, which closes it.
        `timeout`, in seconds, ends a call that takes longer, connecting included; a bulk call when
        none of its requests has been completed for that time. None is no limit.

        deadline=SECONDS  that a whole call may take, bulk calls included; no limit by default
        target=NAME       the target of the session's calls; OpenOCD's current one by default
        phys=True         addresses are physical
        reconnect=True    when the connection has been lost, the next call connects again, or, after
                          start(), starts OpenOCD again
        on_connection=FUNCTION  called with (False, the error) when the connection has been lost, and
                          with (True, None) when it is back. It may start calls, not wait for them
        wait_server=True  wait, within the timeout, for an OpenOCD that is still starting
        read_only=True    writes and commands are refused with ReadOnlyError
        writable=RANGES   (addr, size) each: writes elsewhere, and commands, are refused
        trace=FUNCTION    called with (">", command), ("<", reply), ("|", line of the log of an
                          OpenOCD that the session started), ("~", what a dry run does not send)
        """
        options = _connect_options(host, port, timeout, options)
        return Opening._make(_open(_libocd.connect, options))

    @staticmethod
    def start(
        config, *, tcl_port=None, openocd_bin=None, timeout=10.0, extra_args=None, **options
    ):
        """Start an OpenOCD and connect to it; it ends with the session.

        `config` is a file, or a string of arguments ("-f interface/stlink.cfg -f target/x.cfg"), or
        a sequence of arguments and files. `tcl_port` None is a free port, `openocd_bin` None is
        $OCD_OPENOCD or "openocd". Options as for connect().
        """
        options = _start_options(config, tcl_port, openocd_bin, timeout, extra_args, options)
        return Opening._make(_open(_libocd.start, options))

    @staticmethod
    def connect_sync(host="localhost", port=6666, timeout=10.0, **options):
        """connect() for code without an event loop."""
        options = _connect_options(host, port, timeout, options)
        return _open_sync(_libocd.connect, options)

    @staticmethod
    def start_sync(
        config, *, tcl_port=None, openocd_bin=None, timeout=10.0, extra_args=None, **options
    ):
        """start() for code without an event loop."""
        options = _start_options(config, tcl_port, openocd_bin, timeout, extra_args, options)
        return _open_sync(_libocd.start, options)

    async def command(self, tcl, **call):
        """Run any Tcl command or script in OpenOCD and return its result.

        A failure is what Tcl's `catch` says; it raises CommandError. Settings: timeout, deadline.
        """
        return await self._core.run(self._core.raw.command, tcl, call)

    async def print(self, expression, *, limit=200, format="text", follow=False, **call):
        """The value of an expression as text, as GDB prints it.

        `limit` elements and characters are shown (0: all); `format` of integers is "text", "hex",
        "dec" or "bin"; `follow` shows text outside of the program's sections, too. Settings:
        target, phys, timeout, deadline. symbols() must have been called.
        """
        raw = self._names()._raw
        return await self._core.run(
            self._core.raw.print, raw, expression, limit, format, follow, call
        )

    async def read_value(self, expression, **call):
        """The value of an expression: int, float, bool, str, EnumValue, Struct, Variant, None.

        Arrays of numbers are NumPy arrays, or lists without NumPy; other arrays are lists. Pointers
        are numbers.
        """
        raw = self._names()._raw
        return from_raw(await self._core.run(self._core.raw.read_value, raw, expression, call))

    async def write_value(self, expression, value, **call):
        """Give an expression a value: a number, bool, str (an enumerator, the text of an array of
        characters, or whatever `ocd write` takes), bytes, or a sequence for an array.

        A bit field is read, changed and written back, which is not atomic. Settings as for
        memory.write_u32(): also verify and dry_run.
        """
        raw = self._names()._raw
        quote = isinstance(value, str) and raw.is_text(expression)
        await self._core.run(
            self._core.raw.write_value, raw, expression, to_text(value, quote), call
        )

    def _names(self):
        symbols = getattr(self._core, "symbols", None)
        if symbols is None:
            raise ValueError("names need an ELF file: call symbols() first")
        return symbols

    async def subscribe_events(self, callback, **call):
        """Have a function called with each Event, in place of an earlier one; None ends that.

        In an event loop it is called at any time, in a blocking session during its calls. It may
        start calls, but not wait for them. An exception that it raises goes to the exception
        handler of the event loop; in a blocking session it ends the call that is under way.
        """
        await self._events.watch(callback, call)

    def events(self, *, limit=1000):
        """The events as an asynchronous iterator and context manager: see EventStream."""
        return EventStream._make(self._events, limit)

    async def wait_event(self, name, **call):
        """Wait for an event of a target, such as "halted"; TimeoutError after `timeout` seconds.

        Earlier events do not count: start it before you cause the event.
        """
        await self._core.run(self._core.raw.wait_event, name, call)

    def watch(self, items, *, rate=10, frames=0, tear=None, clock="host", ram=(), limit=1000, **call):
        """Values read again and again while the core runs, as an asynchronous iterator of Frames.

            async for frame in ocd.watch(["motor.speed", "0x20004F00:u32"], rate=100):
                print(frame.time, frame["motor.speed"])

        `items` are expressions (symbols() must have been called), numbers "ADDR:TYPE" or
        "ADDR:TYPE[N]" with a TYPE of u8 to u64, s8 to s64, f32 or f64, or a mapping of names to
        those. `rate` is in frames a second, or "max"; after `frames` frames it ends (0: it does
        not). `tear` is "check", "ignore" or "halt": see ocd_tear in ocd.h; None is "check" for
        single values and "ignore" for structs and arrays. `clock` is "host", "server" or "target":
        which times the frames have in addition to the host's. Memory between two values may be read
        within the ranges of `ram`, as within the RAM sections of the ELF files. Up to `limit` frames
        wait for the program; then the oldest are dropped: see Watch.dropped. Settings: target, phys,
        timeout, deadline.
        """
        return Watch._make(self._core, items, (rate, frames, tear, clock, ram, limit, call))

    async def record(self, items, *, seconds, rate=100, tear=None, clock="host", ram=(), **call):
        """Values over some seconds as arrays, of NumPy where that is installed: see Recording."""
        settings = (rate, 0, tear, clock, ram, 1, call)
        return await record(self._core, items, settings, seconds)

    async def restart(self, **call):
        """End the OpenOCD that the session started, and start it again with the same arguments.

        This helps after the probe was unplugged, or when OpenOCD hangs. What is under way fails.
        Settings: timeout.
        """
        await self._core.run(self._core.raw.restart, call)

    async def wait_value(self, addr, value, *, width=32, mask=None, **call):
        """Wait until memory has a value, and return what was read, with all of its bits.

        It is read by one access of `width` bits each time, again 10 ms after the answer, until
        `read & mask == value`; `mask` None is all bits. TimeoutError, which has the last value, after
        `timeout` seconds. Settings: target, phys, timeout, deadline.
        """
        start = self._core.raw.wait_value
        return await self._core.run(start, addr, value, width, mask, call)

    async def close(self):
        """Close the session, and end the OpenOCD that it started. What is under way fails."""
        await self._core.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        await self.close()

    def __enter__(self):
        raise TypeError("use 'async with': this session is for asyncio")

    def __exit__(self, *exc_info):
        pass  # 'with' looks for it before __enter__ can say anything


@blocking(Session)
class SyncSession(_Base):
    """A connection to one OpenOCD whose calls block; see Session.

    It may be used by one thread at a time.
    """

    def _set_up(self, core):
        super()._set_up(core)
        self._async = Session._make(core)
        self._events = self._async._events
        self._memory = SyncMemory._make(core)
        self._target = SyncTarget._make(core)
        self._registers = SyncRegisters._make(core)
        self._breakpoints = SyncBreakpoints._make(core)
        self._watchpoints = SyncWatchpoints._make(core)

    def watch(self, items, *, rate=10, frames=0, tear=None, clock="host", ram=(), limit=1000, **call):
        """As Session.watch(), an iterator. Frames are read while the program waits for the next."""
        return SyncWatch._make(self._core, items, (rate, frames, tear, clock, ram, limit, call))

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    async def __aenter__(self):
        self.close()
        raise TypeError("use 'with': the calls of this session block; 'async with' needs connect()")

    async def __aexit__(self, *exc_info):
        pass  # 'async with' looks for it before __aenter__ can say anything


async def _open(opener, options):
    core = Asyncio(opener, options)
    await core.open()
    return Session._make(core)


def _open_sync(opener, options):
    core = Blocking(opener, options)
    finish(core.open())
    return SyncSession._make(core)
