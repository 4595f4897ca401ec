# SPDX-License-Identifier: MIT
"""libocd: the memory of any chip that OpenOCD can reach.

    async with Session.connect() as ocd:
        print(await ocd.memory.hexdump(0x08000000, 64))

    with Session.connect_sync() as ocd:
        print(ocd.memory.read_u32(0x08000000, count=2))
"""

from ._errors import (
    BreakpointError,
    CancelledError,
    CommandError,
    ConnectionError,
    ErrorCode,
    FileError,
    FlashError,
    JTAGError,
    MismatchError,
    NoAnswerError,
    NotExaminedError,
    OpenOCDError,
    ProbeError,
    ProcessError,
    ProtocolError,
    ReadOnlyError,
    SymbolError,
    TargetAsleepError,
    TargetError,
    TargetNotHaltedError,
    TargetUnavailableError,
    TimeoutError,
)
from ._events import Event, EventStream
from ._libocd import hexdump
from ._libocd import version as __version__
from ._memory import Difference, Memory, Region, SyncMemory
from ._points import (
    Breakpoint,
    Breakpoints,
    SyncBreakpoints,
    SyncWatchpoints,
    Watchpoint,
    Watchpoints,
)
from ._registers import Register, Registers, SyncRegisters
from ._session import Opening, Session, SyncSession
from ._symbols import ProgramWarning, Symbol, Symbols
from ._target import SyncTarget, Target, TargetInfo, TargetState
from ._values import EnumValue, Struct, Variant
from ._watch import Frame, Gap, Recording, SyncWatch, Watch, WatchStats

# Not ConnectionError and TimeoutError: a star import must not hide the built-in ones.
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

# They are known by the names that programs import.
for _name in (*__all__, "ConnectionError", "TimeoutError"):
    if isinstance(globals()[_name], type):
        globals()[_name].__module__ = __name__
del _name
