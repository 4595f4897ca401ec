// SPDX-License-Identifier: MIT
/* Run control of a target that answers. */
#include "aux.h"

/* Code that is executed in order for some instructions: from the reset handler on. */
#define STRAIGHT RESET_HANDLER

static void states_have_openocds_names(void **state)
{
    (void)state;
    assert_string_equal(ocd_state_name(OCD_STATE_UNKNOWN), "unknown");
    assert_string_equal(ocd_state_name(OCD_STATE_RUNNING), "running");
    assert_string_equal(ocd_state_name(OCD_STATE_HALTED), "halted");
    assert_string_equal(ocd_state_name(OCD_STATE_RESET), "reset");
    assert_string_equal(ocd_state_name(OCD_STATE_DEBUG_RUNNING), "debug-running");
    assert_string_equal(ocd_state_name(OCD_STATE_UNAVAILABLE), "unavailable");
    assert_string_equal(ocd_state_name(OCD_STATE_EXAMINE_DEFERRED), "examine deferred");
    assert_string_equal(ocd_state_name((enum ocd_target_state)99), "unknown");
}

static void the_state_follows_halt_and_resume(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    enum ocd_target_state is = OCD_STATE_RESET;

    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_state(s, &is));
    assert_int_equal(is, OCD_STATE_RUNNING);
    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_state(s, &is));
    assert_int_equal(is, OCD_STATE_HALTED);
}

/* OpenOCD stores the state, and polls the target only from time to time. */
static void the_state_is_read_from_the_target(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_command(s, "poll off", NULL));
    rig_ok(s, ocd_resume(s));
    /* C_HALT and C_DEBUGEN through the memory port: OpenOCD does not know of it. */
    rig_ok(s, ocd_command(s, AUX " mww 0xe000edf0 0xa05f0003", NULL));
    assert_command(s, RIG_CPU " curstate", "running");
    assert_state(s, NULL, OCD_STATE_HALTED);
    rig_ok(s, ocd_command(s, "poll on", NULL));
}

static void halting_stops_the_core(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_halt(s));
    assert_command(s, RIG_CPU " curstate", "halted");
    uint32_t pc = raw_register(s, "pc");
    assert_state(s, NULL, OCD_STATE_HALTED);
    assert_int_equal(raw_register(s, "pc force"), pc);
}

static void repeated_halt_or_resume_is_no_error(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_halt(s));
    assert_state(s, NULL, OCD_STATE_HALTED);
    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_resume(s));
    assert_state(s, NULL, OCD_STATE_RUNNING);
}

static void a_step_executes_one_instruction(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    uint32_t before = raw_register(s, "pc");
    assert_int_equal(before, STRAIGHT);
    rig_ok(s, ocd_step(s));
    assert_state(s, NULL, OCD_STATE_HALTED);
    uint32_t once = raw_register(s, "pc");
    assert_in_range(once, before + 2, before + 4);
    rig_ok(s, ocd_step(s));
    assert_in_range(raw_register(s, "pc"), once + 2, once + 4);
    /* The first again. */
    rig_ok(s, ocd_step_at(s, STRAIGHT));
    assert_int_equal(raw_register(s, "pc"), once);
}

static void a_running_target_is_not_stepped(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_resume(s));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_step(s));
    rig_assert_contains(ocd_last_error(s)->text, "step: target not halted: its state is running");
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_step_at(s, STRAIGHT));
    assert_state(s, NULL, OCD_STATE_RUNNING);
}

/* OpenOCD answers success when its time for interrupt handlers is over, be it that the probe has
 * taken it up: each access to DHCSR is several USB commands. */
static void an_unfinished_step_is_an_error(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_command(s, "cortex_m maskisr auto", NULL));
    sim_set_latency(rig->sim, 150000);
    int result = ocd_step(s);
    sim_set_latency(rig->sim, 0);
    rig_fails(s, OCD_ERR_TARGET, result);
    rig_assert_contains(ocd_last_error(s)->text, "step: target access failed: nothing was stepped");
    rig_ok(s, ocd_halt(s));
    assert_int_equal(raw_register(s, "pc"), STRAIGHT);
    aux_steps_without_a_limit(s);
    rig_ok(s, ocd_halt(s));
}

static void a_resume_at_an_address_starts_there(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_command(s, "bp 0x080001a0 2 hw", NULL));
    rig_ok(s, ocd_step_at(s, STRAIGHT)); /* away from it */
    uint32_t second = raw_register(s, "pc");
    char tcl[64];
    snprintf(tcl, sizeof(tcl), "rbp 0x080001a0; bp 0x%08x 2 hw", second);
    rig_ok(s, ocd_command(s, tcl, NULL));
    rig_ok(s, ocd_resume_at(s, STRAIGHT));
    rig_ok(s, ocd_wait_state(s, OCD_STATE_HALTED, 0));
    assert_int_equal(raw_register(s, "pc"), second);
    rig_ok(s, ocd_command(s, "rbp all", NULL));
}

static void a_running_target_is_not_resumed_elsewhere(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_resume(s));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_resume_at(s, STRAIGHT));
    assert_state(s, NULL, OCD_STATE_RUNNING);
}

static void a_reset_ends_in_its_state(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct sim_stats before, after;
    rig_needs_cortex_m3();

    sim_get_stats(rig->sim, &before);
    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    assert_state(s, NULL, OCD_STATE_HALTED);
    assert_int_equal(raw_register(s, "pc"), RESET_HANDLER);
    rig_ok(s, ocd_reset(s, OCD_RESET_INIT));
    assert_state(s, NULL, OCD_STATE_HALTED);
    rig_ok(s, ocd_reset(s, OCD_RESET_RUN));
    assert_command(s, RIG_CPU " curstate", "running");
    sim_get_stats(rig->sim, &after);
    assert_in_range(after.resets - before.resets, 3, 6);
}

/* OpenOCD's own halt times out there: the target stays in "reset" until it is polled. */
static void a_target_can_be_halted_right_after_a_reset(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    for (int i = 0; i < 3; i++) {
        rig_ok(s, ocd_command(s, "poll off; reset run", NULL));
        rig_ok(s, ocd_halt(s));
        assert_state(s, NULL, OCD_STATE_HALTED);
    }
    rig_ok(s, ocd_command(s, "poll on", NULL));
}

static void waiting_ends_when_the_state_is_reached(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_session *other = rig_connect(rig, NULL);
    struct ocd_op *op;

    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_wait_state(s, OCD_STATE_RUNNING, RIG_TIMEOUT_MS));
    op = ocd_wait_state_async(s, OCD_STATE_HALTED, NULL);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        assert_int_equal(ocd_op_result(op), OCD_PENDING);
    }
    rig_ok(other, ocd_halt(other));
    rig_ok(s, ocd_wait(op));
    ocd_close(other);
}

static void an_unsuccessful_wait_times_out_with_the_state(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_ok(s, ocd_resume(s));
    /* Until OpenOCD is asked more than once in that time, which depends on the machine. */
    size_t asked = 0;
    for (uint32_t ms = 300; asked < 2 && ms < RIG_TIMEOUT_MS; ms *= 4) {
        rig_trace_clear(&rig->trace);
        long begin = rig_now_ms();
        rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait_state(s, OCD_STATE_HALTED, ms));
        assert_in_range(rig_now_ms() - begin, ms, ms + RIG_SOON_MS);
        rig_assert_contains(ocd_last_error(s)->text, "wait until halted: timed out: ");
        asked = rig_sent_with(&rig->trace, "arp_poll");
        /* 1, 2, 4 … 50 ms between them. */
        assert_in_range(asked, 0, 6 + ms / 50);
    }
    assert_true(asked >= 2);
    rig_assert_contains(ocd_last_error(s)->text, "the target's state is running");
    rig_ok(s, ocd_halt(s));
}

static void waiting_does_not_block_other_operations(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    uint32_t word;
    struct ocd_op *wait;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_resume(s));
    wait = ocd_wait_state_async(s, OCD_STATE_HALTED, NULL);
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &word, 1));
    assert_int_equal(ocd_op_result(wait), OCD_PENDING);
    rig_ok(s, ocd_select(s, AUX)); /* the wait is still for the core */
    rig_ok(s, ocd_halt(s));
    assert_state(s, RIG_CPU, OCD_STATE_RUNNING);
    assert_int_equal(ocd_op_result(wait), OCD_PENDING);
    rig_ok(s, ocd_select(s, RIG_CPU));
    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_wait(wait));
}

static void a_wait_can_be_cancelled(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_op *op;

    rig_ok(s, ocd_resume(s));
    op = ocd_wait_state_async(s, OCD_STATE_HALTED,
                              &(struct ocd_call){.timeout_ms = OCD_TIMEOUT_NONE});
    for (int i = 0; i < 3; i++)
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    ocd_cancel(op);
    rig_fails(s, OCD_ERR_CANCELLED, ocd_wait(op));
    assert_state(s, NULL, OCD_STATE_RUNNING);
}

struct order {
    int count;
    int results[8];
};

static void note(struct ocd_op *op, int result, void *user)
{
    struct order *order = user;

    (void)op;
    order->results[order->count++] = result;
}

/* Operations that are started together run in order, each with the state that the one before left.
 */
static void operations_follow_one_another(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct order order = {0};
    struct ocd_call call = {.done = note, .user = &order};
    enum ocd_target_state states[3];
    struct ocd_op *ops[7];

    ops[0] = ocd_reset_async(s, OCD_RESET_HALT, &call);
    ops[1] = ocd_step_async(s, &call);
    ops[2] = ocd_state_async(s, &states[0], &call);
    ops[3] = ocd_resume_async(s, &call);
    ops[4] = ocd_state_async(s, &states[1], &call);
    ops[5] = ocd_halt_async(s, &call);
    ops[6] = ocd_state_async(s, &states[2], &call);
    while (ocd_op_result(ops[6]) == OCD_PENDING || order.count < 7) {
        struct ocd_op *nothing = ocd_command_async(s, "", NULL, NULL);
        rig_ok(s, ocd_wait(nothing));
    }
    for (int i = 0; i < 7; i++) {
        assert_int_equal(order.results[i], OCD_OK);
        ocd_op_free(ops[i]);
    }
    assert_int_equal(states[0], OCD_STATE_HALTED);
    assert_int_equal(states[1], OCD_STATE_RUNNING);
    assert_int_equal(states[2], OCD_STATE_HALTED);
}

static void the_asynchronous_forms_do_the_same(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_wait(ocd_halt_async(s, NULL)));
    rig_ok(s, ocd_wait(ocd_step_at_async(s, STRAIGHT, NULL)));
    assert_in_range(raw_register(s, "pc"), STRAIGHT + 2, STRAIGHT + 4);
    rig_ok(s, ocd_wait(ocd_resume_at_async(s, STRAIGHT, NULL)));
    assert_state(s, NULL, OCD_STATE_RUNNING);
    rig_ok(s, ocd_wait(ocd_wait_state_async(s, OCD_STATE_RUNNING, NULL)));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_wait(ocd_step_async(s, NULL)));
}

static void addresses_that_the_target_does_not_have_are_refused(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_halt(s));
    uint32_t pc = raw_register(s, "pc");
    rig_trace_clear(&rig->trace);
    rig_fails(s, OCD_ERR_ARG, ocd_resume_at(s, UINT64_C(0x100000000) + STRAIGHT));
    rig_fails(s, OCD_ERR_ARG, ocd_step_at(s, UINT64_C(0xffffffff00000000)));
    assert_int_equal(rig_sent_with(&rig->trace, "arp_poll"), 0);
    assert_state(s, NULL, OCD_STATE_HALTED);
    assert_int_equal(raw_register(s, "pc"), pc);
}

static void invalid_arguments_are_refused(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    enum ocd_target_state is;

    rig_fails(s, OCD_ERR_ARG, ocd_state(s, NULL));
    rig_fails(s, OCD_ERR_ARG, ocd_reset(s, (enum ocd_reset_mode)3));
    rig_fails(s, OCD_ERR_ARG, ocd_wait_state(s, (enum ocd_target_state)7, 0));
    assert_int_equal(ocd_state(NULL, &is), OCD_ERR_ARG);
    assert_int_equal(ocd_halt(NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_resume(NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_step(NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_reset(NULL, OCD_RESET_RUN), OCD_ERR_ARG);
    assert_int_equal(ocd_wait_state(NULL, OCD_STATE_HALTED, 0), OCD_ERR_ARG);
}

static void a_read_only_session_does_not_change_the_program_counter(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, &(struct ocd_options){.read_only = true});

    rig_ok(s, ocd_halt(s));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_resume_at(s, STRAIGHT));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_step_at(s, STRAIGHT));
    rig_ok(s, ocd_step(s));
    rig_ok(s, ocd_resume(s));
    ocd_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_have_openocds_names),
        cmocka_unit_test(the_state_follows_halt_and_resume),
        cmocka_unit_test(the_state_is_read_from_the_target),
        cmocka_unit_test(halting_stops_the_core),
        cmocka_unit_test(repeated_halt_or_resume_is_no_error),
        cmocka_unit_test(a_step_executes_one_instruction),
        cmocka_unit_test(a_running_target_is_not_stepped),
        cmocka_unit_test(an_unfinished_step_is_an_error),
        cmocka_unit_test(a_resume_at_an_address_starts_there),
        cmocka_unit_test(a_running_target_is_not_resumed_elsewhere),
        cmocka_unit_test(a_reset_ends_in_its_state),
        cmocka_unit_test(a_target_can_be_halted_right_after_a_reset),
        cmocka_unit_test(waiting_ends_when_the_state_is_reached),
        cmocka_unit_test(an_unsuccessful_wait_times_out_with_the_state),
        cmocka_unit_test(waiting_does_not_block_other_operations),
        cmocka_unit_test(a_wait_can_be_cancelled),
        cmocka_unit_test(operations_follow_one_another),
        cmocka_unit_test(the_asynchronous_forms_do_the_same),
        cmocka_unit_test(addresses_that_the_target_does_not_have_are_refused),
        cmocka_unit_test(invalid_arguments_are_refused),
        cmocka_unit_test(a_read_only_session_does_not_change_the_program_counter),
    };

    return cmocka_run_group_tests_name("run control", tests, aux_start, aux_stop);
}
