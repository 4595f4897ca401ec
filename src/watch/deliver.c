// SPDX-License-Identifier: MIT
/* Frames and gaps for the caller. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "watch/sampler.h"

/* A frame that is later by this is counted as late. */
#define LATE_US 2000

/* --- Time --- */

static int64_t realtime_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void set_times(struct ocd__run *r, struct ocd_frame *f)
{
    const struct ocd__frame_times *t = &r->reading.times;
    unsigned flags = r->sampler->options.flags;
    int64_t half = (t->ended - t->began) / 2, monotonic;

    monotonic = ocd__server_clock_here(&r->clock, t->began + half, &f->host_error_us);
    f->host_us = monotonic + (realtime_us() - (int64_t)(ocd__now() / 1000));
    f->host_error_us += (uint32_t)half;
    r->frame_us = monotonic;
    f->server_us = (flags & OCD_SAMPLER_SERVER_TIME) != 0 ? t->began + half : 0;
    if (!r->cycles_on || !t->has_cycles)
        return;
    f->target_before = ocd__cycles_unwrap(r->cycles, t->before);
    f->target_after = r->cycles = ocd__cycles_unwrap(f->target_before, t->after);
}

void ocd__count_cycles(struct ocd__run *r)
{
    if (r->cycles_on && r->reading.times.has_cycles)
        r->cycles = ocd__cycles_unwrap(r->cycles, r->reading.times.after);
}

static void count_late(struct ocd__run *r)
{
    if (r->schedule.period <= 0)
        return;
    int64_t due = (int64_t)(ocd__schedule_time(&r->schedule, r->number) / 1000);
    r->sampler->stats.late += r->frame_us - due > LATE_US;
}

static void count_rates(struct ocd__run *r)
{
    struct ocd_sampler_stats *s = &r->sampler->stats;
    double possible = r->schedule.period > 0 ? r->wait / OCD__BATCH + r->frame : r->distance;
    double took = (double)(r->frame_us - r->first_us);

    s->rate_possible = possible > 0 ? 1e6 / possible : 0;
    if (s->frames > 1 && took > 0)
        s->rate = (double)(s->frames - 1) * 1e6 / took;
}

/* --- Gaps --- */

/* Updates the usual distance of frames that are read as fast as possible. */
static void learn_distance(struct ocd__run *r, double distance)
{
    if (r->distance <= 0 || distance < r->distance * 8)
        r->distance += (distance - r->distance) / (r->distance <= 0 ? 1 : 16);
}

static enum ocd_gap_reason find_gap(struct ocd__run *r)
{
    bool fast = r->schedule.period <= 0;
    struct ocd__between b = {
        .period = r->schedule.period / 1000,
        .usual = fast ? r->distance : r->wait + r->frame + (r->clock.high - r->clock.low),
        .distance = (double)(r->frame_us - r->last_us),
        .busy = r->busy,
        .reset = r->reset,
        .lost = r->lost,
    };
    enum ocd_gap_reason reason = ocd__gap_between(&b);

    if (fast && reason == 0)
        learn_distance(r, b.distance);
    return reason;
}

static void report_gap(struct ocd__run *r, enum ocd_gap_reason reason)
{
    struct ocd_sampler *s = r->sampler;
    uint64_t length = (uint64_t)(r->frame_us > r->last_us ? r->frame_us - r->last_us : 0);
    struct ocd_gap gap = {
        .reason = reason,
        .from_us = r->last_host_us,
        .length_us = length,
        .error = reason == OCD_GAP_RECONNECTING ? &r->loss.error : NULL,
    };

    s->stats.gaps++;
    if (s->options.gap != NULL)
        s->options.gap(&gap, s->options.user);
}

/* --- Values --- */

static enum ocd_sample_status status_of(const struct ocd__run *r, const struct ocd__item *item)
{
    const struct ocd_value *value = ocd_expression_value(item->expression);

    if (item->unreadable || value == NULL)
        return OCD_SAMPLE_UNREADABLE;
    if (item->torn)
        return OCD_SAMPLE_TORN;
    if (item->tear == OCD_TEAR_HALT)
        return r->reading.times.halted_us >= 0 ? OCD_SAMPLE_GOOD : OCD_SAMPLE_UNCHECKED;
    return item->parts && !ocd__item_is_checked(item) ? OCD_SAMPLE_UNCHECKED : OCD_SAMPLE_GOOD;
}

static void set_sample(const struct ocd__run *r, const struct ocd__item *item,
                       struct ocd_sample *sample)
{
    enum ocd_sample_status status = status_of(r, item);

    *sample = (struct ocd_sample){.id = item->id, .status = status};
    if (status == OCD_SAMPLE_UNREADABLE) {
        sample->error = &item->failure.error;
        return;
    }
    if (status == OCD_SAMPLE_TORN) {
        r->sampler->stats.torn++;
        return;
    }
    sample->value = ocd_expression_value(item->expression);
    sample->data = sample->value->data;
    sample->size = sample->value->size;
    sample->big_endian = ocd_expression_location(item->expression)->big_endian;
}

static bool set_samples(struct ocd__run *r, struct ocd_frame *f)
{
    struct ocd_sampler *s = r->sampler;

    if (s->item_count > s->sample_room) {
        struct ocd_sample *grown = realloc(s->samples, s->item_count * sizeof(*grown));
        if (grown == NULL)
            return false;
        s->samples = grown;
        s->sample_room = s->item_count;
    }
    f->samples = s->samples;
    for (const struct ocd__item *i = s->items; i != NULL; i = i->next)
        if (i->in_frame)
            set_sample(r, i, &s->samples[f->count++]);
    return true;
}

/* --- The frame --- */

/* Whether the run goes on after a callback. */
static bool goes_on(const struct ocd__run *r)
{
    return r->op.result == OCD_PENDING && r->sampler != NULL;
}

static bool call(struct ocd__run *r, const struct ocd_frame *f, enum ocd_gap_reason gap)
{
    struct ocd_sampler *s = r->sampler;
    int stop = 0;

    s->delivering = true;
    if (gap != 0)
        report_gap(r, gap);
    if (goes_on(r) && s->options.frame != NULL)
        stop = s->options.frame(f, s->options.user);
    s->delivering = false;
    if (!goes_on(r)) {
        if (r->sampler == NULL)
            ocd__sampler_free(s);
        return false;
    }
    ocd__sampler_sweep(s);
    bool all = s->options.frames > 0 && s->stats.frames >= s->options.frames;
    if (stop == 0 && !all)
        return true;
    ocd__sampling_finish(r);
    return false;
}

bool ocd__deliver(struct ocd__run *r)
{
    struct ocd_sampler *s = r->sampler;
    struct ocd_frame f = {.number = s->stats.frames, .state = r->reading.times.state};
    enum ocd_gap_reason gap = (enum ocd_gap_reason)0;

    if (r->reading.times.halted_us > 0)
        f.halted_us = (uint32_t)r->reading.times.halted_us;
    set_times(r, &f);
    if (!set_samples(r, &f)) {
        ocd__sampling_nomem(r);
        return false;
    }
    if (s->stats.frames == 0)
        r->first_us = r->frame_us;
    else
        gap = find_gap(r);
    r->busy = 0;
    r->reset = r->lost = false;
    s->stats.frames++;
    count_late(r);
    count_rates(r);
    bool more = call(r, &f, gap);
    if (more) {
        r->last_us = r->frame_us;
        r->last_host_us = f.host_us;
    }
    return more;
}
