// SPDX-License-Identifier: MIT
/* A run of bytes inside somebody else's memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ocd_slice {
    char *data;
    size_t size;
};

static inline bool ocd_slice_is(struct ocd_slice s, const char *word)
{
    return s.size == strlen(word) && memcmp(s.data, word, s.size) == 0;
}
