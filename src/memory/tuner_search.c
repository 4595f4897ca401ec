// SPDX-License-Identifier: MIT
#include "memory/tuner_search.h"

#define MS ((ocd_time)OCD_NS_PER_MS)

/* No trial whose requests might take longer than this in the worst case. */
#define RISK (250 * MS)
/* A trial takes about so long, and so many times the jitter of the answers, in requests of up to
 * TRIAL_MOST. */
#define TRIAL_TIME    (2 * MS)
#define TRIAL_JITTER  8u
#define TRIAL_MOST    16u
#define LONGEST_TRIAL (20 * MS)
/* The size of the opening trial, in rungs above the first, and its requests. It is worth it for
 * transfers of so many elements behind so long a way. */
#define OPENING_STEP     2u
#define OPENING_REQUESTS 2u
#define OPENING_ELEMENTS 16384u
#define OPENING_TRIP     (2 * MS)
/* Its size is kept anyway where a request takes no more than this part of the round trip. */
#define HARMLESS 16u
/* A setting is better when it is so much faster: less is noise. */
#define BETTER 1.03
/* A size that is so much slower tells that what lies behind it is, too. */
#define WORSE 1.1
/* read_memory instead of md: its sizes end where it becomes a burden. */
#define BETTER_OBJECTS 1.1
/* Bytes of an element of a bulk transfer. */
#define WORD 4u
/* Costs that differ more are not the same. */
#define FAR 1.6
/* read_memory and write_memory make an object of each value. With many more than these, 8192,
 * OpenOCD's heap leaves the caches, and all its lists stay slower by a quarter as long as it runs
 * (measured on 0.12: write_memory of 8192 words before and after one of 65536). In front of a probe
 * that takes longer for a value than this, in ns, that does not matter, and larger ones help. */
#define OBJECT_RUNG_MAX 13u
#define SLOW_VALUE      1000.0

unsigned ocd_tuner_window_limit(const struct ocd_tuner *t, unsigned rung)
{
    unsigned limit = OCD_TUNER_BYTES_MAX / WORD >> rung;

    if (t->kind == OCD_TUNER_EXACT)
        return 1;
    return limit < 2 ? 2 : limit > OCD_TUNER_WINDOW_MAX ? OCD_TUNER_WINDOW_MAX : limit;
}

/* What speaks for a setting whose requests cost this: elements a nanosecond, less where a request
 * takes long. */
static double score(const struct ocd_tuner *t, struct ocd_tuner_place p, ocd_time cost)
{
    double ns = (double)cost;
    /* A long network is not filled by the requests that may be in flight. */
    double pace = (double)(t->meter.round_trip + cost) / ocd_tuner_window_limit(t, p.rung);
    double rate = ocd_tuner_count(p) / (t->kind != OCD_TUNER_EXACT && pace > ns ? pace : ns);

    return ns > OCD_TUNER_LONG ? rate * OCD_TUNER_LONG / ns : rate;
}

/* Another size is compared with the present one, another command with the present one at the same
 * size. `speed`: how much less the present one costs now than it is known to. */
static bool beats(const struct ocd_tuner *t, struct ocd_tuner_place p, ocd_time cost, double speed)
{
    struct ocd_tuner_place at = ocd_tuner_home(t), same = {at.lane, p.rung};
    double better = BETTER;

    if (p.lane != at.lane) {
        if (ocd_tuner_cost(t, same) != 0)
            at = same;
        if (p.lane == OCD_METHOD_MEMORY)
            better = BETTER_OBJECTS;
    }
    ocd_time present = (ocd_time)((double)ocd_tuner_cost(t, at) * speed);
    return score(t, p, cost) > better * score(t, at, present);
}

static bool is_better(const struct ocd_tuner *t, struct ocd_tuner_place p, ocd_time cost)
{
    return beats(t, p, cost, 1);
}

/* For what a trial has just found: perhaps it is the server that has become faster. */
static bool is_better_now(const struct ocd_tuner *t, struct ocd_tuner_place p, ocd_time cost)
{
    double known = (double)ocd_tuner_cost(t, ocd_tuner_home(t));
    double recent = t->recent != 0 ? (double)t->recent : known;

    return beats(t, p, cost, recent < known ? recent / known : 1);
}

bool ocd_tuner_is_far(ocd_time cost, ocd_time known)
{
    return (double)cost > FAR * (double)known || (double)known > FAR * (double)cost;
}

static void doubt(struct ocd_tuner *t, unsigned lane, unsigned rung)
{
    if (rung <= OCD_TUNER_RUNG_MAX)
        t->costs[lane][rung].fresh = false;
}

static void try_soon(struct ocd_tuner *t)
{
    t->pause = OCD_TUNER_PAUSE_MIN;
    t->again = t->active + t->pause;
    t->strange = 0;
}

void ocd_tuner_doubt_neighbours(struct ocd_tuner *t)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);

    for (unsigned distance = 1; distance <= 2; distance++) {
        doubt(t, at.lane, at.rung + distance);
        doubt(t, at.lane, at.rung - distance);
    }
    try_soon(t);
}

void ocd_tuner_doubt_others(struct ocd_tuner *t)
{
    for (unsigned lane = 0; lane < OCD_TUNER_LANES; lane++) {
        if (t->kind == OCD_TUNER_EXACT && lane != t->lane)
            continue;
        for (unsigned rung = 0; rung <= OCD_TUNER_RUNG_MAX; rung++)
            t->costs[lane][rung].fresh = false;
    }
    t->costs[t->lane][t->home[t->lane]].fresh = true;
    try_soon(t);
}

/* What requests of `p` may cost at worst and at best, seen from the present setting. */
struct outlook {
    double worst, likely;
};

static struct outlook look(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);
    double c = (double)ocd_tuner_cost(t, at);
    double n = ocd_tuner_count(at), m = ocd_tuner_count(p);
    /* Nothing known below: anything between no growth and growth with the square. */
    double growth = c / (n * n), slope = 0;

    for (unsigned rung = at.rung; p.lane == at.lane && rung-- > OCD_TUNER_RUNG_MIN;) {
        const struct ocd_tuner_cost *lower = &t->costs[at.lane][rung];
        double k = (double)((uint32_t)1 << rung);
        if (!lower->fresh)
            continue;
        double rise = c > (double)lower->cost ? c - (double)lower->cost : 0;
        growth = rise / (n * n - k * k);
        slope = rise / (n - k);
        break;
    }
    return (struct outlook){.worst = c + growth * (m * m - n * n), .likely = c + slope * (m - n)};
}

/* What a request of `p` probably costs. */
static double guess(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    struct ocd_tuner_place at = ocd_tuner_home(t), same = {at.lane, p.rung};
    struct outlook o = look(t, p);

    if (ocd_tuner_cost(t, p) != 0)
        return (double)ocd_tuner_cost(t, p);
    if (ocd_tuner_cost(t, same) != 0)
        return (double)ocd_tuner_cost(t, same);
    if (p.rung < at.rung)
        return (double)ocd_tuner_cost(t, at) * ocd_tuner_count(p) / ocd_tuner_count(at);
    return (o.worst + o.likely) / 2;
}

static bool is_fresh(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    return t->costs[p.lane][p.rung].fresh;
}

/* Whether requests of this size would be too much for OpenOCD's heap. */
static bool is_burden(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    bool objects = t->kind != OCD_TUNER_READ || p.lane == OCD_METHOD_MEMORY;
    double value =
        (double)ocd_tuner_cost(t, ocd_tuner_home(t)) / ocd_tuner_count(ocd_tuner_home(t));

    return objects && p.rung > OBJECT_RUNG_MAX && value < SLOW_VALUE;
}

static bool is_worth_a_trial(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    double c = (double)ocd_tuner_cost(t, ocd_tuner_home(t));

    if (t->failures[p.lane] >= OCD_TUNER_FAILURES_MOST || p.rung < OCD_TUNER_RUNG_MIN ||
        p.rung > OCD_TUNER_RUNG_MAX || is_fresh(t, p) || ocd_tuner_count(p) > t->elements ||
        is_burden(t, p))
        return false;
    if (p.rung <= ocd_tuner_home(t).rung)
        return true;
    struct outlook o = look(t, p);
    if (o.worst > RISK && o.worst > 1.5 * c)
        return false;
    return score(t, p, (ocd_time)o.likely) >
           0.9 * score(t, ocd_tuner_home(t), ocd_tuner_cost(t, ocd_tuner_home(t)));
}

static bool is_worse(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);

    return WORSE * score(t, p, ocd_tuner_cost(t, p)) < score(t, at, ocd_tuner_cost(t, at));
}

/* A place in this direction that has to be seen: four times the size as long as nothing is known
 * there or twice the size is about as good, then twice. */
static bool find_neighbour(const struct ocd_tuner *t, int direction, struct ocd_tuner_place *p)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);
    struct ocd_tuner_place near = {at.lane, at.rung + (unsigned)direction};
    struct ocd_tuner_place far = {at.lane, at.rung + 2 * (unsigned)direction};

    if (near.rung >= OCD_TUNER_RUNG_MIN && near.rung <= OCD_TUNER_RUNG_MAX && is_fresh(t, near) &&
        is_worse(t, near))
        return false;
    *p = far;
    if (is_worth_a_trial(t, far))
        return true;
    *p = near;
    return is_worth_a_trial(t, near);
}

/* The other command: at a larger size that once was its best, at this size, or at a smaller one
 * that does not take long. */
static struct ocd_tuner_place counterpart(const struct ocd_tuner *t)
{
    struct ocd_tuner_place p = ocd_tuner_home(t), other = {1 - p.lane, t->home[1 - p.lane]};

    if (other.rung > p.rung && ocd_tuner_cost(t, other) != 0)
        return other;
    for (unsigned rung = p.rung; rung-- > OCD_TUNER_RUNG_MIN;) {
        if (ocd_tuner_cost(t, p) <= 2 * TRIAL_TIME)
            break;
        if (t->costs[p.lane][rung].fresh)
            p.rung = rung;
    }
    p.lane = 1 - p.lane;
    return p;
}

static bool find_trial(const struct ocd_tuner *t, struct ocd_tuner_place *p)
{
    if (find_neighbour(t, t->heading, p) || find_neighbour(t, -t->heading, p))
        return true;
    if (t->kind != OCD_TUNER_READ)
        return false;
    *p = counterpart(t);
    return is_worth_a_trial(t, *p);
}

/* One of the neighbours, or the other command, is to be seen again. */
static void doubt_one(struct ocd_tuner *t)
{
    struct ocd_tuner_place p = ocd_tuner_home(t);

    switch (t->turn++ % 3) {
    case 0:
        p.rung++;
        break;
    case 1:
        p.rung--;
        break;
    default:
        if (t->kind == OCD_TUNER_READ)
            p = counterpart(t);
    }
    if (p.rung <= OCD_TUNER_RUNG_MAX && ocd_tuner_key(p) != ocd_tuner_key(ocd_tuner_home(t)))
        t->costs[p.lane][p.rung].fresh = false;
    t->again = t->active + t->pause;
    t->pause = t->pause < OCD_TUNER_PAUSE_MAX ? 2 * t->pause : t->pause;
}

void ocd_tuner_arm_trial(struct ocd_tuner *t)
{
    struct ocd_tuner_trial *trial = &t->trial;
    uint64_t fit = t->elements / ocd_tuner_count(trial->place);

    fit = fit > 1 ? fit / 2 : fit;
    if (trial->size > fit)
        trial->size = (unsigned)fit;
    trial->active = trial->size > 0;
    trial->sent = trial->answered = 0;
    trial->serial++;
}

static ocd_time longer(ocd_time a, ocd_time b)
{
    return a > b ? a : b;
}

static void set_trial(struct ocd_tuner *t, struct ocd_tuner_place p, unsigned size, bool opening)
{
    t->trial.opening = opening;
    t->trial.second = false;
    t->trial.place = p;
    t->trial.size = size;
    ocd_tuner_arm_trial(t);
}

static void begin_trial(struct ocd_tuner *t, struct ocd_tuner_place p)
{
    /* On a long network more is in flight meanwhile; it is no reason for a trial of the longest. */
    ocd_time trip = t->meter.round_trip / 4 < LONGEST_TRIAL ? t->meter.round_trip / 4 : 0;
    ocd_time time = longer(longer(TRIAL_TIME, trip), TRIAL_JITTER * t->meter.jitter);
    double size = (double)(time < LONGEST_TRIAL ? time : LONGEST_TRIAL) / guess(t, p) + 1;

    set_trial(t, p, size < TRIAL_MOST ? (unsigned)size : TRIAL_MOST, false);
}

/* A larger size among the very first requests. */
static void begin_opening(struct ocd_tuner *t)
{
    struct ocd_tuner_place p = ocd_tuner_home(t);

    if (t->kind == OCD_TUNER_EXACT || t->meter.round_trip < OPENING_TRIP ||
        t->elements < OPENING_ELEMENTS || t->meter.last != 0)
        return;
    p.rung += OPENING_STEP;
    set_trial(t, p, OPENING_REQUESTS, true);
}

/* A neighbour that was found worse may be better than what the present setting has come to cost. */
static void doubt_better(struct ocd_tuner *t)
{
    struct ocd_tuner_place at = ocd_tuner_home(t);

    for (unsigned rung = at.rung - 2; rung <= at.rung + 2; rung++) {
        struct ocd_tuner_place p = {at.lane, rung};
        if (rung <= OCD_TUNER_RUNG_MAX && is_fresh(t, p) && is_better(t, p, ocd_tuner_cost(t, p)))
            doubt(t, p.lane, p.rung);
    }
}

void ocd_tuner_plan_trial(struct ocd_tuner *t)
{
    struct ocd_tuner_place p;

    if (t->trial.active)
        return;
    if (ocd_tuner_cost(t, ocd_tuner_home(t)) == 0) {
        begin_opening(t);
        return;
    }
    doubt_better(t);
    if (t->active >= t->again && !find_trial(t, &p))
        doubt_one(t);
    if (find_trial(t, &p))
        begin_trial(t, p);
}

/* A size does not cost what it did: what lies behind it, seen from the present one, may not either.
 */
static void doubt_beyond(struct ocd_tuner *t, struct ocd_tuner_place p, struct ocd_tuner_place from)
{
    if (p.lane != from.lane)
        return;
    for (unsigned rung = OCD_TUNER_RUNG_MIN; rung <= OCD_TUNER_RUNG_MAX; rung++) {
        if (p.rung > from.rung ? rung > p.rung : rung < p.rung)
            doubt(t, p.lane, rung);
    }
    try_soon(t);
}

static void end_trial(struct ocd_tuner *t)
{
    struct ocd_tuner_trial *trial = &t->trial;
    struct ocd_tuner_place p = trial->place, at = ocd_tuner_home(t);
    struct ocd_tuner_cost *known = &t->costs[p.lane][p.rung];
    bool again = known->cost != 0;
    bool changed = again && ocd_tuner_is_far(trial->cost, known->cost);

    trial->active = false;
    known->cost = trial->cost;
    known->fresh = true;
    /* One answer says little of the first size: it may have been late. */
    bool harmless = trial->opening && trial->cost < t->meter.round_trip / HARMLESS;
    if (harmless || ocd_tuner_cost(t, at) == 0 || is_better_now(t, p, trial->cost)) {
        if (p.rung != at.rung)
            t->heading = p.rung > at.rung ? 1 : -1;
        t->lane = p.lane;
        t->home[p.lane] = p.rung;
        t->recent = 0;
        t->pause = OCD_TUNER_PAUSE_MIN;
        t->strange = 0;
        /* What was the better one before may only have been seen in a worse moment. */
        if (again)
            doubt(t, at.lane, at.rung);
    }
    if (changed)
        doubt_beyond(t, p, at);
}

/* Whether a trial that speaks against its setting has to be repeated: it may have been a hiccup. */
static bool is_doubtful(const struct ocd_tuner *t)
{
    const struct ocd_tuner_trial *trial = &t->trial;
    ocd_time known = ocd_tuner_cost(t, trial->place);

    return !trial->opening && !trial->second && !is_better_now(t, trial->place, trial->cost) &&
           (known == 0 || ocd_tuner_is_far(trial->cost, known));
}

void ocd_tuner_weigh_trial(struct ocd_tuner *t, ocd_time now)
{
    struct ocd_tuner_trial *trial = &t->trial;
    struct ocd_meter_run run = ocd_meter_take(&t->meter);
    /* When all came in one piece this is too much, but better than nothing. */
    ocd_time cost = run.count > 0 ? run.time / run.count : (now - trial->begun) / trial->size;

    if (trial->opening && run.count == 0) {
        trial->active = false; /* they came in one piece: nothing was seen */
        return;
    }
    if (!trial->second || cost < trial->cost)
        trial->cost = cost + 1;
    if (!is_doubtful(t)) {
        end_trial(t);
        return;
    }
    trial->second = true;
    trial->size = (trial->size + 1) / 2;
    ocd_tuner_arm_trial(t);
}
