// SPDX-License-Identifier: MIT
/* The requests for frames. */
#include <string.h>

#include "tcl/scripts.h"
#include "watch/sampler.h"

/* Microseconds that a request with several frames may take: other clients of the server wait as
 * long. */
#define REQUEST_US 5000.0
/* Bytes of values of a request. */
#define REQUEST_BYTES 32768u
/* The core's state is asked for at least this often, so that a reset is seen: OpenOCD remembers it
 * from one of its polls, which come each 100 ms, to the next. */
#define STATE_NS (80u * OCD_NS_PER_MS)

/* --- Flights --- */

static struct ocd__flight *flight(struct ocd__run *r, unsigned index)
{
    return &r->flights[(r->first + index) % OCD__FLIGHTS_MAX];
}

void ocd__drop_flights(struct ocd__run *r)
{
    for (unsigned i = 0; i < r->flying; i++) {
        struct ocd__flight *f = flight(r, i);
        if (!f->dropped && !f->state_only)
            r->sampler->stats.lost += f->frames;
        f->dropped = true;
    }
}

void ocd__forget_flights(struct ocd__run *r)
{
    while (r->flying > 0) {
        struct ocd__flight f = ocd__flight_take(r);
        ocd__layout_release(f.layout);
    }
}

struct ocd__flight ocd__flight_take(struct ocd__run *r)
{
    struct ocd__flight f = *flight(r, 0);

    r->first = (r->first + 1) % OCD__FLIGHTS_MAX;
    r->flying--;
    return f;
}

static uint64_t frames_flying(struct ocd__run *r)
{
    uint64_t frames = 0;

    for (unsigned i = 0; i < r->flying; i++)
        if (!flight(r, i)->dropped && !flight(r, i)->state_only)
            frames += flight(r, i)->frames;
    return frames;
}

/* --- One request --- */

static bool send_request(struct ocd__run *r, struct ocd__layout *layout,
                         const struct ocd__frame_request *request, uint64_t tag)
{
    struct ocd_buffer args = {0};
    struct ocd_view groups = {layout->groups.data, layout->groups.size};

    ocd__frame_arguments(&args, request, ocd__op_where(&r->op), groups);
    if (args.error != OCD_OK) {
        ocd__buffer_free(&args);
        ocd__sampling_nomem(r);
        return false;
    }
    r->asked = r->op.since = ocd__now();
    bool sent = ocd__op_send(&r->op, &(struct ocd_query){
                                         .script = ocd__script_sample,
                                         .args = {args.data, args.size},
                                         .shown = {layout->shown.data, layout->shown.size},
                                         .tag = tag,
                                     });
    ocd__buffer_free(&args);
    return sent;
}

bool ocd__ask_extra(struct ocd__run *r, struct ocd__layout *layout)
{
    return send_request(r, layout, &(struct ocd__frame_request){.frames = 1}, OCD__TAG_EXTRA);
}

static struct ocd__layout *current_layout(struct ocd__run *r)
{
    struct ocd_sampler *s = r->sampler;

    if (s->layout == NULL)
        s->layout = ocd__layout_of_items(r);
    if (s->layout == NULL)
        ocd__sampling_nomem(r);
    return s->layout;
}

static bool send_flight(struct ocd__run *r, struct ocd__layout *layout,
                        const struct ocd__frame_request *request, bool state_only)
{
    struct ocd__flight *f = flight(r, r->flying);

    if (!send_request(r, layout, request, OCD__TAG_FRAMES))
        return false;
    layout->uses++;
    *f = (struct ocd__flight){
        .layout = layout,
        .frames = request->frames,
        .sent = r->asked,
        .number = r->schedule.next,
        .state_only = state_only,
        .paced = request->next != 0,
    };
    r->flying++;
    return true;
}

static bool ask_state(struct ocd__run *r)
{
    struct ocd__layout *none = ocd__layout_of_wants(r, NULL, NULL, 0);

    if (none == NULL) {
        ocd__sampling_nomem(r);
        return false;
    }
    struct ocd__frame_request request = {.frames = 1, .cycles = r->cycles_on};
    bool sent = send_flight(r, none, &request, true);
    ocd__layout_release(none);
    return sent;
}

/* --- How many --- */

static bool has_held(const struct ocd__layout *l)
{
    for (size_t i = 0; i < l->plan.group_count; i++)
        if (l->plan.groups[i].held)
            return true;
    return false;
}

/* Whether only one frame may be requested at a time, because the next request may depend on it. */
static bool is_single(const struct ocd__run *r, const struct ocd__layout *l)
{
    return r->unsettled || r->frame <= 0 || has_held(l);
}

static unsigned clamp(double number, unsigned most)
{
    return number < 1 ? 1 : number > most ? most : (unsigned)number;
}

/* Whether one request for each frame is too slow: for the server, or for the caller's loop, which
 * waits in whole milliseconds. */
static bool is_batched(const struct ocd__run *r)
{
    double period = r->schedule.period / 1000;

    return period < REQUEST_US / 2 || period < 1.2 * (r->wait + r->frame);
}

static unsigned batch(const struct ocd__run *r, const struct ocd__layout *l)
{
    double period = r->schedule.period / 1000;
    double each = r->frame > period ? r->frame : period;
    unsigned most = OCD__BATCH;

    if (is_single(r, l) || !is_batched(r))
        return 1;
    if (l->plan.data_size > 0 && REQUEST_BYTES / l->plan.data_size < most)
        most = clamp((double)REQUEST_BYTES / (double)l->plan.data_size, most);
    return clamp(REQUEST_US / (each > 1 ? each : 1), most);
}

/* Requests without an answer: enough that the server always has one, network included. */
static unsigned window(const struct ocd__run *r, const struct ocd__layout *l, unsigned frames)
{
    double period = r->schedule.period / 1000;
    double each = r->wait + frames * (r->frame > period ? r->frame : period);

    if (is_single(r, l))
        return 1;
    if (!is_batched(r))
        each = period;
    return 1 +
           clamp(1 + (r->clock.high - r->clock.low) / (each > 1 ? each : 1), OCD__FLIGHTS_MAX - 2);
}

/* --- What is due --- */

static uint64_t frames_left(struct ocd__run *r)
{
    const struct ocd_sampler *s = r->sampler;
    uint64_t asked = s->stats.frames + frames_flying(r);

    if (s->options.frames == 0)
        return UINT64_MAX;
    return s->options.frames > asked ? s->options.frames - asked : 0;
}

/* The server's time of the next frame, where several come in a request. */
static int64_t server_time(const struct ocd__run *r)
{
    double here = (double)(ocd__schedule_time(&r->schedule, r->schedule.next) / 1000);

    return (int64_t)(here - (r->clock.low + r->clock.high) / 2);
}

static bool ask_frames(struct ocd__run *r, struct ocd__layout *layout, unsigned frames)
{
    struct ocd__frame_request request = {.frames = frames, .cycles = r->cycles_on};
    uint64_t left = frames_left(r);

    if (frames > left)
        request.frames = (unsigned)left;
    if (frames > 1 && r->schedule.period > 0) {
        request.next = server_time(r);
        request.step = (uint32_t)(r->schedule.period / 1000 + 0.5);
    }
    if (!send_flight(r, layout, &request, false))
        return false;
    r->schedule.next += request.frames;
    return true;
}

static bool is_due(const struct ocd__run *r, unsigned frames)
{
    return r->schedule.period <= 0 || frames > 1 ||
           ocd__schedule_time(&r->schedule, r->schedule.next) <= ocd__now();
}

/* Sets when the run is pumped again if no reply comes. */
static void set_wake(struct ocd__run *r, bool waits_for_reply)
{
    ocd_time wake = r->asked + STATE_NS;
    bool fast = r->schedule.period <= 0;
    ocd_time next = fast ? OCD_NEVER : ocd__schedule_time(&r->schedule, r->schedule.next);

    if (r->op.result != OCD_PENDING)
        return;
    if (next < wake && !waits_for_reply)
        wake = next;
    r->op.wake = r->flying > 0 && (waits_for_reply || fast) ? 0 : wake;
    if (r->flying == 0) /* it does not wait for the server */
        r->op.since = wake;
}

void ocd__ask(struct ocd__run *r)
{
    struct ocd__layout *layout = current_layout(r);
    bool full = false;

    if (layout == NULL || r->phase != OCD__RUN_FRAMES)
        return;
    r->sampler->stats.lost += ocd__schedule_catch_up(&r->schedule, ocd__now());
    while (frames_left(r) > 0) {
        unsigned frames = batch(r, layout);
        full = r->flying >= window(r, layout, frames) ||
               r->op.session->rpc.waiting >= OCD_IN_FLIGHT_MAX;
        if (full || !is_due(r, frames))
            break;
        if (!ask_frames(r, layout, frames))
            return;
    }
    if (r->flying == 0 && r->asked + STATE_NS <= ocd__now() && !ask_state(r))
        return;
    set_wake(r, full || frames_left(r) == 0);
}
