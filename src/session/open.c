// SPDX-License-Identifier: MIT
/* From nothing to a session that is ready: start, connect, greet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/reserved.h"
#include "session/greeting.h"
#include "session/open.h"
#include "session/session.h"

static void connect_result(struct ocd_session *s, int rc)
{
    struct ocd_buffer message = {0};

    if (rc == OCD_PENDING)
        return;
    if (rc == OCD_OK) {
        ocd__greet(s);
        return;
    }
    if (rc == OCD_ERR_CONNECT && s->process != NULL) {
        s->state = OCD_SESSION_ENDING; /* its port is closed again: it is ending */
        return;
    }
    if (rc == OCD_ERR_CONNECT || rc == OCD_ERR_SYSTEM) {
        s->connecting->detail.error.system_errno = errno;
        ocd__buffer_puts(&message, strerror(errno));
    }
    ocd__session_die(s, rc, message.size > 0 && message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
}

static void connect_to_server(struct ocd_session *s)
{
    s->state = OCD_SESSION_CONNECTING;
    connect_result(s, ocd__connector_start(&s->connector, s->host, s->port,
                                           ocd__op_expiry(s->connecting),
                                           s->wait_server && s->process == NULL));
}

/* OpenOCD's own errors, and those that Jim Tcl reports of its start-up script. */
static bool is_error(const char *line, size_t size)
{
    const char *jim = strstr(line, ": Error: ");

    return strncmp(line, "Error", 5) == 0 || (jim != NULL && jim < line + size);
}

/* The line of OpenOCD's log to report: the last error, else the last line. */
static struct ocd_view reported_line(const char *log)
{
    struct ocd_view best = {(char *)log, 0};
    bool error = false;

    for (const char *line = log; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        bool is_cause = is_error(line, size);
        if (size > 0 && (is_cause || !error))
            best = (struct ocd_view){(char *)line, size};
        error = error || is_cause;
        line += size + (line[size] == '\n');
    }
    return best;
}

static void process_failed(struct ocd_session *s)
{
    struct ocd_buffer message = {0};
    const char *log = ocd__process_log(s->process);
    struct ocd_view line = reported_line(log);

    ocd__buffer_printf(&message, "OpenOCD %s: %.*s\n%s",
                       ocd__process_reason(s->process, NULL, NULL), (int)line.size, line.data, log);
    ocd__session_die(s, OCD_ERR_PROCESS, message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
}

static void await_process(struct ocd_session *s)
{
    switch (ocd__process_poll(s->process)) {
    case OCD_PROCESS_STARTING:
        break;
    case OCD_PROCESS_READY:
        s->port = ocd__process_port(s->process);
        connect_to_server(s);
        break;
    case OCD_PROCESS_ENDED:
        process_failed(s);
        break;
    }
}

/* Replaces this connection by another one. */
static void connect_again(struct ocd_session *s, const char *why)
{
    s->not_ready = why;
    s->greet_again = false;
    ocd__rpc_reset(&s->rpc);
    s->state = OCD_SESSION_CONNECTING;
    ocd__connector_again(&s->connector);
}

/* Closing drops the connection at once: the system retransmits nothing. */
static void abort_connection(int fd)
{
    struct linger at_once = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Whether the server may be starting, and cannot answer yet. */
static bool may_be_starting(const struct ocd_session *s)
{
    return s->wait_server && s->process == NULL &&
           (s->greet_again || s->rpc.dead.error.code == OCD_ERR_CLOSED);
}

static void check_greeting(struct ocd_session *s)
{
    if (s->rpc.fd >= 0 && ocd__connector_dropped(&s->connector, s->rpc.fd)) {
        abort_connection(s->rpc.fd);
        connect_again(s, NULL);
    } else if (may_be_starting(s)) {
        connect_again(s, s->greet_again ? "OpenOCD has not run `init`"
                                        : "the server closes the connection");
    } else if (ocd__greeting_is_foreign(s) || s->rpc.dead.error.code == OCD_ERR_PROTOCOL) {
        ocd__session_die(s, OCD_ERR_NOT_OPENOCD, ocd__greeting_foreign_name(s));
    } else if (s->rpc.fd >= 0) {
        return;
    } else if (s->process != NULL && s->rpc.dead.error.code == OCD_ERR_CLOSED) {
        s->state = OCD_SESSION_ENDING; /* the reason is known when it has ended */
    } else {
        ocd__session_die(s, s->rpc.dead.error.code, s->rpc.dead.error.message);
    }
}

void ocd__session_connect_expired(struct ocd_session *s)
{
    const char *why = s->connector.last_errno != 0 ? strerror(s->connector.last_errno) : "";
    struct ocd_op *op = s->connecting;

    if (s->state == OCD_SESSION_STARTING || s->state == OCD_SESSION_ENDING)
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "OpenOCD has not opened its port in %u ms",
                     (unsigned)op->timeout_ms);
    else if (s->state == OCD_SESSION_GREETING)
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "connected to %s port %u, which does not answer", s->host,
                     (unsigned)s->port);
    else if (s->not_ready != NULL)
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "%s", s->not_ready);
    else if (s->wait_server && s->connector.last_errno != ETIMEDOUT && why[0] != '\0')
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "nothing listens there yet: %s", why);
    else
        ocd__op_fail(op, OCD_ERR_TIMEOUT, "%s port %u does not answer", s->host, (unsigned)s->port);
}

void ocd__session_advance(struct ocd_session *s)
{
    switch (s->state) {
    case OCD_SESSION_STARTING:
        await_process(s);
        break;
    case OCD_SESSION_CONNECTING:
        connect_result(s, ocd__connector_continue(&s->connector));
        break;
    case OCD_SESSION_GREETING:
        check_greeting(s);
        break;
    case OCD_SESSION_ENDING:
        if (ocd__process_poll(s->process) == OCD_PROCESS_ENDED)
            process_failed(s);
        break;
    case OCD_SESSION_READY:
        if (s->rpc.fd < 0)
            ocd__session_die(s, s->rpc.dead.error.code, s->rpc.dead.error.message);
        break;
    default:
        break;
    }
}

void ocd__open_pump(struct ocd_op *op)
{
    op->all_sent = true; /* ocd__session_advance does the work */
}

void ocd__open_ended(struct ocd_op *op, int result)
{
    struct ocd_session *s = op->session;

    int code = result == OCD_ERR_NOMEM ? OCD_ERR_NOMEM : OCD_ERR_CLOSED;

    s->connecting = NULL;
    if (result != OCD_OK && s->state != OCD_SESSION_DEAD)
        ocd__session_die(s, code, op->detail.error.text);
}

static void start_process(struct ocd_session *s)
{
    const struct ocd_start *start = s->start;
    struct ocd_buffer message = {0};
    int rc = ocd__process_start(&s->process, start->openocd, start->config,
                                (const char *const *)start->args, &message);

    if (rc == OCD_ERR_SYSTEM)
        s->connecting->detail.error.system_errno = errno;
    if (rc == OCD_OK)
        s->state = OCD_SESSION_STARTING;
    else
        ocd__session_die(s, rc, message.size > 0 && message.error == 0 ? message.data : "");
    ocd__buffer_free(&message);
}

void ocd__open_begin(struct ocd_session *s, struct ocd_op *op)
{
    s->connecting = op;
    if (s->start != NULL)
        start_process(s);
    else
        connect_to_server(s);
}

static const struct ocd_op_class connecting_class = {
    .size = sizeof(struct ocd_op),
    .pump = ocd__open_pump,
    .reply = ocd__greeted,
    .ended = ocd__open_ended,
};

static void check_options(struct ocd_op *op, const struct ocd_options *options)
{
    if (options == NULL)
        return;
    if (OCD_RESERVED_USED(options))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_options.reserved is not zero");
    else if (options->writable != NULL &&
             ocd_reserved_ranges_used(options->writable, options->writable_count))
        ocd__op_fail(op, OCD_ERR_ARG,
                     "ocd_range.reserved of one of ocd_options.writable is not zero");
}

struct ocd_op *ocd_connect_async(struct ocd_session **session, const struct ocd_options *options,
                                 const struct ocd_call *call)
{
    if (session == NULL)
        return NULL;
    struct ocd_session *s = *session = ocd__session_new(options);
    if (s == NULL)
        return NULL;
    struct ocd_op *op = ocd__op_new(s, &connecting_class, call, "connect to %s port %u", s->host,
                                    (unsigned)s->port);
    if (op == NULL) {
        ocd__session_free(s);
        *session = NULL;
        return NULL;
    }
    check_options(op, options);
    if (op->result != OCD_PENDING)
        return op; /* the settings were refused */
    ocd__open_begin(s, op);
    return op;
}

struct ocd_op *ocd_start_async(struct ocd_session **session, const struct ocd_options *options,
                               const struct ocd_call *call)
{
    if (session == NULL)
        return NULL;
    struct ocd_session *s = *session = ocd__session_new(options);
    if (s == NULL)
        return NULL;
    struct ocd_op *op = ocd__op_new(s, &connecting_class, call, "start OpenOCD");
    char *loopback = strdup("127.0.0.1");
    s->start = ocd__start_new(options);
    if (op == NULL || loopback == NULL || s->start == NULL) {
        free(loopback);
        ocd_op_free(op);
        ocd__session_free(s);
        *session = NULL;
        return NULL;
    }
    free(s->host);
    s->host = loopback;
    s->port = 0; /* until OpenOCD has chosen one */
    check_options(op, options);
    if (op->result != OCD_PENDING)
        return op; /* the settings were refused */
    ocd__open_begin(s, op);
    return op;
}

static int open_wait(struct ocd_session **session, struct ocd_op *op)
{
    if (session == NULL)
        return OCD_ERR_ARG;
    return op != NULL ? ocd_wait(op) : OCD_ERR_NOMEM;
}

int ocd_connect(struct ocd_session **session, const struct ocd_options *options)
{
    return open_wait(session, ocd_connect_async(session, options, NULL));
}

int ocd_start(struct ocd_session **session, const struct ocd_options *options)
{
    return open_wait(session, ocd_start_async(session, options, NULL));
}
