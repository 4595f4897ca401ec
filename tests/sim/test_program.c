// SPDX-License-Identifier: MIT
/* The flash through the real OpenOCD's stm32f1x driver, by the transport that is named on the
 * command line. */
#include "support.h"

#include <unistd.h>

#include "rpc.h"

#define WORK_AREA 0x1000 /* as target/stm32f1x.cfg has it */

static const char *transport = "swd";
static char image[] = "/tmp/sim-image-XXXXXX";
static uint8_t contents[24 * 1024 + 3];

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
    *state = rpc_start(NULL, transport);
    return n == (ssize_t)sizeof(contents) ? 0 : -1;
}

static int stop(void **state)
{
    rpc_stop(*state);
    unlink(image);
    return 0;
}

static void expect_flash(struct rpc *rpc, uint32_t addr, const void *data, size_t size)
{
    uint8_t *flash = malloc(size);

    assert_non_null(flash);
    assert_int_equal(sim_peek(rpc->sim, addr, flash, size), 0);
    assert_memory_equal(flash, data, size);
    free(flash);
}

static void fill_flash(struct rpc *rpc, int value)
{
    uint8_t data[SIM_FLASH_SIZE_DEFAULT];

    memset(data, value, sizeof(data));
    assert_int_equal(sim_poke(rpc->sim, SIM_FLASH_BASE, data, sizeof(data)), 0);
}

static uint64_t log_end(struct rpc *rpc)
{
    struct sim_stats stats;

    sim_get_stats(rpc->sim, &stats);
    return stats.log_sequence;
}

/* How often the debugger itself has written to the flash since then, as far as the log knows. */
static uint32_t flash_writes(struct rpc *rpc, uint64_t since)
{
    struct sim_access *log = calloc(SIM_LOG_SIZE, sizeof(*log));
    uint32_t writes = 0;
    size_t count;

    assert_non_null(log);
    count = sim_get_log(rpc->sim, since, log, SIM_LOG_SIZE);
    for (size_t i = 0; i < count; i++)
        if (log[i].write && log[i].addr - SIM_FLASH_BASE < SIM_FLASH_SIZE_DEFAULT)
            writes += log[i].count;
    free(log);
    return writes;
}

static void the_loader_writes_what_verify_reads(void **state)
{
    struct rpc *rpc = *state;
    uint64_t before;

    fill_flash(rpc, 0);
    rpc_good(rpc, "reset halt");
    before = log_end(rpc);
    rpc_good(rpc, "flash write_image erase %s 0x08000400", image);
    assert_int_equal(flash_writes(rpc, before), 0); /* the target did it */
    expect_flash(rpc, 0x08000400, contents, sizeof(contents));
    expect_flash(rpc, 0x08000400 + sizeof(contents), "\xff\xff\xff\xff", 4);
    expect_flash(rpc, 0x080003fc, "\0\0\0\0", 4);
    expect_flash(rpc, 0x08006800, "\0\0\0\0", 4); /* the first page after it */
    rpc_good(rpc, "verify_image %s 0x08000400", image);
    rpc_bad(rpc, "verify_image %s 0x08000800", image);
}

static void half_words_are_written_where_the_loader_has_no_room(void **state)
{
    struct rpc *rpc = *state;
    uint64_t before;

    fill_flash(rpc, 0);
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "[target current] configure -work-area-size 0");
    rpc_good(rpc, "flash erase_sector 0 16 last");
    before = log_end(rpc);
    rpc_good(rpc, "flash fillw 0x08004000 0xdeadbeef 33");
    assert_int_equal(flash_writes(rpc, before), 66);
    rpc_good(rpc, "[target current] configure -work-area-size %d", WORK_AREA);
    for (uint32_t i = 0; i < 33; i++)
        expect_flash(rpc, 0x08004000 + 4 * i, "\xef\xbe\xad\xde", 4);
    expect_flash(rpc, 0x08004000 + 4 * 33, "\xff\xff\xff\xff", 4);
    expect_flash(rpc, 0x08003ffc, "\0\0\0\0", 4);
}

static void erased_sectors_are_reported_as_erased(void **state)
{
    struct rpc *rpc = *state;

    fill_flash(rpc, 0x5a);
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash erase_sector 0 3 5");
    expect_flash(rpc, 0x08000bfc, "\x5a\x5a\x5a\x5a\xff\xff\xff\xff", 8);
    expect_flash(rpc, 0x080017fc, "\xff\xff\xff\xff\x5a\x5a\x5a\x5a", 8);
    rpc_good(rpc, "flash erase_check 0"); /* lists what is not erased */
    assert_non_null(strstr(rpc->result, "  2: 0x00000800 (0x400 1kB) not erased"));
    assert_null(strstr(rpc->result, "  3: 0x00000c00"));
    assert_null(strstr(rpc->result, "  5: 0x00001400"));
    assert_non_null(strstr(rpc->result, "  6: 0x00001800 (0x400 1kB) not erased"));
    rpc_good(rpc, "stm32f1x mass_erase 0");
    expect_flash(rpc, 0x08000bfc, "\xff\xff\xff\xff", 4);
}

static void programming_without_erasing_is_refused(void **state)
{
    struct rpc *rpc = *state;

    fill_flash(rpc, 0x5a);
    rpc_good(rpc, "reset halt");
    rpc_bad(rpc, "flash fillw 0x08000000 0x12345678 4");
    rpc_bad(rpc, "flash write_image %s 0x08000000", image);
    expect_flash(rpc, 0x08000000, "\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a", 8);
    rpc_good(rpc, "flash erase_sector 0 0 0"); /* the controller still works */
    rpc_good(rpc, "flash fillw 0x08000000 0x12345678 4");
    expect_flash(rpc, 0x08000000, "\x78\x56\x34\x12", 4);
}

static void protected_sectors_are_refused_until_unprotected(void **state)
{
    struct rpc *rpc = *state;

    fill_flash(rpc, 0x5a);
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash protect 0 1 2 on");
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash info 0");
    assert_non_null(strstr(rpc->result, "  0: 0x00000000 (0x1000 4kB) not protected"));
    assert_non_null(strstr(rpc->result, "  1: 0x00001000 (0x1000 4kB) protected"));
    assert_non_null(strstr(rpc->result, "  3: 0x00003000 (0x1000 4kB) not protected"));
    rpc_bad(rpc, "flash erase_sector 0 4 4");
    rpc_bad(rpc, "stm32f1x mass_erase 0");
    expect_flash(rpc, 0x08001000, "\x5a\x5a\x5a\x5a", 4);
    rpc_good(rpc, "flash erase_sector 0 0 0");
    rpc_good(rpc, "flash protect 0 0 last off");
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "flash erase_sector 0 4 4");
    expect_flash(rpc, 0x08001000, "\xff\xff\xff\xff", 4);
}

static void removing_read_protection_erases_the_flash(void **state)
{
    struct rpc *rpc = *state;

    fill_flash(rpc, 0x5a);
    rpc_good(rpc, "reset halt");
    rpc_good(rpc, "stm32f1x lock 0");
    rpc_good(rpc, "reset halt");
    rpc_bad(rpc, "read_memory 0x08000000 32 1");
    rpc_bad(rpc, "flash erase_sector 0 0 0");
    rpc_good(rpc, "stm32f1x unlock 0");
    rpc_good(rpc, "reset halt");
    assert_int_equal(rpc_read(rpc, SIM_FLASH_BASE, 32), 0xffffffff);
}

static void program_writes_verifies_and_resets(void **state)
{
    struct rpc *rpc = *state;

    rpc_good(rpc, "program %s 0x08000000 verify", image);
    expect_flash(rpc, 0x08000000, contents, sizeof(contents));
    rpc_good(rpc, "reset halt");
    /* The new image's first word, as the core takes it. */
    assert_int_equal(rpc_reg(rpc, "msp"), rpc_read(rpc, SIM_FLASH_BASE, 32) & ~3u);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loader_writes_what_verify_reads),
        cmocka_unit_test(half_words_are_written_where_the_loader_has_no_room),
        cmocka_unit_test(erased_sectors_are_reported_as_erased),
        cmocka_unit_test(programming_without_erasing_is_refused),
        cmocka_unit_test(protected_sectors_are_refused_until_unprotected),
        cmocka_unit_test(removing_read_protection_erases_the_flash),
        cmocka_unit_test(program_writes_verifies_and_resets),
    };

    if (argc > 1)
        transport = argv[1];
    return cmocka_run_group_tests(tests, start, stop);
}
