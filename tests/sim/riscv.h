// SPDX-License-Identifier: MIT
/* What the tests of the RISC-V chips share: a chip of its own memory, with its debug module. */
#pragma once

#include "jtag/bitbang.h"
#include "riscv/firmware.h"
#include "support.h"

struct board {
    struct chip chip;
    struct trace trace;
    struct dm dm;
    uint8_t flash[SIM_FLASH_SIZE_DEFAULT];
    uint8_t ram[SIM_RAM_SIZE_DEFAULT];
};

/* Running, with its debug module active. */
static inline struct board *board_new(enum sim_chip kind, unsigned cores)
{
    struct board *b = calloc(1, sizeof(*b));

    assert_non_null(b);
    b->chip.kind = kind;
    b->chip.cores = cores;
    b->chip.flash = b->flash;
    b->chip.flash_size = sizeof(b->flash);
    b->chip.ram = b->ram;
    b->chip.ram_size = sizeof(b->ram);
    sim__riscv_firmware(b->flash, sizeof(b->flash), true);
    b->chip.fpec.program_us = 10;
    b->chip.fpec.erase_us = 200;
    sim__chip_init(&b->chip, 5000 * (uint64_t)MS);
    sim__dm_init(&b->dm, &b->chip, &b->trace);
    sim__dm_write(&b->dm, DM_DMCONTROL, 1);
    return b;
}

static inline struct hart *hart_of(struct board *b)
{
    return &b->chip.hart[0];
}

static inline void board_advance_us(struct board *b, unsigned us)
{
    sim__chip_set_time(&b->chip, b->chip.now_ns + (uint64_t)us * (MS / 1000));
}

static inline void put_code(struct board *b, uint32_t addr, const uint32_t *code, size_t words)
{
    uint8_t *memory = sim__chip_memory(&b->chip, addr, 4 * words);

    memcpy(memory, code, 4 * words);
    swap_little(memory, 4, words);
}
