// SPDX-License-Identifier: MIT
#include "riscv/firmware.h"

#include "chip/chip.h"

/* The offsets of the parts, as in the flash of the Cortex-M3: a jump at the reset vector, the reset
 * handler, the main loop and the function that it calls. */
#define RESET_HANDLER 0x1a0u
#define EXCEPTION     0x1e0u
#define MAIN_LOOP     0x200u
#define COUNT_ROUND   0x240u

#define NOP 0x00000013u

static void put(uint8_t *flash, uint32_t offset, const uint32_t *code, unsigned words)
{
    for (unsigned i = 0; i < words; i++)
        for (unsigned k = 0; k < 4; k++)
            flash[offset + 4 * i + k] = (uint8_t)(code[i] >> (8 * k));
}

#define PUT(flash, offset, code) put((flash), (offset), (code), sizeof(code) / sizeof(*(code)))

void sim__riscv_firmware(uint8_t *flash, uint32_t size, bool counts)
{
    static const uint32_t vector[] = {
        0x1a00006f, /* j     RESET_HANDLER */
    };
    static const uint32_t reset[] = {
        0x080002b7, /* lui   t0, 0x08000 */
        0x1e028293, /* addi  t0, t0, EXCEPTION */
        0x30529073, /* csrw  mtvec, t0 */
        0x20005437, /* lui   s0, 0x20005 */
        0x00040113, /* mv    sp, s0 */
        0xf14022f3, /* csrr  t0, mhartid */
        0x00229293, /* slli  t0, t0, 2 */
        0x00540433, /* add   s0, s0, t0 */
        0x00000513, /* li    a0, 0 */
        0x00000593, /* li    a1, 0 */
        0x0380006f, /* j     MAIN_LOOP */
    };
    static const uint32_t exception[] = {
        0x0000006f, /* j     . */
    };
    static const uint32_t loop[] = {
        0x00150513, /* addi  a0, a0, 1 */
        0x00a5c5b3, /* xor   a1, a1, a0 */
        0x00000013, /* nop */
        0x034000ef, /* jal   ra, COUNT_ROUND */
        0xff1ff06f, /* j     MAIN_LOOP */
    };
    uint32_t count[] = {
        0xff842283, /* lw    t0, -8(s0): SIM_VAR_ROUNDS */
        0x00128293, /* addi  t0, t0, 1 */
        0xfe542c23, /* sw    t0, -8(s0) */
        0x00008067, /* ret */
    };

    if (!counts)
        count[2] = NOP;
    sim__firmware_fill(flash, size);
    PUT(flash, 0, vector);
    PUT(flash, RESET_HANDLER, reset);
    PUT(flash, EXCEPTION, exception);
    PUT(flash, MAIN_LOOP, loop);
    PUT(flash, COUNT_ROUND, count);
}
