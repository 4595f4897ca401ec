// SPDX-License-Identifier: MIT
/* Which target the session's calls are for.
 *
 * The first request selects the target and restores the old selection at once, to find out whether
 * OpenOCD allows it. After the answer the target is selected to stay. So a call that times out has
 * selected nothing, neither in the session nor in OpenOCD, and the second request needs no
 * answer. */
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/target.h"
#include "tcl/scripts.h"

struct selection {
    struct ocd_op op;
    bool asked;
    char *name;
    char *selected; /* a copy */
    char *word;     /* as a Tcl word */
};

static void pump(struct ocd_op *op)
{
    struct selection *s = (struct selection *)op;
    struct ocd_buffer command = {0};

    if (s->asked)
        return; /* what comes next needs the answer */
    s->asked = true;
    ocd__buffer_printf(&command, "%s %s", ocd__script_select, s->word);
    if (command.error != 0)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd__op_run(op, command.data, command.size, 0);
    ocd__buffer_free(&command);
}

static void swap(char **a, char **b)
{
    char *c = *a;

    *a = *b;
    *b = c;
}

/* Selects it in OpenOCD, for the caller's scripts on this connection. False: the operation has
 * ended. */
static bool select_in_server(struct selection *s)
{
    struct ocd_buffer command = {0};

    ocd__buffer_puts(&command, "targets ");
    ocd__buffer_puts(&command, s->word);
    int rc = command.error != 0
                 ? OCD_ERR_NOMEM
                 : ocd__rpc_run(&s->op.session->rpc, (struct ocd_view){command.data, command.size},
                                (struct ocd_view){0}, false, NULL, NULL, 0);
    ocd__buffer_free(&command);
    if (rc != OCD_OK)
        ocd__op_fail(&s->op, rc, "%s", "");
    return rc == OCD_OK;
}

static void select_for_session(struct selection *s, struct ocd_view endian, struct ocd_view type)
{
    struct ocd_session *session = s->op.session;
    struct ocd_target_info *info = ocd__session_target(session, s->name);

    ocd__session_forget_current(session);
    if (info == NULL || !ocd__target_learn(info, endian, type, (struct ocd_view){NULL, 0})) {
        ocd__op_fail(&s->op, info == NULL ? OCD_ERR_NOMEM : OCD_ERR_PROTOCOL,
                     "the target's byte order is neither little nor big");
        return;
    }
    if (!select_in_server(s))
        return;
    swap(&session->target, &s->name);
    swap(&session->target_word, &s->word);
    swap(&session->selected, &s->selected);
    session->unsure = false;
    ocd__op_end(&s->op, OCD_OK);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct selection *s = (struct selection *)op;
    struct ocd_view list, first, endian, type;

    (void)tag;
    if (ocd__op_transport_failed(op, r))
        return;
    if (r->status != 0) {
        struct ocd_view command = {(char *)"targets", 7};
        ocd__op_server_error(op, OCD_ERR_COMMAND, command, r);
        return;
    }
    list = r->result;
    if (ocd__tcl_next(&list, &first) == 1 && first.size == 0 &&
        ocd__tcl_next(&list, &endian) == 1 && ocd__tcl_next(&list, &type) == 1)
        select_for_session(s, endian, type);
    else if (r->result.size == 0)
        ocd__op_fail(op, OCD_ERR_NO_TARGET, "OpenOCD has no targets: its configuration names none");
    else
        ocd__op_fail(op, OCD_ERR_NO_TARGET, "OpenOCD has: %.*s", (int)r->result.size,
                     r->result.data);
}

static void destroy(struct ocd_op *op)
{
    struct selection *s = (struct selection *)op;

    free(s->name);
    free(s->selected);
    free(s->word);
}

static const struct ocd_op_class selection_class = {
    .size = sizeof(struct selection),
    .exclusive = true,
    .pump = pump,
    .reply = reply,
    .destroy = destroy,
};

struct ocd_op *ocd_select_async(struct ocd_session *session, const char *name,
                                const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &selection_class, call, "select target %.100s",
                                    name != NULL ? name : "(none)");
    struct selection *s = (struct selection *)op;
    struct ocd_buffer word = {0};

    if (op == NULL)
        return NULL;
    if (name == NULL) {
        ocd__op_fail(op, OCD_ERR_ARG, "the name is NULL");
        return op;
    }
    s->name = strdup(name);
    s->selected = strdup(name);
    ocd__tcl_quote(&word, name, strlen(name));
    s->word = ocd__buffer_take(&word);
    if (s->name == NULL || s->selected == NULL || s->word == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_select(struct ocd_session *session, const char *name)
{
    return ocd__op_wait(session, ocd_select_async(session, name, NULL));
}
