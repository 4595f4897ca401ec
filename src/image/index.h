// SPDX-License-Identifier: MIT
/* Which record of a file holds which address. Pure.
 *
 * Records are added in the order of the file. Those that continue one another are one extent. Later
 * extents replace earlier ones where they overlap; what is left of them, in ascending order, are
 * the segments, in which the file is delivered. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/image.h"

/* Where reading continues. */
struct ocd_mark {
    uint64_t offset; /* in the file: of the line, or of the byte */
    uint32_t base;   /* Intel HEX: what is added to the record's address */
    bool segmented;  /* Intel HEX: `base` is that of a segment */
};

enum ocd_extent_kind {
    OCD_EXTENT_RECORDS, /* the records that follow may continue it */
    OCD_EXTENT_BLOCK,   /* consecutive bytes of the file */
    OCD_EXTENT_REPEAT,  /* the record at `start` over and over */
};

struct ocd_extent {
    uint64_t first;
    uint64_t last; /* inclusive: an extent may end at 2^64 - 1 */
    struct ocd_mark start;
    struct ocd_mark now; /* of the record that holds `at` */
    uint64_t at;
    uint64_t place; /* for messages */
    enum ocd_extent_kind kind;
};

struct ocd_segment {
    uint64_t first;
    uint64_t last;
    size_t extent;
};

struct ocd_index {
    struct ocd_extent *extents;
    size_t extent_count;
    size_t extent_room;
    struct ocd_segment *segments;
    size_t segment_count;
    struct ocd_range *ranges;
    size_t range_count;
    uint64_t added; /* bytes, saturated; those of the segments are in `bytes` */
    uint64_t bytes;
    uint64_t highest;
    uint64_t overlap_addr; /* valid if added > bytes, as is `overlap_place` */
    uint64_t overlap_place;
    uint64_t disorder;
    uint64_t disorder_place;
};

/* Adds the bytes from `first` to `last`, found at `mark`. OCD_ERR_NOMEM; OCD_ERR_FORMAT: too many
 * extents. */
int ocd__index_add(struct ocd_index *x, uint64_t first, uint64_t last, const struct ocd_mark *mark,
                   uint64_t place, enum ocd_extent_kind kind);
/* Nothing more is added: finds segments and ranges. OCD_ERR_NOMEM; OCD_ERR_FORMAT: all 2^64
 * addresses are used, more than a size can express. */
int ocd__index_finish(struct ocd_index *x);
void ocd__index_free(struct ocd_index *x);
