# SPDX-License-Identifier: MIT
"""Events of targets: callbacks and asynchronous iterators over one watch of the session."""

import asyncio
import collections
import contextlib
import dataclasses
import weakref

from ._core import Made
from ._errors import OpenOCDError


@dataclasses.dataclass(frozen=True)
class Event:
    """What OpenOCD reports of its targets; it does not say of which.

    Iterators of events also have the kind "lost": here events are missing, because the program
    took them too slowly ("overflow") or the connection was lost ("connection").
    """

    kind: str  # "target", "state", "reset", "other" or "lost"
    name: str  # of the event, the state, or the mode of the reset; "" for others
    text: str  # the whole line


class Events:
    """The callbacks and iterators that get the events of a session."""

    def __init__(self, core):
        self._core = core
        self._callback = None  # of subscribe_events
        self._listeners = []  # (kind, name or None, callback)
        self._streams = weakref.WeakSet()  # a forgotten one is gone

    @property
    def connected(self):
        return self._core.raw.version != ""

    @property
    def closed(self):
        return self._core.raw.closed

    async def watch(self, callback, call):
        """Replaces the callback; after a failure the earlier one stays."""
        check_callback(callback)
        before, self._callback = self._callback, callback
        try:
            await self._core.run(self._core.raw.subscribe_events, self._wanted(), call)
        except BaseException:
            self._callback = before
            raise

    def listen(self, kind, name, callback):
        """Adds a callback for some events, for as long as the session is open."""
        if callback is None:
            raise TypeError("callback must be callable, not NoneType")
        check_callback(callback)
        self._listeners.append((kind, name, callback))
        return self._core.begin(self._core.raw.subscribe_events, self._tell, {})

    async def add_stream(self, stream):
        self._streams.add(stream)
        self._core.on_disconnect = self._wake_streams
        try:
            await self._core.run(self._core.raw.subscribe_events, self._tell, {})
        except BaseException:
            self._streams.discard(stream)
            raise

    async def remove_stream(self, stream):
        self._streams.discard(stream)
        if self.connected and self._wanted() is None:
            with contextlib.suppress(OpenOCDError):  # then there is no watch any more
                await self._core.run(self._core.raw.subscribe_events, None, {})

    def _wake_streams(self):
        for stream in list(self._streams):
            stream._wake()

    def _wanted(self):
        wanted = self._callback is not None or self._listeners or len(self._streams) > 0
        return self._tell if wanted else None

    def _tell(self, *event):
        event = Event(*event)
        for stream in list(self._streams):
            stream._put(event)
        calls = [(self._callback, event)] if self._callback is not None else []
        calls += [
            (callback, event.text)
            for kind, name, callback in self._listeners
            if event.kind == kind and name in (None, event.name)
        ]
        failure = None
        for callback, argument in calls:
            try:
                callback(argument)
            except BaseException as error:  # the others are still called
                if not isinstance(error, Exception) or not self._core.report(error):
                    failure = failure or error
        if self._wanted() is None:
            self._core.raw.subscribe_events(None, {})
        if failure is not None:
            raise failure


def check_callback(callback):
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be callable, not {type(callback).__name__}")


class EventStream(Made):
    """The events of a session as they come, from `Session.events()`.

        async with ocd.events() as events:
            await ocd.target.resume()
            async for event in events:
                print(event.text)

    With `async with` no event is missed from there on; without it the watch begins with the first
    iteration. Cancelling an iteration loses no event. Up to `limit` events wait for the program;
    then the oldest are dropped, and an Event of the kind "lost" replaces them. After a lost
    connection comes such an Event, too; the next iteration connects again if the session was opened
    with reconnect=True, otherwise it raises ConnectionError. Closing the session ends the iteration.
    """

    def _set_up(self, events, limit):
        if not isinstance(limit, int):
            raise TypeError(f"limit must be an integer, not {type(limit).__name__}")
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        self._events = events
        self._queue = collections.deque(maxlen=limit)
        self._dropped = 0
        self._changed = asyncio.Event()
        self._begun = False
        self._ended = False

    async def aclose(self):
        """End the iteration, also one that is waiting."""
        self._ended = True
        self._wake()
        await self._events.remove_stream(self)

    async def __aenter__(self):
        await self._begin()
        return self

    async def __aexit__(self, *exc_info):
        await self.aclose()

    def __aiter__(self):
        return self

    async def __anext__(self):
        while True:
            if self._ended:
                raise StopAsyncIteration
            if self._dropped:
                count, self._dropped = self._dropped, 0
                return Event("lost", "overflow", f"{count} events dropped: they are read too slowly")
            if self._queue:
                return self._queue.popleft()
            if not self._begun:
                await self._begin()
            elif self._events.closed:
                raise StopAsyncIteration
            elif not self._events.connected:
                self._begun = False
                return Event("lost", "connection", "the connection to OpenOCD was lost")
            else:
                self._changed.clear()
                await self._changed.wait()

    def _put(self, event):
        if len(self._queue) == self._queue.maxlen:
            self._dropped += 1
        self._queue.append(event)
        self._changed.set()

    def _wake(self):
        self._changed.set()

    async def _begin(self):
        await self._events.add_stream(self)
        self._begun = True
