# SPDX-License-Identifier: MIT
"""The exceptions. Everything that OpenOCD, the connection or the target refuses is an OpenOCDError;
what the caller got wrong is a ValueError or TypeError, as everywhere in Python."""

import builtins
import enum
import os

from . import _libocd

ErrorCode = enum.IntEnum("ErrorCode", _libocd.error_codes, module="libocd")
ErrorCode.__doc__ = "The library's error codes, `enum ocd_err` of ocd.h without the prefix."


class OpenOCDError(Exception):
    """Something failed. str() of it is one line that says what was asked, where, and why it failed.

    code      an ErrorCode, None if the error is not from the library
    address   the first address that failed as far as it is known, otherwise None
    done      elements (typed calls) or bytes (others) that are good so far
    command   the Tcl command that failed, or whose answer did not come, or ""
    tcl_code  what Tcl's `catch` returned for it: 1 for an error, other numbers are OpenOCD's own,
              such as -4; 0 without an answer, or if OpenOCD claims success
    message   OpenOCD's or the system's own words, whole, or ""
    reason    the line of the message that says why, or ""
    hint      what to try, one sentence, or ""
    partial   what could be read all the same, of the type that the call returns; None if it
              returns nothing
    """

    code = None
    address = None
    done = 0
    command = ""
    tcl_code = 0
    message = ""
    reason = ""
    hint = ""
    partial = None

    def __str__(self):
        # Not OSError's, which some of the classes inherit too.
        return str(self.args[0]) if self.args else ""


class ConnectionError(OpenOCDError, builtins.ConnectionError):
    """No connection to OpenOCD, or it was lost."""


class TimeoutError(OpenOCDError, builtins.TimeoutError):
    """Not finished in time."""


class TargetError(OpenOCDError):
    """OpenOCD or the target refused."""


class TargetNotHaltedError(TargetError):
    """This can be done only while the target is halted."""


class MismatchError(TargetError):
    """Memory is not what was written, or not what a file says."""


class TargetUnavailableError(TargetError):
    """The target or its probe is not there, whatever the address."""


class NotExaminedError(TargetUnavailableError):
    """OpenOCD has not examined the target: it was unpowered, asleep, in reset or locked then."""


class TargetAsleepError(TargetUnavailableError):
    """An access failed because the target sleeps."""


class NoAnswerError(TargetUnavailableError):
    """The target does not answer: no power, or not connected to the probe."""


class ProbeError(TargetUnavailableError):
    """The debug probe does not answer."""


class CommandError(TargetError):
    """A Tcl command or script failed in OpenOCD, for another reason than the known ones."""


class ProcessError(OpenOCDError):
    """OpenOCD could not be started, or ended; `message` has the last lines of its log."""


class SymbolError(OpenOCDError, LookupError):
    """No such name, several of that name, or no value: optimised out, in a register, thread-local."""


class ProtocolError(OpenOCDError):
    """The server's answer is malformed, or its OpenOCD is too old."""


class ReadOnlyError(OpenOCDError):
    """The options of the session do not allow this write. Nothing was sent."""


class FileError(OpenOCDError, OSError):
    """A local file or another local resource failed."""


class CancelledError(OpenOCDError):
    """The operation was cancelled."""


# Names of programs that were written for another client: see docs/python.md.
BreakpointError = TargetError
FlashError = TargetError
JTAGError = TargetUnavailableError


_CLASSES = {
    "ARG": ValueError,
    "NOMEM": MemoryError,
    "CANCELLED": CancelledError,
    "BUSY": RuntimeError,
    "READ_ONLY": ReadOnlyError,
    "EXPRESSION": ValueError,
    "RANGE": ValueError,
    "UNSUPPORTED_BUILD": FileError,
    "SYSTEM": FileError,
    "FILE": FileError,
    "FORMAT": FileError,
    "NO_SYMBOL": SymbolError,
    "AMBIGUOUS": SymbolError,
    "NO_VALUE": SymbolError,
    "PROCESS": ProcessError,
    "RESOLVE": ConnectionError,
    "CONNECT": ConnectionError,
    "CLOSED": ConnectionError,
    "TIMEOUT": TimeoutError,
    "NOT_OPENOCD": ConnectionError,
    "PROTOCOL": ProtocolError,
    "UNSUPPORTED": ProtocolError,
    "COMMAND": CommandError,
    "TARGET": TargetError,
    "NOT_HALTED": TargetNotHaltedError,
    "NO_TARGET": TargetError,
    "NO_REGISTER": TargetError,
    "NOT_EXAMINED": NotExaminedError,
    "ASLEEP": TargetAsleepError,
    "NO_ANSWER": NoAnswerError,
    "PROBE": ProbeError,
    "MISMATCH": MismatchError,
}


def exception(
    code, text, address, done, command, tcl_code, message, reason, hint, errno, partial
):
    """The exception for `code`; the extension raises it."""
    name = ErrorCode(code).name
    error = _CLASSES.get(name, OpenOCDError)(text)
    if isinstance(error, OpenOCDError):
        error.code = ErrorCode(code)
        error.address = address
        error.done = done
        error.command = command
        error.tcl_code = tcl_code
        error.message = message
        error.reason = reason
        error.hint = hint
        error.partial = partial
        if errno and isinstance(error, OSError):
            error.errno = errno
            error.strerror = os.strerror(errno)
    return error
