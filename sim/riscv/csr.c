// SPDX-License-Identifier: MIT
//
// Control and status registers: those of machine mode (Privileged, chapter 3), the counters, and
// those of debug mode. The counters follow the running time and cannot be written.
#include "chip/chip.h"

#define NS_PER_US 1000u

#define MSTATUS_RW  0x00000088u /* MIE, MPIE */
#define MSTATUS_MPP 0x00001800u /* machine mode, always */
#define MISA_IMC    (1u << 8 | 1u << 12 | 1u << 2)

static uint64_t misa(const struct hart *hart)
{
    uint64_t mxl = hart->xlen == 32 ? 1 : 2;

    return mxl << (hart->xlen - 2) | MISA_IMC;
}

/* Counters of 64 bits, which a hart of 32 bits has in two registers. */
static bool read_counter(const struct hart *hart, unsigned number, uint64_t *value)
{
    bool upper = (number & 0x80) != 0;
    uint64_t count = sim__hart_ran_ns(hart);

    switch (number & ~0x80u) {
    case 0xb00: /* mcycle */
    case 0xb02: /* minstret */
    case 0xc00: /* cycle */
    case 0xc02: /* instret */
        count /= HART_NS_PER_CYCLE;
        break;
    case 0xc01: /* time */
        count /= NS_PER_US;
        break;
    default:
        return false;
    }
    if (upper && hart->xlen != 32)
        return false;
    *value = sim__hart_extend(hart, upper ? count >> 32 : count);
    return true;
}

/* dcsr, dpc and dscratch are there in debug mode only (Debug, 4.8). */
static bool is_hidden(const struct hart *hart, unsigned number)
{
    return number >= 0x7b0 && number <= 0x7b3 && !hart->halted;
}

/* Registers that keep what is written, except the bits in `fixed`, which are zero. */
static uint64_t *find_stored(struct hart *hart, unsigned number, uint64_t *fixed)
{
    *fixed = 0;
    switch (number) {
    case 0x304:
        return &hart->mie;
    case 0x305: /* direct mode */
        *fixed = 3;
        return &hart->mtvec;
    case 0x340:
        return &hart->mscratch;
    case 0x341:
        *fixed = 1;
        return &hart->mepc;
    case 0x342:
        return &hart->mcause;
    case 0x343:
        return &hart->mtval;
    case 0x7b1:
        *fixed = 1;
        return &hart->dpc;
    case 0x7b2:
    case 0x7b3:
        return &hart->dscratch[number & 1];
    default:
        return NULL;
    }
}

bool sim__csr_read(struct hart *hart, unsigned number, uint64_t *value)
{
    uint64_t fixed;
    const uint64_t *stored = find_stored(hart, number, &fixed);

    if (is_hidden(hart, number))
        return false;
    if (stored) {
        *value = *stored;
        return true;
    }
    switch (number) {
    case 0x300:
        *value = hart->mstatus | MSTATUS_MPP;
        return true;
    case 0x301:
        *value = sim__hart_extend(hart, misa(hart));
        return true;
    case 0x344: /* mip: no interrupts */
    case 0xf11: /* mvendorid, marchid, mimpid: not given */
    case 0xf12:
    case 0xf13:
        *value = 0;
        return true;
    case 0xf14:
        *value = hart->id;
        return true;
    case 0x7b0:
        *value = hart->dcsr;
        return true;
    default:
        return sim__trigger_read(hart, number, value) || read_counter(hart, number, value);
    }
}

bool sim__csr_write(struct hart *hart, unsigned number, uint64_t value)
{
    uint64_t fixed;
    uint64_t *stored = find_stored(hart, number, &fixed);
    uint64_t ignored;

    if (is_hidden(hart, number))
        return false;
    value = sim__hart_extend(hart, value);
    if (stored) {
        *stored = value & ~fixed;
        return true;
    }
    if (number == 0x300) {
        hart->mstatus = (uint32_t)value & MSTATUS_RW;
        return true;
    }
    if (number == 0x7b0) {
        hart->dcsr = (hart->dcsr & ~DCSR_RW) | ((uint32_t)value & DCSR_RW);
        return true;
    }
    if (sim__trigger_write(hart, number, value))
        return true;
    /* The two upper bits say that a register is read-only (Privileged, 2.1). */
    return number >> 10 != 3 && sim__csr_read(hart, number, &ignored);
}
