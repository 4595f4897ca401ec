// SPDX-License-Identifier: MIT
#include "memory/tuner_search.h"

#include <string.h>

#define MS ((ocd_time)OCD_NS_PER_MS)

/* The first requests have 256 elements: nobody takes long for them. */
#define START_RUNG 8u
/* A transfer of so many elements is asked for in one piece as long as nothing is known. */
#define SMALL 1024u
/* Requests in flight as long as nothing is known. */
#define START_WINDOW 4u
/* So many of them before those of an opening trial, to know what the present size costs. */
#define OPENING 2u
/* The client may not be able to answer at once: so much work is kept in front of the server, and so
 * many times the jitter of the answers. */
#define SLACK        (MS / 2)
#define SLACK_JITTER 4u
/* A measurement at the present setting, once it is known. */
#define SAMPLE_TIME  (10 * MS)
#define SAMPLE_COUNT 2u
/* Answers without a measurement after which their mean has to do. */
#define LOOSE_MOST 16u
/* So many measurements in a row that are far from what was known: the server has changed. */
#define STRANGE_MOST 3u
/* The window is stretched up to so many times. */
#define STRETCH_MOST 16u

void ocd_tuner_init(struct ocd_tuner *t, enum ocd_tuner_kind kind)
{
    memset(t, 0, sizeof(*t));
    t->kind = kind;
    t->meter.serial = kind == OCD_TUNER_EXACT;
    t->lane = kind == OCD_TUNER_READ ? OCD_METHOD_MD : OCD_METHOD_MEMORY;
    for (unsigned lane = 0; lane < OCD_TUNER_LANES; lane++)
        t->home[lane] = START_RUNG;
    t->heading = 1;
    t->stretch = 1;
    t->pause = OCD_TUNER_PAUSE_MIN;
    ocd_meter_start(&t->meter, 0);
}

unsigned ocd_tuner_window(const struct ocd_tuner *t)
{
    ocd_time cost = ocd_tuner_cost(t, ocd_tuner_home(t));
    unsigned limit = ocd_tuner_window_limit(t, ocd_tuner_home(t).rung);
    ocd_time window;

    if (cost == 0 || (t->trial.active && t->trial.opening))
        return START_WINDOW < limit ? START_WINDOW : limit;
    ocd_time slack = SLACK + SLACK_JITTER * t->meter.jitter;
    window = 2 + (t->stretch * (t->meter.round_trip / 2 * 3) + slack) / cost;
    return window < limit ? (unsigned)window : limit;
}

static bool trial_is_next(const struct ocd_tuner *t, uint64_t left, unsigned flying)
{
    const struct ocd_tuner_trial *trial = &t->trial;

    if (!trial->active || trial->sent == trial->size || left < ocd_tuner_count(trial->place))
        return false;
    if (trial->opening)
        return flying >= OPENING || trial->sent > 0;
    /* It is measured from the answer before it, if there is to be one. */
    return flying > 0 || trial->sent > 0 || left <= ocd_tuner_count(ocd_tuner_home(t)) ||
           t->kind == OCD_TUNER_EXACT;
}

struct ocd_tuner_choice ocd_tuner_next(const struct ocd_tuner *t, uint64_t left, unsigned flying)
{
    struct ocd_tuner_place p = trial_is_next(t, left, flying) ? t->trial.place : ocd_tuner_home(t);
    uint32_t count = ocd_tuner_count(p);

    if (ocd_tuner_cost(t, ocd_tuner_home(t)) == 0 && left <= SMALL && count < left)
        count = (uint32_t)left;
    return (struct ocd_tuner_choice){
        t->kind == OCD_TUNER_READ ? (enum ocd_method)p.lane : OCD_METHOD_MEMORY, count};
}

/* The rung of exactly this size; one that is too large when there is none. */
static unsigned rung_of(uint32_t count)
{
    unsigned rung = OCD_TUNER_RUNG_MIN;

    while (rung <= OCD_TUNER_RUNG_MAX && (uint32_t)1 << rung != count)
        rung++;
    return rung;
}

struct ocd_tuner_mark ocd_tuner_sent(struct ocd_tuner *t, enum ocd_method method, uint32_t count,
                                     bool alone, ocd_time now)
{
    struct ocd_tuner_mark mark = {.metered = {OCD_METER_NO_KEY, alone, now}};
    struct ocd_tuner_trial *trial = &t->trial;
    struct ocd_tuner_place p = {t->kind == OCD_TUNER_READ ? (unsigned)method : t->lane,
                                rung_of(count)};

    if (p.rung <= OCD_TUNER_RUNG_MAX)
        mark.metered.key = ocd_tuner_key(p);
    if (trial->active && trial->sent < trial->size &&
        ocd_tuner_key(trial->place) == mark.metered.key) {
        if (trial->sent++ == 0)
            trial->begun = now;
        mark.trial = trial->serial;
    }
    return mark;
}

double ocd_tuner_rate(const struct ocd_tuner *t)
{
    ocd_time cost = ocd_tuner_cost(t, ocd_tuner_home(t));

    return cost != 0 ? ocd_tuner_count(ocd_tuner_home(t)) / (double)cost : 0;
}

void ocd_tuner_distrust(struct ocd_tuner *t, enum ocd_method method)
{
    if (t->kind != OCD_TUNER_READ || ++t->failures[method] < OCD_TUNER_FAILURES_MOST)
        return;
    t->lane = method == OCD_METHOD_MD ? OCD_METHOD_MEMORY : OCD_METHOD_MD;
    t->recent = 0;
    t->trial.active = false;
}

/* Load on the machine only ever makes things slower: lower costs are believed sooner. */
static void blend(struct ocd_tuner_cost *known, ocd_time cost)
{
    if (known->cost == 0)
        known->cost = cost;
    else if (cost < known->cost)
        known->cost -= (known->cost - cost) / 4 * 3;
    else
        known->cost += (cost - known->cost) / 8;
    known->fresh = true;
}

/* The server has become so slow that a request of this size holds everything up: smaller ones at
 * once, from which the search begins anew. */
static void retreat(struct ocd_tuner *t, ocd_time cost)
{
    unsigned *rung = &t->home[t->lane];

    for (; cost > OCD_TUNER_LONG && *rung > OCD_TUNER_RUNG_MIN; cost /= 2)
        --*rung;
    t->costs[t->lane][*rung].cost = 0;
    t->recent = 0;
    t->trial.active = false;
    ocd_tuner_doubt_others(t);
    t->heading = -1;
}

/* The present setting costs this. */
static void learn(struct ocd_tuner *t, ocd_time cost)
{
    struct ocd_tuner_place p = ocd_tuner_home(t);
    struct ocd_tuner_cost *known = &t->costs[p.lane][p.rung];

    t->loose = 0;
    t->begun[p.lane] = true;
    if (known->cost == 0 || !ocd_tuner_is_far(cost, known->cost)) {
        t->strange = 0;
        blend(known, cost);
    } else if (cost > known->cost && cost > 2 * OCD_TUNER_LONG) {
        known->cost = cost; /* this is no hiccup */
        retreat(t, cost);
    } else if (++t->strange == STRANGE_MOST) {
        known->cost = cost;
        ocd_tuner_doubt_neighbours(t);
    }
}

void ocd_tuner_begin(struct ocd_tuner *t, unsigned width, uint64_t elements, ocd_time round_trip)
{
    unsigned lane = t->kind != OCD_TUNER_EXACT ? t->lane : width == 8 ? 3 : width / 2;

    if (lane != t->lane) {
        t->lane = lane;
        t->trial.active = false;
        t->recent = 0;
        t->strange = 0;
    }
    ocd_meter_start(&t->meter, round_trip);
    t->elements = elements;
    t->loose = 0;
    if (t->trial.active) {
        t->trial.opening &= ocd_tuner_cost(t, ocd_tuner_home(t)) == 0;
        ocd_tuner_arm_trial(t);
    }
    ocd_tuner_plan_trial(t);
}

static void take_run(struct ocd_tuner *t, struct ocd_meter_run run)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);

    if (run.count == 0 || run.key == OCD_METER_NO_KEY)
        return;
    if (!t->begun[at.lane] && run.key >> 8 == at.lane) {
        /* The first size that is seen is the one to begin from. */
        at.rung = run.key & 0xff;
        t->home[at.lane] = at.rung;
    }
    if (run.key != ocd_tuner_key(at))
        return;
    t->recent = run.time / run.count + 1;
    if (ocd_tuner_cost(t, at) == 0 || run.count >= SAMPLE_COUNT || run.time > 2 * OCD_TUNER_LONG)
        learn(t, run.time / run.count + 1);
}

/* The server was waiting for requests for a good part of the time: more of them. */
static void watch_idleness(struct ocd_tuner *t)
{
    struct ocd_meter *m = &t->meter;

    if (m->total < 5 * m->round_trip + 50 * MS)
        return;
    if (m->idle > m->total / 8 && t->stretch < STRETCH_MOST)
        t->stretch *= 2;
    else if (m->idle < m->total / 64 && t->stretch > 1)
        t->stretch--;
    m->idle = m->total = 0;
}

/* Where the answers only ever come in one piece, as in a loop that is turned rarely. */
static void count_loose(struct ocd_tuner *t, ocd_time now)
{
    if (t->meter.run.count > 0)
        return;
    if (t->loose++ == 0)
        t->loose_since = now;
    else if (t->loose > LOOSE_MOST && now > t->loose_since)
        learn(t, (now - t->loose_since) / (t->loose - 1));
}

void ocd_tuner_answered(struct ocd_tuner *t, struct ocd_tuner_mark mark, ocd_time now)
{
    struct ocd_meter *m = &t->meter;
    struct ocd_meter_run over;

    if (m->last != 0) {
        t->active += now - m->last;
        if (now != m->last && m->run.key == ocd_tuner_key(ocd_tuner_home(t)) &&
            m->run.time >= SAMPLE_TIME && m->run.count >= SAMPLE_COUNT)
            take_run(t, ocd_meter_take(m));
    }
    if (ocd_meter_answer(m, mark.metered, now, &over))
        take_run(t, over);
    if (ocd_tuner_cost(t, ocd_tuner_home(t)) == 0 || m->run.time > 2 * OCD_TUNER_LONG)
        take_run(t, m->run); /* at once */
    if (mark.metered.key == ocd_tuner_key(ocd_tuner_home(t)))
        count_loose(t, now);
    if (mark.trial != 0 && mark.trial == t->trial.serial && ++t->trial.answered == t->trial.size)
        ocd_tuner_weigh_trial(t, now);
    watch_idleness(t);
    ocd_tuner_plan_trial(t);
}
