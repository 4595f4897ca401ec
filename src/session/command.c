// SPDX-License-Identifier: MIT
/* Any Tcl command. */
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "rpc/wrapper.h"
#include "session/guard.h"

/* Tcl's return codes that are no failure of a script: TCL_OK and TCL_RETURN. */
#define TCL_OK     0
#define TCL_RETURN 2
/* ERROR_COMMAND_CLOSE_CONNECTION of OpenOCD's src/helper/command.h. */
#define CLOSE_CONNECTION (-600)

struct command {
    struct ocd_op op;
    struct ocd_buffer script;
    char *answer;
    char **result;
};

static void pump(struct ocd_op *op)
{
    struct command *c = (struct command *)op;

    op->issued = true;
    ocd_op_send(op, OCD_WRAP_ANY, c->script.data, c->script.size, 0);
}

/* `shutdown` and `exit` succeed by ending the connection. */
static bool asks_to_end(const struct command *c)
{
    const char *word = c->script.data + strspn(c->script.data, " \t\r\n");
    size_t size = strcspn(word, " \t\r\n;");

    return (size == 8 && strncmp(word, "shutdown", 8) == 0) ||
           (size == 4 && strncmp(word, "exit", 4) == 0);
}

/* 0.12 answers that it is about to close the connection, or closes it; later ones unwind the
 * wrapper too, so that what comes is no reply. */
static bool has_ended(const struct ocd_reply *r)
{
    return r->error == OCD_ERR_CLOSED || r->error == OCD_ERR_PROTOCOL ||
           (r->error == OCD_OK && r->status == CLOSE_CONNECTION);
}

/* `targets NAME` selects for this connection only: a reconnect must do it again. */
static void remember_selection(const struct command *c)
{
    struct ocd_buffer copy = {0};
    struct ocd_slice words[3];
    int count = 0;

    ocd_buffer_puts(&copy, c->script.data);
    struct ocd_slice list = {copy.data, copy.error == 0 ? copy.size : 0};
    while (count < 3 && ocd_tcl_next(&list, &words[count]) == 1)
        count++;
    if (count == 2 && words[0].size == 7 && memcmp(words[0].data, "targets", 7) == 0) {
        free(c->op.session->selected);
        c->op.session->selected = strndup(words[1].data, words[1].size);
    }
    ocd_buffer_free(&copy);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    struct command *c = (struct command *)op;
    struct ocd_buffer text = {0};

    (void)tag;
    if (asks_to_end(c) && has_ended(r)) {
        struct ocd_session *session = op->session;
        c->answer = ocd_buffer_take(&text);
        ocd_op_end(op, OCD_OK);
        /* 0.12 has only said so: the catch around the script has kept the connection. */
        if (r->error == OCD_OK)
            ocd_session_die(session, OCD_ERR_CLOSED, "a command has ended the session");
        return;
    }
    if (ocd_op_unanswered(op, r))
        return;
    ocd_session_forget_current(op->session); /* it may have been `targets NAME` */
    if (r->status == TCL_OK)
        remember_selection(c);
    r->result.size = ocd_wrapper_unescape(r->result.data, r->result.size);
    r->log.size = ocd_wrapper_unescape(r->log.data, r->log.size);
    if (r->status != TCL_OK && r->status != TCL_RETURN) {
        ocd_op_refused(op, OCD_ERR_COMMAND, (struct ocd_slice){c->script.data, c->script.size}, r);
        return;
    }
    ocd_buffer_add(&text, r->result.data, r->result.size);
    c->answer = ocd_buffer_take(&text);
    if (c->answer == NULL)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    else
        ocd_op_end(op, OCD_OK);
}

static void ended(struct ocd_op *op, int result)
{
    struct command *c = (struct command *)op;

    if (result != OCD_OK || c->result == NULL)
        return;
    *c->result = c->answer;
    c->answer = NULL;
}

static void destroy(struct ocd_op *op)
{
    struct command *c = (struct command *)op;

    ocd_buffer_free(&c->script);
    free(c->answer);
}

static const struct ocd_op_class command_class = {
    .size = sizeof(struct command),
    .pump = pump,
    .reply = reply,
    .ended = ended,
    .destroy = destroy,
};

struct ocd_op *ocd_command_async(struct ocd_session *session, const char *tcl, char **result,
                                 const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd_op_new(session, &command_class, call, "command %.200s", tcl != NULL ? tcl : "(none)");
    struct command *c = (struct command *)op;

    if (result != NULL)
        *result = NULL;
    if (op == NULL)
        return NULL;
    c->result = result;
    if (tcl == NULL)
        ocd_op_fail(op, OCD_ERR_ARG, "there is no command");
    else if (!ocd_guard_command(op))
        return op;
    else if (ocd_buffer_puts(&c->script, tcl) != OCD_OK)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_command(struct ocd_session *session, const char *tcl, char **result)
{
    return ocd_op_wait(session, ocd_command_async(session, tcl, result, NULL));
}
