// SPDX-License-Identifier: MIT
/* What the unit tests share: cmocka with what it needs, random input that is the same in each run,
 * and copies that end where their contents end, so that AddressSanitizer sees a read beyond. */
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

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* splitmix64; the state is the seed. */
static inline uint64_t random_u64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline size_t random_below(uint64_t *state, size_t limit)
{
    return (size_t)(random_u64(state) % limit);
}

/* To be released with free. */
static inline void *exact_copy(const void *bytes, size_t size)
{
    void *copy = malloc(size != 0 ? size : 1);
    assert_non_null(copy);
    if (size != 0)
        memcpy(copy, bytes, size);
    return copy;
}
