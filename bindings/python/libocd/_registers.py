# SPDX-License-Identifier: MIT
"""The registers of a target."""

import dataclasses
import typing

from ._core import Made, blocking_part
from ._errors import ErrorCode, TargetError
from ._show import in_hex


@in_hex("value")
@dataclasses.dataclass(frozen=True)
class Register:
    """A register."""

    name: str
    number: int  # OpenOCD's
    value: typing.Optional[int]  # None while OpenOCD does not know it
    size: int  # bits
    dirty: bool = False  # written, and not yet passed on to the target
    group: str = ""  # OpenOCD's heading


class Registers(Made):
    """The registers of the session's target, or of the call's `target`.

    Values are read and written while it is halted. Names are those of OpenOCD. What is written
    reaches the target when it resumes or steps. Settings of every call: target (a name), timeout
    and deadline (seconds); of reads also force=True, which asks the target for what OpenOCD has, too.
    """

    async def list(self, **call):
        """All registers, with the values that OpenOCD has; the target is not accessed."""
        registers = await self._core.run(self._raw.registers, call)
        return [Register(*register) for register in registers]

    async def read(self, name, **call):
        """Read one register of any width."""
        registers = await self._core.run(self._raw.read_registers, [name], call)
        return registers[0][2]

    async def read_many(self, names, **call):
        """Read several registers: a dict of their values."""
        if isinstance(names, str):
            raise TypeError("names must be a sequence of str, not str")
        names = list(names)
        registers = await self._core.run(self._raw.read_registers, names, call)
        return {name: register[2] for name, register in zip(names, registers)}

    async def read_all(self, **call):
        """Read the registers of the core: a dict of Register."""
        registers = await self._core.run(self._raw.read_registers, None, call)
        return {register[0]: Register(*register) for register in registers}

    async def write(self, name, value, **call):
        """Write a register; verify=True asks what OpenOCD holds afterwards."""
        if isinstance(value, int) and value >= 1 << 64:
            value = await self._wide(name, value, call)
        await self._core.run(self._raw.write_register, name, value, call)

    async def pc(self, **call):
        """The program counter."""
        return await self.read("pc", **call)

    async def sp(self, **call):
        """The stack pointer."""
        return await self.read("sp", **call)

    async def lr(self, **call):
        """The link register (Arm)."""
        return await self.read("lr", **call)

    async def xpsr(self, **call):
        """The program status register (Cortex-M)."""
        try:
            return await self.read("xPSR", **call)
        except TargetError as error:
            if error.code != ErrorCode.NO_REGISTER:
                raise
        return await self.read("xpsr", **call)  # later versions than 0.12

    async def _wide(self, name, value, call):
        """The bytes of a value of more than 64 bits."""
        call = {key: setting for key, setting in call.items() if key != "verify"}
        for register in await self._core.run(self._raw.registers, call):
            if register[0] == name:
                size = register[3]
                if value >> size:
                    raise ValueError(f"value must fit into the {size} bits of {name}")
                return value.to_bytes((size + 7) // 8, "little")
        return value  # refused for its name


@blocking_part(Registers)
class SyncRegisters(Made):
    """Registers whose calls block."""
