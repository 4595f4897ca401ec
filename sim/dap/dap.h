// SPDX-License-Identifier: MIT
//
// The debug access port: a DP (ADIv5.1, DPv1) and an AHB-AP for each core, core 0 at index
// 0, with the record of what went over the bus. Names as in Arm's IHI0031.
#pragma once

#include "chip/chip.h"
#include "chip/trace.h"

#define DP_ABORT     0x0u /* write */
#define DP_DPIDR     0x0u /* read */
#define DP_CTRL_STAT 0x4u
#define DP_SELECT    0x8u
#define DP_RDBUFF    0xcu

#define CTRL_STAT_STICKYORUN (1u << 1)
#define CTRL_STAT_STICKYCMP  (1u << 4)
#define CTRL_STAT_STICKYERR  (1u << 5)
#define CTRL_STAT_WDATAERR   (1u << 7)

#define AP_CSW  0x00u
#define AP_TAR  0x04u
#define AP_DRW  0x0cu
#define AP_BD0  0x10u
#define AP_BD3  0x1cu
#define AP_CFG  0xf4u
#define AP_BASE 0xf8u
#define AP_IDR  0xfcu

struct dap {
    struct chip *chip;
    struct trace *trace;
    uint32_t ctrl_stat;
    uint32_t select;
    uint32_t rdbuff;
    struct {
        uint32_t csw;
        uint32_t tar;
    } ap[SIM_CORES_MAX];
    bool dead; /* power was lost: no access port answers until the debug power is asked for again */
    bool jtag; /* JTAG-DP: the sticky flags are cleared through CTRL/STAT */
};

void sim__dap_init(struct dap *dap, struct chip *chip, struct trace *trace);

/* The state after a loss of power. */
void sim__dap_lose_power(struct dap *dap);

/* How many access ports there are: one for each core. */
unsigned sim__dap_aps(const struct dap *dap);

/* Answer how many accesses were good; fewer than asked leaves STICKYERR set. */
uint32_t sim__dap_read_memory(struct dap *dap, const struct transfer *transfer, uint8_t *data);
uint32_t sim__dap_write_memory(struct dap *dap, const struct transfer *transfer,
                               const uint8_t *data);
void sim__dap_clear_sticky(struct dap *dap);

/* Registers of the DP, and of an AP. False means a FAULT on the wire. */
bool sim__dp_read(struct dap *dap, unsigned reg, uint32_t *value);
bool sim__dp_write(struct dap *dap, unsigned reg, uint32_t value);
bool sim__ap_read(struct dap *dap, unsigned ap, unsigned reg, uint32_t *value);
bool sim__ap_write(struct dap *dap, unsigned ap, unsigned reg, uint32_t value);
