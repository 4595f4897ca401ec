# SPDX-License-Identifier: MIT
"""The names of a program, from its ELF files."""

import dataclasses
import os
import typing
import warnings

from . import _libocd


class ProgramWarning(UserWarning):
    """The target holds another program than the ELF files describe."""


@dataclasses.dataclass(frozen=True)
class Symbol:
    """A variable, function or label."""

    name: str
    kind: str  # "variable", "function", "constant", "label", "optimised out", "thread-local", ...
    addr: typing.Optional[int]
    size: typing.Optional[int]  # bytes
    type: typing.Optional[str]
    section: typing.Optional[str]
    file: typing.Optional[str]  # where it is declared
    line: typing.Optional[int]


def _warn(text):
    warnings.warn(text, ProgramWarning, stacklevel=2)


class Symbols:
    """The names of ELF files: see Session.symbols()."""

    def __init__(self, *paths, check=True):
        if not paths:
            raise TypeError("at least one ELF file is needed")
        self.paths = tuple(os.fspath(path) for path in paths)
        self._raw = _libocd.symbols(self.paths, _warn if check else None)

    def find(self, name):
        """The Symbol of a name; SymbolError if there is none, or more than one."""
        return Symbol(*self._raw.find(name))

    def list(self, glob=None):
        """All whose whole name matches a pattern with * ? [...], by name."""
        return [Symbol(*each) for each in self._raw.list(glob)]

    def at(self, addr):
        """(Symbol, offset) of an address, None where nothing is."""
        found = self._raw.at(addr)
        return found and (Symbol(*found[0]), found[1])

    def layout(self, name):
        """The layout of a type as text: offset and size of each member, gaps and padding."""
        return self._raw.layout(name)

    def __repr__(self):
        return f"<libocd.Symbols {', '.join(map(str, self.paths))}>"
