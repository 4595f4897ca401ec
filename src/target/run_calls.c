// SPDX-License-Identifier: MIT
/* The calls of run control, and what each is to do. */
#include <inttypes.h>

#include "target/run.h"

/* A target that has just been reset may not answer at once. OpenOCD's own reset waits so long
 * (ocd_process_reset_inner in its src/target/startup.tcl). */
#define UNREACHABLE_MS 1000u

#define BIT(state) (1u << OCD_STATE_##state)
#define ANY_STATE  UINT32_MAX
#define OUT_OF_RESET                                                                               \
    (BIT(RUNNING) | BIT(HALTED) | BIT(DEBUG_RUNNING) | BIT(UNAVAILABLE) | BIT(EXAMINE_DEFERRED))

static const struct ocd_run_spec state_spec = {.goal = ANY_STATE};
static const struct ocd_run_spec halt_spec = {
    .command = "halt 0", /* without waiting */
    .when = "$bad || $state ne {halted}",
    .retry = true, /* a Cortex-M in reset accepts it and does nothing */
    .goal = BIT(HALTED),
    .unreachable_ms = UNREACHABLE_MS,
};
/* Some target types refuse `resume` of a running target, others accept it. */
static const struct ocd_run_spec resume_spec = {
    .command = "resume",
    .when = "$bad || ($state ne {running} && $state ne {debug-running})",
    .goal = ANY_STATE,
    .unreachable_ms = UNREACHABLE_MS,
};
static const struct ocd_run_spec resume_at_spec = {
    .command = "resume",
    .when = OCD_WHEN_HALTED,
    .must_run = true,
    .goal = ANY_STATE,
    .unreachable_ms = UNREACHABLE_MS,
};
static const struct ocd_run_spec step_spec = {
    .command = "step",
    .when = OCD_WHEN_HALTED,
    .must_run = true,
    .steps = true,
    .goal = BIT(HALTED),
    .unreachable_ms = UNREACHABLE_MS,
};
/* `reset run` leaves the state "reset" until the next poll. */
static const struct ocd_run_spec reset_specs[] = {
    [OCD_RESET_RUN] = {.command = "reset run",
                       .when = OCD_WHEN_ALWAYS,
                       .goal = OUT_OF_RESET,
                       .unreachable_ms = UNREACHABLE_MS},
    [OCD_RESET_HALT] = {.command = "reset halt",
                        .when = OCD_WHEN_ALWAYS,
                        .goal = BIT(HALTED),
                        .unreachable_ms = UNREACHABLE_MS},
    [OCD_RESET_INIT] = {.command = "reset init",
                        .when = OCD_WHEN_ALWAYS,
                        .goal = BIT(HALTED),
                        .unreachable_ms = UNREACHABLE_MS},
};
static const struct ocd_run_spec wait_spec = {.allow_unreachable = true,
                                              .unreachable_ms = OCD_TIMEOUT_NONE};

struct ocd_op *ocd_state_async(struct ocd_session *session, enum ocd_target_state *state,
                               const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd__run_begin(ocd__op_new(session, &ocd__run_class, call, "ask the state"), &state_spec);

    if (state != NULL)
        *state = OCD_STATE_UNKNOWN;
    if (op == NULL)
        return NULL;
    ((struct ocd_run *)op)->state = state;
    if (state == NULL)
        ocd__op_fail(op, OCD_ERR_ARG, "the pointer for the state is NULL");
    return op;
}

int ocd_state(struct ocd_session *session, enum ocd_target_state *state)
{
    return ocd__op_wait(session, ocd_state_async(session, state, NULL));
}

struct ocd_op *ocd_halt_async(struct ocd_session *session, const struct ocd_call *call)
{
    return ocd__run_begin(ocd__op_new(session, &ocd__run_class, call, "halt"), &halt_spec);
}

int ocd_halt(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_halt_async(session, NULL));
}

struct ocd_op *ocd_resume_async(struct ocd_session *session, const struct ocd_call *call)
{
    return ocd__run_begin(ocd__op_new(session, &ocd__run_class, call, "resume"), &resume_spec);
}

int ocd_resume(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_resume_async(session, NULL));
}

struct ocd_op *ocd_resume_at_async(struct ocd_session *session, uint64_t addr,
                                   const struct ocd_call *call)
{
    return ocd__run_begin_at(
        ocd__op_new(session, &ocd__run_class, call, "resume at 0x%08" PRIX64, addr),
        &resume_at_spec, addr);
}

int ocd_resume_at(struct ocd_session *session, uint64_t addr)
{
    return ocd__op_wait(session, ocd_resume_at_async(session, addr, NULL));
}

struct ocd_op *ocd_step_async(struct ocd_session *session, const struct ocd_call *call)
{
    return ocd__run_begin(ocd__op_new(session, &ocd__run_class, call, "step"), &step_spec);
}

int ocd_step(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_step_async(session, NULL));
}

struct ocd_op *ocd_step_at_async(struct ocd_session *session, uint64_t addr,
                                 const struct ocd_call *call)
{
    return ocd__run_begin_at(
        ocd__op_new(session, &ocd__run_class, call, "step at 0x%08" PRIX64, addr), &step_spec,
        addr);
}

int ocd_step_at(struct ocd_session *session, uint64_t addr)
{
    return ocd__op_wait(session, ocd_step_at_async(session, addr, NULL));
}

struct ocd_op *ocd_reset_async(struct ocd_session *session, enum ocd_reset_mode mode,
                               const struct ocd_call *call)
{
    bool valid = (size_t)mode < sizeof(reset_specs) / sizeof(*reset_specs);
    const struct ocd_run_spec *spec = &reset_specs[valid ? mode : OCD_RESET_RUN];
    struct ocd_op *op = ocd__run_begin(
        ocd__op_new(session, &ocd__run_class, call, "%s", valid ? spec->command : "reset"), spec);

    if (op != NULL && !valid)
        ocd__op_fail(op, OCD_ERR_ARG, "the mode is not one of enum ocd_reset_mode");
    return op;
}

int ocd_reset(struct ocd_session *session, enum ocd_reset_mode mode)
{
    return ocd__op_wait(session, ocd_reset_async(session, mode, NULL));
}

struct ocd_op *ocd_wait_state_async(struct ocd_session *session, enum ocd_target_state state,
                                    const struct ocd_call *call)
{
    struct ocd_op *op = ocd__run_begin(
        ocd__op_new(session, &ocd__run_wait_class, call, "wait until %s", ocd_state_name(state)),
        &wait_spec);

    if (op == NULL)
        return NULL;
    if ((unsigned)state > OCD_STATE_EXAMINE_DEFERRED)
        ocd__op_fail(op, OCD_ERR_ARG, "the state is not one of enum ocd_target_state");
    else
        ((struct ocd_run *)op)->spec.goal = 1u << state;
    return op;
}

int ocd_wait_state(struct ocd_session *session, enum ocd_target_state state, uint32_t timeout_ms)
{
    struct ocd_call call = {.timeout_ms = timeout_ms};

    return ocd__op_wait(session, ocd_wait_state_async(session, state, &call));
}
