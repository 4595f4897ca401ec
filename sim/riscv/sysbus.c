// SPDX-License-Identifier: MIT
//
// System bus access (Debug, 3.8): the debug module's own way to memory, without the harts. Each
// access is done at once, but the debugger sees it as busy until its time has passed.
#include "riscv/dm.h"

/* sbcs (Debug, 3.12.18) */
#define SBCS_VERSION       (1u << 29)
#define SBCS_BUSYERROR     (1u << 22)
#define SBCS_BUSY          (1u << 21)
#define SBCS_READONADDR    (1u << 20)
#define SBCS_ACCESS        17u
#define SBCS_AUTOINCREMENT (1u << 16)
#define SBCS_READONDATA    (1u << 15)
#define SBCS_ERROR         12u
#define SBCS_ASIZE         5u
#define SBCS_ACCESS_MASK   (7u << SBCS_ACCESS)
#define ERROR_MASK         7u

#define SBCS_RW (SBCS_READONADDR | SBCS_ACCESS_MASK | SBCS_AUTOINCREMENT | SBCS_READONDATA)

static unsigned width_of(const struct dm *dm)
{
    return 1u << (dm->sbcs >> SBCS_ACCESS & 7);
}

/* sbaccess8 to sbaccess64: a bit each. */
static uint32_t widths(const struct dm *dm)
{
    return dm->sysbus_width == 64 ? 0xf : 0x7;
}

static enum dm_sberror check(const struct dm *dm, unsigned width)
{
    if (width * 8 > dm->sysbus_width)
        return DM_SBERROR_SIZE;
    return dm->sbaddress % width != 0 ? DM_SBERROR_ALIGNMENT : DM_SBERROR_NONE;
}

static void put(struct dm *dm, const uint8_t *data, unsigned width)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)data[i] << (8 * i);
    dm->sbdata[0] = (uint32_t)value;
    if (width == 8)
        dm->sbdata[1] = (uint32_t)(value >> 32);
}

static bool is_busy(const struct dm *dm)
{
    return dm->clocks < dm->sysbus_until;
}

/* While there is an error there are no accesses. */
static void access_bus(struct dm *dm, bool write)
{
    unsigned width = width_of(dm);
    uint64_t value = (uint64_t)dm->sbdata[1] << 32 | dm->sbdata[0];
    struct transfer t = {.addr = dm->sbaddress, .count = 1, .width = width, .ap = dm->hartsel};
    uint8_t data[8] = {0};
    bool good;

    if (dm->sberror != DM_SBERROR_NONE || dm->sbbusyerror)
        return;
    dm->sysbus_until = dm->clocks + dm->sysbus_clocks;
    dm->sberror = check(dm, width);
    if (dm->sberror == DM_SBERROR_SIZE)
        return;
    for (unsigned i = 0; i < 8; i++)
        data[i] = (uint8_t)(value >> (8 * i));
    good = write ? sim__chip_store(dm->chip, dm->sbaddress, width, data)
                 : sim__chip_load(dm->chip, dm->sbaddress, width, data);
    sim__trace_record_one(dm->trace, &t, good, write);
    if (!good) {
        if (dm->sberror == DM_SBERROR_NONE)
            dm->sberror = DM_SBERROR_BAD_ADDRESS;
        return;
    }
    if (!write)
        put(dm, data, width);
    if (dm->sbcs & SBCS_AUTOINCREMENT)
        dm->sbaddress += width;
}

static uint32_t read_sbcs(const struct dm *dm)
{
    return SBCS_VERSION | (dm->sbbusyerror ? SBCS_BUSYERROR : 0) | (is_busy(dm) ? SBCS_BUSY : 0) |
           dm->sbcs | dm->sberror << SBCS_ERROR | dm->sysbus_width << SBCS_ASIZE | widths(dm);
}

uint32_t sim__sysbus_read(struct dm *dm, unsigned addr)
{
    uint32_t value;

    if (dm->sysbus_width == 0)
        return 0;
    switch (addr) {
    case DM_SBCS:
        return read_sbcs(dm);
    case DM_SBADDRESS0:
        return (uint32_t)dm->sbaddress;
    case DM_SBADDRESS1:
        return (uint32_t)(dm->sbaddress >> 32);
    case DM_SBDATA0:
        value = dm->sbdata[0];
        if (is_busy(dm))
            dm->sbbusyerror = true;
        else if (dm->sbcs & SBCS_READONDATA)
            access_bus(dm, false);
        return value;
    case DM_SBDATA1:
        return dm->sysbus_width == 64 ? dm->sbdata[1] : 0;
    default:
        return 0;
    }
}

static void write_address(struct dm *dm, uint32_t value)
{
    sim__trace_end_run(dm->trace);
    dm->sbaddress = (dm->sbaddress & ~0xffffffffull) | value;
    if (dm->sbcs & SBCS_READONADDR)
        access_bus(dm, false);
}

void sim__sysbus_write(struct dm *dm, unsigned addr, uint32_t value)
{
    if (dm->sysbus_width == 0)
        return;
    if (is_busy(dm) && addr != DM_SBCS) {
        dm->sbbusyerror = true;
        return;
    }
    switch (addr) {
    case DM_SBCS: /* a 1 clears a bit of the errors */
        dm->sbbusyerror = dm->sbbusyerror && (value & SBCS_BUSYERROR) == 0;
        dm->sberror &= ~(value >> SBCS_ERROR & ERROR_MASK);
        dm->sbcs = value & SBCS_RW;
        break;
    case DM_SBADDRESS0:
        write_address(dm, value);
        break;
    case DM_SBADDRESS1:
        if (dm->sysbus_width == 64)
            dm->sbaddress = (uint64_t)value << 32 | (uint32_t)dm->sbaddress;
        break;
    case DM_SBDATA0:
        dm->sbdata[0] = value;
        access_bus(dm, true);
        break;
    case DM_SBDATA1:
        if (dm->sysbus_width == 64)
            dm->sbdata[1] = value;
        break;
    default:
        break;
    }
}
