// SPDX-License-Identifier: MIT
/* A session whose connection was lost is opened once more: it connects again, or starts its OpenOCD
 * again. */
#include <errno.h>
#include <sys/socket.h>

#include "session/greeting.h"
#include "session/open.h"

/* No caller releases the operation of a reconnect. */
static void reconnecting_ended(struct ocd_op *op, int result)
{
    ocd__open_ended(op, result);
    op->release = true;
}

static const struct ocd_op_class reconnecting_class = {
    .size = sizeof(struct ocd_op),
    .pump = ocd__open_pump,
    .reply = ocd__greeted,
    .ended = reconnecting_ended,
};

static const struct ocd_op_class restarting_class = {
    .size = sizeof(struct ocd_op),
    .pump = ocd__open_pump,
    .reply = ocd__greeted,
    .ended = ocd__open_ended,
};

static const struct ocd_op_class refused_class = {
    .size = sizeof(struct ocd_op),
    .pump = ocd__open_pump,
};

/* Whether replies are being processed, in buffers that a reconnect would release. */
static bool is_processing(const struct ocd_session *s)
{
    return s->depth > 0 && !s->delivering;
}

/* Whether the server has closed the connection while no request was waiting. */
static bool closed_meanwhile(struct ocd_session *s)
{
    char byte;

    if (s->state != OCD_SESSION_READY || s->rpc.waiting > 0)
        return false;
    ssize_t n = recv(s->rpc.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)))
        return false;
    ocd__session_die(s, OCD_ERR_CLOSED, "the server closed the connection");
    return true;
}

/* Whether the connection was lost, and not ended because of a wrong answer. */
static bool may_open_again(const struct ocd_session *s)
{
    int why = s->rpc.dead.error.code;

    return why == OCD_ERR_CLOSED || why == OCD_ERR_CONNECT || why == OCD_ERR_NOMEM ||
           why == OCD_ERR_RESOLVE || why == OCD_ERR_SYSTEM || why == OCD_ERR_PROCESS;
}

/* Another OpenOCD may answer now: what is known of the targets is dropped. */
static void open_again(struct ocd_session *s, struct ocd_op *op)
{
    ocd__rpc_reset(&s->rpc);
    ocd__connector_free(&s->connector);
    ocd__connector_init(&s->connector);
    ocd__session_forget_targets(s);
    if (s->process != NULL)
        ocd__process_end(&s->process);
    if (s->start != NULL)
        s->port = 0; /* until OpenOCD has chosen one */
    ocd__open_begin(s, op);
}

int ocd__session_reconnect(struct ocd_session *s)
{
    if (!s->reconnect || is_processing(s) || (s->state != OCD_SESSION_DEAD && !closed_meanwhile(s)))
        return s->state != OCD_SESSION_DEAD ? OCD_OK : OCD_ERR_CLOSED;
    /* It must not go on with another target than before. */
    if (!may_open_again(s) || s->unsure || s->connecting != NULL ||
        ocd__session_first_bound(s) != NULL)
        return OCD_ERR_CLOSED;
    s->state = OCD_SESSION_NEW;
    struct ocd_op *op =
        s->start != NULL ? ocd__op_new(s, &reconnecting_class, NULL, "start OpenOCD again")
                         : ocd__op_new(s, &reconnecting_class, NULL, "connect again to %s port %u",
                                       s->host, (unsigned)s->port);
    if (op == NULL) {
        s->state = OCD_SESSION_DEAD;
        return OCD_ERR_NOMEM;
    }
    open_again(s, op);
    return s->state != OCD_SESSION_DEAD ? OCD_OK : s->rpc.dead.error.code;
}

void ocd__session_revive(struct ocd_session *s)
{
    struct ocd_op *op = s->active.first;

    if (s->state != OCD_SESSION_DEAD || s->connecting != NULL)
        return;
    while (op != NULL && (!op->outlives || op->wake > ocd__now()))
        op = op->next;
    if (op == NULL)
        return;
    int code = OCD_ERR_CLOSED;
    bool may = !s->unsure && may_open_again(s);
    if (may)
        code = ocd__session_reconnect(s);
    /* After other errors the attempt is repeated. */
    while ((!may || code == OCD_ERR_NOMEM) && (op = s->active.first) != NULL)
        ocd__op_fail(op, code, "%s", s->rpc.dead.error.message);
}

static struct ocd_op *refuse_restart(struct ocd_session *s, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(s, &refused_class, call, "start OpenOCD again");

    if (op == NULL)
        return NULL;
    if (s->start == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the session has not started its OpenOCD");
    else
        ocd__op_fail(op, OCD_ERR_BUSY, "%s", s->connecting != NULL ? "it is being started" : "");
    return op;
}

struct ocd_op *ocd_restart_async(struct ocd_session *session, const struct ocd_call *call)
{
    struct ocd_session *s = session;

    if (s == NULL || s->start == NULL || s->connecting != NULL || is_processing(s))
        return refuse_restart(s, call);
    if (s->state != OCD_SESSION_DEAD)
        ocd__session_die(s, OCD_ERR_CLOSED, "OpenOCD is being started again");
    s->state = OCD_SESSION_NEW;
    struct ocd_op *op = ocd__op_new(s, &restarting_class, call, "start OpenOCD again");
    if (op == NULL)
        s->state = OCD_SESSION_DEAD;
    else if (op->result == OCD_PENDING)
        open_again(s, op);
    return op;
}

int ocd_restart(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_restart_async(session, NULL));
}
