# SPDX-License-Identifier: MIT
"""The memory of a target."""

import dataclasses
import typing

from ._core import Made, blocking_part
from ._errors import ErrorCode, MismatchError, TargetError
from ._show import in_hex


@in_hex("addr", "erase_addr", "other_addr")
@dataclasses.dataclass(frozen=True)
class Region:
    """A region that a file is written to."""

    addr: int
    size: int  # bytes from the first to the last one
    bytes: int  # bytes of data; fewer if there are gaps
    flash: bool  # it is flash, and erased before
    bank: typing.Optional[int]  # of OpenOCD's `flash banks`
    erase_addr: int  # where the sectors begin
    erase_size: int  # their bytes
    sectors: int  # their number
    same_sectors: int = 0  # those that hold their data already, and stay
    other_bytes: int = 0  # other data in the sectors to be erased
    other_addr: typing.Optional[int] = None  # the first of them


@in_hex("addr")
@dataclasses.dataclass(frozen=True)
class Difference:
    """A range where memory differs from a file."""

    addr: int
    size: int  # bytes that differ, one after the other
    expected: bytes  # up to 64 of them as the file has them
    actual: typing.Optional[bytes]  # as memory has them; None when they cannot be read


class Memory(Made):
    """Typed and bulk access to memory.

    *Typed* calls (read_u8 to write_u64, read_many) make exactly one access of that width for each
    element, in ascending order. *Bulk* calls take the widest accesses and the fastest path, and
    never touch a byte outside the range.

    Settings of every call: target (a name), phys (bypass the MMU), timeout (seconds; in a bulk call
    without a completed request) and deadline (seconds for the whole of a bulk call, too); None is no
    limit. Of bulk calls also progress(done, total). Of bulk reads: skip_unreadable=True goes on
    after unreadable memory, which is reported to unreadable(addr, size) and read as `fill`. Of
    writes: verify=True reads back, and dry_run=True sends nothing but shows the session's trace
    what it would send.
    """

    async def read_u8(self, addr, count=1, **call):
        """Read `count` 8-bit values."""
        return await self._core.run(self._raw.read, 8, addr, count, call)

    async def read_u16(self, addr, count=1, **call):
        """Read `count` 16-bit values."""
        return await self._core.run(self._raw.read, 16, addr, count, call)

    async def read_u32(self, addr, count=1, **call):
        """Read `count` 32-bit values."""
        return await self._core.run(self._raw.read, 32, addr, count, call)

    async def read_u64(self, addr, count=1, **call):
        """Read `count` 64-bit values; two 32-bit accesses each where 64 bits are refused."""
        return await self._core.run(self._raw.read, 64, addr, count, call)

    async def write_u8(self, addr, values, **call):
        """Write an 8-bit value, or several."""
        await self._core.run(self._raw.write, 8, addr, values, call)

    async def write_u16(self, addr, values, **call):
        """Write a 16-bit value, or several. Bytes are refused: they are for write_bytes."""
        await self._core.run(self._raw.write, 16, addr, values, call)

    async def write_u32(self, addr, values, **call):
        """Write a 32-bit value, or several. Bytes are refused: they are for write_bytes."""
        await self._core.run(self._raw.write, 32, addr, values, call)

    async def write_u64(self, addr, values, **call):
        """Write a 64-bit value, or several. Bytes are refused: they are for write_bytes."""
        await self._core.run(self._raw.write, 64, addr, values, call)

    async def read_many(self, items, merge_gap=0, *, partial=False, **call):
        """Read many small items in as few requests as possible.

        `items` are (addr, width) or (addr, width, count); the result is a list of values for each.
        Items closer than `merge_gap` bytes may be read together, with what lies between them and
        with any width: not for registers with side effects. With partial=True an item whose
        address cannot be read is None in the result; otherwise the first such item raises. Other
        failures, such as a target that does not answer, always raise.
        """
        try:
            return await self._core.run(self._raw.read_many, items, merge_gap, call)
        except TargetError as error:
            if not partial or error.code is not ErrorCode.TARGET:
                raise
            return error.partial

    async def write_many(self, items, **call):
        """Write many small items in as few requests as possible.

        `items` are (addr, width, value) or (addr, width, values). Each element is one access of its
        width, in order; after a failure nothing more is written, and the error's `done` says how
        many items are.
        """
        await self._core.run(self._raw.write_many, items, call)

    async def modify(self, addr, *, clear=0, set=0, width=32, **call):
        """Clear and set bits of a value, and return the value before: one read and one write.

        A bit in both masks is set. It is not atomic: what the target or another client writes
        between the two is overwritten.
        """
        return await self._core.run(self._raw.modify, addr, width, clear, set, call)

    async def set_bits(self, addr, mask, *, width=32, **call):
        """Set the bits of `mask`, as modify() does, and return the value before."""
        return await self._core.run(self._raw.modify, addr, width, 0, mask, call)

    async def clear_bits(self, addr, mask, *, width=32, **call):
        """Clear the bits of `mask`, as modify() does, and return the value before."""
        return await self._core.run(self._raw.modify, addr, width, mask, 0, call)

    async def read_bytes(self, addr, size, **call):
        """Read bytes, in the order of the memory."""
        return await self._core.run(self._raw.read_bytes, addr, size, call)

    async def read_into(self, addr, buffer, *, width=None, **call):
        """Read as many bytes as `buffer` has into it: a bytearray, memoryview, array, NumPy array.

        With a width of 8, 16, 32 or 64 it is a typed read: one access for each element, in the byte
        order of this machine. The buffer then holds integers (signed ones, too) or floats of that
        width, or bytes; one of another width or byte order is refused. After a failure the buffer
        has what could be read.
        """
        await self._core.run(self._raw.read_into, addr, buffer, width, call)

    async def write_bytes(self, addr, data, **call):
        """Write bytes, or what any other contiguous buffer holds."""
        await self._core.run(self._raw.write_bytes, addr, data, call)

    async def fill(self, addr, size, pattern, **call):
        """Fill a range with a byte, or with repetitions of up to 4096 bytes."""
        await self._core.run(self._raw.fill, addr, size, pattern, call)

    async def hexdump(self, addr, size, **call):
        """Read memory and format it, 16 bytes a line, without a newline after the last."""
        return await self._core.run(self._raw.hexdump, addr, size, call)

    async def search(self, pattern, start, end, **call):
        """The addresses at which `pattern` is, overlapping ones too, in ascending order.

        A match begins at `start` or later and has ended at `end`, which is exclusive.
        """
        return await self._core.run(self._raw.search, pattern, start, end, call)

    async def dump(self, addr, size, path, **call):
        """Read memory into a file, raw, in constant memory.

        The file takes its name only when it is complete. With resume=True what has been read is
        kept after a failure, and the same call with resume=True goes on there.
        """
        await self._core.run(self._raw.dump, addr, size, path, call)

    async def dump_ranges(self, ranges, path, *, format=None, **call):
        """Read ranges, (addr, size) each, into one file. Its name or `format` gives the format:

        "bin", "ihex", "ihex16", "ihex20", "srec", "s19", "s28", "s37", "c-array" or "hexdump".
        """
        await self._core.run(self._raw.dump_ranges, ranges, path, format, call)

    async def load(
        self,
        path,
        offset=None,
        *,
        format=None,
        virtual=False,
        sections=None,
        allow_empty=False,
        where="auto",
        keep=False,
        rewrite=False,
        **call,
    ):
        """Write a file into memory and return the regions.

        Raw binary, which needs an `offset`, Intel HEX, S-record, ELF (by its load addresses, or
        `virtual` ones, or only some sections) or hexdump. A file without data is an error unless
        `allow_empty` says otherwise. Flash is written by OpenOCD's drivers, the rest by plain
        writes; where="ram" or "flash" treats everything as that. With dry_run=True nothing is
        written.

        Sectors of flash that hold their data already are left as they are, unless rewrite=True.
        Other data in the erased sectors are lost; keep=True restores them.
        """
        how = offset, format, virtual, sections, allow_empty
        loading = where, keep, rewrite
        regions = await self._core.run(self._raw.load, path, loading, how, call)
        return [_region(region) for region in regions]

    async def load_data(
        self,
        data,
        offset=None,
        *,
        format=None,
        virtual=False,
        sections=None,
        allow_empty=False,
        where="auto",
        keep=False,
        rewrite=False,
        **call,
    ):
        """As load(), of a file that is in memory: bytes or another contiguous buffer.

        format="bin" takes any data as they are: load_data(serial, 0x0801FC00, format="bin",
        keep=True) puts a serial number into flash.
        """
        how = offset, format, virtual, sections, allow_empty
        loading = where, keep, rewrite
        regions = await self._core.run(self._raw.load_data, data, loading, how, call)
        return [_region(region) for region in regions]

    async def erase(self, addr, size, *, whole_sectors=False, **call):
        """Erase sectors of flash and return the regions.

        The range must be made of whole sectors; whole_sectors=True erases all that it is in.
        """
        regions = await self._core.run(self._raw.erase, addr, size, False, whole_sectors, call)
        return [_region(region) for region in regions]

    async def erase_all(self, **call):
        """Erase all flash banks of the target and return the regions."""
        regions = await self._core.run(self._raw.erase, 0, 0, True, False, call)
        return [_region(region) for region in regions]

    async def verify(
        self,
        path,
        offset=None,
        *,
        format=None,
        virtual=False,
        sections=None,
        allow_empty=False,
        ignore=(),
        **call,
    ):
        """Compare a file with memory, to the end.

        Ranges to `ignore`, (addr, size) each, are neither compared nor read. If they differ,
        MismatchError has every Difference in `partial`. fast=True has OpenOCD
        compute checksums; the target must be halted then.
        """
        how = offset, format, virtual, sections, allow_empty
        try:
            await self._core.run(self._raw.verify, path, how, ignore, call)
        except MismatchError as error:
            error.partial = [Difference(*difference) for difference in error.partial]
            raise

    async def copy(self, source, destination, size, **call):
        """Copy memory to memory. The ranges may overlap."""
        await self._core.run(self._raw.copy, source, destination, size, call)


def _region(region):
    addr, size, data, flash, bank, erase_addr, erase_size, sectors, same, other, other_addr = region
    return Region(
        addr,
        size,
        data,
        flash,
        bank if flash else None,
        erase_addr,
        erase_size,
        sectors,
        same,
        other,
        other_addr if other else None,
    )


@blocking_part(Memory)
class SyncMemory(Made):
    """Memory whose calls block."""
