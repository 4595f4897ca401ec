// SPDX-License-Identifier: MIT
#include "watch/screen/stats.h"

#include <math.h>

void stats_reset(struct stats *stats)
{
    *stats = (struct stats){.min = NAN, .max = NAN, .mean = NAN, .last = NAN};
}

/* The mean is updated step by step: a sum would lose digits in the course of days. */
void stats_add(struct stats *stats, double value, int64_t now_us)
{
    stats->beats[stats->count % STATS_BEATS] = now_us;
    stats->count++;
    stats->last = value;
    if (isnan(value))
        return;
    stats->numbers++;
    if (stats->numbers == 1) {
        stats->min = stats->max = stats->mean = value;
        return;
    }
    stats->min = fmin(stats->min, value);
    stats->max = fmax(stats->max, value);
    stats->mean += (value - stats->mean) / (double)stats->numbers;
}

double stats_rate(const struct stats *stats, int64_t now_us)
{
    uint64_t kept = stats->count < STATS_BEATS ? stats->count : STATS_BEATS;
    if (kept < 2)
        return 0;
    int64_t newest = stats->beats[(stats->count - 1) % STATS_BEATS];
    int64_t oldest = stats->beats[(stats->count - kept) % STATS_BEATS];
    if (newest <= oldest)
        return 0;
    double every = (double)(newest - oldest) / (double)(kept - 1);
    return (double)(now_us - newest) > 10 * every ? 0 : 1e6 / every;
}
