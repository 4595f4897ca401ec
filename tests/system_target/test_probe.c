// SPDX-License-Identifier: MIT
/* A probe that is gone, or hangs: nothing may be reported as done. OpenOCD itself reports
 * `halt` as done then, and returns registers from its cache. */
#include "aux.h"

#include <signal.h>

static int start(void **state)
{
    *state = aux_rig(NULL);
    return 0;
}

static void assert_gone(const struct ocd_session *s, const char *what)
{
    const struct ocd_error *e = ocd_last_error(s);

    assert_int_equal(e->code, OCD_ERR_PROBE);
    rig_assert_contains(e->text, what);
    rig_assert_contains(e->text, "the debug probe does not answer: ");
    assert_string_not_equal(e->message, "");
    assert_string_not_equal(e->command, "");
}

static void nothing_succeeds_when_a_running_targets_probe_is_gone(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    enum ocd_target_state is = OCD_STATE_HALTED;

    rig_ok(s, ocd_resume(s));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    rig_fails(s, OCD_ERR_PROBE, ocd_halt(s));
    assert_gone(s, "halt: ");
    rig_fails(s, OCD_ERR_PROBE, ocd_state(s, &is));
    assert_gone(s, "ask the state: ");
    assert_int_equal(is, OCD_STATE_UNKNOWN);
    rig_fails(s, OCD_ERR_PROBE, ocd_resume(s));
    assert_gone(s, "resume: ");
    rig_fails(s, OCD_ERR_PROBE, ocd_step(s));
    assert_gone(s, "step: ");
    rig_fails(s, OCD_ERR_PROBE, ocd_resume_at(s, RESET_HANDLER));
    rig_fails(s, OCD_ERR_PROBE, ocd_reset(s, OCD_RESET_RUN));
    assert_gone(s, "reset run: ");
    rig_fails(s, OCD_ERR_PROBE, ocd_reset(s, OCD_RESET_HALT));
}

static void nothing_succeeds_when_a_halted_targets_probe_is_gone(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_ok(s, ocd_halt(s));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    rig_fails(s, OCD_ERR_PROBE, ocd_halt(s));
    rig_fails(s, OCD_ERR_PROBE, ocd_step(s));
    rig_fails(s, OCD_ERR_PROBE, ocd_resume(s));
}

static void no_cached_register_is_returned_when_the_probe_is_gone(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_register *r;
    size_t count;
    uint64_t value;

    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_read_register(s, "pc", &value));
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    rig_fails(s, OCD_ERR_PROBE, ocd_read_register(s, "pc", &value));
    assert_gone(s, "read register pc: ");
    rig_fails(s, OCD_ERR_PROBE, ocd_read_registers(s, NULL, 0, &r, &count));
    rig_fails(s, OCD_ERR_PROBE, ocd_write_register(s, "pc", RESET_HANDLER));
}

static void waiting_for_a_target_that_is_gone_lasts_until_the_deadline(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    sim_set_link(rig->sim, SIM_LINK_DOWN);
    rig_ok(s, ocd_wait_state(s, OCD_STATE_UNKNOWN, RIG_TIMEOUT_MS));
    /* Long enough for OpenOCD to say so, which depends on the machine. */
    static const char words[] = "the target does not answer";
    for (uint32_t ms = 300; ms < RIG_TIMEOUT_MS; ms *= 4) {
        rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait_state(s, OCD_STATE_HALTED, ms));
        if (strstr(ocd_last_error(s)->text, words) != NULL)
            break;
    }
    rig_assert_contains(ocd_last_error(s)->text, words);
}

/* OpenOCD waits for the probe, and we for OpenOCD. */
static void a_probe_that_hangs_ends_in_a_timeout(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_call call = {.timeout_ms = 500};
    enum ocd_target_state is;

    rig_ok(s, ocd_resume(s));
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_halt_async(s, &call)));
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_state_async(s, &is, &call)));
    sim_set_link(rig->sim, SIM_LINK_UP);
    kill(rig->openocd, SIGKILL); /* it may take a minute to notice */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_succeeds_when_a_running_targets_probe_is_gone,
                                        start, aux_stop),
        cmocka_unit_test_setup_teardown(nothing_succeeds_when_a_halted_targets_probe_is_gone, start,
                                        aux_stop),
        cmocka_unit_test_setup_teardown(no_cached_register_is_returned_when_the_probe_is_gone,
                                        start, aux_stop),
        cmocka_unit_test_setup_teardown(waiting_for_a_target_that_is_gone_lasts_until_the_deadline,
                                        start, aux_stop),
        cmocka_unit_test_setup_teardown(a_probe_that_hangs_ends_in_a_timeout, start, aux_stop),
    };

    return cmocka_run_group_tests_name("a probe that is gone", tests, NULL, NULL);
}
