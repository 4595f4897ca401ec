// SPDX-License-Identifier: MIT
/* Run control: each call sends one command, or none, and then polls until the target is in a state
 * that ends it. Between polls OpenOCD is free for its other clients. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rpc/tcl.h"
#include "session/address.h"
#include "session/guard.h"
#include "session/target.h"
#include "target/control.h"

/* A target that has just been reset may not answer at once. OpenOCD's own reset waits so long
 * (ocd_process_reset_inner in its src/target/startup.tcl). */
#define PATIENCE_MS 1000u
/* Between polls: doubled each time, from the first to the last. */
#define PAUSE_FIRST_MS 1u
#define PAUSE_LAST_MS  50u

#define BIT(state) (1u << OCD_STATE_##state)
#define ANY_STATE  UINT32_MAX
#define OUT_OF_RESET                                                                               \
    (BIT(RUNNING) | BIT(HALTED) | BIT(DEBUG_RUNNING) | BIT(UNAVAILABLE) | BIT(EXAMINE_DEFERRED))

/* What is asked for. */
struct wish {
    const char *command;  /* NULL: none */
    const char *when;     /* it is run */
    bool must_run;        /* it is an error if it is not */
    bool insistent;       /* the command is repeated when it may have been ignored */
    bool steps;           /* the command may have been given up */
    bool silence;         /* a target that does not answer is in the state "unknown" */
    uint32_t goal;        /* states that end it, as bits */
    uint32_t patience_ms; /* with a target that does not answer */
};

static const struct wish state_wish = {.goal = ANY_STATE};
static const struct wish halt_wish = {
    .command = "halt 0", /* without waiting */
    .when = "$bad || $state ne {halted}",
    .insistent = true, /* a Cortex-M in reset takes it and does nothing */
    .goal = BIT(HALTED),
    .patience_ms = PATIENCE_MS,
};
/* `resume` of a running target is refused by some target types and taken by others. */
static const struct wish resume_wish = {
    .command = "resume",
    .when = "$bad || ($state ne {running} && $state ne {debug-running})",
    .goal = ANY_STATE,
    .patience_ms = PATIENCE_MS,
};
static const struct wish resume_at_wish = {
    .command = "resume",
    .when = OCD_WHEN_HALTED,
    .must_run = true,
    .goal = ANY_STATE,
    .patience_ms = PATIENCE_MS,
};
static const struct wish step_wish = {
    .command = "step",
    .when = OCD_WHEN_HALTED,
    .must_run = true,
    .steps = true,
    .goal = BIT(HALTED),
    .patience_ms = PATIENCE_MS,
};
/* `reset run` leaves the state "reset" until the next poll. */
static const struct wish reset_wishes[] = {
    [OCD_RESET_RUN] = {.command = "reset run",
                       .when = OCD_WHEN_ALWAYS,
                       .goal = OUT_OF_RESET,
                       .patience_ms = PATIENCE_MS},
    [OCD_RESET_HALT] = {.command = "reset halt",
                        .when = OCD_WHEN_ALWAYS,
                        .goal = BIT(HALTED),
                        .patience_ms = PATIENCE_MS},
    [OCD_RESET_INIT] = {.command = "reset init",
                        .when = OCD_WHEN_ALWAYS,
                        .goal = BIT(HALTED),
                        .patience_ms = PATIENCE_MS},
};
static const struct wish wait_wish = {.silence = true, .patience_ms = OCD_TIMEOUT_NONE};

struct run {
    struct ocd_op op;
    struct wish wish;
    struct ocd_buffer command; /* still to be run; empty: none */
    bool at;                   /* `addr` is a new program counter */
    uint64_t addr;
    enum {
        NEW,
        ASKING, /* how far its addresses reach */
        POLLING,
        PAUSING,
    } phase;
    struct ocd_target_info *info;
    char *target; /* as a Tcl word, once it is known: the session may go on to another */
    bool silent;  /* at the last poll */
    enum ocd_state last;
    ocd_time give_up;
    uint32_t pause_ms;
    enum ocd_state *state; /* of the caller, or NULL */
};

static void refuse(struct run *r, const struct ocd_answer *a)
{
    const char *command = r->wish.command != NULL ? r->wish.command : "arp_poll";

    ocd_control_refused(&r->op, a, (struct ocd_slice){(char *)command, strlen(command)});
}

static void ask(struct run *r)
{
    bool commands = r->command.size > 0;
    struct ocd_control control = {
        .target = r->target,
        .polls = commands ? OCD_POLL_BEFORE | OCD_POLL_AFTER : OCD_POLL_BEFORE,
        .when = commands ? r->wish.when : OCD_WHEN_NEVER,
        .command = {r->command.data, r->command.size},
    };

    r->phase = POLLING;
    r->op.issued = r->op.class->aside;
    ocd_control_send(&r->op, &control);
}

static void check_address(struct run *r)
{
    if (ocd_address_reached(&r->op, r->info, r->addr, 1))
        ask(r);
}

static void pump(struct ocd_op *op)
{
    struct run *r = (struct run *)op;

    if (r->phase == NEW && r->at) {
        r->phase = ASKING;
        r->info = ocd_target_known(op);
        if (r->info != NULL && r->info->known)
            check_address(r);
    } else if (r->phase == NEW || r->phase == PAUSING) {
        ask(r);
    }
}

/* The next polls are of the same target, without the command. */
static bool pin(struct run *r, const struct ocd_answer *a)
{
    struct ocd_buffer word = {0};
    bool ignored = a->silent || a->before == OCD_STATE_RESET || a->before == OCD_STATE_UNKNOWN;

    if (!r->wish.insistent || !ignored)
        ocd_buffer_clear(&r->command);
    if (r->target != NULL)
        return true;
    ocd_tcl_quote(&word, a->target.data, a->target.size);
    r->target = ocd_buffer_take(&word);
    if (r->target == NULL)
        ocd_op_fail(&r->op, OCD_ERR_NOMEM, "%s", "");
    return r->target != NULL;
}

static void sleep_and_poll(struct run *r)
{
    r->phase = PAUSING;
    r->pause_ms = r->pause_ms == 0 ? PAUSE_FIRST_MS : r->pause_ms * 2;
    if (r->pause_ms > PAUSE_LAST_MS)
        r->pause_ms = PAUSE_LAST_MS;
    r->op.wake = ocd_deadline(ocd_now(), r->pause_ms);
}

static bool is_reached(const struct run *r, const struct ocd_answer *a)
{
    return (r->wish.goal >> a->state & 1u) != 0 &&
           (!a->silent || a->state != OCD_STATE_UNKNOWN || r->wish.silence);
}

/* Before it steps a Cortex-M, OpenOCD lets interrupt handlers run for 500 ms of its own clock. When
 * they take longer, or it or its probe is as slow as that, it leaves the core running and answers
 * success (cortex_m_step in its src/target/cortex_m.c). Other target types that leave a core
 * running have stepped it and wait for their next poll. */
static bool has_not_stepped(const struct run *r, const struct ocd_answer *a)
{
    return r->wish.steps && a->ran && a->status == 0 && a->left == OCD_STATE_RUNNING &&
           ocd_slice_is(a->type, "cortex_m");
}

static void tell_no_step(struct run *r, const struct ocd_answer *a)
{
    ocd_detail_command(&r->op.detail, r->command.data, r->command.size);
    ocd_op_fail(&r->op, OCD_ERR_TARGET,
                "nothing was stepped: the interrupt handlers that OpenOCD lets run before it took "
                "more than 500 ms ('cortex_m maskisr' has other ways to step); the target's state "
                "is %s",
                ocd_state_name(a->state));
}

static void answered(struct run *r, const struct ocd_answer *a)
{
    bool commanded = r->command.size > 0;

    if (r->target == NULL)
        r->give_up = ocd_deadline(ocd_now(), r->wish.patience_ms);
    r->silent = a->silent;
    r->last = a->state;
    if (commanded && (a->ran ? a->status != 0 : r->wish.must_run))
        refuse(r, a);
    else if (has_not_stepped(r, a))
        tell_no_step(r, a);
    else if (is_reached(r, a))
        ocd_op_end(&r->op, OCD_OK);
    else if (a->silent && ocd_now() >= r->give_up)
        refuse(r, a);
    else if (pin(r, a))
        sleep_and_poll(r);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *rep)
{
    struct run *r = (struct run *)op;
    struct ocd_answer a;

    (void)tag;
    if (r->phase == ASKING) {
        if (ocd_target_answered(op, r->info, rep))
            check_address(r);
    } else if (ocd_control_read(op, rep, &a)) {
        answered(r, &a);
    }
}

static void account(struct ocd_op *op, int result)
{
    struct run *r = (struct run *)op;
    struct ocd_buffer message = {0};

    if (result != OCD_ERR_TIMEOUT || r->target == NULL)
        return; /* the server did not answer at all */
    if (r->silent)
        ocd_buffer_puts(&message, "the target does not answer");
    else
        ocd_buffer_printf(&message, "the target's state is %s", ocd_state_name(r->last));
    if (message.error == 0)
        ocd_detail_message(&op->detail, message.data, message.size);
    ocd_buffer_free(&message);
}

static void ended(struct ocd_op *op, int result)
{
    struct run *r = (struct run *)op;

    if (r->state != NULL && result == OCD_OK)
        *r->state = r->last;
}

static void destroy(struct ocd_op *op)
{
    struct run *r = (struct run *)op;

    ocd_buffer_free(&r->command);
    free(r->target);
}

static const struct ocd_op_class run_class = {
    .size = sizeof(struct run),
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

static const struct ocd_op_class wait_class = {
    .size = sizeof(struct run),
    .reads = true,
    .aside = true,
    .pump = pump,
    .reply = reply,
    .account = account,
    .ended = ended,
    .destroy = destroy,
};

static struct ocd_op *begin(struct ocd_op *op, const struct wish *wish)
{
    struct run *r = (struct run *)op;

    if (op == NULL)
        return NULL;
    r->wish = *wish;
    op->changes = wish->command != NULL;
    if (wish->command != NULL && ocd_buffer_puts(&r->command, wish->command) != OCD_OK)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

static struct ocd_op *begin_at(struct ocd_op *op, const struct wish *wish, uint64_t addr)
{
    struct run *r = (struct run *)begin(op, wish);

    if (r == NULL)
        return NULL;
    r->at = true;
    r->addr = addr;
    if (ocd_guard_register(op) && ocd_buffer_printf(&r->command, " 0x%" PRIx64, addr) != OCD_OK)
        ocd_op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

struct ocd_op *ocd_state_async(struct ocd_session *session, enum ocd_state *state,
                               const struct ocd_call *call)
{
    struct ocd_op *op = begin(ocd_op_new(session, &run_class, call, "ask the state"), &state_wish);

    if (state != NULL)
        *state = OCD_STATE_UNKNOWN;
    if (op == NULL)
        return NULL;
    ((struct run *)op)->state = state;
    if (state == NULL)
        ocd_op_fail(op, OCD_ERR_ARG, "there is nowhere to put the state");
    return op;
}

int ocd_state(struct ocd_session *session, enum ocd_state *state)
{
    return ocd_op_wait(session, ocd_state_async(session, state, NULL));
}

struct ocd_op *ocd_halt_async(struct ocd_session *session, const struct ocd_call *call)
{
    return begin(ocd_op_new(session, &run_class, call, "halt"), &halt_wish);
}

int ocd_halt(struct ocd_session *session)
{
    return ocd_op_wait(session, ocd_halt_async(session, NULL));
}

struct ocd_op *ocd_resume_async(struct ocd_session *session, const struct ocd_call *call)
{
    return begin(ocd_op_new(session, &run_class, call, "resume"), &resume_wish);
}

int ocd_resume(struct ocd_session *session)
{
    return ocd_op_wait(session, ocd_resume_async(session, NULL));
}

struct ocd_op *ocd_resume_at_async(struct ocd_session *session, uint64_t addr,
                                   const struct ocd_call *call)
{
    return begin_at(ocd_op_new(session, &run_class, call, "resume at 0x%08" PRIX64, addr),
                    &resume_at_wish, addr);
}

int ocd_resume_at(struct ocd_session *session, uint64_t addr)
{
    return ocd_op_wait(session, ocd_resume_at_async(session, addr, NULL));
}

struct ocd_op *ocd_step_async(struct ocd_session *session, const struct ocd_call *call)
{
    return begin(ocd_op_new(session, &run_class, call, "step"), &step_wish);
}

int ocd_step(struct ocd_session *session)
{
    return ocd_op_wait(session, ocd_step_async(session, NULL));
}

struct ocd_op *ocd_step_at_async(struct ocd_session *session, uint64_t addr,
                                 const struct ocd_call *call)
{
    return begin_at(ocd_op_new(session, &run_class, call, "step at 0x%08" PRIX64, addr), &step_wish,
                    addr);
}

int ocd_step_at(struct ocd_session *session, uint64_t addr)
{
    return ocd_op_wait(session, ocd_step_at_async(session, addr, NULL));
}

struct ocd_op *ocd_reset_async(struct ocd_session *session, enum ocd_reset mode,
                               const struct ocd_call *call)
{
    bool valid = (size_t)mode < sizeof(reset_wishes) / sizeof(*reset_wishes);
    const struct wish *wish = &reset_wishes[valid ? mode : OCD_RESET_RUN];
    struct ocd_op *op =
        begin(ocd_op_new(session, &run_class, call, "%s", valid ? wish->command : "reset"), wish);

    if (op != NULL && !valid)
        ocd_op_fail(op, OCD_ERR_ARG, "there is no such mode of a reset");
    return op;
}

int ocd_reset(struct ocd_session *session, enum ocd_reset mode)
{
    return ocd_op_wait(session, ocd_reset_async(session, mode, NULL));
}

struct ocd_op *ocd_wait_state_async(struct ocd_session *session, enum ocd_state state,
                                    const struct ocd_call *call)
{
    struct ocd_op *op = begin(
        ocd_op_new(session, &wait_class, call, "wait until %s", ocd_state_name(state)), &wait_wish);

    if (op == NULL)
        return NULL;
    if ((unsigned)state > OCD_STATE_EXAMINE_DEFERRED)
        ocd_op_fail(op, OCD_ERR_ARG, "there is no such state");
    else
        ((struct run *)op)->wish.goal = 1u << state;
    return op;
}

int ocd_wait_state(struct ocd_session *session, enum ocd_state state, uint32_t timeout_ms)
{
    struct ocd_call call = {.timeout_ms = timeout_ms};

    return ocd_op_wait(session, ocd_wait_state_async(session, state, &call));
}
