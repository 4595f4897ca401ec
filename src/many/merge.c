// SPDX-License-Identifier: MIT
#include "many/merge.h"

#include <stdbool.h>
#include <stdlib.h>

/* Bytes of a merged range at the most. */
#define RANGE_MAX 16384u

struct entry {
    uint64_t addr;
    size_t index;
};

uint64_t ocd__item_size(const struct ocd_item *item)
{
    return (uint64_t)item->count * (item->width / 8);
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->addr != b->addr)
        return a->addr < b->addr ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool sort(const struct ocd_item *items, size_t count, size_t *order)
{
    struct entry *entries = malloc((count + 1) * sizeof(*entries));

    if (entries == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){items[i].addr, i};
    qsort(entries, count, sizeof(*entries), compare);
    for (size_t i = 0; i < count; i++)
        order[i] = entries[i].index;
    free(entries);
    return true;
}

static bool joins(const struct ocd_merged *range, const struct ocd_item *item, uint64_t gap)
{
    uint64_t end = range->addr + range->size;
    uint64_t distance = item->addr > end ? item->addr - end : 0;
    uint64_t size = ocd__item_size(item);

    return distance < gap && size <= RANGE_MAX && item->addr - range->addr <= RANGE_MAX - size;
}

long ocd__merge(const struct ocd_item *items, size_t count, uint64_t gap, size_t *order,
                struct ocd_merged *ranges)
{
    struct ocd_merged *range = NULL;
    long found = 0;

    if (!sort(items, count, order))
        return OCD_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct ocd_item *item = &items[order[i]];
        if (item->count == 0 || range == NULL || !joins(range, item, gap)) {
            range = &ranges[found++];
            *range = (struct ocd_merged){.addr = item->addr, .first = i};
        }
        uint64_t end = item->addr - range->addr + ocd__item_size(item);
        if (end > range->size)
            range->size = (size_t)end;
        range->count++;
    }
    return found;
}
