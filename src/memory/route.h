// SPDX-License-Identifier: MIT
/* Which way is faster for bulk reads where both are open: the same-host path or the engine over
 * RPC. Pure: it is told the time.
 *
 * dump_image reads 4096 bytes at a time (OpenOCD, src/target/target.c, handle_dump_image_command),
 * the engine as many as a request may ask for. In front of a fast probe the text of the replies
 * costs more than that saves, in front of a slow one it does not. So where the same-host path is
 * slow the engine is tried too, and the better one is kept for a while. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

enum ocd_route_state {
    OCD_ROUTE_LOCAL,
    OCD_ROUTE_TRIAL, /* the engine moves data until it is known how fast it is */
    OCD_ROUTE_RPC,
};

/* All zero: nothing is known. */
struct ocd_route {
    enum ocd_route_state state;
    unsigned measured; /* pieces of about the same rate, one behind the other … */
    double local;      /* … which is this, in bytes a nanosecond */
    uint64_t trial;    /* bytes that the trial still takes */
    ocd_time until;    /* the decision stands */
    unsigned losses;   /* trials lost, one behind the other */
};

/* The same-host path has taken `time` for a piece. */
void ocd_route_measured(struct ocd_route *r, uint64_t bytes, ocd_time time);
/* Begins a trial if one is due. */
bool ocd_route_try(struct ocd_route *r, ocd_time now);
/* How many of the next `left` bytes the engine is to move; 0: they go over the same-host path. */
uint64_t ocd_route_rpc(struct ocd_route *r, uint64_t left, ocd_time now);
/* The engine has moved so many, and moves `rate` bytes a nanosecond now; 0: not known. */
void ocd_route_tried(struct ocd_route *r, uint64_t bytes, double rate, ocd_time now);
