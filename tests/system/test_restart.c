// SPDX-License-Identifier: MIT
/* An OpenOCD that the session started and that ends or is restarted; and the callback for it. */
#include "rig.h"

#include <poll.h>
#include <signal.h>

struct told {
    unsigned lost, back;
    int code;
    char text[200];
};

static void tell(bool connected, const struct ocd_error *error, void *user)
{
    struct told *t = user;

    if (connected) {
        assert_null(error);
        t->back++;
        return;
    }
    t->lost++;
    t->code = error->code;
    snprintf(t->text, sizeof(t->text), "%s", error->text);
}

static pid_t pid_of(struct ocd_session *s)
{
    char *text;

    rig_ok(s, ocd_command(s, "pid", &text));
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    ocd_free(text);
    return pid;
}

static void assert_reads(struct rig *rig, struct ocd_session *s)
{
    uint32_t value = 0;

    rig_poke(rig, RIG_RAM, "\x11\x22\x33\x44", 4);
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &value, 1));
    assert_int_equal(value, 0x44332211);
}

/* Kills OpenOCD, and waits until the session can notice it. */
static void kill_openocd(struct ocd_session *s, pid_t pid)
{
    struct pollfd p = {.fd = ocd_loop_fd(s), .events = POLLIN};

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(poll(&p, 1, RIG_TIMEOUT_MS), 1);
}

static void a_killed_openocd_is_started_again_by_the_next_call(void **state)
{
    struct told told = {0};
    struct rig *rig = rig_start(&(struct rig_options){
        .big = true,
        .ocd = {.reconnect = true, .target = RIG_BIG, .connection = tell, .connection_user = &told},
    });
    struct ocd_session *s = rig->session;
    uint32_t value = 0;

    (void)state;
    rig_poke(rig, RIG_RAM, "\x11\x22\x33\x44", 4);
    for (unsigned i = 1; i <= 2; i++) {
        pid_t before = pid_of(s);
        assert_int_equal(told.back, i - 1);
        kill_openocd(s, before);
        rig_ok(s, ocd_read_u32(s, RIG_RAM, &value, 1));
        assert_int_equal(value, 0x11223344); /* of the same target */
        assert_true(pid_of(s) != before);
        assert_int_equal(told.lost, i);
        assert_int_equal(told.back, i);
        assert_int_equal(told.code, OCD_ERR_CLOSED);
        rig_assert_contains(told.text, "the connection was lost");
        assert_true((ocd_features(s) & OCD_FEATURE_STARTED) != 0);
    }
    rig_stop(rig);
    assert_int_equal(told.lost, 2); /* closing is not reported as a loss */
}

static void without_reconnect_a_killed_openocd_is_not_started(void **state)
{
    struct told told = {0};
    struct rig *rig =
        rig_start(&(struct rig_options){.ocd = {.connection = tell, .connection_user = &told}});
    struct ocd_session *s = rig->session;
    uint32_t value;

    (void)state;
    kill_openocd(s, rig->openocd);
    assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED); /* a loop sees it at once */
    assert_int_equal(told.lost, 1);
    rig_fails(s, OCD_ERR_CLOSED, ocd_read_u32(s, RIG_RAM, &value, 1));
    assert_int_equal(told.lost, 1);
    rig_ok(s, ocd_restart(s)); /* unless it is asked for */
    assert_int_equal(told.back, 1);
    assert_reads(rig, s);
    rig_stop(rig);
}

static void a_lost_probe_is_found_again_after_a_restart(void **state)
{
    struct rig *rig = rig_start(NULL);
    struct ocd_session *s = rig->session;
    uint32_t value;

    (void)state;
    sim_set_link(rig->sim, SIM_LINK_DOWN);
    assert_true(ocd_read_u32(s, RIG_RAM, &value, 1) < 0);
    assert_true(ocd_restart(s) < 0); /* OpenOCD does not come up */
    sim_set_link(rig->sim, SIM_LINK_UP);
    rig_ok(s, ocd_restart(s));
    assert_reads(rig, s);
    rig_stop(rig);
}

static void a_restart_ends_what_is_under_way(void **state)
{
    struct rig *rig = rig_start(NULL);
    struct ocd_session *s = rig->session;
    uint32_t value;

    (void)state;
    sim_set_link(rig->sim, SIM_LINK_FROZEN);
    struct ocd_op *read = ocd_read_u32_async(s, RIG_RAM, &value, 1, NULL);
    assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    struct ocd_op *restart = ocd_restart_async(s, NULL);
    sim_set_link(rig->sim, SIM_LINK_UP);
    assert_int_equal(ocd_wait(read), OCD_ERR_CLOSED);
    rig_ok(s, ocd_wait(restart));
    assert_reads(rig, s);
    rig_stop(rig);
}

static void an_openocd_of_another_process_is_not_restarted(void **state)
{
    struct rig *rig = rig_start(NULL);
    struct ocd_session *s = rig_connect(rig, NULL);

    (void)state;
    rig_fails(s, OCD_ERR_ARG, ocd_restart(s));
    assert_reads(rig, s);
    assert_int_equal(ocd_restart(NULL), OCD_ERR_ARG);
    ocd_close(s);
    rig_stop(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_openocd_is_started_again_by_the_next_call),
        cmocka_unit_test(without_reconnect_a_killed_openocd_is_not_started),
        cmocka_unit_test(a_lost_probe_is_found_again_after_a_restart),
        cmocka_unit_test(a_restart_ends_what_is_under_way),
        cmocka_unit_test(an_openocd_of_another_process_is_not_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
