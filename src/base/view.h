// SPDX-License-Identifier: MIT
/* Bytes in memory that belongs to something else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ocd_view {
    char *data;
    size_t size;
};

static inline bool ocd__view_is(struct ocd_view s, const char *word)
{
    return s.size == strlen(word) && memcmp(s.data, word, s.size) == 0;
}
