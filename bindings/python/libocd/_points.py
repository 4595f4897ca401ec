# SPDX-License-Identifier: MIT
"""Breakpoints and watchpoints."""

import dataclasses
import typing

from ._core import Made, blocking_part
from ._show import in_hex


@in_hex("addr")
@dataclasses.dataclass(frozen=True)
class Breakpoint:
    """A breakpoint."""

    addr: int  # 0 for a context
    length: int  # bytes of the instruction
    kind: str  # "soft", "hard", "context" or "hybrid"
    number: int = 0  # of the comparator
    asid: int = 0  # the context


@in_hex("addr", "value", "ignore")
@dataclasses.dataclass(frozen=True)
class Watchpoint:
    """A watchpoint."""

    addr: int
    length: int  # bytes
    access: str  # "read", "write" or "access", which is both
    value: typing.Optional[int] = None  # only accesses of this value
    ignore: int = 0  # bits of the value that are not compared


_ACCESS = {"r": "read", "w": "write", "rw": "access"}


def _one_of(addr, address):
    """The address, under whichever name it was given."""
    if addr is not None and address is not None:
        raise TypeError("either addr or address, not both")
    if addr is None and address is None:
        raise TypeError("addr must be an integer, not NoneType")
    return addr if addr is not None else address


class Breakpoints(Made):
    """The breakpoints of the session's target, or of the call's `target`.

    Some targets take them only while halted. Settings of every call: target (a name), timeout and
    deadline (seconds).
    """

    async def list(self, **call):
        """Those that are set."""
        points = await self._core.run(self._raw.breakpoints, call)
        return [Breakpoint(*point) for point in points]

    async def add(self, addr=None, length=2, hw=False, *, address=None, **call):
        """Set one at an instruction of this many bytes (2 on a Cortex-M); `hw` takes a comparator.

        `address` is another name for `addr`.
        """
        addr = _one_of(addr, address)
        await self._core.run(self._raw.set_breakpoint, addr, length, hw, call)

    async def remove(self, addr=None, *, address=None, **call):
        """Remove the one at an address. `address` is another name for `addr`."""
        await self._core.run(self._raw.remove_breakpoint, _one_of(addr, address), call)

    async def clear(self, **call):
        """Remove all."""
        await self._core.run(self._raw.remove_breakpoint, None, call)


class Watchpoints(Made):
    """The watchpoints of the session's target; see Breakpoints."""

    async def list(self, **call):
        """Those that are set."""
        points = await self._core.run(self._raw.watchpoints, call)
        return [Watchpoint(*point) for point in points]

    async def add(
        self,
        addr=None,
        length=4,
        access="access",
        *,
        value=None,
        ignore=0,
        address=None,
        **call,
    ):
        """Set one on `length` bytes: "read", "write" or "access", of a value or of any.

        "r", "w" and "rw" mean the same. `address` is another name for `addr`.
        """
        addr = _one_of(addr, address)
        access = _ACCESS.get(access, access) if isinstance(access, str) else access
        await self._core.run(self._raw.set_watchpoint, addr, length, access, value, ignore, call)

    async def remove(self, addr=None, *, address=None, **call):
        """Remove the one at an address. `address` is another name for `addr`."""
        await self._core.run(self._raw.remove_watchpoint, _one_of(addr, address), call)

    async def clear(self, **call):
        """Remove all."""
        await self._core.run(self._raw.remove_watchpoint, None, call)


@blocking_part(Breakpoints)
class SyncBreakpoints(Made):
    """Breakpoints whose calls block."""


@blocking_part(Watchpoints)
class SyncWatchpoints(Made):
    """Watchpoints whose calls block."""
