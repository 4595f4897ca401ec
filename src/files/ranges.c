// SPDX-License-Identifier: MIT
#include "files/ranges.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct ocd_range *x = a, *y = b;

    return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* A copy in ascending order. NULL: out of memory. */
static struct ocd_range *sorted(const struct ocd_range *ranges, size_t count)
{
    struct ocd_range *copy = malloc((count + 1) * sizeof(*copy));

    if (copy == NULL)
        return NULL;
    if (count > 0)
        memcpy(copy, ranges, count * sizeof(*copy));
    qsort(copy, count, sizeof(*copy), compare);
    return copy;
}

static uint64_t last_of(const struct ocd_range *range)
{
    return range->addr + (range->size - 1);
}

/* Adds what of `left` comes before `without`; `left` becomes what comes after it, of size 0 if
 * there is nothing. */
static int cut(struct ocd_range *left, const struct ocd_range *without, struct ocd_buffer *out)
{
    uint64_t end = last_of(left);
    int rc = OCD_OK;

    if (without->size == 0 || last_of(without) < left->addr || without->addr > end)
        return OCD_OK;
    if (without->addr > left->addr) {
        struct ocd_range before = {.addr = left->addr, .size = without->addr - left->addr};
        rc = ocd__buffer_add(out, &before, sizeof(before));
    }
    left->size = last_of(without) < end ? end - last_of(without) : 0;
    left->addr = last_of(without) + 1;
    return rc;
}

static bool all_valid(const struct ocd_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ranges[i].size > 0 && ranges[i].addr > UINT64_MAX - (ranges[i].size - 1))
            return false;
    return true;
}

int ocd__ranges_without(const struct ocd_range *ranges, size_t count,
                        const struct ocd_range *without, size_t without_count,
                        struct ocd_buffer *out)
{
    if (without == NULL && without_count > 0)
        return OCD_ERR_ARG;
    if (!all_valid(without, without_count))
        return OCD_ERR_ARG;
    struct ocd_range *list = sorted(without, without_count);
    int rc = list != NULL ? OCD_OK : OCD_ERR_NOMEM;

    for (size_t i = 0; rc == OCD_OK && i < count; i++) {
        struct ocd_range left = ranges[i];
        for (size_t k = 0; rc == OCD_OK && left.size > 0 && k < without_count; k++)
            rc = cut(&left, &list[k], out);
        if (rc == OCD_OK && left.size > 0)
            rc = ocd__buffer_add(out, &left, sizeof(left));
    }
    free(list);
    return rc;
}
