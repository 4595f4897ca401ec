// SPDX-License-Identifier: MIT
#include "target/target_command.h"

#include <string.h>

#include "base/scan.h"
#include "rpc/status.h"
#include "rpc/tcl.h"
#include "session/diagnose.h"
#include "session/state.h"
#include "tcl/scripts.h"

enum {
    NAME,
    RAN,
    STATUS,
    RESULT,
    BAD,
    WHY,
    EXAMINED,
    BEFORE,
    LEFT,
    STATE,
    TYPE,
    FIELDS
};

bool ocd__control_send(struct ocd_op *op, const struct ocd_control *control)
{
    static char poll[] = "arp_poll";
    struct ocd_view shown = control->shown.size > 0     ? control->shown
                            : control->command.size > 0 ? control->command
                                                        : (struct ocd_view){poll, 8};
    struct ocd_buffer text = {0};
    const char *target = control->target != NULL ? control->target : ocd__op_where(op).target;

    ocd__buffer_printf(&text, "%s [list %s] %u {%s} ", ocd__script_target_command,
                       target != NULL ? target : "", control->polls, control->when);
    int rc = ocd__tcl_quote(&text, control->command.data, control->command.size);
    bool sent = rc == OCD_OK && text.error == 0;

    if (sent)
        sent = ocd__op_run_shown(op, (struct ocd_view){text.data, text.size}, shown, 0);
    else
        ocd__op_fail(op, rc == OCD_ERR_ARG ? rc : OCD_ERR_NOMEM, "%s",
                     rc == OCD_ERR_ARG ? "a name contains a NUL" : "");
    ocd__buffer_free(&text);
    return sent;
}

static bool parse_number(struct ocd_view word, long *value)
{
    bool negative = ocd__scan_skip(&word, "-");
    uint64_t number;

    if (!ocd__scan_number(&word, &number) || word.size > 0 || number > INT32_MAX)
        return false;
    *value = negative ? -(long)number : (long)number;
    return true;
}

/* The state that OpenOCD remembers of a target that it cannot poll is not reliable. */
static enum ocd_target_state trusted(enum ocd_target_state state, bool silent)
{
    if (!silent || state == OCD_STATE_EXAMINE_DEFERRED || state == OCD_STATE_UNAVAILABLE)
        return state;
    return OCD_STATE_UNKNOWN;
}

static bool parse(struct ocd_view list, struct ocd_answer *a)
{
    struct ocd_view fields[FIELDS], more;
    long ran, bad, examined;

    for (int i = 0; i < FIELDS; i++)
        if (ocd__tcl_next(&list, &fields[i]) != 1)
            return false;
    if (ocd__tcl_next(&list, &more) != 0 || !parse_number(fields[RAN], &ran) ||
        !parse_number(fields[STATUS], &a->status) || !parse_number(fields[BAD], &bad) ||
        !parse_number(fields[EXAMINED], &examined))
        return false;
    a->target = fields[NAME];
    a->ran = ran != 0;
    a->result = fields[RESULT];
    a->silent = bad != 0 || ocd__cause_code(a->log) != OCD_OK;
    a->examined = examined != 0;
    a->type = fields[TYPE];
    a->before = ocd__state_parse(fields[BEFORE]);
    a->left = ocd__state_parse(fields[LEFT]);
    a->state = trusted(ocd__state_parse(fields[STATE]), a->silent);
    if (a->log.size == 0)
        a->log = fields[WHY];
    return true;
}

bool ocd__control_read(struct ocd_op *op, struct ocd_reply *r, struct ocd_answer *a)
{
    if (ocd__op_transport_failed(op, r))
        return false;
    if (r->status != 0) {
        struct ocd_view command = {(char *)"target names", 12};
        bool exists = ocd__cause_code(r->result) == OCD_ERR_NOT_EXAMINED ||
                      ocd__cause_code(r->log) == OCD_ERR_NOT_EXAMINED;
        ocd__op_server_error(op, exists ? OCD_ERR_NOT_EXAMINED : OCD_ERR_NO_TARGET, command, r);
        return false;
    }
    *a = (struct ocd_answer){.log = ocd__status_log(r->log, r->status)};
    if (parse(r->result, a))
        return true;
    ocd__op_fail(op, OCD_ERR_PROTOCOL, "the answer about the target is malformed");
    return false;
}

int ocd__control_absence(const struct ocd_answer *a)
{
    int code = ocd__cause_code(a->log);

    if (!a->examined && code != OCD_ERR_PROBE)
        return OCD_ERR_NOT_EXAMINED;
    return a->silent && code == OCD_OK ? OCD_ERR_NO_ANSWER : code;
}

/* OpenOCD 0.12 does not say why it refuses a breakpoint of a running RISC-V. */
static bool must_be_halted(const struct ocd_answer *a, const struct ocd_reply *reply)
{
    bool silently =
        ocd__view_is(a->type, "riscv") && ocd__scan_contains(a->log, "breakpoint: unknown reason");

    return a->status != 0 && a->state != OCD_STATE_HALTED &&
           (silently || ocd__status_not_halted(reply));
}

void ocd__control_server_error(struct ocd_op *op, const struct ocd_answer *a,
                               struct ocd_view command)
{
    struct ocd_reply reply = {.status = a->status, .result = a->result, .log = a->log};
    int code = ocd__control_absence(a);

    ocd__detail_command(&op->detail, command.data, command.size);
    op->detail.error.tcl_code = (int)a->status;
    if (a->status == 0)
        reply.result.size = 0; /* it is not an error text */
    if (code != OCD_OK && a->log.size == 0)
        ocd__op_fail(op, code, "%s", "");
    else if (code != OCD_OK)
        ocd__op_server_error(op, code, command, &reply);
    else if (!a->ran || must_be_halted(a, &reply))
        ocd__op_fail(op, OCD_ERR_NOT_HALTED, "its state is %s", ocd_state_name(a->state));
    else
        ocd__op_server_error(op, OCD_ERR_COMMAND, command, &reply);
}
