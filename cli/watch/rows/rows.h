// SPDX-License-Identifier: MIT
/* Frames and gaps as rows of CSV or as lines of JSON. */
#pragma once

#include "watch/columns.h"

enum rows_clock {
    ROWS_HOST,
    ROWS_SERVER,
    ROWS_TARGET, /* cycles of the target beside the host's time */
};

struct rows {
    bool json;
    bool changes; /* frames that are equal to the one before are left out */
    enum rows_clock clock;
    int64_t server_ahead_us; /* of the host, in the last frame */
    struct line row;         /* the last one that was made, with its end */
    struct line values, flags;
    struct line key, last_key; /* what makes a frame differ from the one before */
};

void rows_free(struct rows *rows);

/* The first row of CSV, without its end. */
void rows_head(const struct rows *rows, const struct columns *columns, struct line *out);
/* Makes `rows->row` of the frame that the columns are matched with. False: nothing has changed. */
bool rows_frame(struct rows *rows, const struct columns *columns, const struct ocd_frame *frame);
void rows_gap(struct rows *rows, const struct columns *columns, const struct ocd_gap *gap);
/* Memory was short. */
bool rows_failed(const struct rows *rows);
