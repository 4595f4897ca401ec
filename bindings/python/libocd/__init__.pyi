# SPDX-License-Identifier: MIT
import builtins
import enum
import os
from _typeshed import ReadableBuffer, WriteableBuffer
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, NamedTuple, Optional, SupportsIndex, Union

from typing_extensions import Self, TypedDict, Unpack

__all__ = [
    "Breakpoint",
    "BreakpointError",
    "Breakpoints",
    "CancelledError",
    "CommandError",
    "Difference",
    "EnumValue",
    "ErrorCode",
    "Event",
    "EventStream",
    "FileError",
    "FlashError",
    "Frame",
    "Gap",
    "JTAGError",
    "Memory",
    "MismatchError",
    "NoAnswerError",
    "NotExaminedError",
    "OpenOCDError",
    "Opening",
    "ProbeError",
    "ProcessError",
    "ProgramWarning",
    "ProtocolError",
    "ReadOnlyError",
    "Recording",
    "Region",
    "Register",
    "Registers",
    "Session",
    "Struct",
    "Symbol",
    "SymbolError",
    "Symbols",
    "SyncBreakpoints",
    "SyncMemory",
    "SyncRegisters",
    "SyncSession",
    "SyncTarget",
    "SyncWatch",
    "SyncWatchpoints",
    "Target",
    "TargetAsleepError",
    "TargetError",
    "TargetInfo",
    "TargetNotHaltedError",
    "TargetState",
    "TargetUnavailableError",
    "Variant",
    "Watch",
    "WatchStats",
    "Watchpoint",
    "Watchpoints",
    "hexdump",
]

__version__: str

_Path = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]
_Config = Union[str, os.PathLike[str], Sequence[Union[str, os.PathLike[str]]]]
_State = Literal[
    "unknown", "running", "halted", "reset", "debug-running", "unavailable", "examine deferred"
]

# The settings of calls, all of them keyword arguments.

class _Time(TypedDict, total=False):
    timeout: Optional[float]  # seconds; in bulk calls without a completed request. None: no limit
    deadline: Optional[float]  # seconds for the whole call, bulk calls included. None: no limit

class _Call(_Time, total=False):
    target: Optional[str]  # None: the session's

class _Access(_Call, total=False):
    phys: Optional[bool]  # physical addresses; None: as the session's

class _Write(_Access, total=False):
    verify: bool  # read back and compare
    dry_run: bool  # send nothing, but tell the session's trace

class _Bulk(_Access, total=False):
    progress: Optional[Callable[[int, int], object]]  # (bytes done, in all)

class _BulkRead(_Bulk, total=False):
    skip_unreadable: bool  # go on after unreadable memory
    fill: SupportsIndex  # the byte in its place
    unreadable: Optional[Callable[[int, int], object]]  # called with it: (address, size)

class _BulkWrite(_Bulk, total=False):
    verify: bool  # as of _Write
    dry_run: bool

class _WriteMany(_Access, total=False):
    dry_run: bool  # as of _Write

class _Erase(_Call, total=False):
    progress: Optional[Callable[[int, int], object]]  # as of _Bulk
    dry_run: bool

class _Dump(_BulkRead, total=False):
    resume: bool  # keep what has been read after a failure, and go on there

class _ReadRegister(_Call, total=False):
    force: bool  # ask the target for what OpenOCD has, too

class _Verify(_BulkRead, total=False):
    fast: bool  # by checksums

class _WriteRegister(_Call, total=False):
    verify: bool  # ask what OpenOCD holds afterwards

class _Options(TypedDict, total=False):
    deadline: Optional[float]  # seconds that a whole call may take, bulk calls included
    target: Optional[str]  # target of the session's calls; None: OpenOCD's current one
    phys: bool  # addresses are physical
    reconnect: bool  # when the connection has been lost the next call connects again
    on_connection: Optional[Callable[[bool, Optional[OpenOCDError]], object]]  # (is it back, error)
    wait_server: bool  # wait, within the timeout, for an OpenOCD that is still starting
    read_only: bool  # refuse writes and commands
    writable: Optional[Iterable[tuple[SupportsIndex, SupportsIndex]]]  # (addr, size): only there
    trace: Optional[Callable[[str, bytes], object]]  # (">", command), ("<", reply), ("|", log line)

# Errors.

class ErrorCode(enum.IntEnum):
    ARG = -1
    NOMEM = -2
    CANCELLED = -3
    BUSY = -4
    READ_ONLY = -5
    EXPRESSION = -6
    RANGE = -7
    UNSUPPORTED_BUILD = -8
    SYSTEM = -100
    FILE = -101
    PROCESS = -102
    FORMAT = -103
    NO_SYMBOL = -104
    AMBIGUOUS = -105
    NO_VALUE = -106
    RESOLVE = -200
    CONNECT = -201
    CLOSED = -202
    TIMEOUT = -203
    PROTOCOL = -300
    NOT_OPENOCD = -301
    UNSUPPORTED = -302
    COMMAND = -400
    TARGET = -401
    NOT_HALTED = -402
    NO_TARGET = -403
    MISMATCH = -404
    NO_REGISTER = -405
    NOT_EXAMINED = -406
    ASLEEP = -407
    NO_ANSWER = -408
    PROBE = -409

class OpenOCDError(Exception):
    code: Optional[ErrorCode]
    address: Optional[int]
    done: int
    command: str
    tcl_code: int
    message: str
    reason: str
    hint: str
    partial: Any

class ConnectionError(OpenOCDError, builtins.ConnectionError): ...
class TimeoutError(OpenOCDError, builtins.TimeoutError): ...
class TargetError(OpenOCDError): ...
class TargetNotHaltedError(TargetError): ...
class MismatchError(TargetError): ...
class TargetUnavailableError(TargetError): ...
class NotExaminedError(TargetUnavailableError): ...
class TargetAsleepError(TargetUnavailableError): ...
class NoAnswerError(TargetUnavailableError): ...
class ProbeError(TargetUnavailableError): ...
class CommandError(TargetError): ...
class ProcessError(OpenOCDError): ...
class ProtocolError(OpenOCDError): ...
class ReadOnlyError(OpenOCDError): ...
class FileError(OpenOCDError, OSError): ...
class SymbolError(OpenOCDError, LookupError): ...
class CancelledError(OpenOCDError): ...

BreakpointError = TargetError
FlashError = TargetError
JTAGError = TargetUnavailableError

# Results.

@dataclass(frozen=True)
class TargetInfo:
    name: str
    type: str
    endian: str
    state: str
    current: bool

@dataclass(frozen=True)
class TargetState:
    name: str
    state: str
    current_pc: Optional[int] = ...

@dataclass(frozen=True)
class Register:
    name: str
    number: int
    value: Optional[int]
    size: int
    dirty: bool = ...
    group: str = ...

@dataclass(frozen=True)
class Region:
    addr: int
    size: int
    bytes: int
    flash: bool
    bank: Optional[int]
    erase_addr: int
    erase_size: int
    sectors: int
    same_sectors: int = ...
    other_bytes: int = ...
    other_addr: Optional[int] = ...

@dataclass(frozen=True)
class Difference:
    addr: int
    size: int
    expected: bytes
    actual: Optional[bytes]

@dataclass(frozen=True)
class Breakpoint:
    addr: int
    length: int
    kind: str
    number: int = ...
    asid: int = ...

@dataclass(frozen=True)
class Watchpoint:
    addr: int
    length: int
    access: str
    value: Optional[int] = ...
    ignore: int = ...

@dataclass(frozen=True)
class Event:
    kind: str
    name: str
    text: str

class EventStream(AsyncIterator[Event]):
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> Event: ...

_Items = Union[Iterable[str], Mapping[str, str]]
_Rate = Union[float, Literal["max"]]
_Tear = Optional[Literal["check", "ignore", "halt"]]
_Clock = Literal["host", "server", "target"]

@dataclass(frozen=True)
class Gap:
    reason: str
    time: float
    seconds: float
    error: Optional[Exception]

@dataclass(frozen=True)
class Frame:
    number: int
    time: float
    time_error: float
    server_time: Optional[float]
    cycles: Optional[tuple[int, int]]
    state: str
    halted: float
    values: dict[str, Any]
    flags: dict[str, str]
    errors: dict[str, Exception]
    gap: Optional[Gap]
    def __getitem__(self, name: str) -> Any: ...

class WatchStats(NamedTuple):
    frames: int
    late: int
    torn: int
    gaps: int
    lost: int
    rate: float
    rate_possible: float

class Watch(AsyncIterator[Frame]):
    @property
    def names(self) -> builtins.list[str]: ...
    @property
    def dropped(self) -> int: ...
    @property
    def stats(self) -> WatchStats: ...
    def add(self, item: str, name: Optional[str] = None) -> None: ...
    def remove(self, name: str) -> None: ...
    async def write(self, name: str, value: Any, **call: Unpack[_Write]) -> None: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> Frame: ...

class SyncWatch(Iterator[Frame]):
    @property
    def names(self) -> builtins.list[str]: ...
    @property
    def dropped(self) -> int: ...
    @property
    def stats(self) -> WatchStats: ...
    def add(self, item: str, name: Optional[str] = None) -> None: ...
    def remove(self, name: str) -> None: ...
    def write(self, name: str, value: Any, **call: Unpack[_Write]) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> Frame: ...

class Recording(Mapping[str, Any]):
    time: Any
    time_error: Any
    state: builtins.list[str]
    cycles: Any
    flags: dict[str, builtins.list[str]]
    gaps: builtins.list[Gap]
    stats: WatchStats
    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

def hexdump(addr: SupportsIndex, data: ReadableBuffer, /) -> str: ...

class Memory:
    async def read_u8(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    async def read_u16(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    async def read_u32(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    async def read_u64(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    async def write_u8(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    async def write_u16(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    async def write_u32(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    async def write_u64(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    async def read_many(
        self,
        items: Iterable[tuple[SupportsIndex, ...]],
        merge_gap: SupportsIndex = 0,
        *,
        partial: bool = False,
        **call: Unpack[_Access],
    ) -> builtins.list[Any]: ...
    async def write_many(
        self,
        items: Iterable[
            tuple[SupportsIndex, SupportsIndex, Union[SupportsIndex, Sequence[SupportsIndex]]]
        ],
        **call: Unpack[_WriteMany],
    ) -> None: ...
    async def modify(
        self,
        addr: SupportsIndex,
        *,
        clear: SupportsIndex = 0,
        set: SupportsIndex = 0,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    async def set_bits(
        self,
        addr: SupportsIndex,
        mask: SupportsIndex,
        *,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    async def clear_bits(
        self,
        addr: SupportsIndex,
        mask: SupportsIndex,
        *,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    async def read_bytes(
        self, addr: SupportsIndex, size: SupportsIndex, **call: Unpack[_BulkRead]
    ) -> bytes: ...
    async def read_into(
        self,
        addr: SupportsIndex,
        buffer: WriteableBuffer,
        *,
        width: Optional[SupportsIndex] = None,
        **call: Unpack[_BulkRead],
    ) -> None: ...
    async def write_bytes(
        self, addr: SupportsIndex, data: ReadableBuffer, **call: Unpack[_BulkWrite]
    ) -> None: ...
    async def fill(
        self,
        addr: SupportsIndex,
        size: SupportsIndex,
        pattern: Union[SupportsIndex, ReadableBuffer],
        **call: Unpack[_BulkWrite],
    ) -> None: ...
    async def hexdump(
        self, addr: SupportsIndex, size: SupportsIndex, **call: Unpack[_BulkRead]
    ) -> str: ...
    async def search(
        self, pattern: ReadableBuffer, start: SupportsIndex, end: SupportsIndex, **call: Unpack[_Bulk]
    ) -> builtins.list[int]: ...
    async def dump(
        self, addr: SupportsIndex, size: SupportsIndex, path: _Path, **call: Unpack[_Dump]
    ) -> None: ...
    async def dump_ranges(
        self,
        ranges: Iterable[tuple[SupportsIndex, SupportsIndex]],
        path: _Path,
        *,
        format: Optional[str] = None,
        **call: Unpack[_BulkRead],
    ) -> None: ...
    async def load(
        self,
        path: _Path,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        where: Literal["auto", "ram", "flash"] = "auto",
        keep: bool = False,
        rewrite: bool = False,
        **call: Unpack[_BulkWrite],
    ) -> builtins.list[Region]: ...
    async def load_data(
        self,
        data: ReadableBuffer,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        where: Literal["auto", "ram", "flash"] = "auto",
        keep: bool = False,
        rewrite: bool = False,
        **call: Unpack[_BulkWrite],
    ) -> builtins.list[Region]: ...
    async def erase(
        self,
        addr: SupportsIndex,
        size: SupportsIndex,
        *,
        whole_sectors: bool = False,
        **call: Unpack[_Erase],
    ) -> builtins.list[Region]: ...
    async def erase_all(self, **call: Unpack[_Erase]) -> builtins.list[Region]: ...
    async def verify(
        self,
        path: _Path,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        ignore: Iterable[tuple[SupportsIndex, SupportsIndex]] = (),
        **call: Unpack[_Verify],
    ) -> None: ...
    async def copy(
        self,
        source: SupportsIndex,
        destination: SupportsIndex,
        size: SupportsIndex,
        **call: Unpack[_BulkWrite],
    ) -> None: ...

class SyncMemory:
    def read_u8(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    def read_u16(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    def read_u32(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    def read_u64(
        self, addr: SupportsIndex, count: SupportsIndex = 1, **call: Unpack[_Access]
    ) -> builtins.list[int]: ...
    def write_u8(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    def write_u16(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    def write_u32(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    def write_u64(
        self,
        addr: SupportsIndex,
        values: Union[SupportsIndex, Iterable[SupportsIndex], ReadableBuffer],
        **call: Unpack[_Write],
    ) -> None: ...
    def read_many(
        self,
        items: Iterable[tuple[SupportsIndex, ...]],
        merge_gap: SupportsIndex = 0,
        *,
        partial: bool = False,
        **call: Unpack[_Access],
    ) -> builtins.list[Any]: ...
    def write_many(
        self,
        items: Iterable[
            tuple[SupportsIndex, SupportsIndex, Union[SupportsIndex, Sequence[SupportsIndex]]]
        ],
        **call: Unpack[_WriteMany],
    ) -> None: ...
    def modify(
        self,
        addr: SupportsIndex,
        *,
        clear: SupportsIndex = 0,
        set: SupportsIndex = 0,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    def set_bits(
        self,
        addr: SupportsIndex,
        mask: SupportsIndex,
        *,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    def clear_bits(
        self,
        addr: SupportsIndex,
        mask: SupportsIndex,
        *,
        width: SupportsIndex = 32,
        **call: Unpack[_Write],
    ) -> int: ...
    def read_bytes(
        self, addr: SupportsIndex, size: SupportsIndex, **call: Unpack[_BulkRead]
    ) -> bytes: ...
    def read_into(
        self,
        addr: SupportsIndex,
        buffer: WriteableBuffer,
        *,
        width: Optional[SupportsIndex] = None,
        **call: Unpack[_BulkRead],
    ) -> None: ...
    def write_bytes(
        self, addr: SupportsIndex, data: ReadableBuffer, **call: Unpack[_BulkWrite]
    ) -> None: ...
    def fill(
        self,
        addr: SupportsIndex,
        size: SupportsIndex,
        pattern: Union[SupportsIndex, ReadableBuffer],
        **call: Unpack[_BulkWrite],
    ) -> None: ...
    def hexdump(
        self, addr: SupportsIndex, size: SupportsIndex, **call: Unpack[_BulkRead]
    ) -> str: ...
    def search(
        self, pattern: ReadableBuffer, start: SupportsIndex, end: SupportsIndex, **call: Unpack[_Bulk]
    ) -> builtins.list[int]: ...
    def dump(
        self, addr: SupportsIndex, size: SupportsIndex, path: _Path, **call: Unpack[_Dump]
    ) -> None: ...
    def dump_ranges(
        self,
        ranges: Iterable[tuple[SupportsIndex, SupportsIndex]],
        path: _Path,
        *,
        format: Optional[str] = None,
        **call: Unpack[_BulkRead],
    ) -> None: ...
    def load(
        self,
        path: _Path,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        where: Literal["auto", "ram", "flash"] = "auto",
        keep: bool = False,
        rewrite: bool = False,
        **call: Unpack[_BulkWrite],
    ) -> builtins.list[Region]: ...
    def load_data(
        self,
        data: ReadableBuffer,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        where: Literal["auto", "ram", "flash"] = "auto",
        keep: bool = False,
        rewrite: bool = False,
        **call: Unpack[_BulkWrite],
    ) -> builtins.list[Region]: ...
    def erase(
        self,
        addr: SupportsIndex,
        size: SupportsIndex,
        *,
        whole_sectors: bool = False,
        **call: Unpack[_Erase],
    ) -> builtins.list[Region]: ...
    def erase_all(self, **call: Unpack[_Erase]) -> builtins.list[Region]: ...
    def verify(
        self,
        path: _Path,
        offset: Optional[SupportsIndex] = None,
        *,
        format: Optional[str] = None,
        virtual: bool = False,
        sections: Optional[Iterable[str]] = None,
        allow_empty: bool = False,
        ignore: Iterable[tuple[SupportsIndex, SupportsIndex]] = (),
        **call: Unpack[_Verify],
    ) -> None: ...
    def copy(
        self,
        source: SupportsIndex,
        destination: SupportsIndex,
        size: SupportsIndex,
        **call: Unpack[_BulkWrite],
    ) -> None: ...

class Target:
    async def list(self, **call: Unpack[_Time]) -> builtins.list[TargetInfo]: ...
    async def select(self, name: str, **call: Unpack[_Time]) -> None: ...
    async def state(self, **call: Unpack[_Call]) -> TargetState: ...
    async def halt(self, **call: Unpack[_Call]) -> TargetState: ...
    async def resume(
        self, address: Optional[SupportsIndex] = None, **call: Unpack[_Call]
    ) -> None: ...
    async def step(
        self, address: Optional[SupportsIndex] = None, **call: Unpack[_Call]
    ) -> TargetState: ...
    async def reset(
        self, mode: Literal["run", "halt", "init"] = "run", **call: Unpack[_Call]
    ) -> None: ...
    async def wait(self, state: _State, **call: Unpack[_Call]) -> TargetState: ...
    async def wait_halt(
        self, timeout_ms: Optional[float] = None, **call: Unpack[_Call]
    ) -> TargetState: ...

class SyncTarget:
    def list(self, **call: Unpack[_Time]) -> builtins.list[TargetInfo]: ...
    def select(self, name: str, **call: Unpack[_Time]) -> None: ...
    def state(self, **call: Unpack[_Call]) -> TargetState: ...
    def halt(self, **call: Unpack[_Call]) -> TargetState: ...
    def resume(self, address: Optional[SupportsIndex] = None, **call: Unpack[_Call]) -> None: ...
    def step(
        self, address: Optional[SupportsIndex] = None, **call: Unpack[_Call]
    ) -> TargetState: ...
    def reset(
        self, mode: Literal["run", "halt", "init"] = "run", **call: Unpack[_Call]
    ) -> None: ...
    def wait(self, state: _State, **call: Unpack[_Call]) -> TargetState: ...
    def wait_halt(
        self, timeout_ms: Optional[float] = None, **call: Unpack[_Call]
    ) -> TargetState: ...

class Registers:
    async def list(self, **call: Unpack[_Call]) -> builtins.list[Register]: ...
    async def read(self, name: str, **call: Unpack[_ReadRegister]) -> int: ...
    async def read_many(
        self, names: Iterable[str], **call: Unpack[_ReadRegister]
    ) -> dict[str, int]: ...
    async def read_all(self, **call: Unpack[_ReadRegister]) -> dict[str, Register]: ...
    async def write(
        self, name: str, value: SupportsIndex, **call: Unpack[_WriteRegister]
    ) -> None: ...
    async def pc(self, **call: Unpack[_ReadRegister]) -> int: ...
    async def sp(self, **call: Unpack[_ReadRegister]) -> int: ...
    async def lr(self, **call: Unpack[_ReadRegister]) -> int: ...
    async def xpsr(self, **call: Unpack[_ReadRegister]) -> int: ...

class SyncRegisters:
    def list(self, **call: Unpack[_Call]) -> builtins.list[Register]: ...
    def read(self, name: str, **call: Unpack[_ReadRegister]) -> int: ...
    def read_many(self, names: Iterable[str], **call: Unpack[_ReadRegister]) -> dict[str, int]: ...
    def read_all(self, **call: Unpack[_ReadRegister]) -> dict[str, Register]: ...
    def write(self, name: str, value: SupportsIndex, **call: Unpack[_WriteRegister]) -> None: ...
    def pc(self, **call: Unpack[_ReadRegister]) -> int: ...
    def sp(self, **call: Unpack[_ReadRegister]) -> int: ...
    def lr(self, **call: Unpack[_ReadRegister]) -> int: ...
    def xpsr(self, **call: Unpack[_ReadRegister]) -> int: ...

class Breakpoints:
    async def list(self, **call: Unpack[_Call]) -> builtins.list[Breakpoint]: ...
    async def add(
        self,
        addr: Optional[SupportsIndex] = None,
        length: SupportsIndex = 2,
        hw: bool = False,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    async def remove(
        self,
        addr: Optional[SupportsIndex] = None,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    async def clear(self, **call: Unpack[_Call]) -> None: ...

class SyncBreakpoints:
    def list(self, **call: Unpack[_Call]) -> builtins.list[Breakpoint]: ...
    def add(
        self,
        addr: Optional[SupportsIndex] = None,
        length: SupportsIndex = 2,
        hw: bool = False,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    def remove(
        self,
        addr: Optional[SupportsIndex] = None,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    def clear(self, **call: Unpack[_Call]) -> None: ...

class Watchpoints:
    async def list(self, **call: Unpack[_Call]) -> builtins.list[Watchpoint]: ...
    async def add(
        self,
        addr: Optional[SupportsIndex] = None,
        length: SupportsIndex = 4,
        access: Literal["read", "write", "access", "r", "w", "rw"] = "access",
        *,
        value: Optional[SupportsIndex] = None,
        ignore: SupportsIndex = 0,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    async def remove(
        self,
        addr: Optional[SupportsIndex] = None,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    async def clear(self, **call: Unpack[_Call]) -> None: ...

class SyncWatchpoints:
    def list(self, **call: Unpack[_Call]) -> builtins.list[Watchpoint]: ...
    def add(
        self,
        addr: Optional[SupportsIndex] = None,
        length: SupportsIndex = 4,
        access: Literal["read", "write", "access", "r", "w", "rw"] = "access",
        *,
        value: Optional[SupportsIndex] = None,
        ignore: SupportsIndex = 0,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    def remove(
        self,
        addr: Optional[SupportsIndex] = None,
        *,
        address: Optional[SupportsIndex] = None,
        **call: Unpack[_Call],
    ) -> None: ...
    def clear(self, **call: Unpack[_Call]) -> None: ...

class Opening(Coroutine[Any, Any, Session]):
    def send(self, value: Any, /) -> Any: ...
    def throw(self, *args: Any) -> Any: ...
    def close(self) -> None: ...
    def __await__(self) -> Generator[Any, Any, Session]: ...
    async def __aenter__(self) -> Session: ...
    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...

class ProgramWarning(UserWarning): ...

@dataclass(frozen=True)
class Symbol:
    name: str
    kind: str
    addr: Optional[int]
    size: Optional[int]
    type: Optional[str]
    section: Optional[str]
    file: Optional[str]
    line: Optional[int]

class Symbols:
    paths: tuple[Union[str, bytes], ...]
    def __init__(self, *paths: _Path, check: bool = True) -> None: ...
    def find(self, name: str) -> Symbol: ...
    def list(self, glob: Optional[str] = None) -> builtins.list[Symbol]: ...
    def at(self, addr: SupportsIndex) -> Optional[tuple[Symbol, int]]: ...
    def layout(self, name: str) -> str: ...

class EnumValue(int):
    name: Optional[str]
    def __new__(cls, value: int, name: Optional[str]) -> Self: ...

class Struct(Mapping[str, Any]):
    def __init__(self, type_name: str, members: builtins.dict[str, Any]) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def dict(self) -> builtins.dict[str, Any]: ...

@dataclass(frozen=True)
class Variant:
    name: Optional[str]
    value: Any

class Session:
    @property
    def memory(self) -> Memory: ...
    @property
    def target(self) -> Target: ...
    @property
    def registers(self) -> Registers: ...
    @property
    def breakpoints(self) -> Breakpoints: ...
    @property
    def watchpoints(self) -> Watchpoints: ...
    @staticmethod
    def connect(
        host: str = "localhost",
        port: SupportsIndex = 6666,
        timeout: Optional[float] = 10.0,
        **options: Unpack[_Options],
    ) -> Opening: ...
    @staticmethod
    def start(
        config: _Config,
        *,
        tcl_port: Optional[int] = None,
        openocd_bin: Optional[_Path] = None,
        timeout: Optional[float] = 10.0,
        extra_args: Optional[Iterable[Union[str, os.PathLike[str]]]] = None,
        **options: Unpack[_Options],
    ) -> Opening: ...
    @staticmethod
    def connect_sync(
        host: str = "localhost",
        port: SupportsIndex = 6666,
        timeout: Optional[float] = 10.0,
        **options: Unpack[_Options],
    ) -> SyncSession: ...
    @staticmethod
    def start_sync(
        config: _Config,
        *,
        tcl_port: Optional[int] = None,
        openocd_bin: Optional[_Path] = None,
        timeout: Optional[float] = 10.0,
        extra_args: Optional[Iterable[Union[str, os.PathLike[str]]]] = None,
        **options: Unpack[_Options],
    ) -> SyncSession: ...
    @property
    def closed(self) -> bool: ...
    @property
    def server_version(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def raw(self) -> bool: ...
    @property
    def text_reason(self) -> str: ...
    async def command(self, tcl: str, **call: Unpack[_Time]) -> str: ...
    def symbols(self, *paths: _Path, check: bool = True) -> Symbols: ...
    async def print(
        self,
        expression: str,
        *,
        limit: Optional[int] = 200,
        format: Literal["text", "hex", "dec", "bin"] = "text",
        follow: bool = False,
        **call: Unpack[_Access],
    ) -> str: ...
    async def read_value(self, expression: str, **call: Unpack[_Access]) -> Any: ...
    async def write_value(
        self, expression: str, value: Any, **call: Unpack[_Write]
    ) -> None: ...
    async def subscribe_events(
        self, callback: Optional[Callable[[Event], object]], **call: Unpack[_Time]
    ) -> None: ...
    def events(self, *, limit: int = 1000) -> EventStream: ...
    def on_halt(self, callback: Callable[[str], object]) -> Awaitable[None]: ...
    def on_reset(self, callback: Callable[[str], object]) -> Awaitable[None]: ...
    async def wait_event(self, name: str, **call: Unpack[_Time]) -> None: ...
    def watch(
        self,
        items: _Items,
        *,
        rate: _Rate = 10,
        frames: int = 0,
        tear: _Tear = None,
        clock: _Clock = "host",
        ram: Iterable[tuple[int, int]] = (),
        limit: int = 1000,
        **call: Unpack[_Access],
    ) -> Watch: ...
    async def record(
        self,
        items: _Items,
        *,
        seconds: float,
        rate: _Rate = 100,
        tear: _Tear = None,
        clock: _Clock = "host",
        ram: Iterable[tuple[int, int]] = (),
        **call: Unpack[_Access],
    ) -> Recording: ...
    async def restart(self, **call: Unpack[_Time]) -> None: ...
    async def wait_value(
        self,
        addr: SupportsIndex,
        value: SupportsIndex,
        *,
        width: Literal[8, 16, 32, 64] = 32,
        mask: Optional[SupportsIndex] = None,
        **call: Unpack[_Access],
    ) -> int: ...
    async def close(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...

class SyncSession:
    @property
    def memory(self) -> SyncMemory: ...
    @property
    def target(self) -> SyncTarget: ...
    @property
    def registers(self) -> SyncRegisters: ...
    @property
    def breakpoints(self) -> SyncBreakpoints: ...
    @property
    def watchpoints(self) -> SyncWatchpoints: ...
    @property
    def closed(self) -> bool: ...
    @property
    def server_version(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def raw(self) -> bool: ...
    @property
    def text_reason(self) -> str: ...
    def command(self, tcl: str, **call: Unpack[_Time]) -> str: ...
    def symbols(self, *paths: _Path, check: bool = True) -> Symbols: ...
    def print(
        self,
        expression: str,
        *,
        limit: Optional[int] = 200,
        format: Literal["text", "hex", "dec", "bin"] = "text",
        follow: bool = False,
        **call: Unpack[_Access],
    ) -> str: ...
    def read_value(self, expression: str, **call: Unpack[_Access]) -> Any: ...
    def write_value(
        self, expression: str, value: Any, **call: Unpack[_Write]
    ) -> None: ...
    def subscribe_events(
        self, callback: Optional[Callable[[Event], object]], **call: Unpack[_Time]
    ) -> None: ...
    def on_halt(self, callback: Callable[[str], object]) -> None: ...
    def on_reset(self, callback: Callable[[str], object]) -> None: ...
    def wait_event(self, name: str, **call: Unpack[_Time]) -> None: ...
    def watch(
        self,
        items: _Items,
        *,
        rate: _Rate = 10,
        frames: int = 0,
        tear: _Tear = None,
        clock: _Clock = "host",
        ram: Iterable[tuple[int, int]] = (),
        limit: int = 1000,
        **call: Unpack[_Access],
    ) -> SyncWatch: ...
    def record(
        self,
        items: _Items,
        *,
        seconds: float,
        rate: _Rate = 100,
        tear: _Tear = None,
        clock: _Clock = "host",
        ram: Iterable[tuple[int, int]] = (),
        **call: Unpack[_Access],
    ) -> Recording: ...
    def restart(self, **call: Unpack[_Time]) -> None: ...
    def wait_value(
        self,
        addr: SupportsIndex,
        value: SupportsIndex,
        *,
        width: Literal[8, 16, 32, 64] = 32,
        mask: Optional[SupportsIndex] = None,
        **call: Unpack[_Access],
    ) -> int: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
