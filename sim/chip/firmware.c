// SPDX-License-Identifier: MIT
//
// What the chip has in flash when no file is given. The read-only segment of the chip's ELF
// (sim/elf) holds the first 0x300 bytes of it.
#include "chip/chip.h"

#include <string.h>

#define CODE_START 0x300u

static void put16(uint8_t *flash, uint32_t offset, uint16_t value)
{
    flash[offset] = (uint8_t)value;
    flash[offset + 1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *flash, uint32_t offset, uint32_t value)
{
    put16(flash, offset, (uint16_t)value);
    put16(flash, offset + 2, (uint16_t)(value >> 16));
}

static void put_vectors(uint8_t *flash)
{
    static const uint32_t vector[] = {
        0x20005000, 0x080001a1, 0x080001ab, 0x080001ad, 0x080001af, 0x080001b1, 0x080001b3, 0, 0,
        0,          0,          0x080001b5, 0x080001b7, 0,          0x080001b9, 0x080001bb,
    };
    const uint32_t interrupts = 43; /* of a medium-density STM32F103 (RM0008, 10.1.2) */
    const uint32_t words = sizeof(vector) / sizeof(vector[0]);

    for (uint32_t i = 0; i < words; i++)
        put32(flash, 4 * i, vector[i]);
    for (uint32_t i = words; i < words + interrupts; i++)
        put32(flash, 4 * i, 0x080001bd);
    memset(flash + 4 * (words + interrupts), 0, 0x1a0 - 4 * (words + interrupts));
}

/* The reset handler, the other handlers, and a main loop without conditions. */
static void put_program(uint8_t *flash)
{
    static const uint16_t reset[] = {
        0x2000, 0xb088, 0xb662, 0xf000, 0xb82b, /* movs, sub sp #32, cpsie i, b.w 0x200 */
    };
    static const uint16_t loop[] = {
        0xf644, 0x7300, /* movw  r3, #0x4f00 */
        0xf2c2, 0x0300, /* movt  r3, #0x2000 */
        0x681a,         /* ldr   r2, [r3, #0] */
        0x3201,         /* adds  r2, #1 */
        0x601a,         /* str   r2, [r3, #0] */
        0xf100, 0x0001, /* add.w r0, r0, #1 */
        0x4041,         /* eors  r1, r0 */
        0xbf00,         /* nop */
        0xe7f3,         /* b     0x200 */
    };

    for (uint32_t i = 0; i < sizeof(reset) / sizeof(reset[0]); i++)
        put16(flash, 0x1a0 + 2 * i, reset[i]);
    for (uint32_t offset = 0x1aa; offset <= 0x1b2; offset += 2)
        put16(flash, offset, 0xe7fe); /* b . */
    for (uint32_t offset = 0x1b4; offset <= 0x1bc; offset += 2)
        put16(flash, offset, 0x4770); /* bx lr */
    for (uint32_t offset = 0x1be; offset < CODE_START; offset += 2)
        put16(flash, offset, 0xbf00); /* nop */
    for (uint32_t i = 0; i < sizeof(loop) / sizeof(loop[0]); i++)
        put16(flash, 0x200 + 2 * i, loop[i]);
}

/* Looks like compiled Thumb code, is the same in each run, and never holds
 * DE AD BE EF by chance: no opcode below has 0xAD as its high byte. */
static void put_code(uint8_t *flash, uint32_t start, uint32_t end)
{
    static const uint16_t opcode[16] = {
        0x6800, 0x6000, 0x4600, 0x2000, 0x3000, 0x1c00, 0xb500, 0xbd00,
        0x4280, 0xd000, 0xd100, 0xe000, 0x7800, 0x8800, 0x4000, 0x0000,
    };
    uint32_t state = 0x2545f491;

    for (uint32_t offset = start; offset + 1 < end; offset += 2) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        put16(flash, offset, (uint16_t)(opcode[state >> 28] | ((state >> 8) & 0xff)));
    }
}

void sim__firmware_fill(uint8_t *flash, uint32_t size)
{
    static const uint8_t marker[] = {0xde, 0xad, 0xbe, 0xef};
    /* Aligned, unaligned, across a 4096-byte boundary, far inside, in the erased
     * half; and the last four bytes of the flash. */
    const uint32_t offset[] = {0x400, 0x1235, 0x2ffe, 0x8002, 0x1f000, size - 4};

    memset(flash, 0xff, size);
    put_code(flash, CODE_START, size / 2);
    for (size_t i = 0; i < sizeof(offset) / sizeof(offset[0]); i++)
        if (offset[i] <= size - 4)
            memcpy(flash + offset[i], marker, sizeof(marker));
}

void sim__firmware_flash(uint8_t *flash, uint32_t size)
{
    sim__firmware_fill(flash, size);
    put_vectors(flash);
    put_program(flash);
}
