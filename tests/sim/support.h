// SPDX-License-Identifier: MIT
/* Shared by the simulator's tests: cmocka with what it needs, and a chip of its own memory. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/little.h"
#include "dap/dap.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))
#define MS              1000000u /* nanoseconds */

/* A chip with the default firmware, and the debug port in front of it. */
struct bench {
    struct chip chip;
    struct dap dap;
    struct trace trace;
    uint8_t flash[SIM_FLASH_SIZE_DEFAULT];
    uint8_t ram[SIM_RAM_SIZE_DEFAULT];
};

static inline struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    assert_non_null(bench);
    bench->chip.flash = bench->flash;
    bench->chip.flash_size = sizeof(bench->flash);
    bench->chip.ram = bench->ram;
    bench->chip.ram_size = sizeof(bench->ram);
    sim__firmware_flash(bench->flash, sizeof(bench->flash));
    bench->chip.fpec.program_us = 10;
    bench->chip.fpec.erase_us = 200;
    sim__chip_init(&bench->chip, 5000 * (uint64_t)MS);
    sim__dap_init(&bench->dap, &bench->chip, &bench->trace);
    return bench;
}

static inline void advance_us(struct bench *bench, unsigned us)
{
    sim__chip_set_time(&bench->chip, bench->chip.now_ns + (uint64_t)us * (MS / 1000));
}

static inline void advance_ms(struct bench *bench, unsigned ms)
{
    advance_us(bench, ms * 1000);
}

/* One bus access of 32 bits that has to succeed. */
static inline uint32_t read32(struct bench *bench, uint32_t addr)
{
    uint8_t d[4];

    assert_int_equal(sim__bus_read(&bench->chip.core[0], addr, 4, 1, d), 1);
    return (uint32_t)d[0] | (uint32_t)d[1] << 8 | (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24;
}

static inline void write32(struct bench *bench, uint32_t addr, uint32_t value)
{
    const uint8_t d[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                          (uint8_t)(value >> 24)};

    assert_int_equal(sim__bus_write(&bench->chip.core[0], addr, 4, 1, d), 1);
}
