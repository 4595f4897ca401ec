// SPDX-License-Identifier: MIT
/* ocd_read_many() plans its accesses (read_many_plan.c), sends several in each request
 * (read_many.c), and parses the replies (read_many_answer.c). */
#pragma once

#include "many/merge.h"
#include "session/session.h"
#include "session/target.h"
#include "transfer/text.h"

/* One read_memory. */
struct ocd_read_access {
    struct ocd_chunk chunk;
    uint8_t *data;
    enum ocd_layout layout;
    size_t owner; /* index of a merged range or, for a read of its own, of an item */
    bool merged;
};

struct ocd_read_range {
    struct ocd_merged merged;
    uint8_t *data;
    size_t pending; /* accesses without an answer */
    bool failed;
};

struct ocd_item_state {
    size_t pending;
    bool failed64; /* an access of 64-bit elements has failed */
    bool halved;   /* 64-bit elements are read as pairs of 32-bit words */
};

struct ocd_read_many {
    struct ocd_op op;
    struct ocd_item *items;
    size_t count;
    uint64_t gap;
    struct ocd_target_info *target;
    enum {
        NEW,
        ASKING,
        READING,
        DIAGNOSING, /* asking whether the target is present */
    } phase;
    struct ocd_item_state *states;
    size_t *order; /* item indices by address */
    struct ocd_read_range *ranges;
    size_t range_count;
    struct ocd_buffer accesses; /* of struct ocd_read_access */
    size_t next;                /* first access that has not been asked for */
    size_t answered;
    unsigned flying;  /* requests */
    size_t succeeded; /* items */
    bool finished;    /* every item has its own result */
    struct ocd_buffer command, shown;
};

/* The accesses, in the order in which they are asked for. */
struct ocd_read_access *ocd__read_many_access(const struct ocd_read_many *m, size_t index);
size_t ocd__read_many_accesses(const struct ocd_read_many *m);
enum ocd_layout ocd__read_many_layout(const struct ocd_read_many *m);
/* Plans all accesses. 0 or OCD_ERR_NOMEM. */
int ocd__read_many_plan(struct ocd_read_many *m);
/* Adds accesses for one item by itself. 0 or OCD_ERR_NOMEM. */
int ocd__read_many_add(struct ocd_read_many *m, size_t index);
/* Takes the answer to the next access off a reply. False: the operation has ended. */
bool ocd__read_many_answered(struct ocd_read_many *m, struct ocd_view *rest, struct ocd_view log);
