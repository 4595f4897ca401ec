// SPDX-License-Identifier: MIT
/* Finding out whether the same-host path works, before it is needed. */
#include "memory/state.h"
#include "session/session.h"

struct prove {
    struct ocd_op op;
    bool asked;
};

static void pump(struct ocd_op *op)
{
    struct prove *p = (struct prove *)op;
    struct ocd_session *s = op->session;

    if (p->asked)
        return; /* operations behind this one wait for the answer */
    if (!ocd_memory_prepare(s)) {
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
        return;
    }
    struct ocd_local *local = &s->memory->local;
    if (local->state == OCD_LOCAL_UNKNOWN && !s->no_local)
        p->asked = ocd_local_ask(local, op, 0);
    if (!p->asked && op->result == OCD_PENDING)
        ocd_op_end(op, OCD_OK); /* known already, not wanted, or not possible here */
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct ocd_session *s = op->session;

    (void)tag;
    if (ocd_op_unanswered(op, r))
        return;
    ocd_local_answered(&s->memory->local, r);
    if (s->memory->local.state == OCD_LOCAL_PROVEN)
        s->features |= OCD_FEATURE_LOCAL;
    ocd_op_end(op, OCD_OK);
}

static const struct ocd_op_class prove_class = {
    .size = sizeof(struct prove),
    .pump = pump,
    .reply = reply,
};

struct ocd_op *ocd_prove_local_async(struct ocd_session *session, const struct ocd_call *call)
{
    return ocd_op_new(session, &prove_class, call, "prove the same-host path");
}

int ocd_prove_local(struct ocd_session *session)
{
    return ocd_op_wait(session, ocd_prove_local_async(session, NULL));
}
