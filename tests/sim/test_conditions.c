// SPDX-License-Identifier: MIT
/* What happens to a chip in use, as the real OpenOCD sees it, by the transport that is named on the
 * command line. */
#include "support.h"

#include <poll.h>

#include "rpc.h"

#define TRIES 100000

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

static void asleep_it_reads_zeros_until_it_is_halted(void **state)
{
    struct rpc *rpc = *state;

    rpc_wait_state(rpc, "running");
    assert_int_equal(sim_set_sleep(rpc->sim, SIM_SLEEP_ZEROS), 0);
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0);
    assert_int_equal(rpc_read(rpc, 0xe000edf0, 32) & 0x40000, 0x40000); /* S_SLEEP */
    rpc_wait_state(rpc, "running");
    rpc_good(rpc, "halt");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
    rpc_good(rpc, "resume");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0);
    rpc_good(rpc, "reset run");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
}

static void asleep_it_can_fail_instead(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_set_sleep(rpc->sim, SIM_SLEEP_FAULTS), 0);
    rpc_bad(rpc, "read_memory 0x08000000 32 1");
    rpc_bad(rpc, "write_memory 0x20000000 32 1");
    assert_int_equal(sim_set_sleep(rpc->sim, SIM_AWAKE), 0);
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
}

/* Helpers run on the core, which has to be awake for them. */
static void asleep_its_flash_can_be_programmed(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_set_sleep(rpc->sim, SIM_SLEEP_ZEROS), 0);
    rpc_good(rpc, "halt");
    rpc_good(rpc, "flash erase_address 0x08010000 1024");
    rpc_good(rpc, "flash fillh 0x08010000 0x1234 16");
    assert_int_equal(rpc_read(rpc, 0x0801001e, 16), 0x1234);
}

static void expect_recovery(struct rpc *rpc)
{
    rpc_wait_state(rpc, "running");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
    assert_int_not_equal(rpc_read(rpc, SIM_RAM_BASE, 32), 0x12345678);
    rpc_good(rpc, "write_memory 0x20000000 32 0x12345678");
    assert_int_equal(rpc_read(rpc, SIM_RAM_BASE, 32), 0x12345678);
    rpc_good(rpc, "halt");
    rpc_good(rpc, "reset run");
}

static void power_that_returns_is_found_by_openocd_itself(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "write_memory 0x20000000 32 0x12345678");
    assert_int_equal(sim_set_power(rpc->sim, false), 0);
    rpc_bad(rpc, "read_memory 0x08000000 32 1");
    rpc_bad(rpc, "read_memory 0x20000000 32 1");
    rpc_bad(rpc, "write_memory 0x20000000 32 1");
    rpc_bad(rpc, "read_memory 0xe000edf0 32 1");
    assert_int_equal(sim_set_power(rpc->sim, true), 0);
    expect_recovery(rpc);
}

static void a_short_loss_of_power_is_noticed_afterwards(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "write_memory 0x20000000 32 0x12345678");
    assert_int_equal(sim_set_power(rpc->sim, false), 0);
    assert_int_equal(sim_set_power(rpc->sim, true), 0);
    expect_recovery(rpc);
}

static void an_external_reset_is_noticed(void **state)
{
    struct rpc *rpc = *state;
    uint32_t before;

    rpc_wait_state(rpc, "running");
    while ((before = rpc_read(rpc, SIM_VAR_TICK, 32)) < 300)
        continue;
    assert_int_equal(sim_reset(rpc->sim), 0);
    assert_true(rpc_read(rpc, SIM_VAR_TICK, 32) < before);
    rpc_wait_state(rpc, "running");
}

static void a_protected_flash_is_not_read(void **state)
{
    struct rpc *rpc = *state;

    assert_int_equal(sim_protect(rpc->sim), 0);
    rpc_bad(rpc, "read_memory 0x08000000 32 1");
    rpc_good(rpc, "read_memory 0x20000000 32 1");
    /* The way back costs the contents. */
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "stm32f1x unlock 0");
    rpc_good(rpc, "reset halt");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0xffffffff);
}

static void a_64_bit_variable_can_be_read_torn(void **state)
{
    struct rpc *rpc = *state;

    for (int i = 0; i < TRIES; i++) {
        unsigned long low;
        unsigned long high;
        const char *text = rpc_good(rpc, "read_memory 0x%08x 32 2", SIM_VAR_COUNTER);

        assert_int_equal(sscanf(text, "%lx %lx", &low, &high), 2);
        if (low != high) {
            assert_int_equal(high, low - 1);
            return;
        }
    }
    fail_msg("%d reads of both halves, and none of them torn", TRIES);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(asleep_it_reads_zeros_until_it_is_halted),
        TEST(asleep_it_can_fail_instead),
        TEST(asleep_its_flash_can_be_programmed),
        TEST(power_that_returns_is_found_by_openocd_itself),
        TEST(a_short_loss_of_power_is_noticed_afterwards),
        TEST(an_external_reset_is_noticed),
        TEST(a_protected_flash_is_not_read),
        TEST(a_64_bit_variable_can_be_read_torn),
    };

    if (argc > 1)
        transport = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
