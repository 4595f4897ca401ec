// SPDX-License-Identifier: MIT
/* Watching events, and waiting for one.
 *
 * The server is asked for notifications only as long as somebody wants them: it writes them with
 * blocking calls, so that a client which no longer reads would stop it for everybody. */
#include <stdlib.h>
#include <string.h>

#include "session/event.h"
#include "session/session.h"
#include "tcl/scripts.h"

static void dispatch(void *user, struct ocd_view frame)
{
    struct ocd_session *s = user;
    struct ocd_event event = ocd__event_parse(frame);
    struct ocd_op *next;

    for (struct ocd_op *op = s->active.first; op != NULL; op = next) {
        next = op->next;
        if (op->class->event != NULL)
            op->class->event(op, &event);
    }
    if (s->event != NULL)
        s->event(&event, s->event_user);
}

static void ask(struct ocd_op *op, bool on)
{
    const char *script = on ? ocd__script_notifications_on : ocd__script_notifications_off;
    struct ocd_session *s = op->session;

    s->rpc.event = dispatch;
    s->rpc.event_user = s;
    s->notified = ocd__op_run(op, script, strlen(script), on) && on;
}

/* Turns notifications off if nobody needs them any more; the reply is ignored. */
static void stop_if_unwanted(struct ocd_session *s)
{
    if (!s->notified || s->event != NULL || s->event_waits > 0)
        return;
    s->notified = false;
    struct ocd_view command = {(char *)ocd__script_notifications_off,
                               strlen(ocd__script_notifications_off)};
    ocd__rpc_run(&s->rpc, command, (struct ocd_view){0}, false, NULL, NULL, 0);
}

void ocd__events_subscribe(struct ocd_op *op, uint64_t tag)
{
    const char *script = ocd__script_notifications_on;
    struct ocd_session *s = op->session;

    s->event_waits++;
    s->rpc.event = dispatch;
    s->rpc.event_user = s;
    if (!s->notified)
        s->notified = ocd__op_run(op, script, strlen(script), tag);
}

void ocd__events_unsubscribe(struct ocd_session *s)
{
    s->event_waits--;
    stop_if_unwanted(s);
}

/* False: the operation has ended. */
static bool accepted(struct ocd_op *op, const struct ocd_reply *r)
{
    struct ocd_view command = {(char *)"tcl_notifications on", 20};

    if (ocd__op_transport_failed(op, r))
        return false;
    if (r->status != 0)
        ocd__op_server_error(op, OCD_ERR_COMMAND, command, r);
    return r->status == 0;
}

struct watch {
    struct ocd_op op;
    ocd_event_fn event;
    void *user;
};

static void watch_pump(struct ocd_op *op)
{
    struct watch *w = (struct watch *)op;

    op->all_sent = true;
    ask(op, w->event != NULL || op->session->event_waits > 0);
}

static void watch_reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    (void)tag;
    if (accepted(op, r))
        ocd__op_end(op, OCD_OK);
}

static void watch_ended(struct ocd_op *op, int result)
{
    struct watch *w = (struct watch *)op;

    if (result == OCD_OK) {
        op->session->event = w->event;
        op->session->event_user = w->user;
    }
    stop_if_unwanted(op->session);
}

static const struct ocd_op_class watch_class = {
    .size = sizeof(struct watch),
    .reads = true,
    .pump = watch_pump,
    .reply = watch_reply,
    .ended = watch_ended,
};

struct ocd_op *ocd_subscribe_events_async(struct ocd_session *session, ocd_event_fn event,
                                          void *user, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &watch_class, call, "watch events");
    struct watch *w = (struct watch *)op;

    if (op == NULL)
        return NULL;
    w->event = event;
    w->user = user;
    return op;
}

int ocd_subscribe_events(struct ocd_session *session, ocd_event_fn event, void *user)
{
    return ocd__op_wait(session, ocd_subscribe_events_async(session, event, user, NULL));
}

struct wait {
    struct ocd_op op;
    bool counted;
    char *name;
};

static void wait_pump(struct ocd_op *op)
{
    struct wait *w = (struct wait *)op;

    op->all_sent = true;
    w->counted = true;
    op->session->event_waits++;
    if (!op->session->notified)
        ask(op, true);
}

static void wait_reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    (void)tag;
    accepted(op, r);
}

static void wait_event(struct ocd_op *op, const struct ocd_event *event)
{
    struct wait *w = (struct wait *)op;

    if (w->counted && event->kind == OCD_EVENT_TARGET && strcmp(event->name, w->name) == 0)
        ocd__op_end(op, OCD_OK);
}

static void wait_ended(struct ocd_op *op, int result)
{
    (void)result;
    if (((struct wait *)op)->counted)
        op->session->event_waits--;
    stop_if_unwanted(op->session);
}

static void wait_destroy(struct ocd_op *op)
{
    free(((struct wait *)op)->name);
}

static const struct ocd_op_class wait_class = {
    .size = sizeof(struct wait),
    .reads = true,
    .background = true,
    .pump = wait_pump,
    .reply = wait_reply,
    .event = wait_event,
    .ended = wait_ended,
    .destroy = wait_destroy,
};

struct ocd_op *ocd_wait_event_async(struct ocd_session *session, const char *name,
                                    const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &wait_class, call, "wait for the event %.100s",
                                    name != NULL ? name : "(none)");
    struct wait *w = (struct wait *)op;

    if (op == NULL)
        return NULL;
    w->name = strdup(name != NULL ? name : "");
    if (name == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the name is NULL");
    else if (w->name == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_wait_event(struct ocd_session *session, const char *name, uint32_t timeout_ms)
{
    struct ocd_call call = {.timeout_ms = timeout_ms};

    return ocd__op_wait(session, ocd_wait_event_async(session, name, &call));
}
