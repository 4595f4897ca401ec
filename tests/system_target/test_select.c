// SPDX-License-Identifier: MIT
/* Which target a call is for. */
#include "aux.h"

static void a_selection_applies_to_calls_and_commands(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_select(s, AUX));
    assert_command(s, "target current", AUX);
    rig_ok(s, ocd_halt(s));
    assert_state(s, AUX, OCD_STATE_HALTED);
    assert_state(s, RIG_CPU, OCD_STATE_RUNNING);
    rig_ok(s, ocd_select(s, RIG_CPU));
    assert_command(s, "target current", RIG_CPU);
    rig_ok(s, ocd_halt(s));
    assert_state(s, NULL, OCD_STATE_HALTED);
    rig_ok(s, ocd_wait(ocd_resume_async(s, &(struct ocd_call){.target = AUX})));
    assert_state(s, RIG_CPU, OCD_STATE_HALTED);
    assert_state(s, AUX, OCD_STATE_RUNNING);
}

static void the_list_shows_the_selection(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_target *targets;
    size_t count;

    rig_ok(s, ocd_select(s, AUX));
    rig_ok(s, ocd_targets(s, &targets, &count));
    assert_int_equal(count, 2);
    assert_string_equal(targets[0].name, RIG_CPU);
    assert_string_equal(targets[0].type, "cortex_m");
    assert_false(targets[0].current);
    assert_string_equal(targets[1].name, AUX);
    assert_string_equal(targets[1].type, "mem_ap");
    assert_true(targets[1].current);
    ocd_free(targets);
    rig_ok(s, ocd_select(s, RIG_CPU));
}

static void a_target_of_one_call_does_not_change_the_selection(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_wait(ocd_halt_async(s, &(struct ocd_call){.target = AUX})));
    assert_command(s, "target current", RIG_CPU);
    rig_ok(s, ocd_wait(ocd_resume_async(s, &(struct ocd_call){.target = AUX})));
    assert_command(s, "target current", RIG_CPU);
}

static void other_sessions_keep_their_selection(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *other = rig_connect(rig, NULL);

    rig_ok(other, ocd_select(other, AUX));
    assert_command(rig->session, "target current", RIG_CPU);
    assert_command(other, "target current", AUX);
    ocd_close(other);
}

static void an_unknown_name_does_not_change_the_selection(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    enum ocd_target_state is;

    rig_fails(s, OCD_ERR_NO_TARGET, ocd_select(s, "cpu7"));
    rig_assert_contains(ocd_last_error(s)->text, "select target cpu7: no such target");
    rig_assert_contains(ocd_last_error(s)->message, RIG_CPU ", " AUX);
    rig_fails(s, OCD_ERR_NO_TARGET, ocd_select(s, ""));
    rig_fails(s, OCD_ERR_NO_TARGET, ocd_select(s, "a b} {$c [d"));
    rig_fails(s, OCD_ERR_ARG, ocd_select(s, NULL));
    assert_int_equal(ocd_select(NULL, AUX), OCD_ERR_ARG);
    assert_command(s, "target current", RIG_CPU);
    rig_ok(s, ocd_halt(s));
    rig_fails(s, OCD_ERR_NO_TARGET,
              ocd_wait(ocd_state_async(s, &is, &(struct ocd_call){.target = "cpu7"})));
    rig_assert_contains(ocd_last_error(s)->message, "OpenOCD has no target 'cpu7', but: " RIG_CPU);
    rig_fails(s, OCD_ERR_NO_TARGET,
              ocd_wait(ocd_state_async(s, &is, &(struct ocd_call){.target = ""})));
    /* The name of a command is none of a target. */
    rig_fails(s, OCD_ERR_NO_TARGET,
              ocd_wait(ocd_state_async(s, &is, &(struct ocd_call){.target = "shutdown"})));
}

/* A selection runs in order: operations that were started before it keep their target. */
static void operations_started_earlier_keep_their_target(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t *data = calloc(1, 16384);
    enum ocd_target_state first, second;

    assert_non_null(data);
    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_wait(ocd_resume_async(s, &(struct ocd_call){.target = AUX})));
    uint8_t *pattern = rig_fill(rig, RIG_RAM, 16384, 7);
    struct ocd_op *read = ocd_read_bytes_async(s, RIG_RAM, data, 16384, NULL);
    struct ocd_op *before = ocd_state_async(s, &first, NULL);
    struct ocd_op *select = ocd_select_async(s, AUX, NULL);
    struct ocd_op *after = ocd_state_async(s, &second, NULL);
    rig_ok(s, ocd_wait(after));
    rig_ok(s, ocd_wait(select));
    rig_ok(s, ocd_wait(before));
    rig_ok(s, ocd_wait(read));
    assert_int_equal(first, OCD_STATE_HALTED);
    assert_int_equal(second, OCD_STATE_RUNNING);
    assert_memory_equal(data, pattern, 16384);
    rig_ok(s, ocd_select(s, RIG_CPU));
    free(pattern);
    free(data);
}

/* Cancelling what a selection waits for must let it go on. */
static void a_selection_runs_when_the_operation_before_it_is_cancelled(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    /* It cannot be answered before it is cancelled. */
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    struct ocd_op *slow = ocd_command_async(s, RIG_CPU " arp_poll", NULL, NULL);
    struct ocd_op *select = ocd_select_async(s, AUX, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    ocd_cancel(slow);
    sim_set_link(rig->sim, SIM_LINK_UP);
    rig_ok(s, ocd_wait(select));
    rig_fails(s, OCD_ERR_CANCELLED, ocd_wait(slow));
    assert_command(s, "target current", AUX);
    rig_ok(s, ocd_select(s, RIG_CPU));
}

static void target_information_follows_the_selection(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint32_t word;

    rig_fails(s, OCD_ERR_ARG, ocd_read_u32(s, UINT64_C(0x100000000) + RIG_RAM, &word, 1));
    rig_ok(s, ocd_select(s, AUX));
    rig_trace_clear(&rig->trace);
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &word, 1));
    assert_int_equal(rig_sent_with(&rig->trace, "cget"), 0);
    rig_ok(s, ocd_select(s, RIG_CPU));
    rig_fails(s, OCD_ERR_ARG, ocd_read_u32(s, UINT64_C(0x100000000) + RIG_RAM, &word, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_selection_applies_to_calls_and_commands),
        cmocka_unit_test(the_list_shows_the_selection),
        cmocka_unit_test(a_target_of_one_call_does_not_change_the_selection),
        cmocka_unit_test(other_sessions_keep_their_selection),
        cmocka_unit_test(an_unknown_name_does_not_change_the_selection),
        cmocka_unit_test(operations_started_earlier_keep_their_target),
        cmocka_unit_test(a_selection_runs_when_the_operation_before_it_is_cancelled),
        cmocka_unit_test(target_information_follows_the_selection),
    };

    return cmocka_run_group_tests_name("selection", tests, aux_start, aux_stop);
}
