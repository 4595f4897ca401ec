// SPDX-License-Identifier: MIT
#include "watch/schedule.h"

/* A smaller delay is no gap. Operating systems and probes are late by some milliseconds now and
 * then; 20 ms can be seen in a plot. */
#define GAP_MIN_US 20000.0

void ocd__schedule_begin(struct ocd__schedule *s, double rate, ocd_time now)
{
    *s = (struct ocd__schedule){
        .origin = now,
        .period = rate >= OCD_RATE_MAX ? 0 : 1e9 / rate,
    };
}

ocd_time ocd__schedule_time(const struct ocd__schedule *s, uint64_t number)
{
    return s->origin + (ocd_time)((double)number * s->period);
}

uint64_t ocd__schedule_catch_up(struct ocd__schedule *s, ocd_time now)
{
    if (s->period <= 0 || now <= s->origin)
        return 0;
    uint64_t latest = (uint64_t)((double)(now - s->origin) / s->period);
    uint64_t over = latest > s->next ? latest - s->next : 0;

    s->next += over;
    return over;
}

enum ocd_gap_reason ocd__gap_between(const struct ocd__between *b)
{
    double period = b->period > b->usual ? b->period : b->usual;
    double excess = b->distance - period;

    if (b->lost)
        return OCD_GAP_RECONNECTING;
    if (b->reset)
        return OCD_GAP_RESET;
    if (excess < period || excess < GAP_MIN_US)
        return (enum ocd_gap_reason)0;
    return b->busy >= excess / 2 ? OCD_GAP_BUSY : OCD_GAP_LATE;
}

uint64_t ocd__cycles_unwrap(uint64_t before, uint32_t count)
{
    return before + (uint32_t)(count - (uint32_t)before);
}

const char *ocd_gap_name(enum ocd_gap_reason reason)
{
    static const char *const names[] = {"unknown", "late", "busy", "reconnecting", "reset"};

    return (unsigned)reason < sizeof(names) / sizeof(*names) ? names[reason] : names[0];
}
