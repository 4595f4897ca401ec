// SPDX-License-Identifier: MIT
//
// A JTAG test access port (IEEE 1149.1) with the debug transport module of RISC-V after it (RISC-V
// External Debug Support 0.13.2, chapter 6, "Debug" below). Pure: the pins are set, and read.
#pragma once

#include "riscv/dm.h"

#define TAP_IR_BITS 5u

/* Instructions (Debug, 6.1.2, table 6.1). All others are BYPASS. */
enum tap_instruction {
    TAP_IDCODE = 0x01,
    TAP_DTMCS = 0x10,
    TAP_DMI = 0x11,
    TAP_BYPASS = 0x1f,
};

enum tap_state {
    TAP_TEST_LOGIC_RESET,
    TAP_RUN_TEST_IDLE,
    TAP_SELECT_DR,
    TAP_CAPTURE_DR,
    TAP_SHIFT_DR,
    TAP_EXIT1_DR,
    TAP_PAUSE_DR,
    TAP_EXIT2_DR,
    TAP_UPDATE_DR,
    TAP_SELECT_IR,
    TAP_CAPTURE_IR,
    TAP_SHIFT_IR,
    TAP_EXIT1_IR,
    TAP_PAUSE_IR,
    TAP_EXIT2_IR,
    TAP_UPDATE_IR,
};

/* The result of the last access: dtmcs.dmistat (Debug, 6.1.4), dmi.op (6.1.5). */
enum dmi_status {
    DMI_SUCCESS = 0,
    DMI_BUSY = 3,
};

/* The boundary scan's test access port, of which only IDCODE and BYPASS are there. */
struct boundary {
    uint32_t ir;
    uint32_t ir_shift;
    uint32_t dr_shift;
    unsigned dr_bits;
};

struct tap {
    struct dm *dm;
    bool has_boundary; /* which is between TDI and this one, as in a GD32VF103 */
    struct boundary boundary;
    uint32_t idcode;
    enum tap_state state;
    bool tck;
    bool tms;
    bool tdi;
    bool tdo;
    uint32_t ir;
    uint32_t ir_shift;
    uint64_t dr_shift;
    unsigned dr_bits;
    uint64_t clocks;        /* rising edges of TCK so far */
    uint64_t busy_until;    /* in clocks: when the access to the debug module ends */
    unsigned dmi_clocks;    /* what each takes */
    enum dmi_status status; /* sticky until dtmcs.dmireset */
    uint32_t dmi_address;
    uint32_t dmi_data;
};

void sim__tap_init(struct tap *tap, struct dm *dm);
void sim__tap_reset(struct tap *tap); /* the pin TRST */
void sim__tap_set(struct tap *tap, bool tck, bool tms, bool tdi);
