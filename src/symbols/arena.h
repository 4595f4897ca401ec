// SPDX-License-Identifier: MIT
/* Memory that is released all at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct ocd_arena {
    struct ocd_arena_block *blocks;
    uint8_t *next; /* free bytes of the newest block */
    size_t left;
};

/* Zeroed bytes, aligned for any type; NULL if memory is short. */
void *ocd__arena_alloc(struct ocd_arena *arena, size_t size);
/* A NUL-terminated copy; NULL if memory is short. */
char *ocd__arena_copy(struct ocd_arena *arena, const char *text, size_t size);
void ocd__arena_free(struct ocd_arena *arena);
