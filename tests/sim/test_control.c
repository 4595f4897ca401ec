// SPDX-License-Identifier: MIT
/* Halting, stepping, resetting through the real OpenOCD, by the transport that is named on the
 * command line. */
#include "support.h"

#include <unistd.h>

#include "rpc.h"

static const char *transport = "swd";

static int start(void **state)
{
    *state = rpc_start(NULL, transport);
    return 0;
}

static int stop(void **state)
{
    rpc_stop(*state);
    return 0;
}

static void it_halts_and_resumes(void **state)
{
    struct rpc *rpc = *state;

    rpc_wait_state(rpc, "running");
    rpc_good(rpc, "halt");
    rpc_wait_state(rpc, "halted");
    assert_in_range(rpc_reg(rpc, "pc"), SIM_FLASH_BASE, SIM_FLASH_BASE + 0x1ffff);
    assert_in_range(rpc_reg(rpc, "sp"), SIM_RAM_BASE, SIM_RAM_BASE + 0x4fff);
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "running");
}

static void it_steps_by_instructions(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    /* Its time of 500 ms for interrupts may be over before the step on a busy machine. The older
     * driver has none, and not this command either. */
    if (strcmp(transport, "hla") != 0)
        rpc_good(rpc, "cortex_m maskisr off");
    rpc_good(rpc, "step");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a2);
    rpc_good(rpc, "step 0x08000200");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x08000204); /* a 32-bit instruction */
    rpc_good(rpc, "resume");
}

static void each_kind_of_reset_has_its_effect(void **state)
{
    struct rpc *rpc = *state;
    struct sim_stats before;
    struct sim_stats after;

    sim_get_stats(rpc->sim, &before);
    rpc_good(rpc, "reset halt");
    rpc_wait_state(rpc, "halted");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    assert_int_equal(rpc_reg(rpc, "sp"), 0x20005000);
    rpc_good(rpc, "reset init");
    rpc_wait_state(rpc, "halted");
    rpc_good(rpc, "reset run");
    rpc_wait_state(rpc, "running");
    sim_get_stats(rpc->sim, &after);
    assert_true(after.resets >= before.resets + 3);
}

static void the_reset_pin_works_too(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset_config srst_only srst_nogate");
    rpc_good(rpc, "reset halt");
    rpc_wait_state(rpc, "halted");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x080001a0);
    rpc_good(rpc, "reset run");
    rpc_wait_state(rpc, "running");
    rpc_good(rpc, "reset_config none");
}

static void registers_are_written_and_read_back(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "reg r3 0x12345678");
    rpc_good(rpc, "reg pc 0x08000208");
    rpc_good(rpc, "step"); /* writes the registers, and forgets them */
    assert_int_equal(rpc_reg(rpc, "r3"), 0x12345678);
    assert_int_equal(rpc_reg(rpc, "pc"), 0x0800020a);
    rpc_good(rpc, "resume");
}

static void the_core_stops_at_breakpoints(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "bp 0x0800020e 2 hw");
    rpc_good(rpc, "bp 0x08000214 2 hw");
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "halted");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x0800020e);
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "halted");
    assert_int_equal(rpc_reg(rpc, "pc"), 0x08000214);
    rpc_good(rpc, "rbp 0x0800020e");
    rpc_good(rpc, "rbp 0x08000214");
    rpc_good(rpc, "wp 0x20000000 4 w");
    rpc_good(rpc, "rwp 0x20000000");
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "running");
}

static void variables_change_while_it_runs(void **state)
{
    struct rpc *rpc = *state;
    uint32_t first;
    uint32_t frozen;

    rpc_good(rpc, "reset run");
    rpc_wait_state(rpc, "running");
    first = rpc_read(rpc, SIM_VAR_TICK, 32);
    while (rpc_read(rpc, SIM_VAR_TICK, 32) == first)
        continue;
    rpc_good(rpc, "halt");
    rpc_wait_state(rpc, "halted");
    frozen = rpc_read(rpc, SIM_VAR_TICK, 32);
    rpc_good(rpc, "sleep 20");
    assert_int_equal(rpc_read(rpc, SIM_VAR_TICK, 32), frozen);
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "running");
}

static void helpers_of_openocd_run_on_the_target(void **state)
{
    struct rpc *rpc = *state;
    char path[] = "/tmp/sim-image-XXXXXX";
    int fd = mkstemp(path);
    uint8_t flash[32 * 1024];

    assert_true(fd >= 0);
    sim_peek(rpc->sim, SIM_FLASH_BASE, flash, sizeof(flash));
    assert_int_equal(write(fd, flash, sizeof(flash)), sizeof(flash));
    rpc_good(rpc, "reset halt");
    /* Only a checksum that the target has computed makes this succeed. */
    rpc_good(rpc, "verify_image_checksum %s 0x08000000 bin", path);
    flash[12345] ^= 1;
    assert_int_equal(pwrite(fd, flash, sizeof(flash), 0), sizeof(flash));
    rpc_bad(rpc, "verify_image_checksum %s 0x08000000 bin", path);
    close(fd);
    unlink(path);
    rpc_good(rpc, "flash erase_check 0");
    rpc_good(rpc, "flash info 0");
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "running");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_halts_and_resumes),
        cmocka_unit_test(it_steps_by_instructions),
        cmocka_unit_test(each_kind_of_reset_has_its_effect),
        cmocka_unit_test(the_reset_pin_works_too),
        cmocka_unit_test(registers_are_written_and_read_back),
        cmocka_unit_test(the_core_stops_at_breakpoints),
        cmocka_unit_test(variables_change_while_it_runs),
        cmocka_unit_test(helpers_of_openocd_run_on_the_target),
    };

    if (argc > 1)
        transport = argv[1];
    return cmocka_run_group_tests(tests, start, stop);
}
