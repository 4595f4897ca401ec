// SPDX-License-Identifier: MIT
/* The reserved room of structs that callers fill: it has to be zero, so that a later version can
 * give it a meaning. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

static inline bool ocd_reserved_words_used(const uint64_t *words, size_t count)
{
    uint64_t all = 0;

    for (size_t i = 0; i < count; i++)
        all |= words[i];
    return all != 0;
}

/* Whether the room at the end of `*object` is not zero. */
#define OCD_RESERVED_USED(object)                                                                  \
    ocd_reserved_words_used((object)->reserved,                                                    \
                            sizeof((object)->reserved) / sizeof(*(object)->reserved))

static inline bool ocd_reserved_ranges_used(const struct ocd_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (OCD_RESERVED_USED(&ranges[i]))
            return true;
    return false;
}
