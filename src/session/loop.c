// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* ppoll */
/* Driving a session: one round of its work, and waiting for it. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "session/session.h"

/* Whether the operation, which has not been started, has to wait for one before it to end. */
static bool must_wait(const struct ocd_op *op)
{
    for (const struct ocd_op *before = op->prev; before != NULL; before = before->prev) {
        if (before->class->background)
            continue;
        if (op->class->exclusive ||
            (before->may_send_more && (before->has_side_effects || op->has_side_effects)))
            return true;
    }
    return false;
}

/* Whether only operations that count the waiting requests themselves may send more. */
static bool is_full(const struct ocd_session *s)
{
    return s->rpc.waiting + OCD_BURST_MAX > OCD_IN_FLIGHT_MAX;
}

/* What the operations before one have still to send. */
struct ocd_queue {
    bool reads;  /* requests of an operation without side effects */
    bool others; /* requests of an operation with side effects */
};

static bool has_to_queue(const struct ocd_queue *queue, const struct ocd_op *op)
{
    if (queue->others || (!op->started && must_wait(op)))
        return true;
    return queue->reads && !(op->single && !op->has_side_effects);
}

static void join_queue(struct ocd_queue *queue, const struct ocd_op *op, bool waits)
{
    if (op->has_side_effects && (waits || !op->all_sent))
        queue->others = true;
    else if (waits || !op->all_sent)
        queue->reads = true;
}

/* Pumps the operation if it may send: a sleeping one when its wake time has come, another one when
 * no operation before it blocks it. */
static void pump(struct ocd_op *op, bool blocked)
{
    bool sleeps = op->all_sent || op->wake != 0;
    bool woken = op->wake != 0 && op->wake <= ocd__now();

    if (sleeps ? !woken : blocked)
        return;
    if (is_full(op->session) && (sleeps || !op->started))
        return;
    op->wake = 0;
    op->busy++;
    if (!op->started && !op->class->background)
        op->order = ++op->session->pumped;
    if (!op->started)
        ocd__op_start(op);
    op->class->pump(op);
    op->busy--;
}

void ocd__session_pump(struct ocd_session *s)
{
    struct ocd_op *next;
    struct ocd_queue queue = {0};

    if (s->state != OCD_SESSION_READY)
        return;
    for (struct ocd_op *op = s->active.first; op != NULL; op = next) {
        bool waits = has_to_queue(&queue, op);
        pump(op, waits);
        next = op->next;
        /* Pumping may have ended it and so moved it to another list. */
        if (op->result != OCD_PENDING) {
            next = s->active.first;
            queue = (struct ocd_queue){0};
        } else {
            join_queue(&queue, op, waits);
        }
        if (op->release)
            ocd__op_release(op);
    }
}

static void expire(struct ocd_session *s)
{
    struct ocd_op *next;
    ocd_time now = ocd__now();

    for (struct ocd_op *op = s->active.first; op != NULL; op = next) {
        next = op->next;
        if (ocd__op_expiry(op) > now)
            continue;
        if (op == s->connecting)
            ocd__session_connect_expired(s);
        else
            ocd__op_expire(op, now);
        next = s->active.first; /* a callback may have ended others */
    }
}

static void deliver(struct ocd_session *s)
{
    s->delivering = true;
    ocd__session_tell_connection(s);
    while (s->ended.first != NULL && !s->close_wanted) {
        struct ocd_op *op = s->ended.first;
        ocd__op_list_remove(op);
        ocd__op_list_add(&s->idle, op);
        op->busy++;
        if (op->call.done != NULL)
            op->call.done(op, op->result, op->call.user);
        op->busy--;
        if (op->release)
            ocd__op_release(op);
    }
    s->delivering = false;
}

static void trace_line(const char *text, size_t size, void *user)
{
    const struct ocd_session *s = user;

    s->rpc.trace('|', text, size, s->rpc.trace_user);
}

/* What a started OpenOCD has logged meanwhile. */
static void trace_log(struct ocd_session *s)
{
    if (s->process == NULL || s->rpc.trace == NULL)
        return;
    ocd__process_poll(s->process);
    ocd__process_lines(s->process, trace_line, s);
}

bool ocd__session_run(struct ocd_session *s)
{
    if (s->depth == 0)
        ocd__session_revive(s);
    s->depth++;
    ocd__session_advance(s);
    ocd__session_pump(s);
    if (s->rpc.fd >= 0) {
        ocd__rpc_process(&s->rpc);
        ocd__session_advance(s);
        ocd__session_pump(s);
        /* This only sends. If the last replies in flight were received here, after the last pump,
         * nothing would be asked for any more. */
        ocd__rpc_flush(&s->rpc);
        ocd__session_advance(s);
    }
    trace_log(s);
    expire(s);
    ocd__session_advance(s);
    deliver(s);
    s->depth--;
    if (!s->close_wanted)
        return true;
    ocd__session_free(s);
    return false;
}

int ocd_loop_fd(const struct ocd_session *s)
{
    if (s == NULL)
        return -1;
    switch (s->state) {
    case OCD_SESSION_STARTING:
    case OCD_SESSION_ENDING:
        return ocd__process_fd(s->process);
    case OCD_SESSION_CONNECTING:
        return ocd__connector_fd(&s->connector);
    default:
        return s->rpc.fd;
    }
}

short ocd_loop_events(const struct ocd_session *s)
{
    if (s == NULL || ocd_loop_fd(s) < 0)
        return 0;
    if (s->state == OCD_SESSION_CONNECTING)
        return ocd__connector_events(&s->connector);
    return ocd__rpc_wants_to_send(&s->rpc) ? POLLIN | POLLOUT : POLLIN;
}

/* True when a turn would do something without waiting for the descriptor. */
static bool has_work(const struct ocd_session *s)
{
    if (s->ended.first != NULL || s->report_lost || s->report_back)
        return true;
    struct ocd_queue queue = {0};
    if (s->state != OCD_SESSION_READY || is_full(s))
        return false;
    for (const struct ocd_op *op = s->active.first; op != NULL; op = op->next) {
        bool waits = has_to_queue(&queue, op);
        if (!op->started && !waits)
            return true;
        join_queue(&queue, op, waits);
    }
    return false;
}

/* When the session has work to do even if nothing arrives; 0: now. */
static ocd_time next_turn(const struct ocd_session *s)
{
    if (has_work(s))
        return 0;
    bool connecting = s->state == OCD_SESSION_CONNECTING || s->state == OCD_SESSION_GREETING;
    ocd_time next = connecting ? s->connector.give_up : OCD_NEVER;
    for (const struct ocd_op *op = s->active.first; op != NULL; op = op->next) {
        ocd_time expiry = ocd__op_expiry(op);
        if (expiry < next)
            next = expiry;
        if (op->wake != 0 && op->wake < next && !is_full(s))
            next = op->wake;
    }
    return next;
}

int ocd_loop_timeout(const struct ocd_session *s)
{
    return s != NULL ? ocd__poll_ms(ocd__now(), next_turn(s)) : -1;
}

int ocd_loop_dispatch(struct ocd_session *s)
{
    if (s == NULL)
        return OCD_ERR_ARG;
    if (s->depth > 0)
        return OCD_ERR_BUSY;
    if (!ocd__session_run(s))
        return OCD_ERR_CLOSED;
    return s->state == OCD_SESSION_DEAD && s->active.first == NULL ? OCD_ERR_CLOSED : OCD_OK;
}

/* Like poll(2), whose milliseconds would be too coarse for the frames of a sampler. */
static bool wait_for_work(const struct ocd_session *s)
{
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
    ocd_time next = next_turn(s), now = ocd__now(), left = next > now ? next - now : 0;
    struct timespec limit = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
    int rc = ppoll(&p, p.fd >= 0 ? 1 : 0, next == OCD_NEVER ? NULL : &limit, NULL);

    return rc >= 0 || errno == EINTR;
}

int ocd_wait(struct ocd_op *op)
{
    if (op == NULL)
        return OCD_ERR_NOMEM;
    struct ocd_session *s = op->session;
    if (s != NULL && s->depth > 0)
        return OCD_ERR_BUSY;

    op->busy++; /* a callback may release it */
    while (op->session != NULL && (op->result == OCD_PENDING || op->list == &s->ended)) {
        if (!ocd__session_run(s))
            break;
        if (op->result != OCD_PENDING)
            continue;
        if (!wait_for_work(s))
            ocd__op_fail(op, OCD_ERR_SYSTEM, "poll failed");
    }
    int result = op->result;
    op->busy--;
    ocd__op_release(op);
    return result;
}
