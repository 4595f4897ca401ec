// SPDX-License-Identifier: MIT
/* Both cores as targets of the real OpenOCD, by the transport that is named on the command line. */
#include "support.h"

#include <unistd.h>

#include "rpc.h"

#define CPU0 "stm32f1x.cpu"
#define CPU1 "stm32f1x.cpu1"

static const char *transport = "swd";

static int start(void **state)
{
    *state = rpc_start(&(struct sim_options){.cores = 2}, transport);
    return 0;
}

static int stop(void **state)
{
    rpc_stop(*state);
    return 0;
}

static void select_target(struct rpc *rpc, const char *name)
{
    rpc_good(rpc, "targets %s", name);
}

static void expect_states(struct rpc *rpc, const char *first, const char *second)
{
    select_target(rpc, CPU1);
    rpc_wait_state(rpc, second);
    select_target(rpc, CPU0);
    rpc_wait_state(rpc, first);
}

static void both_are_examined_and_the_first_is_current(void **state)
{
    struct rpc *rpc = *state;

    assert_string_equal(rpc_good(rpc, "join [target names]"), CPU0 " " CPU1);
    assert_string_equal(rpc_good(rpc, "target current"), CPU0);
    assert_string_equal(rpc_good(rpc, CPU0 " was_examined"), "1");
    assert_string_equal(rpc_good(rpc, CPU1 " was_examined"), "1");
    expect_states(rpc, "running", "running");
}

static void one_halts_steps_and_resumes_while_the_other_runs(void **state)
{
    struct rpc *rpc = *state;
    uint32_t tick;

    select_target(rpc, CPU1);
    rpc_good(rpc, "halt");
    expect_states(rpc, "running", "halted");
    select_target(rpc, CPU1);
    rpc_good(rpc, "cortex_m maskisr off"); /* a step without a limit of time before it */
    rpc_good(rpc, "step 0x08000200");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x08000204);
    tick = rpc_read(rpc, SIM_VAR_TICK, 32);
    while (rpc_read(rpc, SIM_VAR_TICK, 32) == tick) /* of the first core */
        continue;
    select_target(rpc, CPU0);
    rpc_good(rpc, "halt");
    select_target(rpc, CPU1);
    rpc_good(rpc, "resume");
    expect_states(rpc, "halted", "running");
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "running");
}

static void registers_and_breakpoints_belong_to_one_core(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    expect_states(rpc, "halted", "halted");
    select_target(rpc, CPU1);
    rpc_good(rpc, "reg r3 0x11111111");
    rpc_good(rpc, "bp 0x08000214 2 hw");
    select_target(rpc, CPU0);
    rpc_good(rpc, "reg r3 0x22222222");
    rpc_good(rpc, "cortex_m maskisr off");
    rpc_good(rpc, "step");
    rpc_good(rpc, "resume");
    select_target(rpc, CPU1);
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "halted");
    select_target(rpc, CPU1);
    assert_int_equal(rpc_reg(rpc, "pc"), 0x08000214);
    assert_int_equal(rpc_reg(rpc, "r3"), 0x11111111);
    rpc_good(rpc, "rbp 0x08000214");
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "running");
}

static void each_kind_of_reset_resets_both(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    expect_states(rpc, "halted", "halted");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    select_target(rpc, CPU1);
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    rpc_good(rpc, "reset run");
    expect_states(rpc, "running", "running");
}

static void both_read_all_of_the_shared_memory(void **state)
{
    struct rpc *rpc = *state;
    char path[] = "/tmp/sim-image-XXXXXX";
    int fd = mkstemp(path);
    uint8_t flash[32 * 1024];

    assert_true(fd >= 0);
    sim_peek(rpc->sim, SIM_FLASH_BASE, flash, sizeof(flash));
    assert_int_equal(write(fd, flash, sizeof(flash)), sizeof(flash));
    close(fd);
    rpc_good(rpc, CPU0 " write_memory 0x20000100 32 {1 2 3 4}");
    assert_string_equal(rpc_good(rpc, CPU1 " read_memory 0x20000100 32 4"), "0x1 0x2 0x3 0x4");
    assert_string_equal(rpc_good(rpc, CPU1 " read_memory 0x20000101 8 3"), "0x0 0x0 0x0");
    rpc_good(rpc, "reset halt");
    select_target(rpc, CPU1); /* its own work area, its own checksum */
    rpc_good(rpc, "verify_image_checksum %s 0x08000000 bin", path);
    unlink(path);
    rpc_good(rpc, "reset run");
    expect_states(rpc, "running", "running");
}

static void a_core_can_be_refused_and_given_back(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_set_core(rpc->sim, 1, false), 0);
    rpc_bad(rpc, CPU1 " read_memory 0x08000000 32 1");
    assert_string_equal(rpc_good(rpc, CPU0 " read_memory 0x08000000 32 1"), "0x20005000");
    assert_int_equal(sim_set_core(rpc->sim, 1, true), 0);
    assert_string_equal(rpc_good(rpc, CPU1 " read_memory 0x08000000 32 1"), "0x20005000");
    expect_states(rpc, "running", "running");
}

static void a_refused_core_is_examined_after_it_is_given_back(void **state)
{
    struct rpc *rpc =
        rpc_start(&(struct sim_options){.cores = 2, .no_core = {[1] = true}}, transport);

    (void)state;
    assert_string_equal(rpc_good(rpc, CPU0 " was_examined"), "1");
    assert_string_equal(rpc_good(rpc, CPU1 " was_examined"), "0");
    rpc_bad(rpc, CPU1 " arp_examine");
    rpc_bad(rpc, CPU1 " read_memory 0x08000000 32 1");
    rpc_good(rpc, "halt");
    rpc_wait_state(rpc, "halted");
    assert_int_equal(sim_set_core(rpc->sim, 1, true), 0);
    rpc_good(rpc, CPU1 " arp_examine");
    expect_states(rpc, "halted", "running");
    rpc_stop(rpc);
}

static void a_reset_fails_as_long_as_one_is_refused(void **state)
{
    struct rpc *rpc =
        rpc_start(&(struct sim_options){.cores = 2, .no_core = {[1] = true}}, transport);

    (void)state;
    rpc_bad(rpc, "reset halt");
    rpc_wait_state(rpc, "halted"); /* the other has still been reset */
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    assert_int_equal(sim_set_core(rpc->sim, 1, true), 0);
    rpc_good(rpc, "reset halt");
    expect_states(rpc, "halted", "halted");
    rpc_stop(rpc);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_examined_and_the_first_is_current),
        cmocka_unit_test(one_halts_steps_and_resumes_while_the_other_runs),
        cmocka_unit_test(registers_and_breakpoints_belong_to_one_core),
        cmocka_unit_test(each_kind_of_reset_resets_both),
        cmocka_unit_test(both_read_all_of_the_shared_memory),
        cmocka_unit_test(a_core_can_be_refused_and_given_back),
        cmocka_unit_test(a_refused_core_is_examined_after_it_is_given_back),
        cmocka_unit_test(a_reset_fails_as_long_as_one_is_refused),
    };

    if (argc > 1)
        transport = argv[1];
    return cmocka_run_group_tests(tests, start, stop);
}
