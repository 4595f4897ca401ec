// SPDX-License-Identifier: MIT
/* What a request costs the server, seen from the times at which the answers arrive. Pure.
 *
 * Requests are answered in order. As long as the server has the next request at hand when it
 * finishes one, the time between two answers is what it took to serve the second, however long the
 * way to the server is. Several answers may arrive in one piece and then have the same time, so
 * that only sums over whole pieces mean something. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/* Requests of one kind and size have the same key. */
#define OCD_METER_NO_KEY UINT32_MAX /* not comparable to any other */

/* A request in flight. */
struct ocd_metered {
    uint32_t key;
    bool alone; /* nothing else was in flight when it was sent */
    ocd_time sent;
};

/* Answers to requests of one key, one behind the other. */
struct ocd_meter_run {
    uint32_t key;
    unsigned count; /* answers that `time` is the cost of */
    ocd_time time;
    ocd_time origin; /* answers that arrived at this time came before the run could be measured */
};

struct ocd_meter {
    bool serial;         /* one request at a time: the way to the server is part of the cost */
    ocd_time round_trip; /* of the shortest request that there was, on the whole connection */
    ocd_time last;       /* when the last answer arrived; 0: none yet */
    ocd_time gap;        /* before the last answer; 0: it began the run */
    ocd_time jitter;     /* how much one such gap differs from the next, as a running mean */
    struct ocd_meter_run run;
    ocd_time idle;  /* time in which the server may have waited for the next request, … */
    ocd_time total; /* … of so much in all; the owner sets both back */
};

void ocd_meter_start(struct ocd_meter *m, ocd_time round_trip);
/* An answer has arrived. When it does not continue the run before, that one is over: it is copied
 * to `over` (count 0: nothing was measured) and true is answered. */
bool ocd_meter_answer(struct ocd_meter *m, struct ocd_metered request, ocd_time now,
                      struct ocd_meter_run *over);
/* Ends the run here and answers it. */
struct ocd_meter_run ocd_meter_take(struct ocd_meter *m);
