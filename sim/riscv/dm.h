// SPDX-License-Identifier: MIT
//
// The debug module (RISC-V External Debug Support 0.13.2, chapter 3, "Debug" below): registers by
// their DMI addresses, one or two harts, abstract commands, program buffer, system bus. Pure.
#pragma once

#include "chip/chip.h"
#include "chip/trace.h"

/* Addresses on the DMI (Debug, 3.12, table 3.8). */
enum dm_register {
    DM_DATA0 = 0x04,
    DM_DMCONTROL = 0x10,
    DM_DMSTATUS = 0x11,
    DM_HARTINFO = 0x12,
    DM_ABSTRACTCS = 0x16,
    DM_COMMAND = 0x17,
    DM_ABSTRACTAUTO = 0x18,
    DM_PROGBUF0 = 0x20,
    DM_SBADDRESS3 = 0x37,
    DM_SBCS = 0x38,
    DM_SBADDRESS0 = 0x39,
    DM_SBADDRESS1 = 0x3a,
    DM_SBADDRESS2 = 0x3b,
    DM_SBDATA0 = 0x3c,
    DM_SBDATA1 = 0x3d,
    DM_HALTSUM0 = 0x40,
};

#define DM_DATA_WORDS    2u
#define DM_PROGBUF_WORDS 8u

/* abstractcs.cmderr (Debug, 3.12.6). */
enum dm_cmderr {
    DM_CMDERR_NONE = 0,
    DM_CMDERR_BUSY = 1,
    DM_CMDERR_NOT_SUPPORTED = 2,
    DM_CMDERR_EXCEPTION = 3,
    DM_CMDERR_HALT_RESUME = 4,
};

/* sbcs.sberror (Debug, 3.12.18). */
enum dm_sberror {
    DM_SBERROR_NONE = 0,
    DM_SBERROR_BAD_ADDRESS = 2,
    DM_SBERROR_ALIGNMENT = 3,
    DM_SBERROR_SIZE = 4,
};

struct dm {
    struct chip *chip;
    struct trace *trace;
    bool has_progbuf;
    unsigned sysbus_width; /* bits of the widest access, 0: no system bus */
    bool active;           /* dmcontrol.dmactive */
    bool hartreset;
    unsigned hartsel;
    uint32_t data[DM_DATA_WORDS];
    uint32_t progbuf[DM_PROGBUF_WORDS];
    uint32_t command;
    uint32_t abstractauto;
    uint32_t cmderr;
    uint32_t sbcs; /* the fields that are written */
    uint32_t sberror;
    uint64_t sbaddress;
    uint32_t sbdata[2];
    bool sbbusyerror;
    uint64_t clocks;         /* of the port that the debugger uses, so far */
    unsigned command_clocks; /* what an abstract command takes of them */
    unsigned sysbus_clocks;  /* and an access of the system bus */
    uint64_t command_until;
    uint64_t sysbus_until;
};

/* The caller has initialized the chip. */
void sim__dm_init(struct dm *dm, struct chip *chip, struct trace *trace);
void sim__dm_deactivate(struct dm *dm); /* as a debugger does it, or the loss of power */
uint32_t sim__dm_read(struct dm *dm, unsigned addr);
void sim__dm_write(struct dm *dm, unsigned addr, uint32_t value);

/* The selected hart, NULL when it does not exist. */
struct hart *sim__dm_selected(struct dm *dm);
/* The debugger reaches it: it is neither in reset nor refused. */
bool sim__dm_is_available(const struct dm *dm, const struct hart *hart);

/* abstract.c */
uint32_t sim__abstract_read(struct dm *dm, unsigned addr);
void sim__abstract_write(struct dm *dm, unsigned addr, uint32_t value);

/* sysbus.c */
uint32_t sim__sysbus_read(struct dm *dm, unsigned addr);
void sim__sysbus_write(struct dm *dm, unsigned addr, uint32_t value);
