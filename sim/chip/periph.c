// SPDX-License-Identifier: MIT
//
// Peripherals outside the core: the demonstration block at SIM_PERIPH_BASE and the
// information block.
#include "chip/chip.h"

#define PERIPH_BLOCK 0x400u /* bytes that an STM32F1 peripheral takes in the map */

#define SYSTEM_MEMORY      0x1ffff000u /* boot loader, electronic signature */
#define SYSTEM_MEMORY_SIZE 0x800u
#define FLASH_SIZE_KIB     0x1ffff7e0u /* RM0008, 30.1 */
#define UNIQUE_ID          0x1ffff7e8u /* RM0008, 30.2: 96 bits */

void sim__periph_reset(struct chip *chip)
{
    struct periph *periph = &chip->periph;

    periph->status = 1; /* bit 0: a reset happened */
    periph->fifo_head = 0;
    periph->fifo_level = 0;
}

static uint32_t fifo_pop(struct periph *periph)
{
    uint32_t value;

    if (periph->fifo_level == 0)
        return 0;
    value = periph->fifo[periph->fifo_head % SIM_FIFO_DEPTH];
    periph->fifo_head = (periph->fifo_head + 1) % SIM_FIFO_DEPTH;
    periph->fifo_level--;
    return value;
}

/* A full FIFO drops what is pushed, as hardware without flow control does. */
static void fifo_push(struct periph *periph, uint32_t value)
{
    if (periph->fifo_level >= SIM_FIFO_DEPTH)
        return;
    periph->fifo[(periph->fifo_head + periph->fifo_level) % SIM_FIFO_DEPTH] = value;
    periph->fifo_level++;
}

static bool demo_read(struct chip *chip, uint32_t addr, uint32_t *value)
{
    struct periph *periph = &chip->periph;

    switch (addr) {
    case SIM_COUNTER:
        *value = (uint32_t)((chip->now_ns - chip->start_ns) / 1000);
        return true;
    case SIM_STATUS:
        *value = periph->status;
        periph->status = 0;
        return true;
    case SIM_FIFO:
        *value = fifo_pop(periph);
        return true;
    case SIM_FIFO_LEVEL:
        *value = periph->fifo_level;
        return true;
    default:
        return false;
    }
}

bool sim__periph_read(struct chip *chip, uint32_t addr, unsigned width, uint32_t *value)
{
    if (width != 4)
        return false;
    if (addr - FPEC_BASE < PERIPH_BLOCK)
        return sim__fpec_read(chip, addr, value);
    return demo_read(chip, addr, value);
}

bool sim__periph_write(struct chip *chip, uint32_t addr, unsigned width, uint32_t value)
{
    if (width != 4)
        return false;
    if (addr - FPEC_BASE < PERIPH_BLOCK)
        return sim__fpec_write(chip, addr, value);
    if (addr == SIM_STATUS) {
        chip->periph.status |= value;
        return true;
    }
    if (addr == SIM_FIFO) {
        fifo_push(&chip->periph, value);
        return true;
    }
    return false;
}

bool sim__rom_read(const struct chip *chip, uint32_t addr, uint8_t *byte)
{
    static const uint8_t unique[] = "\x31\x04\x53\x49\x4d\x43\x48\x49\x50\x30\x30\x31";
    uint32_t kib = chip->flash_size / 1024;

    /* 16 bits wide; 0xffff would say "not programmed" to a driver. */
    if (kib > 0xfffe)
        kib = 0xfffe;
    if (addr - FPEC_OPTION_BYTES < FPEC_OPTION_SIZE)
        *byte = chip->fpec.option[addr - FPEC_OPTION_BYTES];
    else if (addr - FLASH_SIZE_KIB < 2)
        *byte = (uint8_t)(kib >> (8 * (addr - FLASH_SIZE_KIB)));
    else if (addr - UNIQUE_ID < 12)
        *byte = unique[addr - UNIQUE_ID];
    else if (addr - SYSTEM_MEMORY < SYSTEM_MEMORY_SIZE)
        *byte = 0xff;
    else
        return false;
    return true;
}
