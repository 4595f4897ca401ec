// SPDX-License-Identifier: MIT
/* Statistics of a value: least, largest, mean, rate. Pure. */
#pragma once

#include <stdint.h>

#define STATS_BEATS 32 /* good values that the rate is taken from */

struct stats {
    uint64_t count;   /* good values */
    uint64_t numbers; /* those that are no NaN */
    double min, max, mean;
    double last;
    int64_t beats[STATS_BEATS]; /* when the last good values came, in microseconds */
};

void stats_reset(struct stats *stats);
/* A good value; NaN counts for the rate only. */
void stats_add(struct stats *stats, double value, int64_t now_us);
/* Good values a second, of the last ones; 0 before the second one, and when none has come for ten
 * times as long as usual. */
double stats_rate(const struct stats *stats, int64_t now_us);
