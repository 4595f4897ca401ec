// SPDX-License-Identifier: MIT
/* The values that are watched, in the order in which they were named, with their statistics. */
#pragma once

#include "watch/item.h"
#include "watch/rows/condition.h"
#include "watch/rows/line.h"
#include "watch/screen/spark.h"
#include "watch/screen/stats.h"

struct column {
    struct item item;
    char *key;     /* the name as a JSON string */
    uint32_t id;   /* of the sampler; never used again for another */
    bool recorded; /* has its place in each row of CSV: it was there from the beginning */
    bool hidden;   /* only a trigger wants it */
    bool removed;  /* is watched no more; it is kept for its place in CSV */

    const struct ocd_sample *sample; /* of the frame that is being handled; NULL: it has none */
    bool read;                       /* there has been a good or unchecked value */
    bool failing;                    /* the last value was unreadable */
    struct line shown;               /* the last value for people; empty: none so far */
    const char *flag;                /* of the last value, NULL: good */
    bool has_number;                 /* the last one was a number */
    struct stats stats;
    struct spark spark;
};

struct columns {
    struct column **list;
    size_t count;
};

/* Takes the item over, also if it fails. NULL: memory is short. */
struct column *columns_add(struct columns *columns, struct item *item);
void columns_free(struct columns *columns);

/* By the sampler's number, or by name among those that are watched. NULL: there is none. */
struct column *columns_find(const struct columns *columns, uint32_t id);
struct column *columns_named(const struct columns *columns, const char *name);

/* Points each column to its sample of the frame; NULL: to none. */
void columns_match(struct columns *columns, const struct ocd_frame *frame);

/* Whether it is to be seen. */
bool column_is_shown(const struct column *column);
/* "torn", "unchecked", "unreadable"; NULL: good. */
const char *sample_flag(const struct ocd_sample *sample);
/* Whether the sample has a value. */
bool sample_has_value(const struct ocd_sample *sample);
/* Its number, NUMBER_NONE if it has none; also for no sample. */
struct number sample_number(const struct ocd_sample *sample);
