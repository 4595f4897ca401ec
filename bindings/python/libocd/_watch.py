# SPDX-License-Identifier: MIT
"""Values read again and again while the core runs: frames as they come, and recordings."""

import asyncio
import collections
import collections.abc
import dataclasses
import math
import re
import typing
import weakref

from ._core import Made, finish
from ._values import _numpy, from_raw, to_text

_TYPES = ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64")
_TEARS = {None: 0, "check": 1, "ignore": 2, "halt": 3}
_CLOCKS = {"host": 0, "server": 1, "target": 2}
_UNCHECKED, _TORN, _UNREADABLE = 1, 2, 3
_NUMBER = re.compile(r"\s*(0[xX][0-9a-fA-F]+|[0-9]+):([a-z0-9]+)(?:\[([0-9]+)\])?\s*")


@dataclasses.dataclass(frozen=True)
class Gap:
    """A time without frames."""

    reason: str  # "late", "busy" (OpenOCD served another client), "reconnecting", "reset"
    time: float  # of the last frame before it, as Frame.time
    seconds: float  # until the next frame
    error: typing.Optional[Exception]  # "reconnecting": why the connection was lost


@dataclasses.dataclass(frozen=True)
class Frame:
    """All values of one moment; `frame["motor.speed"]` is the value of that name."""

    number: int  # counts from 0
    time: float  # when it was read: seconds since the epoch, as time.time()
    time_error: float  # it was read within `time` plus or minus this
    server_time: typing.Optional[float]  # the same by the clock of OpenOCD's machine
    cycles: typing.Optional[typing.Tuple[int, int]]  # of the core, before and after
    state: str  # of the core: "running", "halted", ...
    halted: float  # seconds that the core was halted for it
    values: typing.Dict[str, typing.Any]  # None: torn or unreadable
    flags: typing.Dict[str, str]  # "unchecked", "torn", "unreadable"; a good value has none
    errors: typing.Dict[str, Exception]  # of what is unreadable
    gap: typing.Optional[Gap]  # before this frame

    def __getitem__(self, name):
        return self.values[name]


class WatchStats(typing.NamedTuple):
    """What a watch has done so far."""

    frames: int
    late: int  # of these, read more than 2 ms after their time
    torn: int  # values
    gaps: int
    lost: int  # frames that were missed at this rate
    rate: float  # frames a second that were reached
    rate_possible: float  # that this server and target allow


def _items_of(items):
    """{name: item}"""
    if isinstance(items, (str, bytes)):
        raise TypeError("items must be a sequence or mapping of values, not one of them")
    if isinstance(items, collections.abc.Mapping):
        return dict(items)
    return {item: item for item in items}


def _parse(item):
    """The arguments of add() except the last: expression or None, addr, type, count."""
    if not isinstance(item, str):
        raise TypeError(f"a value to watch must be a str, not {type(item).__name__}")
    number = _NUMBER.fullmatch(item)
    if number is None:
        return item, 0, 0, 0
    if number[2] not in _TYPES:
        raise ValueError(f"{item!r}: the type must be one of {', '.join(_TYPES)}")
    return None, int(number[1], 0), _TYPES.index(number[2]) + 1, int(number[3] or 0)


def _choose(value, name, words):
    if value not in words:
        shown = ", ".join(repr(word) for word in words)
        raise ValueError(f"{name} must be one of {shown}, not {value!r}")
    return words[value]


class _Sampler:
    """A sampler of the library and the names of its values. `take` is called with each Frame, and
    answers whether that is enough."""

    def __init__(self, core, items, settings, take):
        rate, frames, tear, clock, ram, _limit, self._call = settings
        self._core = core
        self._take = take
        self._names = {}
        self._ids = {}
        self._expressions = {}
        self._gap = None
        self._clock = clock
        self._tear = _choose(tear, "tear", _TEARS)
        symbols = getattr(core, "symbols", None)
        rate = math.inf if rate == "max" else rate
        self._raw = core.raw.sampler(
            symbols and symbols._raw,
            rate,
            _choose(clock, "clock", _CLOCKS),
            frames,
            ram,
            self._on_frame,
            self._on_gap,
        )
        for name, item in _items_of(items).items():
            self.add(item, name)

    def add(self, item, name):
        expression, *number = _parse(item)
        if expression is not None and getattr(self._core, "symbols", None) is None:
            raise ValueError(f"{expression!r} needs an ELF file: call symbols() first")
        if name in self._ids:
            raise ValueError(f"{name!r} is watched already")
        added = self._raw.add(expression, *number, self._tear)
        self._names[added] = name
        self._ids[name] = added
        self._expressions[name] = expression

    def remove(self, name):
        removed = self._ids.pop(name)
        del self._names[removed], self._expressions[name]
        self._raw.remove(removed)

    async def write(self, name, value, call):
        symbols = getattr(self._core, "symbols", None)
        expression = self._expressions[name]
        quote = isinstance(value, str) and expression is not None
        quote = quote and symbols._raw.is_text(expression)
        await self._core.run(self._raw.write, self._ids[name], to_text(value, quote), call)

    def stats(self):
        return WatchStats(*self._raw.stats())

    def start(self):
        return self._raw.run(self._call)

    async def run(self):
        await self._core.run(self._raw.run, self._call)

    def _on_gap(self, reason, from_us, length_us, error):
        self._gap = Gap(reason, from_us / 1e6, length_us / 1e6, error)

    def _on_frame(self, number, host_us, error_us, server_us, before, after, state, halted, samples):
        values, flags, errors = {}, {}, {}
        for id, status, raw in samples:
            name = self._names.get(id)
            if name is None:
                continue  # it was removed meanwhile
            values[name] = None if status >= _TORN else from_raw(raw)
            if status == _UNREADABLE:
                errors[name] = raw
            if status:
                flags[name] = {_UNCHECKED: "unchecked", _TORN: "torn"}.get(status, "unreadable")
        gap, self._gap = self._gap, None
        return self._take(
            Frame(
                number,
                host_us / 1e6,
                error_us / 1e6,
                server_us / 1e6 if self._clock == "server" else None,
                (before, after) if self._clock == "target" else None,
                state,
                halted / 1e6,
                values,
                flags,
                errors,
                gap,
            )
        )


class _Frames(Made):
    """The common part of both kinds of watches."""

    def _set_up(self, core, items, settings):
        limit = settings[5]
        if not isinstance(limit, int) or limit < 1:
            raise ValueError(f"limit must be an integer of at least 1, not {limit!r}")
        self._core = core
        self._queue = collections.deque(maxlen=limit)
        self._dropped = 0
        self._stopped = False
        watch = weakref.ref(self)  # one that was forgotten ends

        def take(frame):
            known = watch()
            return known is None or known._put(frame)

        self._sampler = _Sampler(core, items, settings, take)

    @property
    def names(self):
        """The names of the values, in their order."""
        return list(self._sampler._ids)

    @property
    def dropped(self):
        """Frames that the program was too slow to take."""
        return self._dropped

    @property
    def stats(self):
        """What it has done so far: see WatchStats."""
        return self._sampler.stats()

    def add(self, item, name=None):
        """Watch one more value, by its own text unless a name is given."""
        self._sampler.add(item, item if name is None else name)

    def remove(self, name):
        """Watch it no longer."""
        self._sampler.remove(name)

    def _put(self, frame):
        if len(self._queue) == self._queue.maxlen:
            self._dropped += 1
        self._queue.append(frame)
        self._changed()
        return self._stopped


class Watch(_Frames):
    """The frames of Session.watch(), an asynchronous iterator.

    It begins with the first iteration, and ends when the iteration does, with aclose(), or with the
    session. `async with` closes it.
    """

    def _set_up(self, core, items, settings):
        super()._set_up(core, items, settings)
        self._event = asyncio.Event()
        self._task = None

    def _changed(self):
        self._event.set()

    async def write(self, name, value, **call):
        """Give a value that is watched another one, between two frames. Settings as for
        write_value()."""
        await self._sampler.write(name, value, call)

    async def aclose(self):
        """End it."""
        self._stopped = True
        self._event.set()
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        await self.aclose()

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._task is None and not self._stopped:
            self._task = asyncio.ensure_future(self._sampler.run())
            self._task.add_done_callback(_ended(self._event))
        while True:
            if self._stopped:
                raise StopAsyncIteration
            if self._queue:
                return self._queue.popleft()
            if self._task.done():
                self._stopped = True
                self._task.result()
                raise StopAsyncIteration
            self._event.clear()
            try:
                await self._event.wait()
            except BaseException:
                await self.aclose()
                raise


def _ended(event):
    def tell(task):
        event.set()
        if not task.cancelled():
            task.exception()  # of a watch whose frames are no longer read

    return tell


class SyncWatch(_Frames):
    """The frames of SyncSession.watch(), an iterator. `with` closes it."""

    def _set_up(self, core, items, settings):
        super()._set_up(core, items, settings)
        self._operation = None

    def _changed(self):
        pass

    def write(self, name, value, **call):
        """Give a value that is watched another one, between two frames. Settings as for
        write_value()."""
        finish(self._sampler.write(name, value, call))

    def close(self):
        """End it."""
        self._stopped = True
        if self._operation is not None:
            self._operation.cancel()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        if self._operation is None and not self._stopped:
            self._ended = False
            self._operation = self._sampler.start()
            self._operation.when_done(self._note_end)
        while not self._stopped and not self._queue and not self._ended:
            self._operation.step()
        if self._queue and not self._stopped:
            return self._queue.popleft()
        if not self._stopped:
            self._stopped = True
            self._operation.result()
        raise StopIteration

    def _note_end(self):
        self._ended = True


# --- Recordings ---


class Recording(collections.abc.Mapping):
    """Values over time: `recording["motor.speed"]` is an array with a value for each frame.

    Arrays are NumPy's where that is installed, lists otherwise. Numbers that are torn or unreadable
    are NaN, in an array of floats; other values None, in an array of objects.
    """

    time: typing.Any  # seconds since the epoch, of each frame
    time_error: typing.Any
    gaps: typing.List[Gap]
    stats: WatchStats

    def __init__(self, names, frames, stats):
        self.time = _array_of([frame.time for frame in frames])
        self.time_error = _array_of([frame.time_error for frame in frames])
        self.state = [frame.state for frame in frames]
        self.cycles = _array_of([frame.cycles for frame in frames])
        self.flags = {name: [frame.flags.get(name, "") for frame in frames] for name in names}
        self.gaps = [frame.gap for frame in frames if frame.gap is not None]
        self.stats = stats
        self._values = {name: _array_of([frame[name] for frame in frames]) for name in names}

    def __getitem__(self, name):
        return self._values[name]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        return f"<libocd.Recording of {', '.join(self._values)}: {len(self.time)} frames>"


def _is_number(value):
    return isinstance(value, (int, float))


def _array_of(values):
    if all(value is None or _is_number(value) for value in values) and None in values:
        values = [math.nan if value is None else float(value) for value in values]
    numpy = _numpy()
    if numpy is None:
        return values
    if all(_is_number(value) for value in values):
        return numpy.array(values)
    try:
        return numpy.stack([numpy.asarray(value) for value in values])
    except (TypeError, ValueError):
        array = numpy.empty(len(values), dtype=object)
        array[:] = values
        return array


async def record(core, items, settings, seconds):
    frames = []
    if not seconds > 0:
        raise ValueError(f"seconds must be above 0, not {seconds!r}")

    def take(frame):
        if frames and frame.time - frames[0].time >= seconds:
            return True
        frames.append(frame)
        return False

    sampler = _Sampler(core, items, settings, take)
    names = list(sampler._ids)
    await sampler.run()
    return Recording(names, frames, sampler.stats())
