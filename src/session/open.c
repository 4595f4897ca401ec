// SPDX-License-Identifier: MIT
/* From nothing to a session that is ready: start, connect, greet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/scan.h"
#include "rpc/script.h"
#include "rpc/tcl.h"
#include "session/event.h"
#include "session/session.h"
#include "session/target.h"

/* Asks in one round trip who is there. A target that cannot be found shows in the status; its name
 * may be that of a command, which must not be run. */
static const char greeting[] = "apply {{files target selected notify} {"
                               "set about {}; "
                               "if {$notify} {" OCD_NOTIFY_ON "}; "
                               "set ask {t {list [$t cget -endian] [$t cget -type]}}; "
                               "if {$selected ne {}} {targets $selected}; "
                               "if {[llength $target] == 0} "
                               "{if {[catch {apply $ask [target current]} about]} {set about {}}} "
                               "elseif {[lsearch -exact [target names] [lindex $target 0]] < 0} "
                               "{error \"no target is named [lindex $target 0]\"} "
                               "else {set about [apply $ask [lindex $target 0]]}; "
                               "list [version] [llength [info commands read_memory]] $about "
                               "$files}} ";

static void greet(struct ocd_session *s)
{
    struct ocd_buffer command = {0};

    ocd_buffer_printf(&command, "%s[%s] ", greeting, ocd_script_files);
    if (s->target_word != NULL)
        ocd_buffer_printf(&command, "[list %s] ", s->target_word);
    else
        ocd_buffer_puts(&command, "{} ");
    ocd_tcl_quote(&command, s->selected != NULL ? s->selected : "",
                  s->selected != NULL ? strlen(s->selected) : 0);
    s->notified = s->event != NULL;
    ocd_buffer_puts(&command, s->notified ? " 1" : " 0");
    ocd_rpc_open(&s->rpc, ocd_connector_take(&s->connector));
    s->state = OCD_SESSION_GREETING;
    if (command.error != 0)
        ocd_session_die(s, OCD_ERR_NOMEM, "");
    else
        ocd_op_run(s->connecting, command.data, command.size, 0);
    ocd_buffer_free(&command);
}

static void connect_result(struct ocd_session *s, int rc)
{
    struct ocd_buffer message = {0};

    if (rc == OCD_PENDING)
        return;
    if (rc == OCD_OK) {
        greet(s);
        return;
    }
    if (rc == OCD_ERR_CONNECT && s->process != NULL) {
        s->state = OCD_SESSION_ENDING; /* its port is closed again: it dies */
        return;
    }
    if (rc == OCD_ERR_CONNECT || rc == OCD_ERR_SYSTEM) {
        s->connecting->detail.error.system_errno = errno;
        ocd_buffer_puts(&message, strerror(errno));
    }
    ocd_session_die(s, rc, message.size > 0 && message.error == 0 ? message.data : "");
    ocd_buffer_free(&message);
}

static void begin_connecting(struct ocd_session *s)
{
    s->state = OCD_SESSION_CONNECTING;
    connect_result(
        s, ocd_connector_start(&s->connector, s->host, s->port, ocd_op_expiry(s->connecting)));
}

/* OpenOCD's own errors, and those that Jim Tcl reports of its start-up script. */
static bool is_error(const char *line, size_t size)
{
    const char *jim = strstr(line, ": Error: ");

    return strncmp(line, "Error", 5) == 0 || (jim != NULL && jim < line + size);
}

/* The line of OpenOCD's log that says most: the last error, else the last line. */
static struct ocd_slice telling_line(const char *log)
{
    struct ocd_slice best = {(char *)log, 0};
    bool error = false;

    for (const char *line = log; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        bool tells = is_error(line, size);
        if (size > 0 && (tells || !error))
            best = (struct ocd_slice){(char *)line, size};
        error = error || tells;
        line += size + (line[size] == '\n');
    }
    return best;
}

static void process_failed(struct ocd_session *s)
{
    struct ocd_buffer message = {0};
    const char *log = ocd_process_log(s->process);
    struct ocd_slice line = telling_line(log);

    ocd_buffer_printf(&message, "OpenOCD %s: %.*s\n%s", ocd_process_reason(s->process, NULL, NULL),
                      (int)line.size, line.data, log);
    ocd_session_die(s, OCD_ERR_PROCESS, message.error == 0 ? message.data : "");
    ocd_buffer_free(&message);
}

static void await_process(struct ocd_session *s)
{
    switch (ocd_process_poll(s->process)) {
    case OCD_PROCESS_STARTING:
        break;
    case OCD_PROCESS_READY:
        s->port = ocd_process_port(s->process);
        begin_connecting(s);
        break;
    case OCD_PROCESS_ENDED:
        process_failed(s);
        break;
    }
}

/* The answer to the greeting begins with NUL. Anything else is not OpenOCD's Tcl port: no need to
 * wait for the end of whatever it is. */
static bool is_foreign(const struct ocd_session *s)
{
    const struct ocd_framer *f = &s->rpc.framer;

    return ocd_framer_partial(f) > 0 && f->in.data[f->start] != '\0';
}

static void check_greeting(struct ocd_session *s)
{
    if (is_foreign(s) || s->rpc.dead.error.code == OCD_ERR_PROTOCOL)
        ocd_session_die(s, OCD_ERR_NOT_OPENOCD, "what it sends is no answer");
    else if (s->rpc.fd >= 0)
        return;
    else if (s->process != NULL && s->rpc.dead.error.code == OCD_ERR_CLOSED)
        s->state = OCD_SESSION_ENDING; /* it dies; why is known when it is dead */
    else
        ocd_session_die(s, s->rpc.dead.error.code, s->rpc.dead.error.message);
}

void ocd_session_advance(struct ocd_session *s)
{
    switch (s->state) {
    case OCD_SESSION_STARTING:
        await_process(s);
        break;
    case OCD_SESSION_CONNECTING:
        connect_result(s, ocd_connector_continue(&s->connector));
        break;
    case OCD_SESSION_GREETING:
        check_greeting(s);
        break;
    case OCD_SESSION_ENDING:
        if (ocd_process_poll(s->process) == OCD_PROCESS_ENDED)
            process_failed(s);
        break;
    case OCD_SESSION_READY:
        if (s->rpc.fd < 0)
            ocd_session_die(s, s->rpc.dead.error.code, s->rpc.dead.error.message);
        break;
    default:
        break;
    }
}

/* What the server's files allow: whether bytes can move raw, and how many in one file. */
static int learn_files(struct ocd_session *s, struct ocd_slice list)
{
    struct ocd_slice reason, limit, more;
    uint64_t bytes;

    if (ocd_tcl_next(&list, &reason) != 1 || ocd_tcl_next(&list, &limit) != 1 ||
        ocd_tcl_next(&list, &more) != 0)
        return OCD_ERR_NOT_OPENOCD;
    if (!ocd_scan_number(&limit, &bytes))
        bytes = UINT64_MAX; /* no limit, or none that is known */
    s->file_max = bytes;
    free(s->text_reason);
    s->text_reason = NULL;
    s->raw = bytes >= OCD_RAW_STEP;
    memset(s->raw_size, 0, sizeof(s->raw_size));
    if (reason.size == 0 && s->raw) {
        s->features |= OCD_FEATURE_RAW;
        return OCD_OK;
    }
    s->text_reason = reason.size > 0
                         ? strndup(reason.data, reason.size)
                         : strdup("OpenOCD may write no file of 4096 bytes (ulimit -f)");
    s->raw = false;
    return s->text_reason != NULL ? OCD_OK : OCD_ERR_NOMEM;
}

static int read_greeting(struct ocd_session *s, struct ocd_slice list)
{
    struct ocd_slice version, memory, about, files, endian, type, more;

    if (ocd_tcl_next(&list, &version) != 1 || ocd_tcl_next(&list, &memory) != 1 ||
        ocd_tcl_next(&list, &about) != 1 || ocd_tcl_next(&list, &files) != 1 ||
        ocd_tcl_next(&list, &more) != 0)
        return OCD_ERR_NOT_OPENOCD;
    free(s->server_version);
    s->server_version = strndup(version.data, version.size);
    if (memory.size == 1 && memory.data[0] == '1')
        s->features |= OCD_FEATURE_MEMORY;
    if (s->process != NULL)
        s->features |= OCD_FEATURE_STARTED;
    struct ocd_target_info *t = ocd_session_target(s, s->target);
    if (t != NULL && ocd_tcl_next(&about, &endian) == 1 && ocd_tcl_next(&about, &type) == 1)
        ocd_target_learn(t, endian, type);
    return s->server_version != NULL && t != NULL ? learn_files(s, files) : OCD_ERR_NOMEM;
}

static void greeted(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply)
{
    struct ocd_session *s = op->session;

    (void)tag;
    if (reply->error != OCD_OK)
        return; /* check_greeting finds out why */
    if (reply->status != 0) {
        struct ocd_slice command = {(char *)greeting, sizeof(greeting) - 1};
        bool named = s->target != NULL || s->selected != NULL;
        int code = named ? OCD_ERR_NO_TARGET : OCD_ERR_UNSUPPORTED;
        ocd_op_refused(op, code, command, reply);
        return;
    }
    int rc = read_greeting(s, reply->result);
    if (rc != OCD_OK) {
        ocd_session_die(s, rc,
                        rc == OCD_ERR_NOMEM ? "" : "its answer to the greeting is malformed");
        return;
    }
    s->state = OCD_SESSION_READY;
    ocd_op_end(op, OCD_OK);
}

static void connecting_pump(struct ocd_op *op)
{
    op->issued = true; /* ocd_session_advance does the work */
}

static void connecting_ended(struct ocd_op *op, int result)
{
    struct ocd_session *s = op->session;

    int code = result == OCD_ERR_NOMEM ? OCD_ERR_NOMEM : OCD_ERR_CLOSED;

    s->connecting = NULL;
    if (result != OCD_OK && s->state != OCD_SESSION_DEAD)
        ocd_session_die(s, code, op->detail.error.text);
}

static const struct ocd_op_class connecting_class = {
    .size = sizeof(struct ocd_op),
    .pump = connecting_pump,
    .reply = greeted,
    .ended = connecting_ended,
};

struct ocd_op *ocd_connect_async(struct ocd_session **session, const struct ocd_options *options,
                                 const struct ocd_call *call)
{
    if (session == NULL)
        return NULL;
    struct ocd_session *s = *session = ocd_session_new(options);
    if (s == NULL)
        return NULL;
    struct ocd_op *op =
        ocd_op_new(s, &connecting_class, call, "connect to %s port %u", s->host, (unsigned)s->port);
    if (op == NULL) {
        ocd_session_free(s);
        *session = NULL;
        return NULL;
    }
    if (op->result != OCD_PENDING)
        return op; /* the call's settings were refused */
    s->connecting = op;
    begin_connecting(s);
    return op;
}

/* Nobody holds the operation of a reconnect. */
static void reconnecting_ended(struct ocd_op *op, int result)
{
    connecting_ended(op, result);
    op->release = true;
}

static const struct ocd_op_class reconnecting_class = {
    .size = sizeof(struct ocd_op),
    .pump = connecting_pump,
    .reply = greeted,
    .ended = reconnecting_ended,
};

/* Whether the server has closed while nothing was under way. */
static bool closed_meanwhile(struct ocd_session *s)
{
    char byte;

    if (s->state != OCD_SESSION_READY || s->rpc.waiting > 0)
        return false;
    ssize_t n = recv(s->rpc.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)))
        return false;
    ocd_session_die(s, OCD_ERR_CLOSED, "the server closed the connection");
    return true;
}

int ocd_session_reconnect(struct ocd_session *s)
{
    /* A callback in the midst of a turn stands on the buffers that would be released. */
    bool amidst = s->depth > 0 && !s->delivering;

    if (!s->reconnect || amidst || (s->state != OCD_SESSION_DEAD && !closed_meanwhile(s)))
        return s->state != OCD_SESSION_DEAD ? OCD_OK : OCD_ERR_CLOSED;
    int why = s->rpc.dead.error.code;
    /* Not after what another server has said, and not where OpenOCD would have to be started. */
    bool may = why == OCD_ERR_CLOSED || why == OCD_ERR_CONNECT || why == OCD_ERR_NOMEM ||
               why == OCD_ERR_RESOLVE || why == OCD_ERR_SYSTEM;

    /* Better no target than another one. */
    if (!may || s->unsure || s->port == 0 || s->connecting != NULL || s->active.first != NULL)
        return OCD_ERR_CLOSED;
    s->state = OCD_SESSION_NEW;
    struct ocd_op *op = ocd_op_new(s, &reconnecting_class, NULL, "connect again to %s port %u",
                                   s->host, (unsigned)s->port);
    if (op == NULL) {
        s->state = OCD_SESSION_DEAD;
        return OCD_ERR_NOMEM;
    }
    ocd_rpc_reset(&s->rpc);
    ocd_connector_free(&s->connector);
    ocd_connector_init(&s->connector);
    /* Another OpenOCD may answer now: what was learnt of this one does not count. */
    ocd_session_forget_targets(s);
    s->connecting = op;
    begin_connecting(s);
    return s->state != OCD_SESSION_DEAD ? OCD_OK : s->rpc.dead.error.code;
}

static void start_process(struct ocd_session *s, const struct ocd_options *options)
{
    struct ocd_buffer message = {0};
    int rc = ocd_process_start(&s->process, options != NULL ? options->openocd : NULL,
                               options != NULL ? options->config : NULL,
                               options != NULL ? options->args : NULL, &message);
    if (rc == OCD_ERR_SYSTEM)
        s->connecting->detail.error.system_errno = errno;
    if (rc == OCD_OK)
        s->state = OCD_SESSION_STARTING;
    else
        ocd_session_die(s, rc, message.size > 0 && message.error == 0 ? message.data : "");
    ocd_buffer_free(&message);
}

struct ocd_op *ocd_start_async(struct ocd_session **session, const struct ocd_options *options,
                               const struct ocd_call *call)
{
    if (session == NULL)
        return NULL;
    struct ocd_session *s = *session = ocd_session_new(options);
    if (s == NULL)
        return NULL;
    struct ocd_op *op = ocd_op_new(s, &connecting_class, call, "start OpenOCD");
    char *loopback = strdup("127.0.0.1");
    if (op == NULL || loopback == NULL) {
        free(loopback);
        ocd_op_free(op);
        ocd_session_free(s);
        *session = NULL;
        return NULL;
    }
    free(s->host);
    s->host = loopback;
    s->port = 0; /* until OpenOCD has chosen one */
    if (op->result != OCD_PENDING)
        return op; /* the call's settings were refused */
    s->connecting = op;
    start_process(s, options);
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
