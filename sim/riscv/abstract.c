// SPDX-License-Identifier: MIT
//
// Abstract commands (Debug, 3.6) and the program buffer (3.7). Only "access register" is there.
// Each is done at once, but the debugger sees it as busy until its time has passed.
#include "riscv/dm.h"

/* abstractcs (Debug, 3.12.6) */
#define ABSTRACTCS_PROGBUFSIZE 24u
#define ABSTRACTCS_BUSY        (1u << 12)
#define ABSTRACTCS_CMDERR      8u
#define CMDERR_MASK            7u

/* command: access register (Debug, 3.6.1.1) */
#define COMMAND_TYPE          24u
#define COMMAND_SIZE          20u
#define COMMAND_POSTINCREMENT (1u << 19)
#define COMMAND_POSTEXEC      (1u << 18)
#define COMMAND_TRANSFER      (1u << 17)
#define COMMAND_WRITE         (1u << 16)
#define REGNO_MASK            0xffffu
#define REGNO_GPR             0x1000u
#define REGNO_CSR_END         0x1000u
#define REGNO_END             0x1040u /* after the floating point registers */

/* abstractauto (Debug, 3.12.8) */
#define AUTO_DATA    0u
#define AUTO_PROGBUF 16u

static uint64_t argument(const struct dm *dm, unsigned size)
{
    return size == 3 ? (uint64_t)dm->data[1] << 32 | dm->data[0] : dm->data[0];
}

static bool read_register(struct hart *hart, unsigned number, uint64_t *value)
{
    if (number - REGNO_GPR >= 32)
        return number < REGNO_CSR_END && sim__csr_read(hart, number, value);
    *value = hart->x[number - REGNO_GPR];
    return true;
}

static bool write_register(struct hart *hart, unsigned number, uint64_t value)
{
    if (number - REGNO_GPR >= 32)
        return number < REGNO_CSR_END && sim__csr_write(hart, number, value);
    sim__hart_set(hart, number - REGNO_GPR, value);
    return true;
}

static enum dm_cmderr transfer(struct dm *dm, struct hart *hart)
{
    unsigned size = dm->command >> COMMAND_SIZE & 7;
    unsigned number = dm->command & REGNO_MASK;
    uint64_t value;

    if (size < 2 || 8u << size > hart->xlen || number >= REGNO_END)
        return DM_CMDERR_NOT_SUPPORTED;
    if (dm->command & COMMAND_WRITE)
        return write_register(hart, number, argument(dm, size)) ? DM_CMDERR_NONE
                                                                : DM_CMDERR_EXCEPTION;
    if (!read_register(hart, number, &value))
        return DM_CMDERR_EXCEPTION;
    dm->data[0] = (uint32_t)value;
    if (size == 3)
        dm->data[1] = (uint32_t)(value >> 32);
    return DM_CMDERR_NONE;
}

static enum dm_cmderr run_program(struct dm *dm, struct hart *hart)
{
    bool good;

    if (!dm->has_progbuf)
        return DM_CMDERR_NOT_SUPPORTED;
    hart->record = dm->trace;
    good = sim__hart_run_program(hart, dm->progbuf, DM_PROGBUF_WORDS);
    hart->record = NULL;
    return good ? DM_CMDERR_NONE : DM_CMDERR_EXCEPTION;
}

static bool is_busy(const struct dm *dm)
{
    return dm->clocks < dm->command_until;
}

/* An access to this register came too early (Debug, 3.12.6: cmderr). */
static void note_busy(struct dm *dm)
{
    if (dm->cmderr == DM_CMDERR_NONE)
        dm->cmderr = DM_CMDERR_BUSY;
}

/* While there is an error nothing is executed (Debug, 3.6). */
static void execute(struct dm *dm)
{
    struct hart *hart = sim__dm_selected(dm);

    if (dm->cmderr != DM_CMDERR_NONE)
        return;
    if (dm->command >> COMMAND_TYPE != 0) {
        dm->cmderr = DM_CMDERR_NOT_SUPPORTED;
        return;
    }
    if (!hart || !sim__dm_is_available(dm, hart) || !hart->halted) {
        dm->cmderr = DM_CMDERR_HALT_RESUME;
        return;
    }
    dm->command_until = dm->clocks + dm->command_clocks;
    if (dm->command & COMMAND_TRANSFER)
        dm->cmderr = transfer(dm, hart);
    if (dm->cmderr == DM_CMDERR_NONE && (dm->command & COMMAND_POSTINCREMENT))
        dm->command = (dm->command & ~REGNO_MASK) | ((dm->command + 1) & REGNO_MASK);
    if (dm->cmderr == DM_CMDERR_NONE && (dm->command & COMMAND_POSTEXEC))
        dm->cmderr = run_program(dm, hart);
}

/* The register, and the bit of abstractauto that makes an access to it execute the command again.
 * NULL: there is no such register. */
static uint32_t *find(struct dm *dm, unsigned addr, unsigned *auto_bit)
{
    if (addr - DM_DATA0 < DM_DATA_WORDS) {
        *auto_bit = AUTO_DATA + (addr - DM_DATA0);
        return &dm->data[addr - DM_DATA0];
    }
    if (dm->has_progbuf && addr - DM_PROGBUF0 < DM_PROGBUF_WORDS) {
        *auto_bit = AUTO_PROGBUF + (addr - DM_PROGBUF0);
        return &dm->progbuf[addr - DM_PROGBUF0];
    }
    return NULL;
}

static uint32_t auto_mask(const struct dm *dm)
{
    uint32_t progbuf = dm->has_progbuf ? (1u << DM_PROGBUF_WORDS) - 1 : 0;

    return ((1u << DM_DATA_WORDS) - 1) << AUTO_DATA | progbuf << AUTO_PROGBUF;
}

uint32_t sim__abstract_read(struct dm *dm, unsigned addr)
{
    unsigned auto_bit;
    uint32_t *stored;
    uint32_t value;

    switch (addr) {
    case DM_ABSTRACTCS:
        return (dm->has_progbuf ? DM_PROGBUF_WORDS : 0) << ABSTRACTCS_PROGBUFSIZE |
               (is_busy(dm) ? ABSTRACTCS_BUSY : 0) | dm->cmderr << ABSTRACTCS_CMDERR |
               DM_DATA_WORDS;
    case DM_ABSTRACTAUTO:
        return dm->abstractauto;
    default:
        break;
    }
    if (!(stored = find(dm, addr, &auto_bit)))
        return 0;
    value = *stored;
    if (is_busy(dm))
        note_busy(dm);
    else if (dm->abstractauto >> auto_bit & 1)
        execute(dm);
    return value;
}

void sim__abstract_write(struct dm *dm, unsigned addr, uint32_t value)
{
    unsigned auto_bit;
    uint32_t *stored = find(dm, addr, &auto_bit);

    if (is_busy(dm)) {
        if (stored || addr == DM_ABSTRACTCS || addr == DM_COMMAND || addr == DM_ABSTRACTAUTO)
            note_busy(dm);
        return;
    }
    switch (addr) {
    case DM_ABSTRACTCS: /* a 1 clears a bit of the error */
        dm->cmderr &= ~(value >> ABSTRACTCS_CMDERR & CMDERR_MASK);
        return;
    case DM_COMMAND:
        sim__trace_end_run(dm->trace);
        if (dm->cmderr == DM_CMDERR_NONE)
            dm->command = value;
        execute(dm);
        return;
    case DM_ABSTRACTAUTO:
        dm->abstractauto = value & auto_mask(dm);
        return;
    default:
        break;
    }
    if (!stored)
        return;
    *stored = value;
    if (dm->abstractauto >> auto_bit & 1)
        execute(dm);
}
