// SPDX-License-Identifier: MIT
#include "jtag/bitbang.h"

#include <string.h>

void sim__bitbang_init(struct bitbang *bitbang, struct dm *dm)
{
    sim__tap_init(&bitbang->tap, dm);
}

void sim__bitbang_open(struct bitbang *bitbang)
{
    bitbang->hang_up = false;
}

bool sim__bitbang_asks(const uint8_t *in, size_t size)
{
    return memchr(in, 'R', size) != NULL;
}

/* 'r' to 'u': TRST is the upper of two bits, SRST the lower; 1 asserts. */
static void set_resets(struct tap *tap, unsigned bits)
{
    if (bits & 2)
        sim__tap_reset(tap);
    sim__chip_set_nrst(tap->dm->chip, (bits & 1) != 0);
}

size_t sim__bitbang_answer(struct bitbang *bitbang, const uint8_t *in, size_t size, uint8_t *out)
{
    struct tap *tap = &bitbang->tap;
    bool dead = tap->dm->chip->unpowered;
    size_t filled = 0;

    for (size_t i = 0; i < size; i++) {
        uint8_t c = in[i];

        if (dead && c != 'R' && c != 'Q') /* no port that would see it */
            continue;
        if (c >= '0' && c <= '7') /* TCK, TMS, TDI */
            sim__tap_set(tap, (c & 4) != 0, (c & 2) != 0, (c & 1) != 0);
        else if (c == 'R')
            out[filled++] = tap->tdo && !dead ? '1' : '0';
        else if (c >= 'r' && c <= 'u')
            set_resets(tap, c - (unsigned)'r');
        else if (c == 'Q')
            bitbang->hang_up = true;
    }
    return filled;
}
