// SPDX-License-Identifier: MIT
/* Two cores, one of which can be refused. */
#include "aux.h"

#define CPU1 "stm32f1x.cpu1"

static struct rig *start_rig(bool refused)
{
    return rig_start(&(struct rig_options){
        .sim = {.cores = 2, .no_core = {[1] = refused}},
        .commands = "target create " CPU1 " cortex_m -dap stm32f1x.dap -ap-num 1; "
                    "targets " RIG_CPU,
    });
}

static int start(void **state)
{
    struct rig *rig = start_rig(false);

    rig_ok(rig->session, ocd_select(rig->session, CPU1));
    aux_steps_without_a_limit(rig->session);
    rig_ok(rig->session, ocd_select(rig->session, RIG_CPU));
    aux_steps_without_a_limit(rig->session);
    *state = rig;
    return 0;
}

static int start_refused(void **state)
{
    *state = start_rig(true);
    return 0;
}

static const struct ocd_call first = {.target = RIG_CPU};
static const struct ocd_call second = {.target = CPU1};

static uint64_t read_of(struct ocd_session *s, const struct ocd_call *call, const char *name)
{
    uint64_t value;

    rig_ok(s, ocd_wait(ocd_read_register_async(s, name, &value, call)));
    return value;
}

static void one_halts_while_the_other_runs(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;

    rig_ok(s, ocd_wait(ocd_halt_async(s, &second)));
    assert_state(s, RIG_CPU, OCD_STATE_RUNNING);
    assert_state(s, CPU1, OCD_STATE_HALTED);
    rig_ok(s, ocd_wait(ocd_step_async(s, &second)));
    rig_fails(s, OCD_ERR_NOT_HALTED, ocd_wait(ocd_step_async(s, &first)));
    rig_ok(s, ocd_select(s, CPU1));
    rig_ok(s, ocd_resume(s));
    assert_state(s, NULL, OCD_STATE_RUNNING);
    rig_ok(s, ocd_select(s, RIG_CPU));
    rig_ok(s, ocd_halt(s));
    assert_state(s, CPU1, OCD_STATE_RUNNING);
    rig_ok(s, ocd_resume(s));
}

/* Started together, answered each for its own. */
static void operations_for_both_run_together(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_call waiting = second;
    enum ocd_target_state a, b;

    waiting.timeout_ms = RIG_TIMEOUT_MS;
    struct ocd_op *wait = ocd_wait_state_async(s, OCD_STATE_HALTED, &waiting);
    struct ocd_op *halt = ocd_halt_async(s, &first);
    struct ocd_op *ask_first = ocd_state_async(s, &a, &first);
    struct ocd_op *ask_second = ocd_state_async(s, &b, &second);
    rig_ok(s, ocd_wait(ask_second));
    rig_ok(s, ocd_wait(ask_first));
    rig_ok(s, ocd_wait(halt));
    assert_int_equal(a, OCD_STATE_HALTED);
    assert_int_equal(b, OCD_STATE_RUNNING);
    assert_int_equal(ocd_op_result(wait), OCD_PENDING);
    rig_ok(s, ocd_wait(ocd_halt_async(s, &second)));
    rig_ok(s, ocd_wait(wait));
}

static void each_has_registers_and_breakpoints_of_its_own(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct ocd_breakpoint *list;
    size_t count;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT)); /* of both */
    assert_state(s, CPU1, OCD_STATE_HALTED);
    rig_ok(s, ocd_wait(ocd_write_register_async(s, "r7", 0x11111111, &first)));
    rig_ok(s, ocd_wait(ocd_write_register_async(s, "r7", 0x22222222, &second)));
    rig_ok(s, ocd_wait(ocd_step_async(s, &first)));
    uint64_t pc = read_of(s, &first, "pc");
    assert_int_equal(read_of(s, &second, "pc"), RESET_HANDLER);
    rig_ok(s, ocd_wait(ocd_set_breakpoint_async(s, pc, 2, OCD_BREAKPOINT_HARD, &second)));
    rig_ok(s, ocd_breakpoints(s, &list, &count));
    assert_int_equal(count, 0);
    ocd_free(list);
    rig_ok(s, ocd_wait(ocd_resume_async(s, &second)));
    rig_ok(s, ocd_wait(ocd_wait_state_async(s, OCD_STATE_HALTED, &second)));
    assert_int_equal(read_of(s, &second, "pc"), pc);
    assert_int_equal(read_of(s, &first, "r7"), 0x11111111);
    assert_int_equal(read_of(s, &second, "r7"), 0x22222222);
    rig_ok(s, ocd_wait(ocd_remove_breakpoints_async(s, &second)));
}

static void a_core_that_was_refused_does_not_answer(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_watchpoint w = {.addr = RIG_RAM, .length = 4, .access = OCD_WATCHPOINT_WRITE};
    struct ocd_register *registers;
    struct ocd_target *targets;
    enum ocd_target_state is;
    uint64_t value;
    size_t count;

    rig_ok(s, ocd_targets(s, &targets, &count));
    assert_int_equal(count, 2);
    assert_string_equal(targets[1].name, CPU1);
    ocd_free(targets);
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_state_async(s, &is, &second)));
    assert_int_equal(is, OCD_STATE_UNKNOWN);
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_halt_async(s, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_resume_async(s, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_step_async(s, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_read_register_async(s, "pc", &value, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_write_register_async(s, "pc", 0, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED,
              ocd_wait(ocd_registers_async(s, &registers, &count, &second)));
    rig_fails(
        s, OCD_ERR_NOT_EXAMINED,
        ocd_wait(ocd_set_breakpoint_async(s, RESET_HANDLER, 2, OCD_BREAKPOINT_HARD, &second)));
    rig_fails(s, OCD_ERR_NOT_EXAMINED, ocd_wait(ocd_set_watchpoint_async(s, &w, &second)));
    /* The other does not notice. */
    rig_ok(s, ocd_halt(s));
    assert_int_equal(read_of(s, &first, "sp"), read_of(s, &first, "msp"));
    rig_ok(s, ocd_resume(s));
}

static void a_reset_fails_for_the_core_that_is_refused(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    assert_int_not_equal(ocd_wait(ocd_reset_async(s, OCD_RESET_HALT, &second)), OCD_OK);
    rig_assert_contains(ocd_last_error(s)->text, "reset halt: ");
    assert_state(s, RIG_CPU, OCD_STATE_HALTED);
    assert_int_equal(sim_set_core(rig->sim, 1, true), 0);
    rig_ok(s, ocd_wait(ocd_reset_async(s, OCD_RESET_HALT, &second)));
    assert_state(s, CPU1, OCD_STATE_HALTED);
}

static void a_core_that_becomes_unavailable_is_noticed(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint64_t value;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    assert_int_equal(sim_set_core(rig->sim, 1, false), 0);
    rig_fails(s, OCD_ERR_NO_ANSWER, ocd_wait(ocd_halt_async(s, &second)));
    rig_fails(s, OCD_ERR_NO_ANSWER, ocd_wait(ocd_read_register_async(s, "pc", &value, &second)));
    assert_state(s, RIG_CPU, OCD_STATE_HALTED);
    assert_int_equal(read_of(s, &first, "pc"), RESET_HANDLER);
    assert_int_equal(sim_set_core(rig->sim, 1, true), 0);
    rig_ok(s, ocd_wait(ocd_wait_state_async(s, OCD_STATE_HALTED, &second)));
    assert_int_equal(read_of(s, &second, "pc"), RESET_HANDLER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_halts_while_the_other_runs),
        cmocka_unit_test(operations_for_both_run_together),
        cmocka_unit_test(each_has_registers_and_breakpoints_of_its_own),
        cmocka_unit_test(a_core_that_becomes_unavailable_is_noticed),
    };
    const struct CMUnitTest refused[] = {
        cmocka_unit_test(a_core_that_was_refused_does_not_answer),
        cmocka_unit_test(a_reset_fails_for_the_core_that_is_refused),
    };

    int failed = cmocka_run_group_tests_name("two cores", tests, start, aux_stop);
    return failed + cmocka_run_group_tests_name("a refused core", refused, start_refused, aux_stop);
}
