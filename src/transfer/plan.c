// SPDX-License-Identifier: MIT
#include "transfer/plan.h"

bool ocd__range_valid(uint64_t addr, uint64_t size)
{
    return size == 0 || size - 1 <= UINT64_MAX - addr;
}

static uint32_t limited(uint64_t count, uint32_t max_count)
{
    if (max_count == 0 || max_count > OCD_MAX_ELEMENTS)
        max_count = OCD_MAX_ELEMENTS;
    return count < max_count ? (uint32_t)count : max_count;
}

struct ocd_chunk ocd__plan_bulk(struct ocd_range range, unsigned max_width, uint32_t max_count)
{
    unsigned width = max_width;
    while (width > 1 && (range.addr % width != 0 || range.size < width))
        width /= 2;
    /* Narrower than allowed: the next wider alignment, or the end, is less than two accesses away.
     */
    uint64_t count = width < max_width ? 1 : range.size / width;
    return (struct ocd_chunk){
        .addr = range.addr, .width = width, .count = limited(count, max_count)};
}

struct ocd_chunk ocd__plan_exact(struct ocd_range range, unsigned width, uint32_t max_count)
{
    return (struct ocd_chunk){
        .addr = range.addr, .width = width, .count = limited(range.size / width, max_count)};
}
