// SPDX-License-Identifier: MIT
/* The replies to requests for frames. */
#include <string.h>

#include "base/scan.h"
#include "rpc/status.h"
#include "session/diagnose.h"
#include "symbols/access.h"
#include "watch/sampler.h"

/* Least time between two requests for why memory cannot be read. */
#define DIAGNOSIS_NS ((ocd_time)1000 * OCD_NS_PER_MS)

static enum ocd_layout byte_order(const struct ocd__run *r)
{
    return r->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

static void malformed(struct ocd__run *r)
{
    ocd__op_fail(&r->op, OCD_ERR_PROTOCOL, "the reply to a request for frames is malformed");
}

/* False: the request itself failed, because the target no longer exists. The run has ended. */
static bool accepted(struct ocd__run *r, const struct ocd_reply *reply)
{
    static char words[] = "read_memory";

    if (reply->status != 0)
        ocd__op_server_error(&r->op, OCD_ERR_COMMAND, (struct ocd_view){words, sizeof(words) - 1},
                             reply);
    return reply->status == 0;
}

/* --- Time --- */

/* Updates a usual value: a smaller one counts at once, a larger one little by little. */
static void learn(double *usual, double now)
{
    if (*usual <= 0 || now < *usual)
        *usual = now;
    else if (now < *usual * 8)
        *usual += (now - *usual) / 16;
    else
        *usual *= 1.02;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The last number of the reply is the time at which it was complete. */
static bool find_end(struct ocd_view result, int64_t *ended)
{
    size_t end = result.size > 0 && result.data[result.size - 1] == '\n' ? result.size - 1 : 0;
    size_t at = end;
    uint64_t number;

    while (at > 0 && is_digit(result.data[at - 1]))
        at--;
    struct ocd_view text = {result.data + at, end - at};
    bool found = end > at && ocd__scan_number(&text, &number) && number <= INT64_MAX;
    *ended = found ? (int64_t)number : 0;
    return found;
}

static bool find_begin(struct ocd_view result, int64_t *began)
{
    uint64_t number;
    bool found = ocd__scan_number(&result, &number) && number <= INT64_MAX;

    *began = found ? (int64_t)number : 0;
    return found;
}

/* The time that the server spent before it came to this request, and for it. */
static bool learn_times(struct ocd__run *r, const struct ocd__flight *f, struct ocd_view result)
{
    int64_t began, ended, sent = (int64_t)(f->sent / 1000);

    if (!find_begin(result, &began) || !find_end(result, &ended) || ended < began)
        return false;
    ocd__server_clock_learn(&r->clock, sent, (int64_t)(r->op.session->rpc.arrived / 1000), began,
                            ended);
    double came = (double)sent - (r->clock.low + r->clock.high) / 2;
    double from = (double)r->ended > came ? (double)r->ended : came;
    double wait = (double)began - from > 1 ? (double)began - from : 1;
    if (wait > r->wait)
        r->busy += wait - r->wait;
    learn(&r->wait, wait);
    if (!f->state_only && !f->paced)
        learn(&r->frame, (double)(ended - began) / f->frames + 1);
    r->ended = ended;
    return true;
}

/* --- Resets --- */

static void see_state(struct ocd__run *r)
{
    bool in_reset = r->reading.times.state == OCD_STATE_RESET;

    if (in_reset && !r->in_reset)
        ocd__sampling_was_reset(r);
    r->in_reset = in_reset;
}

/* --- Frames --- */

static bool parse(struct ocd__run *r, struct ocd__reading *reading, struct ocd_view *result,
                  struct ocd__layout *layout)
{
    if (!ocd__reading_reserve(reading, layout)) {
        ocd__sampling_nomem(r);
        return false;
    }
    if (ocd__frame_parse(result, &layout->plan, byte_order(r), &reading->times, reading->answers,
                         reading->data, reading->second) != OCD_OK) {
        malformed(r);
        return false;
    }
    return true;
}

/* The frame needs more reads: the frames that were requested after it are dropped. */
static void begin_second(struct ocd__run *r, unsigned left)
{
    r->phase = OCD__RUN_SECOND;
    r->unsettled = true;
    r->sampler->stats.lost += left;
    ocd__drop_flights(r);
}

static bool ask_missing(struct ocd__run *r)
{
    size_t count = r->missing_owners.size / sizeof(uint32_t);
    struct ocd__want *wants = (void *)ocd__buffer_take(&r->missing);
    uint32_t *owners = (void *)ocd__buffer_take(&r->missing_owners);

    ocd__layout_release(r->extra_layout);
    r->extra_layout = ocd__layout_of_wants(r, wants, owners, count);
    if (r->extra_layout == NULL) {
        ocd__sampling_nomem(r);
        return false;
    }
    return ocd__ask_extra(r, r->extra_layout);
}

/* An item whose memory has become unreadable, so that the reason has to be asked for. */
static const struct ocd__item *find_unreadable(const struct ocd__run *r)
{
    for (const struct ocd__item *i = r->sampler->items; i != NULL; i = i->next)
        if (i->in_frame && i->read_failed && !i->had_failed &&
            i->failure.error.code == OCD_ERR_TARGET)
            return i;
    return NULL;
}

static bool ask_diagnosis(struct ocd__run *r)
{
    const struct ocd__item *item = find_unreadable(r);
    const struct ocd_error *error = item != NULL ? &item->failure.error : NULL;

    if (item == NULL || (r->diagnosed_at != 0 && ocd__now() - r->diagnosed_at < DIAGNOSIS_NS))
        return false;
    r->diagnosed_at = ocd__now();
    ocd__detail_clear(&r->op.detail);
    ocd__detail_message(&r->op.detail, error->message, strlen(error->message));
    ocd__detail_fact(&r->op.detail, item->failure.fact, item->failure.number);
    ocd__diagnose_ask(&r->op, error->addr, OCD__TAG_DIAGNOSIS);
    return true;
}

/* The values have been evaluated. False: the frame is not complete yet, or the run has ended. */
static bool complete(struct ocd__run *r, int rc, unsigned left)
{
    if (rc == OCD_OK)
        rc = r->missing.error != OCD_OK ? r->missing.error : r->missing_owners.error;
    if (rc != OCD_OK) {
        ocd__sampling_nomem(r);
        return false;
    }
    if (r->missing.size > 0) {
        begin_second(r, left);
        ask_missing(r);
        return false;
    }
    if (ask_diagnosis(r)) {
        begin_second(r, left);
        return false;
    }
    return ocd__deliver(r);
}

static void take_frames(struct ocd__run *r, const struct ocd__flight *f,
                        const struct ocd_reply *reply)
{
    struct ocd_view rest = reply->result;

    for (unsigned i = 0; i < f->frames; i++) {
        if (!parse(r, &r->reading, &rest, f->layout))
            return;
        see_state(r);
        r->number = f->number + i;
        if (f->state_only)
            ocd__count_cycles(r);
        else if (!complete(r, ocd__values_begin(r, f->layout, reply), f->frames - 1 - i))
            return;
    }
    if (rest.size > 0)
        malformed(r);
    else if (!f->state_only)
        r->unsettled = false;
}

void ocd__answered(struct ocd__run *r, struct ocd_reply *reply)
{
    struct ocd__flight f = ocd__flight_take(r);

    if (accepted(r, reply)) {
        if (!learn_times(r, &f, reply->result))
            malformed(r);
        else if (!f.dropped)
            take_frames(r, &f, reply);
    }
    ocd__layout_release(f.layout);
    if (r->op.result == OCD_PENDING && r->sampler != NULL)
        ocd__ask(r);
}

/* --- Further reads for a frame --- */

static void continue_frames(struct ocd__run *r)
{
    if (r->op.result != OCD_PENDING || r->sampler == NULL || r->phase != OCD__RUN_SECOND)
        return;
    r->phase = OCD__RUN_FRAMES;
    ocd__ask(r);
}

void ocd__extra_answered(struct ocd__run *r, struct ocd_reply *reply)
{
    struct ocd_view rest = reply->result;

    if (!accepted(r, reply) || !parse(r, &r->extra, &rest, r->extra_layout))
        return;
    r->reading.times.ended = r->extra.times.ended > r->reading.times.began ? r->extra.times.ended
                                                                           : r->reading.times.ended;
    r->ended = r->extra.times.ended;
    if (r->extra.times.halted_us != 0)
        r->reading.times.halted_us = r->extra.times.halted_us;
    if (complete(r, ocd__values_continue(r, r->extra_layout, reply), 0))
        continue_frames(r);
}

void ocd__diagnosis_answered(struct ocd__run *r, struct ocd_reply *reply)
{
    int code = ocd__diagnose_answered(&r->op, false, reply);
    struct ocd_detail *d = &r->op.detail;

    if (code == OCD_PENDING)
        return;
    for (struct ocd__item *i = r->sampler->items; i != NULL; i = i->next) {
        if (!i->in_frame || !i->read_failed || i->had_failed)
            continue;
        if (ocd__is_absence(code) && d->message.error == 0)
            ocd__detail_message(&i->failure, d->message.data, d->message.size);
        i->failure.error.code = code;
        ocd__detail_fact(&i->failure, d->fact, d->number);
        ocd__detail_compose(&i->failure, ocd__expression_text(i->expression));
    }
    ocd__detail_clear(d);
    if (ocd__deliver(r))
        continue_frames(r);
}
