# SPDX-License-Identifier: MIT
"""What type checkers have to accept, and what they have to refuse: see test_types.py.

A line that has to be refused ends in a `type: ignore` with the reason; strict checkers complain of
one that is not needed.
"""

import array
import asyncio
from pathlib import Path
from typing import Optional

from libocd import (
    Breakpoint,
    BreakpointError,
    CommandError,
    Event,
    EventStream,
    FlashError,
    Memory,
    OpenOCDError,
    Opening,
    Region,
    Session,
    SyncMemory,
    SyncSession,
    TargetError,
    TargetInfo,
    TargetState,
    hexdump,
)


def tell(done: int, total: int) -> None:
    print(done, total)


def blocking() -> None:
    with Session.connect_sync("localhost", 6666, timeout=5, reconnect=True) as ocd:
        memory: SyncMemory = ocd.memory
        words: list[int] = memory.read_u32(0x20000000, 4, target="cpu", phys=True)
        memory.write_u32(0x20000000, words, verify=True)
        memory.write_u8(0x20000000, b"bytes")
        memory.write_u16(0x20000000, range(4))
        data: bytes = memory.read_bytes(0x08000000, 1024, progress=tell, skip_unreadable=True, fill=0xFF)
        memory.write_bytes(0x20000000, memoryview(data))
        memory.read_into(0x20000000, array.array("I", [0]), width=32)
        memory.read_into(0x20000000, b"read-only")  # type: ignore[arg-type]
        memory.fill(0x20000000, 16, 0)
        memory.fill(0x20000000, 16, "x")  # type: ignore[arg-type]
        memory.read_u32("0x20000000")  # type: ignore[arg-type]
        memory.dump(0x08000000, 1024, Path("x"), resume=True)
        regions: list[Region] = memory.load("firmware.elf", where="flash")
        found: list[int] = memory.search(b"x", start=0, end=0x100)
        print(hexdump(0, data), regions, found)
        state: TargetState = ocd.target.halt()
        pc: Optional[int] = state.current_pc
        targets: list[TargetInfo] = ocd.target.list()
        ocd.target.reset("sideways")  # type: ignore[arg-type]
        ocd.breakpoints.add(0x08000100, 2, True)
        ocd.breakpoints.add(address=0x08000100, hw=True)
        ocd.watchpoints.add(0x20000000, 4, "rw")
        points: list[Breakpoint] = ocd.breakpoints.list()
        registers: dict[str, int] = ocd.registers.read_many(["pc", "sp"])
        ocd.on_halt(print)
        ocd.subscribe_events(lambda event: print(event.name))
        text: str = ocd.command("version")
        print(pc, targets, points, registers, text)
        ocd.memory = memory  # type: ignore[misc]


async def awaited() -> None:
    opening: Opening = Session.connect(port=6666, timeout=None)
    async with opening as ocd:
        memory: Memory = ocd.memory
        first, second = await asyncio.gather(memory.read_u8(0), memory.read_u8(1))
        byte: int = first[0] + second[0]
        stream: EventStream = ocd.events(limit=10)
        async with stream as events:
            async for event in events:
                line: str = event.text
                print(line, byte)
        async for event in ocd.events():
            each: Event = event
            print(each)
        await ocd.on_reset(print)
    session: Session = await Session.start(["-f", Path("board.cfg")], extra_args=["-d"])
    await session.close()
    with Session.connect() as wrong:  # type: ignore[attr-defined]
        print(wrong)
    Session.connect().memory  # type: ignore[attr-defined]


def failing(ocd: SyncSession) -> None:
    try:
        ocd.memory.read_u32(0)
    except (CommandError, BreakpointError, FlashError) as error:
        number: int = error.tcl_code
        print(number, error.command)
    except TargetError as error:
        address: Optional[int] = error.address
        print(address, error.partial)
    except OpenOCDError as error:
        print(error.code, error.message)
