// SPDX-License-Identifier: MIT
#include "symbols/arena.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_SIZE = 16384,
    ALIGNMENT = 16,
};

struct ocd_arena_block {
    struct ocd_arena_block *next;
    _Alignas(ALIGNMENT) uint8_t bytes[];
};

static int add_block(struct ocd_arena *arena, size_t size)
{
    struct ocd_arena_block *block = calloc(1, sizeof(*block) + size);

    if (block == NULL)
        return -1;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->next = block->bytes;
    arena->left = size;
    return 0;
}

void *ocd__arena_alloc(struct ocd_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    if (size > arena->left && add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE) != 0)
        return NULL;
    void *result = arena->next;
    arena->next += size;
    arena->left -= size;
    return result;
}

char *ocd__arena_copy(struct ocd_arena *arena, const char *text, size_t size)
{
    char *copy = ocd__arena_alloc(arena, size + 1);

    if (copy != NULL && size > 0)
        memcpy(copy, text, size);
    return copy;
}

void ocd__arena_free(struct ocd_arena *arena)
{
    while (arena->blocks != NULL) {
        struct ocd_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    *arena = (struct ocd_arena){0};
}
