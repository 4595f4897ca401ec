# SPDX-License-Identifier: MIT
"""Targets: which there are, their states, halting and running."""

import dataclasses
import typing

from ._core import Made, blocking_part
from ._errors import TargetError
from ._show import in_hex


@dataclasses.dataclass(frozen=True)
class TargetInfo:
    """A target of OpenOCD."""

    name: str
    type: str  # OpenOCD's target type, such as "cortex_m"
    endian: str  # "little" or "big"
    state: str  # as OpenOCD remembers it
    current: bool  # whether the session's calls are for it


@in_hex("current_pc")
@dataclasses.dataclass(frozen=True)
class TargetState:
    """What a target does."""

    name: str
    state: str  # OpenOCD's word: "running", "halted", "reset", "debug-running", "unknown", …
    current_pc: typing.Optional[int] = None  # the program counter when halted


class Target(Made):
    """The session's target, or that of the call's `target`.

    Settings of every call: target (a name), timeout and deadline (seconds).
    """

    async def list(self, **call):
        """All targets of the OpenOCD, with the states that it remembers."""
        targets = await self._core.run(self._raw.targets, call)
        return [TargetInfo(*target) for target in targets]

    async def select(self, name, **call):
        """Make another target the one that the session's calls are for."""
        await self._core.run(self._raw.select, name, call)

    async def state(self, **call):
        """The state, as the target says."""
        state = await self._core.run(self._raw.state, call)
        return TargetState(
            await self._name(call), state, await self._pc(call) if state == "halted" else None
        )

    async def halt(self, **call):
        """Halt it and wait until it is halted. A halted target stays halted."""
        await self._core.run(self._raw.halt, call)
        return await self.state(**call)

    async def resume(self, address=None, **call):
        """Let it run, from its program counter or from an address. A running one keeps running."""
        await self._core.run(self._raw.resume, address, call)

    async def step(self, address=None, **call):
        """Execute one instruction, at its program counter or at an address."""
        await self._core.run(self._raw.step, address, call)
        return await self.state(**call)

    async def reset(self, mode="run", **call):
        """Reset all targets; then "run", "halt" before the first instruction, or "init" too."""
        await self._core.run(self._raw.reset, mode, call)

    async def wait(self, state, **call):
        """Wait until it is in a state; TimeoutError after `timeout` seconds."""
        await self._core.run(self._raw.wait_state, state, call)
        return await self.state(**call)

    async def wait_halt(self, timeout_ms=None, **call):
        """Wait until it is halted."""
        if timeout_ms is not None:
            if "timeout" in call:
                raise TypeError("either timeout_ms or timeout, not both")
            call["timeout"] = timeout_ms / 1000
        return await self.wait("halted", **call)

    async def _name(self, call):
        call = dict(call)
        name = call.pop("target", None)
        if name is not None:
            return name
        targets = await self._core.run(self._raw.targets, call)
        return next((target[0] for target in targets if target[4]), "")

    async def _pc(self, call):
        try:
            registers = await self._core.run(self._raw.read_registers, ["pc"], call)
        except TargetError:
            return None  # it has none, or it is running again
        return registers[0][2]


@blocking_part(Target)
class SyncTarget(Made):
    """Targets whose calls block."""
