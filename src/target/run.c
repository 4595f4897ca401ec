// SPDX-License-Identifier: MIT
#include "target/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/address.h"
#include "session/write_access.h"

/* Pauses between polls: doubled each time, from the first to the last. */
#define PAUSE_FIRST_MS 1u
#define PAUSE_LAST_MS  50u

static void server_error(struct ocd_run *r, const struct ocd_answer *a)
{
    const char *command = r->spec.command != NULL ? r->spec.command : "arp_poll";

    ocd__control_server_error(&r->op, a, (struct ocd_view){(char *)command, strlen(command)});
}

static void ask(struct ocd_run *r)
{
    bool commands = r->command.size > 0;
    struct ocd_control control = {
        .target = r->target,
        .polls = commands ? OCD_POLL_BEFORE | OCD_POLL_AFTER : OCD_POLL_BEFORE,
        .when = commands ? r->spec.when : OCD_WHEN_NEVER,
        .command = {r->command.data, r->command.size},
    };

    r->phase = OCD_RUN_POLLING;
    r->op.all_sent = r->op.class->background;
    ocd__control_send(&r->op, &control);
}

static void check_address(struct ocd_run *r)
{
    if (ocd__address_reached(&r->op, r->info, r->addr, 1))
        ask(r);
}

static void pump(struct ocd_op *op)
{
    struct ocd_run *r = (struct ocd_run *)op;

    if (r->phase == OCD_RUN_NEW && r->at) {
        r->phase = OCD_RUN_ASKING;
        r->info = ocd__target_known(op);
        if (r->info != NULL && r->info->known)
            check_address(r);
    } else if (r->phase == OCD_RUN_NEW || r->phase == OCD_RUN_PAUSING) {
        ask(r);
    }
}

/* The next polls are of the same target. The command is repeated only if it may have been
 * ignored. */
static bool keep_target(struct ocd_run *r, const struct ocd_answer *a)
{
    struct ocd_buffer word = {0};
    bool ignored = a->silent || a->before == OCD_STATE_RESET || a->before == OCD_STATE_UNKNOWN;

    if (!r->spec.retry || !ignored)
        ocd__buffer_clear(&r->command);
    if (r->target != NULL)
        return true;
    ocd__tcl_quote(&word, a->target.data, a->target.size);
    r->target = ocd__buffer_take(&word);
    if (r->target == NULL)
        ocd__op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
    return r->target != NULL;
}

static void sleep_and_poll(struct ocd_run *r)
{
    r->phase = OCD_RUN_PAUSING;
    r->pause_ms = r->pause_ms == 0 ? PAUSE_FIRST_MS : r->pause_ms * 2;
    if (r->pause_ms > PAUSE_LAST_MS)
        r->pause_ms = PAUSE_LAST_MS;
    r->op.wake = ocd__deadline(ocd__now(), r->pause_ms);
}

static bool is_reached(const struct ocd_run *r, const struct ocd_answer *a)
{
    return (r->spec.goal >> a->state & 1u) != 0 &&
           (!a->silent || a->state != OCD_STATE_UNKNOWN || r->spec.allow_unreachable);
}

/* Before it steps a Cortex-M, OpenOCD lets interrupt handlers run for 500 ms of its own clock. If
 * they take longer, or if OpenOCD or its probe is that slow, it leaves the core running and reports
 * success (cortex_m_step in its src/target/cortex_m.c). Other target types that leave a core
 * running have stepped it and wait for their next poll. */
static bool has_not_stepped(const struct ocd_run *r, const struct ocd_answer *a)
{
    return r->spec.steps && a->ran && a->status == 0 && a->left == OCD_STATE_RUNNING &&
           ocd__view_is(a->type, "cortex_m");
}

static void fail_no_step(struct ocd_run *r, const struct ocd_answer *a)
{
    ocd__detail_command(&r->op.detail, r->command.data, r->command.size);
    ocd__op_fail(&r->op, OCD_ERR_TARGET,
                 "nothing was stepped: the interrupt handlers that OpenOCD lets run before it took "
                 "more than 500 ms ('cortex_m maskisr' has other ways to step); the target's state "
                 "is %s",
                 ocd_state_name(a->state));
}

static void answered(struct ocd_run *r, const struct ocd_answer *a)
{
    bool commanded = r->command.size > 0;

    if (r->target == NULL)
        r->give_up = ocd__deadline(ocd__now(), r->spec.unreachable_ms);
    r->silent = a->silent;
    r->last = a->state;
    if (commanded && (a->ran ? a->status != 0 : r->spec.must_run))
        server_error(r, a);
    else if (has_not_stepped(r, a))
        fail_no_step(r, a);
    else if (is_reached(r, a))
        ocd__op_end(&r->op, OCD_OK);
    else if (a->silent && ocd__now() >= r->give_up)
        server_error(r, a);
    else if (keep_target(r, a))
        sleep_and_poll(r);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *rep)
{
    struct ocd_run *r = (struct ocd_run *)op;
    struct ocd_answer a;

    (void)tag;
    if (r->phase == OCD_RUN_ASKING) {
        if (ocd__target_answered(op, r->info, rep))
            check_address(r);
    } else if (ocd__control_read(op, rep, &a)) {
        answered(r, &a);
    }
}

static void account(struct ocd_op *op, int result)
{
    struct ocd_run *r = (struct ocd_run *)op;
    struct ocd_buffer message = {0};

    if (result != OCD_ERR_TIMEOUT || r->target == NULL)
        return; /* the server did not answer at all */
    if (r->silent)
        ocd__buffer_puts(&message, "the target does not answer");
    else
        ocd__buffer_printf(&message, "the target's state is %s", ocd_state_name(r->last));
    if (message.error == 0)
        ocd__detail_message(&op->detail, message.data, message.size);
    ocd__buffer_free(&message);
}

static void ended(struct ocd_op *op, int result)
{
    struct ocd_run *r = (struct ocd_run *)op;

    if (r->state != NULL && result == OCD_OK)
        *r->state = r->last;
}

static void destroy(struct ocd_op *op)
{
    struct ocd_run *r = (struct ocd_run *)op;

    ocd__buffer_free(&r->command);
    free(r->target);
}

const struct ocd_op_class ocd__run_class = {
    .size = sizeof(struct ocd_run),
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

const struct ocd_op_class ocd__run_wait_class = {
    .size = sizeof(struct ocd_run),
    .reads = true,
    .background = true,
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

struct ocd_op *ocd__run_begin(struct ocd_op *op, const struct ocd_run_spec *spec)
{
    struct ocd_run *r = (struct ocd_run *)op;

    if (op == NULL)
        return NULL;
    r->spec = *spec;
    op->has_side_effects = spec->command != NULL;
    if (spec->command != NULL && ocd__buffer_puts(&r->command, spec->command) != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

struct ocd_op *ocd__run_begin_at(struct ocd_op *op, const struct ocd_run_spec *spec, uint64_t addr)
{
    struct ocd_run *r = (struct ocd_run *)ocd__run_begin(op, spec);

    if (r == NULL)
        return NULL;
    r->at = true;
    r->addr = addr;
    if (ocd__write_access_register(op) &&
        ocd__buffer_printf(&r->command, " 0x%" PRIx64, addr) != OCD_OK)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}
