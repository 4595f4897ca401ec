// SPDX-License-Identifier: MIT
/* Neighbouring items become ranges that are read as one. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

struct ocd_merged {
    uint64_t addr;
    size_t size;
    size_t first, count; /* its items, in the order by address */
};

uint64_t ocd__item_size(const struct ocd_item *item);

/* Sorts the items by address: order[i] is the index of the i-th. Items less than `gap` bytes apart
 * become one range of at most 16 KiB. `order` and `ranges` have room for `count` elements. Answers
 * the number of ranges, or OCD_ERR_NOMEM. */
long ocd__merge(const struct ocd_item *items, size_t count, uint64_t gap, size_t *order,
                struct ocd_merged *ranges);
