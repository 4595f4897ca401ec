// SPDX-License-Identifier: MIT
/* OpenOCDs that come, go and are killed; probes that fall silent. */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "rpc.h"

static void another_openocd_connects_after_the_first_was_killed(void **state)
{
    (void)state;
    struct rpc *rpc = rpc_start(NULL, "swd");

    rpc_good(rpc, "write_memory 0x20000000 32 0x600dcafe");
    for (int round = 0; round < 3; round++) {
        kill(ocd__process_pid(rpc->openocd), round % 2 ? SIGTERM : SIGKILL);
        close(rpc->fd);
        ocd__process_end(&rpc->openocd);
        rpc_open(rpc, "swd");
        assert_int_equal(rpc_read(rpc, 0x20000000, 32), 0x600dcafe);
    }
    rpc_stop(rpc);
}

static void a_chip_keeps_its_memory_while_it_is_not_served(void **state)
{
    (void)state;
    struct rpc *rpc = rpc_start(NULL, "swd");

    rpc_good(rpc, "write_memory 0x20000000 32 0x600dcafe");
    close(rpc->fd);
    sim_stop(rpc->sim); /* before OpenOCD: the probe is left as it was */
    ocd__process_end(&rpc->openocd);
    assert_true(sim_spawn(rpc->sim) > 0);
    rpc_open(rpc, "swd");
    assert_int_equal(rpc_read(rpc, 0x20000000, 32), 0x600dcafe);
    assert_int_equal(sim_spawn(rpc->sim), -EBUSY);
    rpc_stop(rpc);
}

static void two_openocds_share_the_chip(void **state)
{
    (void)state;
    struct rpc *first = rpc_start(NULL, "swd");
    struct rpc *second = calloc(1, sizeof(*second));

    assert_non_null(second);
    second->sim = first->sim;
    rpc_open(second, "swd");
    rpc_good(first, "write_memory 0x20000000 32 1");
    assert_int_equal(rpc_read(second, 0x20000000, 32), 1);
    close(second->fd);
    ocd__process_end(&second->openocd);
    free(second);
    assert_int_equal(rpc_read(first, 0x20000000, 32), 1);
    rpc_stop(first);
}

static void the_largest_chip_is_examined(void **state)
{
    (void)state;
    struct sim_options options = {.flash_size = SIM_SIZE_MAX, .ram_size = SIM_SIZE_MAX};
    struct rpc *rpc = rpc_start(&options, "swd");

    rpc_good(rpc, "write_memory 0x23fffffc 32 0x12345678");
    assert_int_equal(rpc_read(rpc, 0x23fffffc, 32), 0x12345678);
    assert_int_equal(rpc_read(rpc, 0x0bfffffc, 32), 0xefbeadde);
    rpc_bad(rpc, "read_memory 0x24000000 32 1");
    rpc_bad(rpc, "read_memory 0x0c000000 32 1");
    rpc_good(rpc, "flash probe 0");
    assert_non_null(strstr(rpc_good(rpc, "flash banks"), "size 0x03fff800"));
    rpc_stop(rpc);
}

static void the_smallest_chip_is_examined(void **state)
{
    (void)state;
    struct sim_options options = {.flash_size = SIM_SIZE_MIN, .ram_size = SIM_SIZE_MIN};
    struct rpc *rpc = rpc_start(&options, "swd");

    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE + 0xffc, 32), 0xefbeadde);
    rpc_bad(rpc, "read_memory 0x20004f00 32 1"); /* its variables have no place */
    rpc_good(rpc, "halt");
    rpc_stop(rpc);
}

static void an_older_server_version_works(void **state)
{
    (void)state;

    for (unsigned api = 1; api <= 3; api++) {
        struct rpc *rpc = rpc_start(&(struct sim_options){.server_api = api}, "swd");

        assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
        rpc_good(rpc, "reset halt");
        rpc_bad(rpc, "read_memory 0x40000000 32 1");
        assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0x20005000);
        rpc_stop(rpc);
    }
}

static void an_unplugged_probe_makes_reads_fail(void **state)
{
    (void)state;
    struct rpc *rpc = rpc_start(NULL, "swd");

    sim_set_link(rpc->sim, SIM_LINK_DOWN);
    rpc_bad(rpc, "read_memory 0x08000000 32 1");
    rpc_stop(rpc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_openocd_connects_after_the_first_was_killed),
        cmocka_unit_test(a_chip_keeps_its_memory_while_it_is_not_served),
        cmocka_unit_test(two_openocds_share_the_chip),
        cmocka_unit_test(the_largest_chip_is_examined),
        cmocka_unit_test(the_smallest_chip_is_examined),
        cmocka_unit_test(an_older_server_version_works),
        cmocka_unit_test(an_unplugged_probe_makes_reads_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
