// SPDX-License-Identifier: MIT
#include "many/read_many.h"

#include <stdlib.h>

/* The widest access of a merged range, in bytes. */
#define MERGED_WIDTH 4

struct ocd_read_access *ocd__read_many_access(const struct ocd_read_many *m, size_t index)
{
    return (struct ocd_read_access *)(void *)m->accesses.data + index;
}

size_t ocd__read_many_accesses(const struct ocd_read_many *m)
{
    return m->accesses.size / sizeof(struct ocd_read_access);
}

enum ocd_layout ocd__read_many_layout(const struct ocd_read_many *m)
{
    return m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

int ocd__read_many_add(struct ocd_read_many *m, size_t index)
{
    struct ocd_item *item = &m->items[index];
    struct ocd_item_state *state = &m->states[index];
    unsigned width = item->width / 8;
    struct ocd_range range = {.addr = item->addr, .size = ocd__item_size(item)};
    struct ocd_read_access access = {
        .data = item->values, .layout = OCD_LAYOUT_HOST, .owner = index};
    /* See transfer/confirm.c: single values if OpenOCD may report zeros that it has not read. */
    uint32_t most = m->target->confirm ? 1 : OCD_TEXT_READ_VALUES;
    int rc = OCD_OK;

    state->halved = width == 8 && (state->failed64 || m->target->width64 == OCD_WIDTH64_NO);
    if (state->halved) {
        width = 4;
        access.layout = ocd__read_many_layout(m);
    }
    while (rc == OCD_OK && range.size > 0) {
        access.chunk = ocd__plan_exact(range, width, most);
        rc = ocd__buffer_add(&m->accesses, &access, sizeof(access));
        state->pending++;
        range.addr += ocd_chunk_size(access.chunk);
        range.size -= ocd_chunk_size(access.chunk);
        access.data += ocd_chunk_size(access.chunk);
    }
    return rc;
}

static int add_range(struct ocd_read_many *m, size_t index)
{
    struct ocd_read_range *r = &m->ranges[index];
    struct ocd_range left = {.addr = r->merged.addr, .size = r->merged.size};
    struct ocd_read_access access = {
        .layout = ocd__read_many_layout(m), .owner = index, .merged = true};
    int rc = OCD_OK;

    access.data = r->data = malloc(r->merged.size);
    if (r->data == NULL)
        return OCD_ERR_NOMEM;
    while (rc == OCD_OK && left.size > 0) {
        access.chunk = ocd__plan_bulk(left, MERGED_WIDTH, OCD_TEXT_READ_VALUES);
        rc = ocd__buffer_add(&m->accesses, &access, sizeof(access));
        r->pending++;
        left.addr += ocd_chunk_size(access.chunk);
        left.size -= ocd_chunk_size(access.chunk);
        access.data += ocd_chunk_size(access.chunk);
    }
    return rc;
}

static int plan_merged(struct ocd_read_many *m)
{
    struct ocd_merged *merged = malloc((m->count + 1) * sizeof(*merged));
    m->order = malloc((m->count + 1) * sizeof(*m->order));
    m->ranges = calloc(m->count + 1, sizeof(*m->ranges));
    long count = OCD_ERR_NOMEM;
    int rc = OCD_OK;

    if (merged != NULL && m->order != NULL && m->ranges != NULL)
        count = ocd__merge(m->items, m->count, m->gap, m->order, merged);
    m->range_count = count > 0 ? (size_t)count : 0;
    for (size_t i = 0; rc == OCD_OK && i < m->range_count; i++) {
        m->ranges[i].merged = merged[i];
        rc = merged[i].count == 1 ? ocd__read_many_add(m, m->order[merged[i].first])
                                  : add_range(m, i);
    }
    free(merged);
    return count < 0 ? (int)count : rc;
}

int ocd__read_many_plan(struct ocd_read_many *m)
{
    int rc = OCD_OK;

    if (m->gap > 0 && !m->target->confirm)
        return plan_merged(m);
    for (size_t i = 0; rc == OCD_OK && i < m->count; i++)
        rc = ocd__read_many_add(m, i);
    return rc;
}
