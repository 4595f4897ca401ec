// SPDX-License-Identifier: MIT
//
// The ST-LINK/V2's USB commands: bytes in, bytes out, no I/O and no clock. The
// numbers are those of OpenOCD's src/jtag/drivers/stlink_usb.c, the only public
// description of them.
#pragma once

#include "dap/dap.h"

#define PROBE_COMMAND_SIZE 16u
#define PROBE_DATA_MAX     6144u /* the firmware's buffer: most of a 16- or 32-bit transfer */
#define PROBE_RW8_MAX      64u   /* one full-speed USB packet */
#define PROBE_MISC_MAX     64u   /* items of one RW_MISC sequence */

/* Status bytes of the firmware. */
enum probe_status {
    PROBE_OK = 0x80,
    PROBE_FAULT = 0x81,
    PROBE_CMD_ERROR = 0x08,       /* a length that the command does not take */
    PROBE_IDCODE_ERROR = 0x09,    /* no debug port answers where one is looked for */
    PROBE_ALIGNMENT_ERROR = 0x0a, /* 16- or 32-bit transfer not aligned */
    PROBE_AP_FAULT = 0x11,
    PROBE_DP_ERROR = 0x16, /* the debug port does not acknowledge */
    PROBE_BAD_AP = 0x1d,
    PROBE_UNKNOWN_CMD = 0x42,
};

enum probe_mode {
    PROBE_MODE_DFU,
    PROBE_MODE_MASS,
    PROBE_MODE_DEBUG
};

struct probe {
    struct dap *dap;
    enum probe_mode mode;
    unsigned users; /* clients that have it open */
    uint16_t swd_divisor;
    uint16_t jtag_divisor;
    uint8_t rw_status;   /* of the last memory transfer */
    uint32_t rw_address; /* where it faulted */
    uint32_t misc_items;
    uint32_t misc_value[PROBE_MISC_MAX];
    uint32_t misc_status[PROBE_MISC_MAX];
};

/* No debug port answers: the chip has no power. */
bool sim__probe_is_alone(const struct probe *probe);

void sim__probe_init(struct probe *probe, struct dap *dap);

/* Clients come and go. After the last one the debug mode is left and NRST is
 * released; the core stays halted if it is. */
void sim__probe_open(struct probe *probe);
void sim__probe_release(struct probe *probe);

/* A command whose data phase, if any, goes to the host. All `size` bytes of `in`
 * are set; what the command does not answer reads as zero. */
void sim__probe_read(struct probe *probe, const uint8_t command[PROBE_COMMAND_SIZE], uint8_t *in,
                     size_t size);

/* A command whose data phase comes from the host. */
void sim__probe_write(struct probe *probe, const uint8_t command[PROBE_COMMAND_SIZE],
                      const uint8_t *out, size_t size);
