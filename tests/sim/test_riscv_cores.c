// SPDX-License-Identifier: MIT
/* Two harts as targets of the real OpenOCD, and one that is refused. The chip is named on the
 * command line. */
#include "riscv_rig.h"

static const struct riscv_chip *chip;

static int start(void **state)
{
    *state = rpc_start(&(struct sim_options){.chip = chip->kind, .cores = 2}, NULL);
    return 0;
}

static int stop(void **state)
{
    rpc_stop(*state);
    return 0;
}

static void expect_states(struct rpc *rpc, const char *first, const char *second)
{
    rpc_good(rpc, "targets %s", chip->cpu1);
    rpc_wait_state(rpc, second);
    rpc_good(rpc, "targets %s", chip->cpu);
    rpc_wait_state(rpc, first);
}

static uint32_t reg_of(struct rpc *rpc, const char *cpu, const char *name)
{
    rpc_good(rpc, "targets %s", cpu);
    return rpc_reg(rpc, name);
}

static void both_are_examined_and_the_first_is_current(void **state)
{
    struct rpc *rpc = *state;

    assert_string_equal(rpc_good(rpc, "target current"), chip->cpu);
    assert_string_equal(rpc_good(rpc, "%s was_examined", chip->cpu), "1");
    assert_string_equal(rpc_good(rpc, "%s was_examined", chip->cpu1), "1");
    expect_states(rpc, "running", "running");
}

static void one_halts_and_steps_while_the_other_runs(void **state)
{
    struct rpc *rpc = *state;
    uint32_t rounds;

    rpc_good(rpc, "targets %s", chip->cpu1);
    rpc_good(rpc, "halt");
    expect_states(rpc, "running", "halted");
    assert_int_equal(reg_of(rpc, chip->cpu1, "mhartid"), 1);
    rpc_good(rpc, "step 0x08000200");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x08000204);
    rounds = rpc_read(rpc, SIM_VAR_ROUNDS, 32);
    while (rpc_read(rpc, SIM_VAR_ROUNDS, 32) == rounds) /* of the first hart */
        continue;
    rounds = rpc_read(rpc, SIM_VAR_ROUNDS + 4, 32);
    assert_int_equal(rpc_read(rpc, SIM_VAR_ROUNDS + 4, 32), rounds);
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "running");
}

static void registers_and_breakpoints_belong_to_one_hart(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    expect_states(rpc, "halted", "halted");
    assert_int_equal(reg_of(rpc, chip->cpu, "pc"), 0x08000000);
    assert_int_equal(reg_of(rpc, chip->cpu1, "pc"), 0x08000000);
    rpc_good(rpc, "reg t6 0x11111111");
    rpc_good(rpc, "bp 0x08000240 4 hw");
    rpc_good(rpc, "targets %s", chip->cpu);
    rpc_good(rpc, "reg t6 0x22222222");
    rpc_good(rpc, "resume");
    rpc_good(rpc, "targets %s", chip->cpu1);
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "halted");
    assert_int_equal(reg_of(rpc, chip->cpu1, "pc"), 0x08000240);
    assert_int_equal(rpc_reg(rpc, "t6"), 0x11111111);
    rpc_good(rpc, "rbp 0x08000240");
    rpc_good(rpc, "resume");
    expect_states(rpc, "running", "running");
}

static void a_refused_hart_is_unavailable_until_it_is_given_back(void **state)
{
    (void)state;
    struct sim_options options = {.chip = chip->kind, .cores = 2, .no_core = {[1] = true}};
    struct rpc *rpc = rpc_start(&options, NULL);

    assert_string_equal(rpc_good(rpc, "%s was_examined", chip->cpu), "1");
    assert_string_equal(rpc_good(rpc, "%s was_examined", chip->cpu1), "0");
    halt(rpc);
    assert_int_equal(rpc_reg(rpc, "mhartid"), 0);
    assert_int_equal(sim_set_core(rpc->sim, 1, true), 0);
    rpc_good(rpc, "%s arp_examine", chip->cpu1);
    expect_states(rpc, "halted", "running");
    rpc_stop(rpc);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_examined_and_the_first_is_current),
        cmocka_unit_test(one_halts_and_steps_while_the_other_runs),
        cmocka_unit_test(registers_and_breakpoints_belong_to_one_hart),
        cmocka_unit_test(a_refused_hart_is_unavailable_until_it_is_given_back),
    };

    chip = riscv_chip(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, start, stop);
}
