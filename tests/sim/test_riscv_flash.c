// SPDX-License-Identifier: MIT
/* The flash of the RISC-V chip of 32 bits through OpenOCD's own driver, whose loader runs on the
 * hart, and what only the JTAG adapter does. OpenOCD's driver takes no targets of 64 bits. */
#include "riscv_rig.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

static char image[] = "/tmp/sim-image-XXXXXX";
static uint8_t contents[12 * 1024 + 4];

static int start(void **state)
{
    uint32_t value = 1;
    int fd = mkstemp(image);
    ssize_t n;

    for (size_t i = 0; i < sizeof(contents); i++) {
        value = value * 1664525 + 1013904223;
        contents[i] = (uint8_t)(value >> 24);
    }
    n = write(fd, contents, sizeof(contents));
    close(fd);
    *state =
        rpc_start(&(struct sim_options){.chip = SIM_CHIP_RISCV32, .flash_size = 48 * 1024}, NULL);
    return n == (ssize_t)sizeof(contents) ? 0 : -1;
}

static int stop(void **state)
{
    rpc_stop(*state);
    unlink(image);
    return 0;
}

static void expect_flash(struct rpc *rpc, uint32_t addr)
{
    static uint8_t flash[sizeof(contents)];

    assert_int_equal(sim_peek(rpc->sim, addr, flash, sizeof(flash)), 0);
    assert_memory_equal(flash, contents, sizeof(flash));
}

static void openocds_driver_detects_the_flash(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash probe 0");
    assert_non_null(strstr(rpc_good(rpc, "flash info 0"), "GD32VF103"));
    assert_non_null(strstr(rpc_good(rpc, "lindex [flash list] 0"), "size 49152"));
}

static void an_image_is_written_by_the_loader_and_verified(void **state)
{
    struct rpc *rpc = *state;
    struct sim_stats before;
    struct sim_stats after;

    rpc_good(rpc, "reset halt");
    sim_get_stats(rpc->sim, &before);
    rpc_good(rpc, "flash write_image erase %s 0x08004000 bin", image);
    sim_get_stats(rpc->sim, &after);
    expect_flash(rpc, 0x08004000);
    /* No half-word came from the debugger itself. */
    assert_int_equal(after.writes[1], before.writes[1]);
    rpc_good(rpc, "verify_image %s 0x08004000 bin", image);
    rpc_good(rpc, "verify_image_checksum %s 0x08004000 bin", image);
    rpc_bad(rpc, "verify_image_checksum %s 0x08004400 bin", image);
}

static void program_writes_verifies_and_resets(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "program %s 0x08008000 verify reset", image);
    expect_flash(rpc, 0x08008000);
    rpc_wait_state(rpc, "running");
}

static void without_a_work_area_half_words_are_written(void **state)
{
    struct rpc *rpc = *state;
    struct sim_stats before;
    struct sim_stats after;

    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "gd32vf103.cpu configure -work-area-size 0");
    sim_get_stats(rpc->sim, &before);
    rpc_good(rpc, "flash fillh 0x0800b800 0x1234 16");
    sim_get_stats(rpc->sim, &after);
    assert_int_equal(after.writes[1] - before.writes[1], 16);
    assert_int_equal(rpc_read(rpc, 0x0800b81e, 16), 0x1234);
    rpc_good(rpc, "gd32vf103.cpu configure -work-area-size 0x1800");
}

static void sectors_are_erased_and_checked(void **state)
{
    struct rpc *rpc = *state;
    uint8_t erased[1024];
    uint8_t flash[1024];

    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash erase_sector 0 16 19");
    memset(erased, 0xff, sizeof(erased));
    assert_int_equal(sim_peek(rpc->sim, 0x08004000, flash, sizeof(flash)), 0);
    assert_memory_equal(flash, erased, sizeof(flash));
    assert_int_not_equal(rpc_read(rpc, 0x08005000, 32), 0xffffffff);
    rpc_good(rpc, "flash erase_check 0");
    rpc_good(rpc, "stm32f1x mass_erase 0");
    assert_int_equal(rpc_read(rpc, 0x08000000, 32), 0xffffffff);
}

static void written_code_runs(void **state)
{
    struct rpc *rpc = *state;
    char path[] = "/tmp/sim-code-XXXXXX";
    int fd = mkstemp(path);
    static const uint32_t code[] = {
        0x200002b7, /* lui  t0, 0x20000 */
        0x0002a303, /* lw   t1, 0(t0) */
        0x00130313, /* addi t1, t1, 1 */
        0x0062a023, /* sw   t1, 0(t0) */
        0xff5ff06f, /* j    . - 12 */
    };
    uint32_t count;

    assert_int_equal(write(fd, code, sizeof(code)), sizeof(code));
    close(fd);
    rpc_good(rpc, "program %s 0x08000000 reset", path);
    unlink(path);
    rpc_wait_state(rpc, "running");
    use_only(rpc, "sysbus");
    count = rpc_read(rpc, 0x20000000, 32);
    while (rpc_read(rpc, 0x20000000, 32) == count)
        continue;
}

static void the_adapter_takes_one_client(void **state)
{
    struct rpc *rpc = *state;
    struct ocd_process *second = NULL;
    struct ocd_buffer message = {0};
    char config[1000];
    sim_config(rpc->sim, config, sizeof(config));
    assert_int_equal(ocd__process_start(&second, NULL, config, NULL, &message), 0);
    while (ocd__process_poll(second) != OCD_PROCESS_ENDED) {
        struct pollfd set = {.fd = ocd__process_fd(second), .events = POLLIN};

        assert_true(poll(&set, 1, 60000) >= 0);
    }
    ocd__process_end(&second);
    ocd__buffer_free(&message);
    rpc_read(rpc, 0x20000000, 32);
}

static double milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void latency_is_added_to_each_answer(void **state)
{
    struct rpc *rpc = *state;
    double from;

    use_only(rpc, "sysbus");
    sim_set_latency(rpc->sim, 2000);
    from = milliseconds();
    rpc_read(rpc, 0x20000000, 32); /* some ten answers */
    assert_true(milliseconds() - from >= 20);
    sim_set_latency(rpc->sim, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openocds_driver_detects_the_flash),
        cmocka_unit_test(an_image_is_written_by_the_loader_and_verified),
        cmocka_unit_test(program_writes_verifies_and_resets),
        cmocka_unit_test(without_a_work_area_half_words_are_written),
        cmocka_unit_test(sectors_are_erased_and_checked),
        cmocka_unit_test(written_code_runs),
        cmocka_unit_test(the_adapter_takes_one_client),
        cmocka_unit_test(latency_is_added_to_each_answer),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
