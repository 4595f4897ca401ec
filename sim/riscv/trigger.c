// SPDX-License-Identifier: MIT
//
// The trigger module (Debug, chapter 5): address matches (mcontrol, type 2) before the instruction,
// for execution, loads and stores, by equality or by a naturally aligned power of two.
#include "chip/chip.h"

/* mcontrol (Debug, 5.2.9) */
#define MCONTROL_M      (1u << 6)
#define MCONTROL_MATCH  7u /* bit: 0 equal, 1 power of two */
#define MCONTROL_ACTION 12u
#define MCONTROL_HIT    (1u << 20)
#define MCONTROL_RW                                                                                \
    (MCONTROL_LOAD | MCONTROL_STORE | MCONTROL_EXECUTE | MCONTROL_M | 1u << MCONTROL_MATCH |       \
     1u << MCONTROL_ACTION | MCONTROL_HIT)
#define MASKMAX 12u /* the largest range that a match of a power of two covers: 4 KiB */

#define CSR_TSELECT 0x7a0u
#define CSR_TDATA1  0x7a1u
#define CSR_TDATA2  0x7a2u
#define CSR_TDATA3  0x7a3u
#define CSR_TINFO   0x7a4u

/* The fields at the upper end move with the width of the hart: type, dmode, maskmax. */
static uint64_t fixed_bits(const struct hart *hart)
{
    return 2ull << (hart->xlen - 4) | (uint64_t)MASKMAX << (hart->xlen - 11);
}

static uint64_t dmode_bit(const struct hart *hart)
{
    return 1ull << (hart->xlen - 5);
}

static void find_armed(struct hart *hart)
{
    hart->armed = 0;
    for (unsigned i = 0; i < HART_TRIGGERS; i++)
        hart->armed |=
            (uint32_t)hart->trigger[i].tdata1 & (MCONTROL_LOAD | MCONTROL_STORE | MCONTROL_EXECUTE);
}

void sim__trigger_reset(struct hart *hart)
{
    hart->tselect = 0;
    for (unsigned i = 0; i < HART_TRIGGERS; i++)
        hart->trigger[i] = (struct hart_trigger){.tdata1 = fixed_bits(hart)};
    find_armed(hart);
}

bool sim__trigger_read(const struct hart *hart, unsigned number, uint64_t *value)
{
    const struct hart_trigger *trigger = &hart->trigger[hart->tselect];

    switch (number) {
    case CSR_TSELECT:
        *value = hart->tselect;
        return true;
    case CSR_TDATA1:
        *value = sim__hart_extend(hart, trigger->tdata1);
        return true;
    case CSR_TDATA2:
        *value = trigger->tdata2;
        return true;
    case CSR_TDATA3:
        *value = 0;
        return true;
    case CSR_TINFO: /* only type 2 */
        *value = 1u << 2;
        return true;
    default:
        return false;
    }
}

bool sim__trigger_write(struct hart *hart, unsigned number, uint64_t value)
{
    struct hart_trigger *trigger = &hart->trigger[hart->tselect];
    bool in_debug_mode = hart->halted;

    switch (number) {
    case CSR_TSELECT:
        if (value < HART_TRIGGERS)
            hart->tselect = (unsigned)value;
        return true;
    case CSR_TDATA1:
    case CSR_TDATA2:
        /* dmode keeps the debugger's triggers from the firmware (Debug, 5.2.2). */
        if (!in_debug_mode && (trigger->tdata1 & dmode_bit(hart)))
            return true;
        if (number == CSR_TDATA2) {
            trigger->tdata2 = value;
            return true;
        }
        trigger->tdata1 = fixed_bits(hart) | (value & MCONTROL_RW) |
                          (in_debug_mode ? value & dmode_bit(hart) : 0);
        find_armed(hart);
        return true;
    case CSR_TDATA3:
    case CSR_TINFO:
        return true;
    default:
        return false;
    }
}

/* tdata2 of a match of a power of two ends in a zero and as many ones as the range has address bits
 * less one. */
static bool matches(const struct hart *hart, const struct hart_trigger *trigger, uint64_t addr,
                    unsigned width)
{
    uint64_t first = sim__hart_plain(hart, trigger->tdata2);
    uint64_t last = first;

    if (trigger->tdata1 >> MCONTROL_MATCH & 1) {
        uint64_t ones = first & ~(first + 1);

        last = first | (ones << 1 | 1);
        first = last & ~(ones << 1 | 1);
    }
    return addr <= last && addr + (width - 1) >= first;
}

enum hart_end sim__trigger_check(struct hart *hart, uint32_t kind, uint64_t addr, unsigned width)
{
    if ((hart->armed & kind) == 0 || hart->halted) /* not in debug mode (Debug, 4.1) */
        return HART_DONE;
    for (unsigned i = 0; i < HART_TRIGGERS; i++) {
        struct hart_trigger *trigger = &hart->trigger[i];

        if ((trigger->tdata1 & kind) == 0 || (trigger->tdata1 & MCONTROL_M) == 0 ||
            !matches(hart, trigger, addr, width))
            continue;
        trigger->tdata1 |= MCONTROL_HIT;
        return trigger->tdata1 >> MCONTROL_ACTION & 1 ? HART_TRIGGER : HART_BREAKPOINT;
    }
    return HART_DONE;
}
