// SPDX-License-Identifier: MIT
/* Planning: a range becomes chunks, each of which one command moves in equal accesses. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

/* OpenOCD refuses more elements in one read_memory or write_memory
 * (src/target/target.c, "64K elements"). */
#define OCD_MAX_ELEMENTS 65536u

struct ocd_chunk {
    uint64_t addr;
    unsigned width; /* bytes of an access: 1, 2, 4 or 8 */
    uint32_t count; /* accesses, 1 to OCD_MAX_ELEMENTS */
};

static inline uint64_t ocd_chunk_size(struct ocd_chunk chunk)
{
    return (uint64_t)chunk.width * chunk.count;
}

/* True when the range ends at or below 2^64. */
bool ocd__range_valid(uint64_t addr, uint64_t size);

/* The first chunk of a bulk range: the widest access up to `max_width` that is aligned at the
 * range's beginning, as many as fit and `max_count` allows. A narrow head is only as long as it
 * takes to reach the next wider alignment. The range must not be empty. */
struct ocd_chunk ocd__plan_bulk(struct ocd_range range, unsigned max_width, uint32_t max_count);

/* The first chunk of an exact range: accesses of `width` bytes whatever the alignment. The range's
 * size is a multiple of `width`. */
struct ocd_chunk ocd__plan_exact(struct ocd_range range, unsigned width, uint32_t max_count);
