// SPDX-License-Identifier: MIT
#include "symbols/expression/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    NEEDS_MAX = 65536, /* at one time */
};

/* More than any object of a program for a microcontroller has. */
#define OBJECT_MAX ((uint64_t)1 << 28)

struct ocd_memory_chunk {
    struct ocd_memory_chunk *next;
    uint64_t addr;
    uint64_t size;
    const uint8_t *data; /* NULL: cannot be read */
};

static bool holds(uint64_t outer, uint64_t outer_size, uint64_t addr, uint64_t size)
{
    return addr >= outer && addr - outer <= outer_size && size <= outer_size - (addr - outer);
}

static void add_need(struct ocd_memory *m, uint64_t addr, uint64_t size)
{
    for (size_t i = 0; i < m->need_count; i++)
        if (holds(m->needs[i].addr, m->needs[i].size, addr, size))
            return;
    if (m->need_count == NEEDS_MAX)
        return; /* asked for in the next round */
    if (m->need_count == m->need_capacity) {
        size_t capacity = m->need_capacity == 0 ? 16 : m->need_capacity * 2;
        struct ocd_range *needs = realloc(m->needs, capacity * sizeof(*needs));
        if (needs == NULL) {
            m->failed = true;
            return;
        }
        m->needs = needs;
        m->need_capacity = capacity;
    }
    m->needs[m->need_count++] = (struct ocd_range){.addr = addr, .size = size};
}

const uint8_t *ocd__memory_get(struct ocd_memory *m, uint64_t addr, uint64_t size,
                               enum ocd_memory_state *state)
{
    *state = OCD_MEMORY_HERE;
    if (size == 0)
        return (const uint8_t *)"";
    for (const struct ocd_memory_chunk *c = m->chunks; c != NULL; c = c->next) {
        if (!holds(c->addr, c->size, addr, size))
            continue;
        if (c->data == NULL)
            *state = OCD_MEMORY_UNREADABLE;
        return c->data != NULL ? c->data + (addr - c->addr) : NULL;
    }
    *state = OCD_MEMORY_UNREADABLE;
    if (size > OBJECT_MAX || addr > UINT64_MAX - (size - 1))
        return NULL;
    *state = OCD_MEMORY_NEEDED;
    add_need(m, addr, size);
    return NULL;
}

int ocd__memory_supply(struct ocd_memory *m, uint64_t addr, const void *data, size_t size)
{
    struct ocd_memory_chunk *c = ocd__arena_alloc(m->arena, sizeof(*c));
    char *copy = NULL;

    if (c != NULL && data != NULL)
        copy = ocd__arena_copy(m->arena, data, size);
    if (c == NULL || (data != NULL && copy == NULL)) {
        m->failed = true;
        return OCD_ERR_NOMEM;
    }
    *c = (struct ocd_memory_chunk){m->chunks, addr, size, (const uint8_t *)copy};
    m->chunks = c;
    return OCD_OK;
}

void ocd__memory_clear_needs(struct ocd_memory *m)
{
    m->need_count = 0;
}

void ocd__memory_free(struct ocd_memory *m)
{
    free(m->needs);
    *m = (struct ocd_memory){.arena = m->arena};
}
