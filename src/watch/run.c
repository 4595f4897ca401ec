// SPDX-License-Identifier: MIT
/* A run of a sampler: the operation. */
#include <stdlib.h>

#include "session/event.h"
#include "symbols/access.h"
#include "watch/sampler.h"

/* Pauses between attempts to connect again, and to start OpenOCD again. */
#define CONNECT_AGAIN_MS 100u
#define START_AGAIN_MS   1000u

void ocd__sampling_nomem(struct ocd__run *r)
{
    ocd__op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
}

void ocd__sampling_finish(struct ocd__run *r)
{
    r->op.wake = 0;
    r->phase = OCD__RUN_ENDING;
    ocd__drop_flights(r);
    r->op.since = ocd__now();
    if (!ocd__restore(r, true))
        ocd__op_end(&r->op, OCD_OK);
}

void ocd__sampling_was_reset(struct ocd__run *r)
{
    r->reset = true;
    ocd__prepare_again(r);
}

static void pump(struct ocd_op *op)
{
    struct ocd__run *r = (struct ocd__run *)op;

    op->all_sent = true; /* others need not wait for it */
    switch (r->phase) {
    case OCD__RUN_NEW:
    case OCD__RUN_LOST:
        ocd__prepare(r);
        break;
    case OCD__RUN_FRAMES:
        ocd__ask(r);
        break;
    default: /* it waits for a reply */
        break;
    }
}

static void take(struct ocd__run *r, uint64_t tag, struct ocd_reply *reply)
{
    switch (tag) {
    case OCD__TAG_FRAMES:
        ocd__answered(r, reply);
        break;
    case OCD__TAG_EXTRA:
        ocd__extra_answered(r, reply);
        break;
    case OCD__TAG_DIAGNOSIS:
        ocd__diagnosis_answered(r, reply);
        break;
    case OCD__TAG_RESTORE:
        ocd__op_end(&r->op, OCD_OK);
        break;
    default:
        ocd__prepare_answered(r, tag, reply);
        break;
    }
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd__run *run = (struct ocd__run *)op;

    if (r->error != OCD_OK && op->session->reconnect)
        return; /* lost() follows */
    if (!ocd__op_transport_failed(op, r))
        take(run, tag, r);
}

static bool lost(struct ocd_op *op, int code, const char *message)
{
    struct ocd__run *r = (struct ocd__run *)op;
    bool starts = op->session->start != NULL;

    if (r->phase == OCD__RUN_ENDING || r->phase == OCD__RUN_NEW)
        return false;
    if (!r->lost) {
        ocd__detail_set(&r->loss, code, "%s", message);
        ocd__detail_compose(&r->loss, "the connection was lost");
    }
    r->lost = r->unsettled = true;
    r->phase = OCD__RUN_LOST;
    r->ended = 0;
    r->clock.known = false;
    r->cycles_on = false;
    ocd__drop_flights(r);
    ocd__forget_flights(r);
    op->wake = ocd__deadline(ocd__now(), starts ? START_AGAIN_MS : CONNECT_AGAIN_MS);
    op->since = OCD_NEVER / 2; /* only the deadline ends it */
    return true;
}

static void event(struct ocd_op *op, const struct ocd_event *e)
{
    struct ocd__run *r = (struct ocd__run *)op;

    if (e->kind != OCD_EVENT_RESET)
        return;
    r->reset = true;
    if (r->phase == OCD__RUN_FRAMES || r->phase == OCD__RUN_SECOND)
        ocd__prepare_again(r);
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd__run *r = (struct ocd__run *)op;

    (void)result;
    op->wake = 0;
    ocd__restore(r, false);
    ocd__forget_flights(r);
    if (r->subscribed)
        ocd__events_unsubscribe(op->session);
    r->subscribed = false;
    if (r->sampler != NULL && r->sampler->run == r)
        r->sampler->run = NULL;
}

static void free_reading(struct ocd__reading *reading)
{
    free(reading->data);
    free(reading->second);
    free(reading->answers);
}

static void destroy(struct ocd_op *op)
{
    struct ocd__run *r = (struct ocd__run *)op;

    ocd__forget_flights(r);
    ocd__layout_release(r->extra_layout);
    free_reading(&r->reading);
    free_reading(&r->extra);
    ocd__buffer_free(&r->missing);
    ocd__buffer_free(&r->missing_owners);
    ocd__detail_free(&r->loss);
}

const struct ocd_op_class ocd__sampling_class = {
    .size = sizeof(struct ocd__run),
    .background = true,
    .reads = true,
    .pump = pump,
    .reply = reply,
    .event = event,
    .lost = lost,
    .ended = ended,
    .destroy = destroy,
};

/* Warns of another program in the target, as the first read of any value does. */
static void program_checked(struct ocd_op *op, int result, void *user)
{
    struct ocd_sampler *s = user;
    ocd_warning_fn warning = ocd__symbols_warning(s->options.symbols, &user);

    s->check = NULL;
    if (result == OCD_ERR_MISMATCH && warning != NULL)
        warning(ocd_op_error(op)->message, user);
    ocd_op_free(op);
}

static void check_program(struct ocd_sampler *s, const struct ocd_call *call)
{
    struct ocd_symbols *symbols = s->options.symbols;
    struct ocd_call own = {.done = program_checked, .user = s};
    void *user;

    if (symbols == NULL || ocd__symbols_warning(symbols, &user) == NULL ||
        !ocd__symbols_first_value(symbols, s->session, s->session->began))
        return;
    own.target = call != NULL ? call->target : NULL;
    own.space = call != NULL ? call->space : OCD_SPACE_SESSION;
    ocd_op_free(s->check);
    s->check = ocd_check_program_async(s->session, symbols, &own);
}

struct ocd_op *ocd_sampler_run_async(struct ocd_sampler *sampler, const struct ocd_call *call)
{
    struct ocd_op *op =
        sampler != NULL ? ocd__op_new(sampler->session, &ocd__sampling_class, call, "read values")
                        : NULL;
    struct ocd__run *r = (struct ocd__run *)op;

    if (op == NULL)
        return NULL;
    op->bulk = true;
    ocd__detail_init(&r->loss);
    if (op->result == OCD_PENDING && sampler->run != NULL)
        ocd__op_fail(op, OCD_ERR_BUSY, "the sampler runs already");
    if (op->result != OCD_PENDING)
        return op;
    r->sampler = sampler;
    sampler->run = r;
    sampler->stats = (struct ocd_sampler_stats){0};
    for (struct ocd__item *i = sampler->items; i != NULL; i = i->next)
        i->alone = i->unreadable = i->read_failed = false;
    check_program(sampler, call);
    return op;
}

int ocd_sampler_run(struct ocd_sampler *sampler)
{
    if (sampler == NULL)
        return OCD_ERR_ARG;
    return ocd__op_wait(sampler->session, ocd_sampler_run_async(sampler, NULL));
}
