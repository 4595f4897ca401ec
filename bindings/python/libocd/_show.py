# SPDX-License-Identifier: MIT
"""How results are shown."""

import dataclasses


def in_hex(*names):
    """A decorator for data classes: repr() shows these fields as addresses are written."""

    def show(self):
        fields = []
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            is_number = field.name in names and value is not None
            fields.append(f"{field.name}={f'0x{value:08X}' if is_number else repr(value)}")
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def decorate(cls):
        cls.__repr__ = show
        return cls

    return decorate
