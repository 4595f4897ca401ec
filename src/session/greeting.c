// SPDX-License-Identifier: MIT
#include "session/greeting.h"

#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "rpc/tcl.h"
#include "session/target.h"
#include "tcl/scripts.h"

void ocd__greet(struct ocd_session *s)
{
    struct ocd_buffer command = {0};

    ocd__buffer_printf(&command, "%s [%s] ", ocd__script_greeting, ocd__script_files);
    if (s->target_word != NULL)
        ocd__buffer_printf(&command, "[list %s] ", s->target_word);
    else
        ocd__buffer_puts(&command, "{} ");
    ocd__tcl_quote(&command, s->selected != NULL ? s->selected : "",
                   s->selected != NULL ? strlen(s->selected) : 0);
    s->notified = s->event != NULL || s->event_waits > 0;
    ocd__buffer_puts(&command, s->notified ? " 1" : " 0");
    ocd__rpc_open(&s->rpc, ocd__connector_take(&s->connector));
    s->state = OCD_SESSION_GREETING;
    if (command.error != 0)
        ocd__session_die(s, OCD_ERR_NOMEM, "");
    else
        ocd__op_run(s->connecting, command.data, command.size, 0);
    ocd__buffer_free(&command);
}

/* The answer to the greeting begins with NUL. Anything else is not OpenOCD's Tcl port, and waiting
 * for more of it is useless. */
bool ocd__greeting_is_foreign(const struct ocd_session *s)
{
    const struct ocd_framer *f = &s->rpc.framer;

    return ocd__framer_partial(f) > 0 && f->in.data[f->start] != '\0';
}

/* The first bytes that other servers send. */
static const struct {
    const char *bytes;
    const char *name;
} other_servers[] = {
    {"\xff", "a telnet port, such as OpenOCD's, answers there"},
    {"+", "a GDB port, such as OpenOCD's, answers there"},
    {"HTTP/", "a web server answers there"},
    {"SSH-", "an SSH server answers there"},
};

const char *ocd__greeting_foreign_name(const struct ocd_session *s)
{
    const struct ocd_framer *f = &s->rpc.framer;
    size_t size = ocd__framer_partial(f);

    for (size_t i = 0; i < sizeof(other_servers) / sizeof(*other_servers); i++) {
        size_t length = strlen(other_servers[i].bytes);
        if (size >= length && memcmp(f->in.data + f->start, other_servers[i].bytes, length) == 0)
            return other_servers[i].name;
    }
    return "what it sends is no answer";
}

/* What the server's files allow: whether bytes can move raw, and how many in one file. */
static int learn_files(struct ocd_session *s, struct ocd_view list)
{
    struct ocd_view reason, limit, more;
    uint64_t bytes;

    if (ocd__tcl_next(&list, &reason) != 1 || ocd__tcl_next(&list, &limit) != 1 ||
        ocd__tcl_next(&list, &more) != 0)
        return OCD_ERR_NOT_OPENOCD;
    if (!ocd__scan_number(&limit, &bytes))
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

static int read_greeting(struct ocd_session *s, struct ocd_view list)
{
    struct ocd_view version, memory, about, files, mode, endian, type, more, reads = {0};

    if (ocd__tcl_next(&list, &version) != 1 || ocd__tcl_next(&list, &memory) != 1 ||
        ocd__tcl_next(&list, &about) != 1 || ocd__tcl_next(&list, &files) != 1 ||
        ocd__tcl_next(&list, &mode) != 1 || ocd__tcl_next(&list, &more) != 0)
        return OCD_ERR_NOT_OPENOCD;
    /* Before `init` OpenOCD takes the commands of its configuration only. */
    if (s->wait_server && s->process == NULL && ocd__view_is(mode, "config")) {
        s->greet_again = true;
        return OCD_OK;
    }
    free(s->server_version);
    s->server_version = strndup(version.data, version.size);
    if (memory.size == 1 && memory.data[0] == '1')
        s->features |= OCD_FEATURE_MEMORY;
    if (s->process != NULL)
        s->features |= OCD_FEATURE_STARTED;
    struct ocd_target_info *t = ocd__session_target(s, s->target);
    if (t != NULL && ocd__tcl_next(&about, &endian) == 1 && ocd__tcl_next(&about, &type) == 1) {
        ocd__target_learn(t, endian, type, (struct ocd_view){NULL, 0});
        ocd__tcl_next(&about, &reads);
        ocd__target_learn_reads(s, t, reads);
    }
    return s->server_version != NULL && t != NULL ? learn_files(s, files) : OCD_ERR_NOMEM;
}

void ocd__greeted(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply)
{
    struct ocd_session *s = op->session;

    (void)tag;
    if (reply->error != OCD_OK)
        return; /* check_greeting finds out why */
    if (reply->status != 0) {
        struct ocd_view command = {(char *)ocd__script_greeting, strlen(ocd__script_greeting)};
        bool named = s->target != NULL || s->selected != NULL;
        int code = named ? OCD_ERR_NO_TARGET : OCD_ERR_UNSUPPORTED;
        ocd__op_server_error(op, code, command, reply);
        return;
    }
    int rc = read_greeting(s, reply->result);
    if (rc != OCD_OK) {
        ocd__session_die(s, rc,
                         rc == OCD_ERR_NOMEM ? "" : "its answer to the greeting is malformed");
        return;
    }
    if (s->greet_again)
        return;
    s->state = OCD_SESSION_READY;
    ocd__session_is_back(s);
    ocd__op_end(op, OCD_OK);
}
