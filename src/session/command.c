// SPDX-License-Identifier: MIT
/* Any Tcl command. */
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/write_access.h"
#include "tcl/scripts.h"

/* Tcl's return codes that are no failure of a script: TCL_OK and TCL_RETURN. */
#define TCL_OK     0
#define TCL_RETURN 2
/* ERROR_COMMAND_CLOSE_CONNECTION of OpenOCD's src/helper/command.h. */
#define CLOSE_CONNECTION (-600)

/* A script may select a target, for this connection only: a reconnect must select it again. So if
 * the session may reconnect, the current target is asked for before and after the script. */
enum tag {
    SCRIPT,
    BEFORE,
    AFTER,
};

struct command {
    struct ocd_op op;
    struct ocd_buffer script;
    bool watched; /* the current target is asked for before and after the script */
    bool seen;    /* the current target after the script is known */
    char *before; /* the current target */
    char *answer;
    int outcome; /* of the script */
    char **result;
};

static void pump(struct ocd_op *op)
{
    struct command *c = (struct command *)op;

    op->all_sent = true;
    c->watched = op->session->reconnect;
    if (c->watched &&
        !ocd__op_run(op, ocd__script_current_target, strlen(ocd__script_current_target), BEFORE))
        return;
    if (!ocd__op_run_any(op, (struct ocd_view){c->script.data, c->script.size}, SCRIPT))
        return;
    if (c->watched)
        ocd__op_run(op, ocd__script_current_target, strlen(ocd__script_current_target), AFTER);
}

/* `shutdown` and `exit` succeed by ending the connection. */
static bool asks_to_end(const struct command *c)
{
    const char *word = c->script.data + strspn(c->script.data, " \t\r\n");
    size_t size = strcspn(word, " \t\r\n;");

    return (size == 8 && strncmp(word, "shutdown", 8) == 0) ||
           (size == 4 && strncmp(word, "exit", 4) == 0);
}

/* 0.12 answers that it is about to close the connection, or closes it; later versions also leave
 * the script around the command, so that their answer is no reply. */
static bool has_ended(const struct ocd_reply *r)
{
    return r->error == OCD_ERR_CLOSED || r->error == OCD_ERR_PROTOCOL ||
           (r->error == OCD_OK && r->status == CLOSE_CONNECTION);
}

static void script_answered(struct command *c, struct ocd_reply *r)
{
    struct ocd_op *op = &c->op;
    struct ocd_buffer text = {0};

    if (asks_to_end(c) && has_ended(r)) {
        struct ocd_session *session = op->session;
        c->answer = ocd__buffer_take(&text);
        c->seen = true; /* it selects nothing */
        ocd__op_end(op, OCD_OK);
        /* 0.12 only announces it: the `catch` around the script keeps the connection. */
        if (r->error == OCD_OK)
            ocd__session_die(session, OCD_ERR_CLOSED, "a command has ended the session");
        return;
    }
    if (ocd__op_transport_failed(op, r))
        return;
    ocd__session_forget_current(op->session); /* it may have selected another */
    c->outcome = OCD_OK;
    if (r->status != TCL_OK && r->status != TCL_RETURN) {
        c->outcome = OCD_ERR_COMMAND;
        ocd__op_record_server_error(op, (struct ocd_view){c->script.data, c->script.size}, r);
    } else {
        ocd__buffer_add(&text, r->result.data, r->result.size);
        c->answer = ocd__buffer_take(&text);
        if (c->answer == NULL)
            c->outcome = OCD_ERR_NOMEM;
    }
    if (!c->watched)
        ocd__op_end(op, c->outcome);
}

/* Records what a reconnect has to select. An error here does not count: the script has been run. */
static void selection_answered(struct command *c, const struct ocd_reply *r)
{
    struct ocd_session *s = c->op.session;
    struct ocd_view name = r->result;

    c->seen = r->error == OCD_OK && c->before != NULL;
    if (c->seen && (s->unsure || strlen(c->before) != name.size ||
                    memcmp(c->before, name.data, name.size) != 0)) {
        free(s->selected);
        s->selected = strndup(name.data, name.size);
        c->seen = s->selected != NULL;
    }
    ocd__op_end(&c->op, c->outcome);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct command *c = (struct command *)op;

    if (tag == SCRIPT) {
        script_answered(c, r);
        return;
    }
    if (tag == AFTER)
        selection_answered(c, r);
    else if (!ocd__op_transport_failed(op, r))
        c->before = strndup(r->result.data, r->result.size);
}

static void account(struct ocd_op *op, int result)
{
    struct command *c = (struct command *)op;

    if (result == OCD_ERR_TIMEOUT) /* the whole command, not only its beginning */
        ocd__detail_command(&op->detail, c->script.data, c->script.size);
}

static void ended(struct ocd_op *op, int result)
{
    struct command *c = (struct command *)op;
    struct ocd_session *s = op->session;

    /* A script that was lost with the connection has selected nothing. One that still runs, or
     * whose effect is not known, may have selected a target. */
    if (c->watched)
        s->unsure = !c->seen && (s->rpc.fd >= 0 || c->answer != NULL);
    if (result != OCD_OK || c->result == NULL)
        return;
    *c->result = c->answer;
    c->answer = NULL;
}

static void destroy(struct ocd_op *op)
{
    struct command *c = (struct command *)op;

    ocd__buffer_free(&c->script);
    free(c->before);
    free(c->answer);
}

static const struct ocd_op_class command_class = {
    .size = sizeof(struct command),
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

struct ocd_op *ocd_command_async(struct ocd_session *session, const char *tcl, char **result,
                                 const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd__op_new(session, &command_class, call, "command %.200s", tcl != NULL ? tcl : "(none)");
    struct command *c = (struct command *)op;

    if (result != NULL)
        *result = NULL;
    if (op == NULL)
        return NULL;
    c->result = result;
    if (tcl == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the command is NULL");
    else if (!ocd__write_access_command(op))
        return op;
    else if (ocd__buffer_puts(&c->script, tcl) != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_command(struct ocd_session *session, const char *tcl, char **result)
{
    return ocd__op_wait(session, ocd_command_async(session, tcl, result, NULL));
}
