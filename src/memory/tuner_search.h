// SPDX-License-Identifier: MIT
/* The tuner's search for the best setting: which one is tried next, and what a trial says. Between
 * the tuner's own files. */
#pragma once

#include "memory/tuner.h"

/* A request should not take longer: progress, cancelling and deadlines depend on it. Longer ones
 * have to be worth it. */
#define OCD_TUNER_LONG (100 * (ocd_time)OCD_NS_PER_MS)
/* Something is tried again after a pause, which is doubled each time nothing comes of it. */
#define OCD_TUNER_PAUSE_MIN (250 * (ocd_time)OCD_NS_PER_MS)
#define OCD_TUNER_PAUSE_MAX (2000 * (ocd_time)OCD_NS_PER_MS)
/* A command that failed so often where the other one did not is not used any more. */
#define OCD_TUNER_FAILURES_MOST 2u

/* The setting in use, besides trials. */
static inline struct ocd_tuner_place ocd_tuner_home(const struct ocd_tuner *t)
{
    return (struct ocd_tuner_place){t->lane, t->home[t->lane]};
}

/* What its requests cost, 0: not known. */
static inline ocd_time ocd_tuner_cost(const struct ocd_tuner *t, struct ocd_tuner_place p)
{
    return t->costs[p.lane][p.rung].cost;
}

static inline uint32_t ocd_tuner_key(struct ocd_tuner_place p)
{
    return p.lane << 8 | p.rung;
}

static inline uint32_t ocd_tuner_count(struct ocd_tuner_place p)
{
    return (uint32_t)1 << p.rung;
}

/* The most requests of a size that may be in flight. */
unsigned ocd_tuner_window_limit(const struct ocd_tuner *t, unsigned rung);
/* Whether two measurements of the same thing cannot be explained by noise. */
bool ocd_tuner_is_far(ocd_time cost, ocd_time known);
/* The sizes next to the present one have to be seen again. What lies further away is left alone: it
 * is mostly a busy machine, for which nothing but the speed has changed. */
void ocd_tuner_doubt_neighbours(struct ocd_tuner *t);
/* All settings but the present one have to be seen again. */
void ocd_tuner_doubt_others(struct ocd_tuner *t);
/* Begins a trial if there is something to try and no trial yet. */
void ocd_tuner_plan_trial(struct ocd_tuner *t);
/* The trial's requests are to be sent, from the first on. */
void ocd_tuner_arm_trial(struct ocd_tuner *t);
/* All of the trial's requests have been answered: decides, or has it repeated. */
void ocd_tuner_weigh_trial(struct ocd_tuner *t, ocd_time now);
