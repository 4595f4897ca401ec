// SPDX-License-Identifier: MIT
/* The request for frames and its reply (ocd__script_sample). Pure. */
#pragma once

#include "base/buffer.h"
#include "base/view.h"
#include "ocd.h"
#include "rpc/where.h"
#include "transfer/text.h"
#include "watch/plan.h"

struct ocd__frame_request {
    unsigned frames;
    int64_t next;  /* server's time of the first one; 0: at once */
    uint32_t step; /* microseconds */
    bool cycles;
};

/* What a frame's reply says besides the values. */
struct ocd__frame_times {
    int64_t began, ended; /* by the server's clock */
    enum ocd_target_state state;
    bool has_cycles;
    uint32_t before, after;
    int32_t halted_us; /* -1: the core could not be halted */
};

/* The result of a group. */
struct ocd__group_answer {
    long status; /* 0: it was read */
    bool torn;   /* the elements to compare were never the same twice */
    struct ocd_view text;
};

/* Appends the two arguments GROUPS and HELD of a plan. 0 or the buffer's error. */
int ocd__frame_groups(struct ocd_buffer *out, const struct ocd__plan *plan);
/* Appends the plan's accesses as the trace shows them. */
int ocd__frame_shown(struct ocd_buffer *out, const struct ocd__plan *plan, struct ocd_where where);
/* Appends all arguments; `groups` as ocd__frame_groups made them. */
int ocd__frame_arguments(struct ocd_buffer *out, const struct ocd__frame_request *request,
                         struct ocd_where where, struct ocd_view groups);
/* Takes the next frame off the result. `answers` has room for the plan's groups; `data` for its
 * bytes, as they are in the target's memory, and `second` too, which receives the last reading but
 * one of torn groups. OCD_OK or OCD_ERR_PROTOCOL. */
int ocd__frame_parse(struct ocd_view *result, const struct ocd__plan *plan, enum ocd_layout layout,
                     struct ocd__frame_times *times, struct ocd__group_answer *answers,
                     uint8_t *data, uint8_t *second);
