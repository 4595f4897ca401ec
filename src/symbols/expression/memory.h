// SPDX-License-Identifier: MIT
/* The bytes of the target that an expression has, and those that it still needs. */
#pragma once

#include <stdbool.h>

#include "ocd.h"
#include "symbols/arena.h"

struct ocd_memory {
    struct ocd_memory_chunk *chunks;
    struct ocd_range *needs;
    size_t need_count, need_capacity;
    struct ocd_arena *arena;
    bool failed; /* memory is short */
};

enum ocd_memory_state {
    OCD_MEMORY_HERE,
    OCD_MEMORY_NEEDED,     /* it has been added to the needs */
    OCD_MEMORY_UNREADABLE, /* the caller could not read it */
};

/* The bytes, or NULL. */
const uint8_t *ocd__memory_get(struct ocd_memory *m, uint64_t addr, uint64_t size,
                               enum ocd_memory_state *state);
int ocd__memory_supply(struct ocd_memory *m, uint64_t addr, const void *data, size_t size);
/* Forgets what is needed; the bytes stay. */
void ocd__memory_clear_needs(struct ocd_memory *m);
void ocd__memory_free(struct ocd_memory *m);
