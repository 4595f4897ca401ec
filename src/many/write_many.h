// SPDX-License-Identifier: MIT
/* ocd_write_many(): write_many.c has the operation, write_many_request.c makes its requests. */
#pragma once

#include "session/session.h"
#include "session/target.h"
#include "transfer/text.h"

/* Writes of one request at the most. */
#define OCD_WRITES_MAX 64u

/* One write_memory. */
struct ocd_write {
    struct ocd_chunk chunk;
    size_t item;
    size_t element; /* of the item: the first one */
    size_t elements;
};

struct ocd_write_many {
    struct ocd_op op;
    struct ocd_write_item *items;
    size_t count;
    struct ocd_target_info *target;
    enum {
        NEW,
        ASKING,
        WRITING,
        DIAGNOSING, /* asking whether the target is present */
    } phase;
    size_t item, element;                    /* the next one */
    struct ocd_write writes[OCD_WRITES_MAX]; /* of the request under way */
    size_t write_count;
    bool halving;         /* a 64-bit write has failed: it is tried as two of 32 bits */
    bool failed;          /* the write of items[item] has failed */
    uint64_t failed_addr; /* its address, valid if `failed` */
    struct ocd_buffer command, quoted, shown;
};

/* One of its writes as a command. 0 or the buffer's error. */
int ocd__write_many_compose(const struct ocd_write_many *m, const struct ocd_write *w,
                            struct ocd_buffer *out);
/* Composes the next request; m->write_count is 0 where all has been written. 0 or the buffer's
 * error. */
int ocd__write_many_fill(struct ocd_write_many *m);
