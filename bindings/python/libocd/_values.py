# SPDX-License-Identifier: MIT
"""Values of the program in the target as Python objects."""

import collections.abc
import dataclasses
import functools
import json
import math
import operator
import sys
import typing


@functools.lru_cache(maxsize=None)
def _numpy():
    """The module, None where it is not installed. It is imported when it is first needed."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy


class EnumValue(int):
    """A value of an enumeration: a number with the name of its enumerator."""

    name: typing.Optional[str]  # None: no enumerator has the value

    def __new__(cls, value, name):
        self = super().__new__(cls, value)
        self.name = name
        return self

    def __repr__(self):
        return f"<{self.name}: {int(self)}>" if self.name is not None else int.__repr__(self)

    __str__ = __repr__

    def __getnewargs__(self):
        return int(self), self.name


class Struct(collections.abc.Mapping):
    """A struct, union or class: members are attributes and items, and `dict(value)` is a dict.

    `value.dict()` makes dicts of the structs inside, too. A member that has the name of a method is
    an item only. Members of anonymous structs belong to the struct around them; those of a base
    class are in an item of its name.
    """

    __slots__ = ("_type", "_members")

    def __init__(self, type_name, members):
        self._type = type_name
        self._members = members

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._members[name]
        except KeyError:
            raise AttributeError(f"{self._type} has no member {name!r}") from None

    def __dir__(self):
        return [*super().__dir__(), *self._members]

    def __getitem__(self, name):
        return self._members[name]

    def __iter__(self):
        return iter(self._members)

    def __len__(self):
        return len(self._members)

    def dict(self):
        """All as dicts, down to the last member."""
        return {name: _plain(value) for name, value in self._members.items()}

    def __repr__(self):
        return f"<{self._type} {self._members!r}>"

    def __getstate__(self):
        return self._type, self._members

    def __setstate__(self, state):
        self._type, self._members = state


@dataclasses.dataclass(frozen=True)
class Variant:
    """A value of an enum of Rust."""

    name: typing.Optional[str]  # of the variant; None: it is not known
    value: typing.Any  # what it holds, a Struct


def _plain(value):
    if isinstance(value, Struct):
        return value.dict()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


# --- From the library ---


def _enum(number, name):
    return EnumValue(number, name)


def _members_of(pairs):
    members = {}
    for name, raw in pairs:
        if name == "" and isinstance(raw, tuple) and raw[0] == "struct":
            members.update(_members_of(raw[2]))
        else:
            members[name] = from_raw(raw)
    return members


def _struct(type_name, pairs):
    return Struct(type_name, _members_of(pairs))


def _text(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _nested(flat, shape):
    if len(shape) <= 1:
        return flat
    size = math.prod(shape[1:])
    return [_nested(flat[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]


def _array(code, shape, data, big_endian):
    numpy = _numpy()
    if numpy is not None:
        kind = numpy.dtype(code).newbyteorder(">" if big_endian else "<")
        values = numpy.frombuffer(data, kind).reshape(shape)
        return values.astype(kind.newbyteorder("="))  # a copy, in the host's byte order
    items = memoryview(data)
    if big_endian != (sys.byteorder == "big"):
        size = memoryview(bytes(8)).cast(code).itemsize
        items = memoryview(b"".join(data[i : i + size][::-1] for i in range(0, len(data), size)))
    return _nested(items.cast(code).tolist(), shape)


def _variant(name, raw):
    return Variant(name, from_raw(raw))


_KINDS = {
    "enum": _enum,
    "struct": _struct,
    "text": _text,
    "array": _array,
    "json": json.loads,
    "variant": _variant,
}


def from_raw(raw):
    """The object that users see, made from the answer of the extension."""
    if isinstance(raw, tuple):
        return _KINDS[raw[0]](*raw[1:])
    if isinstance(raw, list):
        return [from_raw(each) for each in raw]
    return raw


# --- To the library ---


def _quoted(data):
    shown = "".join(
        chr(c) if 0x20 <= c < 0x7F and c not in b"\"\\" else f"\\{c:03o}" for c in data
    )
    return f'"{shown}"'


def to_text(value, quote):
    """A value as the library parses it. `quote`: text is the contents of an array."""
    if isinstance(value, EnumValue):
        return str(int(value))
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value.encode()) if quote else value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _quoted(bytes(value))
    if isinstance(value, collections.abc.Mapping):
        raise TypeError("a struct cannot be written as a whole: write its members")
    if hasattr(value, "tolist") and not hasattr(value, "__index__"):
        value = value.tolist()
    if isinstance(value, collections.abc.Iterable):
        return "{" + ", ".join(to_text(each, False) for each in value) + "}"
    if hasattr(value, "__index__"):
        try:
            return str(operator.index(value))
        except TypeError:  # an array of NumPy
            return to_text(value.tolist(), quote)
    if hasattr(value, "__float__"):
        return repr(float(value))
    raise TypeError(f"a {type(value).__name__} cannot be written")
