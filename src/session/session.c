// SPDX-License-Identifier: MIT
/* Creating, closing and losing a session. */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/open.h"
#include "session/write_access.h"

#define DEFAULT_HOST       "localhost"
#define DEFAULT_PORT       6666 /* OpenOCD manual, "TCP/IP Ports" */
#define DEFAULT_TIMEOUT_MS 10000u

static char *quote(const char *text)
{
    struct ocd_buffer word = {0};

    if (ocd__tcl_quote(&word, text, strlen(text)) != OCD_OK) {
        ocd__buffer_free(&word);
        return NULL;
    }
    return ocd__buffer_take(&word);
}

struct ocd_session *ocd__session_new(const struct ocd_options *options)
{
    static const struct ocd_options defaults;
    struct ocd_session *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;

    if (options == NULL)
        options = &defaults;
    s->began = ocd__now();
    ocd__detail_init(&s->last_error);
    ocd__detail_init(&s->loss);
    s->connection = options->connection;
    s->connection_user = options->connection_user;
    ocd__rpc_init(&s->rpc);
    ocd__connector_init(&s->connector);
    s->rpc.trace = options->trace;
    s->rpc.trace_user = options->trace_user;
    s->host = strdup(options->host != NULL ? options->host : DEFAULT_HOST);
    s->port = options->port != 0 ? options->port : DEFAULT_PORT;
    s->timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    s->deadline_ms = options->deadline_ms != 0 ? options->deadline_ms : OCD_TIMEOUT_NONE;
    s->phys = options->phys;
    s->reconnect = options->reconnect;
    s->wait_server = options->wait_server;
    bool complete = s->host != NULL && ocd__write_access_set(s, options);
    if (options->target != NULL) {
        s->target = strdup(options->target);
        s->target_word = quote(options->target);
        complete = complete && s->target != NULL && s->target_word != NULL;
    }
    if (!complete) {
        ocd__session_free(s);
        return NULL;
    }
    return s;
}

static void forget(struct ocd_target_info *t)
{
    t->known = false;
    t->width64 = OCD_WIDTH64_UNKNOWN;
}

static void free_targets(struct ocd_session *s)
{
    for (struct ocd_target_info *t = s->targets, *next; t != NULL; t = next) {
        next = t->next;
        free(t->name);
        free(t);
    }
    s->targets = NULL;
}

void ocd__session_forget_targets(struct ocd_session *s)
{
    for (struct ocd_target_info *t = s->targets; t != NULL; t = t->next)
        forget(t);
}

/* Operations that the caller has not released stay, without a session. */
static void let_go(struct ocd_op_list *list)
{
    while (list->first != NULL) {
        struct ocd_op *op = list->first;
        ocd__op_list_remove(op);
        op->session = NULL;
    }
}

/* Last operation first: the end of a connect, which is the first, would end the others with another
 * code. */
static void cancel_all(struct ocd_session *s)
{
    while (s->active.last != NULL)
        ocd__op_fail(s->active.last, OCD_ERR_CANCELLED, "the session is being closed");
}

void ocd__session_free(struct ocd_session *s)
{
    cancel_all(s);
    let_go(&s->ended);
    let_go(&s->idle);
    ocd__rpc_free(&s->rpc);
    ocd__connector_free(&s->connector);
    if (s->process != NULL)
        ocd__process_end(&s->process);
    ocd__start_free(s->start);
    free_targets(s);
    ocd__detail_free(&s->last_error);
    ocd__detail_free(&s->loss);
    free(s->host);
    free(s->target);
    free(s->target_word);
    free(s->server_version);
    free(s->text_reason);
    free(s->selected);
    free(s->writable);
    free(s);
}

void ocd_close(struct ocd_session *s)
{
    if (s == NULL)
        return;
    if (s->depth == 0) {
        ocd__session_free(s);
        return;
    }
    /* The caller may then release what the callbacks use: none is called any more. */
    s->close_wanted = true;
    s->rpc.trace = NULL;
    s->rpc.event = NULL;
    s->connection = NULL;
    cancel_all(s);
}

static void record_loss(struct ocd_session *s, int code, const char *message)
{
    if (s->connection == NULL || s->lost)
        return;
    s->lost = true;
    s->report_lost = true;
    ocd__detail_set(&s->loss, code, "%s", message);
    ocd__detail_compose(&s->loss, "the connection was lost");
}

void ocd__session_is_back(struct ocd_session *s)
{
    s->report_back = s->lost;
    s->lost = false;
}

void ocd__session_tell_connection(struct ocd_session *s)
{
    bool lost = s->report_lost;

    s->report_lost = false;
    if (lost && s->connection != NULL)
        s->connection(false, &s->loss.error, s->connection_user);
    bool back = s->report_back;
    s->report_back = false;
    if (back && s->connection != NULL)
        s->connection(true, NULL, s->connection_user);
}

struct ocd_op *ocd__session_first_bound(const struct ocd_session *s)
{
    struct ocd_op *op = s->active.first;

    while (op != NULL && op->outlives)
        op = op->next;
    return op;
}

void ocd__session_die(struct ocd_session *s, int code, const char *message)
{
    if (s->state == OCD_SESSION_READY)
        record_loss(s, code, message);
    s->state = OCD_SESSION_DEAD;
    s->features = 0;
    ocd__connector_free(&s->connector);
    ocd__rpc_die(&s->rpc, code, message);
    for (struct ocd_op *op = s->active.first; op != NULL; op = op->next)
        op->outlives =
            s->reconnect && op->class->lost != NULL && op->class->lost(op, code, message);
    struct ocd_op *op;
    while ((op = ocd__session_first_bound(s)) != NULL)
        ocd__op_fail(op, code, "%s", message);
}

struct ocd_target_info *ocd__session_target(struct ocd_session *s, const char *name)
{
    struct ocd_target_info *t;

    for (t = s->targets; t != NULL; t = t->next)
        if (t->name == NULL ? name == NULL : name != NULL && strcmp(t->name, name) == 0)
            return t;
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        return NULL;
    if (name != NULL && (t->name = strdup(name)) == NULL) {
        free(t);
        return NULL;
    }
    t->next = s->targets;
    s->targets = t;
    return t;
}

bool ocd__endian_parse(struct ocd_view word, enum ocd_endian *endian)
{
    bool big = ocd__view_is(word, "big");

    *endian = big ? OCD_BIG_ENDIAN : OCD_LITTLE_ENDIAN;
    return big || ocd__view_is(word, "little");
}

void ocd__session_forget_current(struct ocd_session *s)
{
    for (struct ocd_target_info *t = s->targets; t != NULL; t = t->next)
        if (t->name == NULL)
            forget(t);
}

const struct ocd_error *ocd_last_error(const struct ocd_session *s)
{
    return s != NULL ? &s->last_error.error : ocd_op_error(NULL);
}

const char *ocd_server_version(const struct ocd_session *s)
{
    return s != NULL && s->state == OCD_SESSION_READY ? s->server_version : "";
}

unsigned ocd_features(const struct ocd_session *s)
{
    return s != NULL && s->state == OCD_SESSION_READY ? s->features : 0;
}

const char *ocd_text_reason(const struct ocd_session *s)
{
    return s != NULL && s->text_reason != NULL ? s->text_reason : "";
}

uint16_t ocd_port(const struct ocd_session *s)
{
    return s != NULL ? s->port : 0;
}
