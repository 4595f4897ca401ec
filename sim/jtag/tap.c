// SPDX-License-Identifier: MIT
#include "jtag/tap.h"

/* JEP106 of Andes, whose core the GD32VF103 has: target/gd32vf103.cfg expects it. The chip of 64
 * bits does not exist; it has the next part number. */
#define IDCODE_RISCV32 0x1000563du
#define IDCODE_RISCV64 0x1000663du

#define IDCODE_BOUNDARY 0x790007a3u /* GigaDevice's, also as that script expects it */

#define CAPTURE_IR 0x01u /* IEEE 1149.1, 7.1.1: ends in 01 */

/* dtmcs (Debug, 6.1.4) */
#define DTMCS_VERSION      1u
#define DTMCS_ABITS        4u
#define DTMCS_DMISTAT      10u
#define DTMCS_DMIRESET     (1u << 16)
#define DTMCS_DMIHARDRESET (1u << 17)
#define ABITS              7u

/* dmi (Debug, 6.1.5) */
#define DMI_BITS     (ABITS + 34)
#define DMI_OP_READ  1u
#define DMI_OP_WRITE 2u

void sim__tap_reset(struct tap *tap)
{
    tap->state = TAP_TEST_LOGIC_RESET;
    tap->ir = TAP_IDCODE;
    tap->boundary.ir = TAP_IDCODE;
}

void sim__tap_init(struct tap *tap, struct dm *dm)
{
    *tap = (struct tap){
        .dm = dm,
        .has_boundary = dm->chip->kind == SIM_CHIP_RISCV32,
        .idcode = dm->chip->kind == SIM_CHIP_RISCV64 ? IDCODE_RISCV64 : IDCODE_RISCV32,
    };
    sim__tap_reset(tap);
}

static bool is_busy(const struct tap *tap)
{
    return tap->clocks < tap->busy_until;
}

static void capture_dr(struct tap *tap)
{
    switch (tap->ir) {
    case TAP_IDCODE:
        tap->dr_bits = 32;
        tap->dr_shift = tap->idcode;
        break;
    case TAP_DTMCS:
        tap->dr_bits = 32;
        tap->dr_shift =
            DTMCS_VERSION | ABITS << DTMCS_ABITS | (uint32_t)tap->status << DTMCS_DMISTAT;
        break;
    case TAP_DMI:
        if (is_busy(tap))
            tap->status = DMI_BUSY;
        tap->dr_bits = DMI_BITS;
        tap->dr_shift =
            (uint64_t)tap->dmi_address << 34 | (uint64_t)tap->dmi_data << 2 | tap->status;
        break;
    default:
        tap->dr_bits = 1;
        tap->dr_shift = 0;
        break;
    }
}

/* The access is done at once, but the debugger sees it as busy until its time has passed. */
static void start_access(struct tap *tap, uint64_t value)
{
    unsigned op = value & 3;

    if (tap->status != DMI_SUCCESS || (op != DMI_OP_READ && op != DMI_OP_WRITE))
        return;
    if (is_busy(tap)) {
        tap->status = DMI_BUSY;
        return;
    }
    tap->dmi_address = (uint32_t)(value >> 34) & ((1u << ABITS) - 1);
    tap->dmi_data = (uint32_t)(value >> 2);
    tap->dm->clocks = tap->clocks;
    if (op == DMI_OP_WRITE)
        sim__dm_write(tap->dm, tap->dmi_address, tap->dmi_data);
    else
        tap->dmi_data = sim__dm_read(tap->dm, tap->dmi_address);
    sim__trace_count(&tap->dm->trace->usb_commands, 1);
    tap->busy_until = tap->clocks + tap->dmi_clocks;
}

static void update_dr(struct tap *tap)
{
    if (tap->ir == TAP_DMI) {
        start_access(tap, tap->dr_shift);
    } else if (tap->ir == TAP_DTMCS) {
        if (tap->dr_shift & (DTMCS_DMIRESET | DTMCS_DMIHARDRESET))
            tap->status = DMI_SUCCESS;
        if (tap->dr_shift & DTMCS_DMIHARDRESET)
            tap->busy_until = tap->clocks;
    }
}

/* Shifts TDI in, and returns what comes out. */
static bool shift(uint32_t *bits, unsigned count, bool tdi)
{
    bool out = (*bits & 1) != 0;

    *bits = *bits >> 1 | (uint32_t)tdi << (count - 1);
    return out;
}

static void capture_boundary(struct boundary *boundary)
{
    bool idcode = boundary->ir == TAP_IDCODE;

    boundary->dr_bits = idcode ? 32 : 1;
    boundary->dr_shift = idcode ? IDCODE_BOUNDARY : 0;
}

/* What a state does on the rising edge that ends it. */
static void rise(struct tap *tap)
{
    struct boundary *boundary = &tap->boundary;
    bool tdi = tap->tdi;

    switch (tap->state) {
    case TAP_CAPTURE_DR:
        capture_dr(tap);
        capture_boundary(boundary);
        break;
    case TAP_SHIFT_DR:
        if (tap->has_boundary)
            tdi = shift(&boundary->dr_shift, boundary->dr_bits, tdi);
        tap->dr_shift = tap->dr_shift >> 1 | (uint64_t)tdi << (tap->dr_bits - 1);
        break;
    case TAP_CAPTURE_IR:
        tap->ir_shift = CAPTURE_IR;
        boundary->ir_shift = CAPTURE_IR;
        break;
    case TAP_SHIFT_IR:
        if (tap->has_boundary)
            tdi = shift(&boundary->ir_shift, TAP_IR_BITS, tdi);
        shift(&tap->ir_shift, TAP_IR_BITS, tdi);
        break;
    default:
        break;
    }
}

/* What a state does on the falling edge within it. */
static void fall(struct tap *tap)
{
    switch (tap->state) {
    case TAP_SHIFT_DR:
        tap->tdo = tap->dr_shift & 1;
        break;
    case TAP_SHIFT_IR:
        tap->tdo = tap->ir_shift & 1;
        break;
    case TAP_UPDATE_DR:
        update_dr(tap);
        break;
    case TAP_UPDATE_IR:
        tap->ir = tap->ir_shift;
        tap->boundary.ir = tap->boundary.ir_shift;
        break;
    case TAP_TEST_LOGIC_RESET:
        tap->ir = TAP_IDCODE;
        tap->boundary.ir = TAP_IDCODE;
        break;
    default:
        break;
    }
}

/* IEEE 1149.1, figure 6-1: the next state for TMS 0 and 1. */
static enum tap_state next_state(enum tap_state state, bool tms)
{
    static const enum tap_state next[][2] = {
        [TAP_TEST_LOGIC_RESET] = {TAP_RUN_TEST_IDLE, TAP_TEST_LOGIC_RESET},
        [TAP_RUN_TEST_IDLE] = {TAP_RUN_TEST_IDLE, TAP_SELECT_DR},
        [TAP_SELECT_DR] = {TAP_CAPTURE_DR, TAP_SELECT_IR},
        [TAP_CAPTURE_DR] = {TAP_SHIFT_DR, TAP_EXIT1_DR},
        [TAP_SHIFT_DR] = {TAP_SHIFT_DR, TAP_EXIT1_DR},
        [TAP_EXIT1_DR] = {TAP_PAUSE_DR, TAP_UPDATE_DR},
        [TAP_PAUSE_DR] = {TAP_PAUSE_DR, TAP_EXIT2_DR},
        [TAP_EXIT2_DR] = {TAP_SHIFT_DR, TAP_UPDATE_DR},
        [TAP_UPDATE_DR] = {TAP_RUN_TEST_IDLE, TAP_SELECT_DR},
        [TAP_SELECT_IR] = {TAP_CAPTURE_IR, TAP_TEST_LOGIC_RESET},
        [TAP_CAPTURE_IR] = {TAP_SHIFT_IR, TAP_EXIT1_IR},
        [TAP_SHIFT_IR] = {TAP_SHIFT_IR, TAP_EXIT1_IR},
        [TAP_EXIT1_IR] = {TAP_PAUSE_IR, TAP_UPDATE_IR},
        [TAP_PAUSE_IR] = {TAP_PAUSE_IR, TAP_EXIT2_IR},
        [TAP_EXIT2_IR] = {TAP_SHIFT_IR, TAP_UPDATE_IR},
        [TAP_UPDATE_IR] = {TAP_RUN_TEST_IDLE, TAP_SELECT_DR},
    };

    return next[state][tms];
}

/* TMS and TDI are sampled on the rising edge; TDO changes on the falling one (IEEE 1149.1, 4.5). */
void sim__tap_set(struct tap *tap, bool tck, bool tms, bool tdi)
{
    bool was = tap->tck;

    tap->tck = tck;
    tap->tms = tms;
    tap->tdi = tdi;
    if (tck && !was) {
        tap->clocks++;
        rise(tap);
        tap->state = next_state(tap->state, tms);
    } else if (!tck && was) {
        fall(tap);
    }
}
