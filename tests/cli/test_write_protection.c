// SPDX-License-Identifier: MIT
/* Protection against wrong writes: --dry-run, --read-only, --writable. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rig.h"
#include "tool.h"

#define RAM SIM_RAM_BASE

static struct rig *rig;

static uint64_t writes_so_far(void)
{
    struct sim_stats stats;

    sim_get_stats(rig->sim, &stats);
    return stats.writes[0] + stats.writes[1] + stats.writes[2];
}

/* Nothing has been written since, except by OpenOCD to the core's debug registers. */
static void expect_no_write(uint64_t since)
{
    static struct sim_access log[SIM_LOG_SIZE];
    size_t count = sim_get_log(rig->sim, since, log, SIM_LOG_SIZE);

    for (size_t i = 0; i < count; i++) {
        if (log[i].write) {
            fail_msg("%u x %u bytes written at 0x%08" PRIX64, log[i].count, log[i].width,
                     log[i].addr);
        }
    }
}

static uint64_t mark(void)
{
    struct sim_stats stats;

    sim_get_stats(rig->sim, &stats);
    return stats.log_sequence;
}

static void a_dry_run_prints_the_command_and_writes_nothing(void **state)
{
    uint64_t since = mark();
    (void)state;
    expect(0, "write_memory 0x20000000 32 {0x1 0x2 0xffffffff}\n", "",
           "-p %u write 0x20000000 1 2 -1 --dry-run", rig->port);
    expect(0, "stm32f1x.cpu write_memory 0x20000001 8 {0xff}\n", "",
           "-p %u -t stm32f1x.cpu write 0x20000001 -1 -w 8 --dry-run --verify", rig->port);
    expect(0, "write_memory 0x20000000 64 {0x102030405060708}\n", "",
           "-p %u write 0x20000000 -w 64 0x0102030405060708 --dry-run", rig->port);
    expect(0, "write_memory 0x20000000 32 {0x1} phys\n", "",
           "-p %u --phys write 0x20000000 1 --dry-run", rig->port);
    expect_no_write(since);
}

static void a_dry_fill_prints_its_writes_in_order(void **state)
{
    static const char expected[] = "big write_memory 0x20000001 8 {0xab}\n"
                                   "big write_memory 0x20000002 16 {0xcdab}\n"
                                   "big write_memory 0x20000004 32 {0xcdabcdab}\n"
                                   "big write_memory 0x20000008 8 {0xcd}\n";
    uint64_t since = mark();
    (void)state;
    expect(0, expected, "", "-p %u fill 0x20000001 8 0xABCD -w 16 -t big --dry-run", rig->port);
    expect(0, "", "", "-p %u fill 0x20000001 0 0 --dry-run", rig->port);
    expect_no_write(since);
}

/* What was printed does what the command itself would have done. */
static void commands_printed_by_a_dry_run_can_be_run(void **state)
{
    static uint8_t wanted[6000];
    static uint8_t memory[6000];
    struct tool tool;
    unsigned lines = 0;
    (void)state;

    for (size_t i = 0; i < sizeof(wanted); i++)
        wanted[i] = (uint8_t)(0xEF >> (i % 2 * 4)); /* 0xEF 0x0E … of 0x0EEF */
    memset(memory, 0, sizeof(memory));
    assert_int_equal(sim_poke(rig->sim, RAM, memory, sizeof(memory)), 0);
    tool_start(&tool, NULL, "-p %u fill 0x20000003 5000 0x0EEF -w 16 --dry-run", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    for (char *line = tool.out_text.data; *line != '\0'; lines++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        char *result;
        assert_int_equal(ocd_command(rig->session, line, &result), OCD_OK);
        ocd_free(result);
        line = end + 1;
    }
    assert_true(lines > 3);
    assert_int_equal(sim_peek(rig->sim, RAM, memory, sizeof(memory)), 0);
    assert_memory_equal(memory + 3, wanted, 5000);
    assert_int_equal(memory[2], 0);
    assert_int_equal(memory[5003], 0);
    tool_free(&tool);
}

static void a_dry_run_is_refused_if_the_write_is_refused(void **state)
{
    uint64_t before = writes_so_far();
    (void)state;
    expect(2, "",
           "ocd: write 0x20000000: the session may not write there: the session is read-only\n",
           "-p %u --read-only write 0x20000000 1 --dry-run", rig->port);
    expect(4, "", NULL, "-p %u -t none write 0x20000000 1 --dry-run", rig->port);
    expect(2, "", NULL, "-p %u write 0x100000000 1 --dry-run", rig->port);
    assert_int_equal(writes_so_far(), before);
}

/* A call that has no dry run must not ignore the flag. */
static void calls_without_a_dry_run_refuse_it(void **state)
{
    const struct ocd_call dry = {.flags = OCD_WRITE_DRY_RUN};
    uint32_t word = 0;
    (void)state;
    assert_int_equal(ocd_wait(ocd_command_async(rig->session, "mww 0x20000000 1", NULL, &dry)),
                     OCD_ERR_ARG);
    assert_int_equal(ocd_wait(ocd_halt_async(rig->session, &dry)), OCD_ERR_ARG);
    assert_int_equal(ocd_wait(ocd_reset_async(rig->session, OCD_RESET_HALT, &dry)), OCD_ERR_ARG);
    assert_int_equal(ocd_wait(ocd_select_async(rig->session, "big", &dry)), OCD_ERR_ARG);
    assert_int_equal(ocd_wait(ocd_read_u32_async(rig->session, SIM_FLASH_BASE, &word, 1, &dry)),
                     OCD_OK);
    assert_int_equal(word, 0x20005000);
}

static void a_read_only_session_reads_and_writes_nothing(void **state)
{
    uint64_t before = writes_so_far();
    (void)state;
    expect(2, "",
           "ocd: write 0x20000000: the session may not write there: the session is read-only\n",
           "-p %u --read-only write 0x20000000 1", rig->port);
    expect(2, "",
           "ocd: fill 0x20000000: the session may not write there: the session is read-only\n",
           "-p %u fill 0x20000000 1K 1 --read-only", rig->port);
    expect(2, "",
           "ocd: cmd: the session may not write there: the session's writes are restricted, and a "
           "command could write anything\n",
           "-p %u --read-only cmd expr 1", rig->port);
    expect(2, "",
           "ocd: copy 0x08000000: the session may not write there: the session is read-only\n",
           "-p %u --read-only copy 0x08000000 0x20000000 4K", rig->port);
    /* Checksums are computed by code in the target's RAM. */
    expect(2, "",
           "ocd: verify /dev/null: the session may not write there: the session is read-only\n",
           "-p %u --read-only verify /dev/null 0 --fast", rig->port);
    assert_int_equal(writes_so_far(), before);
    expect(0, "0x20005000\n", "", "-p %u --read-only read 0x08000000 -w 32", rig->port);
    expect(0, NULL, "", "-p %u --read-only info", rig->port);
}

static void only_the_writable_ranges_are_written(void **state)
{
    static const char ranges[] = "--writable 0x20000000:1K --writable=0x20001000:16";
    uint64_t before;
    (void)state;
    expect(0, "", "", "-p %u %s write 0x20001000 1 2 3 4", rig->port, ranges);
    expect(0, "", "", "-p %u %s fill 0x20000000 1K 0", rig->port, ranges);
    before = writes_so_far();
    expect(2, "",
           "ocd: write 0x20001004: the session may not write there: 0x20001004 to 0x20001013 is "
           "not inside one of the writable ranges\n",
           "-p %u %s write 0x20001004 1 2 3 4", rig->port, ranges);
    expect(2, "", NULL, "-p %u %s fill 0x20000000 1025 0", rig->port, ranges);
    expect(2, "", NULL, "-p %u %s cmd expr 1", rig->port, ranges);
    assert_int_equal(writes_so_far(), before);
}

static void invalid_ranges_are_refused(void **state)
{
    static const char *const wrong[] = {"0x20000000", "0x20000000:", ":16",
                                        "a:b",        "0:0",         "0xFFFFFFFFFFFFFFFF:2"};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        char message[200];
        snprintf(message, sizeof(message),
                 "ocd: info: --writable '%s' is not ADDR:SIZE or ADDR..END within 64 bits; "
                 "try 'ocd info --help'\n",
                 wrong[i]);
        expect(2, "", message, "info --writable %s", wrong[i]);
    }
}

static int set_up(void **state)
{
    (void)state;
    rig = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dry_run_prints_the_command_and_writes_nothing),
        cmocka_unit_test(a_dry_fill_prints_its_writes_in_order),
        cmocka_unit_test(commands_printed_by_a_dry_run_can_be_run),
        cmocka_unit_test(a_dry_run_is_refused_if_the_write_is_refused),
        cmocka_unit_test(calls_without_a_dry_run_refuse_it),
        cmocka_unit_test(a_read_only_session_reads_and_writes_nothing),
        cmocka_unit_test(only_the_writable_ranges_are_written),
        cmocka_unit_test(invalid_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
