// SPDX-License-Identifier: MIT
/* The simulated chips are little-endian, the host that runs the tests may not be. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Elements of memory of a chip become those of the host, and the other way round. */
static inline void swap_little(void *elements, size_t width, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (uint8_t *e = elements; count > 0; count--, e += width)
        for (size_t i = 0; i < width / 2; i++) {
            uint8_t byte = e[i];
            e[i] = e[width - 1 - i];
            e[width - 1 - i] = byte;
        }
#else
    (void)elements, (void)width, (void)count;
#endif
}
