// SPDX-License-Identifier: MIT
#include "memory/meter.h"

/* Gaps that the running mean of their differences is over. */
#define JITTER_GAPS 16u

void ocd_meter_start(struct ocd_meter *m, ocd_time round_trip)
{
    m->round_trip = round_trip;
    m->last = 0;
    m->run = (struct ocd_meter_run){.key = OCD_METER_NO_KEY};
}

/* Whether the server had the request when it finished the one before. The round trip is what it was
 * at best: a little less has to do. */
static bool was_waiting(const struct ocd_meter *m, struct ocd_metered request)
{
    return m->last != 0 && request.sent + m->round_trip / 8 * 7 <= m->last;
}

/* The cost of the first answer of a run, 0 if it cannot be told. */
static ocd_time first_cost(const struct ocd_meter *m, struct ocd_metered request, ocd_time now)
{
    if (m->serial)
        return now - request.sent;
    if (was_waiting(m, request))
        return now - m->last;
    /* Where the way is long, a little more than the shortest is no cost but chance. */
    if (request.alone && now - request.sent > m->round_trip / 8 * 9)
        return now - request.sent - m->round_trip;
    return 0;
}

static void begin_run(struct ocd_meter *m, struct ocd_metered request, ocd_time now)
{
    ocd_time cost = first_cost(m, request, now);

    m->run = (struct ocd_meter_run){
        .key = request.key, .count = cost != 0 ? 1 : 0, .time = cost, .origin = now};
    if (cost != 0)
        m->run.origin = 0;
}

static void account(struct ocd_meter *m, struct ocd_metered request, ocd_time now)
{
    if (m->last == 0)
        return;
    m->total += now - m->last;
    if (!was_waiting(m, request))
        m->idle += now - m->last;
}

/* Between pieces of answers: within one there is none. */
static void note_gap(struct ocd_meter *m, ocd_time gap)
{
    ocd_time change = gap > m->gap ? gap - m->gap : m->gap - gap;

    if (m->gap != 0)
        m->jitter += change / JITTER_GAPS - m->jitter / JITTER_GAPS;
    m->gap = gap;
}

bool ocd_meter_answer(struct ocd_meter *m, struct ocd_metered request, ocd_time now,
                      struct ocd_meter_run *over)
{
    if (now - request.sent < m->round_trip)
        m->round_trip = now - request.sent; /* what was shortest may have been long */
    bool continues = request.key == m->run.key && (m->serial || was_waiting(m, request));

    account(m, request, now);
    if (!continues) {
        *over = m->run;
        begin_run(m, request, now);
        m->gap = 0;
    } else if (now != m->run.origin) {
        m->run.time += m->serial ? now - request.sent : now - m->last;
        m->run.count++;
    }
    if (continues && now != m->last)
        note_gap(m, now - m->last);
    m->last = now;
    return !continues;
}

struct ocd_meter_run ocd_meter_take(struct ocd_meter *m)
{
    struct ocd_meter_run run = m->run;

    m->run.count = 0;
    m->run.time = 0;
    m->run.origin = m->last;
    return run;
}
