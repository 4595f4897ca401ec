# SPDX-License-Identifier: MIT
"""How operations are waited for: by blocking, or in an asyncio event loop.

Everything above is written once, as coroutines over `run` of one of the two classes. With Blocking
they never suspend, and `blocking` makes ordinary methods of them.
"""

import asyncio
import functools
import inspect
import select

from . import _libocd


def finish(coroutine):
    """The result of a coroutine that does not suspend."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("a blocking call has suspended")


class Made:
    """A session, or a part of one. Users neither call its constructor nor see its core."""

    def __init__(self):
        raise TypeError(
            f"{type(self).__name__} objects are made by Session.connect(), Session.start() and "
            "what these return"
        )

    @classmethod
    def _make(cls, *args):
        self = cls.__new__(cls)
        self._set_up(*args)
        return self

    def _set_up(self, core):
        self._core = core
        self._raw = core.raw


def blocking(source):
    """A class decorator: the public coroutine methods of `source` as ordinary ones.

    They are carried out by `self._async`, a `source` over Blocking.
    """

    def decorate(cls):
        for name, method in vars(source).items():
            if inspect.iscoroutinefunction(method) and not name.startswith("_"):
                setattr(cls, name, _blocking_method(cls, method))
        return cls

    return decorate


def blocking_part(source):
    """The same for a part of a session, which has nothing else."""

    def set_up(self, core):
        self._async = source._make(core)

    def decorate(cls):
        cls._set_up = set_up
        cls.__doc__ = f"{cls.__doc__}\n\n{inspect.getdoc(source)}"
        return blocking(source)(cls)

    return decorate


def _blocking_method(cls, method):
    @functools.wraps(method)
    def call(self, *args, **keywords):
        return finish(method(self._async, *args, **keywords))

    call.__qualname__ = f"{cls.__qualname__}.{method.__name__}"
    call.__module__ = cls.__module__
    del call.__wrapped__  # it is no coroutine function
    call.__signature__ = inspect.signature(method)
    return call


class Blocking:
    """Waits where it is called. The GIL is released meanwhile."""

    def __init__(self, opener, options):
        self.raw, self._opening = opener(options)

    async def open(self):
        try:
            self._opening.wait()
        except BaseException:
            self.raw.close()
            raise
        del self._opening

    async def run(self, start, *args):
        return start(*args).wait()

    def begin(self, start, *args):
        start(*args).wait()

    def report(self, error):
        """Whether the exception of a callback was handled. If not it is raised by a call."""
        return False

    async def close(self):
        self.raw.close()


class Asyncio:
    """Lets the running event loop wait, by the session's descriptor: no thread is involved."""

    def __init__(self, opener, options):
        self._loop = asyncio.get_running_loop()
        self.raw, self._opening = opener(options)
        # A session that connects may replace its descriptor, even by one of the same number, which
        # an event loop does not notice. So it is not watched inside of the session's calls then.
        self._fd_may_change = True
        self._reconnects = bool(options.get("reconnect")) or opener is _libocd.start
        self._fd = -1
        self._events = 0
        self._timer = None
        self.on_disconnect = None  # called when there is no connection, maybe more than once

    async def open(self):
        try:
            await self._finished(self._opening)
        except BaseException:
            await self.close()
            raise
        del self._opening
        self._fd_may_change = self._reconnects

    async def run(self, start, *args):
        return await self._finished(self._start(start, *args))

    def begin(self, start, *args):
        """Starts an operation at once. What is returned may be awaited."""
        task = self._loop.create_task(self._finished(self._start(start, *args)))
        self._process()
        return task

    def report(self, error):
        message = "a callback of a libocd session raised an exception"
        self._loop.call_exception_handler({"message": message, "exception": error})
        return True

    def _start(self, start, *args):
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError("the session belongs to another event loop")
        if self._fd_may_change:
            self._watch(-1, 0)
        return start(*args)

    async def close(self):
        self._watch(-1, 0)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.raw.close()
        if self.on_disconnect is not None:
            self.on_disconnect()
            self.on_disconnect = None

    async def _finished(self, operation):
        done = self._loop.create_future()
        operation.when_done(lambda: done.done() or done.set_result(None))
        self._process()
        try:
            await done
        except BaseException:
            # From here on the library does not use the operation's memory.
            operation.cancel()
            self._process()
            raise
        return operation.result()

    def _process(self):
        """Runs one round of the session's loop, then waits for the next."""
        if self._fd_may_change:
            self._watch(-1, 0)
        try:
            self.raw.process()
        except Exception as error:
            self.report(error)
        finally:
            self._await_next()
        if self.on_disconnect is not None and self.raw.version == "":
            self.on_disconnect()

    def _await_next(self):
        fd, events, timeout = self.raw.wants()
        self._watch(fd, events)
        if timeout >= 0:
            self._wake_after(timeout / 1000)

    def _watch(self, fd, events):
        if fd != self._fd:
            events_before, self._events = self._events, 0
            if events_before & select.POLLIN:
                self._loop.remove_reader(self._fd)
            if events_before & select.POLLOUT:
                self._loop.remove_writer(self._fd)
            self._fd = fd
        changed = events ^ self._events
        self._events = events
        if changed & select.POLLIN:
            if events & select.POLLIN:
                self._loop.add_reader(fd, self._process)
            else:
                self._loop.remove_reader(fd)
        if changed & select.POLLOUT:
            if events & select.POLLOUT:
                self._loop.add_writer(fd, self._process)
            else:
                self._loop.remove_writer(fd)

    def _wake_after(self, seconds):
        when = self._loop.time() + seconds
        if self._timer is not None:
            if self._timer.when() <= when:
                return  # waking early does no harm
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._wake)

    def _wake(self):
        self._timer = None
        self._process()
