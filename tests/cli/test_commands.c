// SPDX-License-Identifier: MIT
/* `ocd write`, `fill`, `dump`, `search`, `info` and `cmd` in front of a real OpenOCD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig.h"
#include "tool.h"

#define RAM        SIM_RAM_BASE
#define UNREADABLE 0x20001010u /* 16 unreadable bytes */

static struct rig *rig;
static char scratch[64];

static void expect_bytes(uint32_t addr, const void *expected, size_t size)
{
    uint8_t memory[256];
    assert_in_range(size, 1, sizeof(memory));
    assert_int_equal(sim_peek(rig->sim, addr, memory, size), 0);
    assert_memory_equal(memory, expected, size);
}

static void clear_memory(uint32_t addr, size_t size)
{
    static const uint8_t zeros[4096];
    assert_int_equal(sim_poke(rig->sim, addr, zeros, size), 0);
}

static void words_are_written_unless_a_width_is_given(void **state)
{
    static const uint8_t expected[] = {0x78, 0x56, 0x34, 0x12, 1, 0, 0, 0, 0};
    (void)state;
    clear_memory(RAM, 64);
    expect(0, "", "", "-p %u write 0x20000000 0x12345678 1", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void every_width_can_be_written(void **state)
{
    static const uint8_t expected[] = {1, 2, 0, 0, 0x34, 0x12, 0xCD, 0xAB, 0xEF, 0xBE, 0xAD, 0xDE,
                                       0, 0, 0, 0, 8,    7,    6,    5,    4,    3,    2,    1};
    (void)state;
    clear_memory(RAM, 64);
    expect(0, "", "", "-p %u write 0x20000000 1 2 -w 8", rig->port);
    expect(0, "", "", "-p %u write 0x20000004 0x1234 0xABCD -w 16", rig->port);
    expect(0, "", "", "-p %u write 0x20000008 0xDEADBEEF -w 32", rig->port);
    expect(0, "", "", "-p %u write 0x20000010 0x0102030405060708 -w 64", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void negative_values_are_written_as_two_s_complement(void **state)
{
    static const uint8_t expected[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0x80};
    (void)state;
    clear_memory(RAM, 64);
    expect(0, "", "", "-p %u write 0x20000000 -1 -2 --verify", rig->port);
    expect(0, "", "", "-p %u write 0x20000008 -w 8 -0x80", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void nothing_is_written_when_a_value_does_not_fit(void **state)
{
    static const uint8_t expected[4] = {0};
    (void)state;
    clear_memory(RAM, 64);
    expect(2, "", NULL, "-p %u write 0x20000000 1 2 300 -w 8", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void writing_follows_the_target_s_byte_order(void **state)
{
    static const uint8_t expected[] = {0x12, 0x34, 0x56, 0x78};
    (void)state;
    clear_memory(RAM, 64);
    expect(0, "", "", "-p %u write 0x20000000 0x12345678 -t big --verify", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void memory_that_refuses_a_write_is_named(void **state)
{
    static const char begin[] = "ocd: write 0x08000000: target access failed at 0x08000000: ";
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u write 0x08000000 1", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 4, "", NULL);
    if (strncmp(tool.err_text.data, begin, strlen(begin)) != 0 ||
        strstr(tool.err_text.data, "failed to write memory") == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

/* The status register keeps the bits that are set until it is read. */
static void a_difference_after_a_write_gives_exit_code_1(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u write 0x40008004 0x10", rig->port);
    expect(1, "",
           "ocd: write 0x40008004: memory differs at 0x40008004: "
           "wrote 0x00000001, but it reads back as 0x00000011 "
           "(is it RAM, and does nothing else write there?)\n",
           "-p %u write 0x40008004 1 --verify", rig->port);
}

static void bytes_are_filled_unless_a_width_is_given(void **state)
{
    uint8_t expected[18];
    (void)state;
    clear_memory(RAM, 64);
    memset(expected, 0xA5, sizeof(expected));
    expected[0] = expected[17] = 0;
    expect(0, "", "", "-p %u fill 0x20000001 16 0xA5 --verify", rig->port);
    expect_bytes(RAM, expected, sizeof(expected));
}

static void a_fill_follows_the_target_s_byte_order(void **state)
{
    static const uint8_t little[] = {0x34, 0x12, 0x34, 0x12, 0, 0};
    static const uint8_t big[] = {0x12, 0x34, 0x12, 0x34, 0, 0};
    (void)state;
    clear_memory(RAM, 64);
    expect(0, "", "", "-p %u fill 0x20000000 4 0x1234 -w 16", rig->port);
    expect_bytes(RAM, little, sizeof(little));
    expect(0, "", "", "-p %u fill 0x20000000 4 0x1234 -w 16 -t big --phys", rig->port);
    expect_bytes(RAM, big, sizeof(big));
}

static void a_dump_is_the_memory(void **state)
{
    uint8_t *expected = malloc(SIM_FLASH_SIZE_DEFAULT);
    char path[100];
    size_t size;
    (void)state;
    assert_non_null(expected);
    assert_int_equal(sim_peek(rig->sim, SIM_FLASH_BASE, expected, SIM_FLASH_SIZE_DEFAULT), 0);
    snprintf(path, sizeof(path), "%s/flash.bin", scratch);
    file_write(path, "old contents");
    expect(0, "", "", "-p %u dump 0x08000000 128K %s", rig->port, path);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_int_equal(size, SIM_FLASH_SIZE_DEFAULT);
    assert_memory_equal(text, expected, size);
    free(text);

    struct tool tool;
    tool_start(&tool, NULL, "-p %u --phys dump 0x08000001 0x1FFFE -", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    assert_int_equal(tool.out_text.size, 0x1FFFE);
    assert_memory_equal(tool.out_text.data, expected + 1, 0x1FFFE);
    tool_free(&tool);
    free(expected);
    unlink(path);
}

static void a_dump_that_fails_leaves_the_file_as_it_was(void **state)
{
    char path[100];
    size_t size;
    struct tool tool;
    (void)state;
    snprintf(path, sizeof(path), "%s/ram.bin", scratch);
    file_write(path, "old contents");
    tool_start(&tool, NULL, "-p %u dump 0x20001000 1K %s", rig->port, path);
    tool_finish(&tool);
    expect_finished(&tool, 4, "", NULL);
    if (strstr(tool.err_text.data, "ocd: dump 0x20001000: target access failed at 0x20001010 "
                                   "after 16 bytes: ") != tool.err_text.data)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_string_equal(text, "old contents");
    free(text);
    assert_int_equal(scratch_count(scratch), 1);
    unlink(path);
}

static void a_dump_can_skip_unreadable_memory(void **state)
{
    static const uint8_t expected[] = {1,    2,    3,    4,    0x55, 0x55, 0x55, 0x55,
                                       0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
                                       0x55, 0x55, 0x55, 0x55, 5,    6,    7,    8};
    char path[100];
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/holes.bin", scratch);
    assert_int_equal(sim_poke(rig->sim, UNREADABLE - 4, expected, sizeof(expected)), 0);
    expect(4, "", "ocd: dump: 0x20001010 to 0x2000101F unreadable (16 bytes)\n",
           "-p %u dump 0x2000100C 24 %s --skip-unreadable --fill-byte 0x55", rig->port, path);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_int_equal(size, sizeof(expected));
    assert_memory_equal(text, expected, size);
    free(text);
    unlink(path);
}

static void a_dump_says_which_file_it_cannot_write(void **state)
{
    char message[300];
    (void)state;
    snprintf(message, sizeof(message),
             "ocd: dump 0x08000000: local file error: %s/no/file: No such file or directory\n",
             scratch);
    expect(6, "", message, "-p %u dump 0x08000000 1K %s/no/file", rig->port, scratch);
    expect(6, "", "ocd: dump 0x08000000: local file error: /dev/full: No space left on device\n",
           "-p %u dump 0x08000000 1K /dev/full", rig->port);
    expect(0, "", "", "-p %u dump 0x08000000 0 /dev/null", rig->port);
}

static void every_match_is_printed(void **state)
{
    static const char all[] = "0x08000400\n0x08001235\n0x08002FFE\n0x08008002\n0x0801F000\n"
                              "0x0801FFFC\n";
    (void)state;
    expect(0, all, "", "-p %u search 0x08000000 0x08020000 DEADBEEF", rig->port);
    expect(0, all, "", "-p %u search 0x08000000 +128K de ad be ef", rig->port);
    expect(0, all, "", "-p %u search 0x08000000 +128K 'DE AD BE EF' --phys", rig->port);
    expect(0, "0x08000400\n0x08001235\n", "", "-p %u search 0x08000000 +128K DEADBEEF --max 2",
           rig->port);
}

static void matches_lie_within_the_range(void **state)
{
    (void)state;
    expect(0, "0x08001235\n", "", "-p %u search 0x08001235 0x08001239 DEADBEEF", rig->port);
    expect(1, "", "", "-p %u search 0x08001236 0x08001239 DEADBEEF", rig->port);
    expect(1, "", "", "-p %u search 0x08001235 0x08001238 DEADBEEF", rig->port);
}

static void text_can_be_searched(void **state)
{
    (void)state;
    assert_int_equal(sim_poke(rig->sim, RAM + 0x100, "banana", 6), 0);
    expect(0, "0x20000101\n0x20000103\n", "", "-p %u search 0x20000000 +1K --text ana", rig->port);
    clear_memory(RAM + 0x100, 6);
}

static void a_search_without_matches_gives_exit_code_1(void **state)
{
    (void)state;
    expect(1, "", "", "-p %u search 0x08000000 +128K 0123456789", rig->port);
    expect(1, "", "", "-p %u search 0x08000000 0x08000000 00", rig->port);
}

static void info_names_openocd_and_its_targets(void **state)
{
    char expected[500];
    (void)state;
    snprintf(expected, sizeof(expected),
             "OpenOCD   %s\n"
             "address   localhost:%u\n"
             "features  memory access\n"
             "bytes     raw\n"
             "target  * stm32f1x.cpu  cortex_m  little  running\n"
             "target    big           mem_ap    big     running\n",
             ocd_server_version(rig->session), rig->port);
    expect(0, expected, "", "info -p %u", rig->port);
    snprintf(expected, sizeof(expected),
             "{\"openocd\": \"%s\", \"host\": \"localhost\", \"port\": %u, "
             "\"features\": [\"memory\", \"raw\"], \"bytes\": \"raw\", \"targets\": ["
             "{\"name\": \"stm32f1x.cpu\", \"type\": \"cortex_m\", \"endian\": \"little\", "
             "\"state\": \"running\", \"current\": true}, "
             "{\"name\": \"big\", \"type\": \"mem_ap\", \"endian\": \"big\", "
             "\"state\": \"running\", \"current\": false}]}\n",
             ocd_server_version(rig->session), rig->port);
    expect(0, expected, "", "info -f json -p %u", rig->port);
}

static void a_command_s_result_is_printed_as_a_line(void **state)
{
    (void)state;
    expect(0, "42\n", "", "-p %u cmd expr 6*7", rig->port);
    expect(0, "42\n", "", "-p %u cmd 'expr {6 * 7}'", rig->port);
    expect(0, "a b  c\n", "", "-p %u cmd 'return {a b  c}'", rig->port);
    expect(0, "line\n", "", "-p %u cmd 'format line%%c 10'", rig->port);
    expect(0, "", "", "-p %u cmd set x {}", rig->port);
}

static void words_after_cmd_belong_to_the_tcl_command(void **state)
{
    (void)state;
    expect(0, "little\n", "", "-p %u cmd stm32f1x.cpu cget -endian", rig->port);
    expect(0, "-p --help -v\n", "", "-p %u cmd list -p --help -v", rig->port);
    expect(0, "--help\n", "", "-p %u cmd -- list --help", rig->port);
}

static void openocd_s_reason_is_printed(void **state)
{
    char expected[200];
    (void)state;
    snprintf(expected, sizeof(expected),
             "ocd: cmd: OpenOCD refused the command: invalid command name \"nosuch\" "
             "('ocd -p %u cmd help' lists OpenOCD's commands)\n",
             rig->port);
    expect(4, "", expected, "-p %u cmd nosuch", rig->port);
    expect(4, "",
           "ocd: cmd: OpenOCD refused the command: first; \\x1B[2J second "
           "(-v shows what was sent and received)\n",
           "-p %u cmd 'error \"first\\n\\x1b\\[2J second\"'", rig->port);
}

static void an_unknown_target_is_refused(void **state)
{
    char expected[300];
    struct tool tool;
    (void)state;
    snprintf(expected, sizeof(expected), "ocd: connect localhost:%u: no such target", rig->port);
    tool_start(&tool, NULL, "-p %u -t nosuch read 0", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 4, "", NULL);
    if (strncmp(tool.err_text.data, expected, strlen(expected)) != 0 ||
        strstr(tool.err_text.data, "info', which lists the targets)\n") == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

static void tracing_shows_commands_and_replies(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-v -p %u cmd expr 6*7", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 0, "42\n", NULL);
    if (strstr(tool.err_text.data, "\n> expr 6*7\n< ") == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

static void an_openocd_can_be_started_for_one_command(void **state)
{
    char config[400];
    struct sim *sim;
    struct tool tool;
    (void)state;
    assert_int_equal(sim_new(&sim, NULL), 0);
    assert_true(sim_spawn(sim) > 0);
    snprintf(config, sizeof(config),
             "-c \"adapter driver st-link; st-link vid_pid 0x0483 0x3748; "
             "st-link backend tcp %u; transport select dapdirect_swd\" -f target/stm32f1x.cfg",
             sim_port(sim));
    expect(0, "0x20005000\n", "", "--spawn '%s' read 0x08000000 -w 32", config);
    sim_free(sim);

    tool_start(&tool, NULL, "--spawn '-f no/such.cfg' info");
    tool_finish(&tool);
    expect_finished(&tool, 3, "", NULL);
    if (strncmp(tool.err_text.data, "ocd: start OpenOCD: OpenOCD could not be started: ", 50) !=
            0 ||
        strstr(tool.err_text.data, "(check OpenOCD's arguments)\n") == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

/* OpenOCD's words when no probe is plugged in. */
static void a_probe_that_is_not_there_is_named(void **state)
{
    char path[100];
    struct tool tool;
    (void)state;
    snprintf(path, sizeof(path), "%s/openocd", scratch);
    FILE *script = fopen(path, "w");
    assert_non_null(script);
    assert_true(fputs("#!/bin/sh\necho 'Error: open failed' >&2\nexit 1\n", script) >= 0);
    assert_int_equal(fclose(script), 0);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("OCD_OPENOCD", path, 1);
    tool_start(&tool, NULL, "--spawn '-f board.cfg' info");
    tool_finish(&tool);
    unsetenv("OCD_OPENOCD");
    expect_finished(&tool, 3, "", NULL);
    if (strstr(tool.err_text.data, "Error: open failed (is the probe plugged in, may you open it, "
                                   "and does nothing else use it?)\n") == NULL)
        fail_msg("%s", tool.err_text.data);
    tool_free(&tool);
}

static void a_host_may_have_its_port(void **state)
{
    (void)state;
    expect(0, "3\n", "", "-H 127.0.0.1:%u cmd expr 3", rig->port);
    expect(0, "3\n", "", "-H [127.0.0.1] -p %u cmd expr 3", rig->port);
    expect(2, "", "ocd: info: --host has a port, and --port gives another; try 'ocd info --help'\n",
           "-H 127.0.0.1:%u -p 1 info", rig->port);
    expect(2, "", "ocd: info: --port 'y' is not a port (0 to 65535); try 'ocd info --help'\n",
           "-H x:y info");
    expect(2, "", "ocd: info: --port '0' is not a port to connect to; try 'ocd info --help'\n",
           "-H [::1]:0 info");
    expect(2, "", "ocd: info: --host '[]' is not a host; try 'ocd info --help'\n", "-H [] info");
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(scratch);
    rig = rig_start(&(struct rig_options){
        .sim = {.fault = {{.addr = UNREADABLE, .size = 16}}, .fault_count = 1}, .big = true});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(rig);
    scratch_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_written_unless_a_width_is_given),
        cmocka_unit_test(every_width_can_be_written),
        cmocka_unit_test(negative_values_are_written_as_two_s_complement),
        cmocka_unit_test(nothing_is_written_when_a_value_does_not_fit),
        cmocka_unit_test(writing_follows_the_target_s_byte_order),
        cmocka_unit_test(memory_that_refuses_a_write_is_named),
        cmocka_unit_test(a_difference_after_a_write_gives_exit_code_1),
        cmocka_unit_test(bytes_are_filled_unless_a_width_is_given),
        cmocka_unit_test(a_fill_follows_the_target_s_byte_order),
        cmocka_unit_test(a_dump_is_the_memory),
        cmocka_unit_test(a_dump_that_fails_leaves_the_file_as_it_was),
        cmocka_unit_test(a_dump_can_skip_unreadable_memory),
        cmocka_unit_test(a_dump_says_which_file_it_cannot_write),
        cmocka_unit_test(every_match_is_printed),
        cmocka_unit_test(matches_lie_within_the_range),
        cmocka_unit_test(text_can_be_searched),
        cmocka_unit_test(a_search_without_matches_gives_exit_code_1),
        cmocka_unit_test(info_names_openocd_and_its_targets),
        cmocka_unit_test(a_command_s_result_is_printed_as_a_line),
        cmocka_unit_test(words_after_cmd_belong_to_the_tcl_command),
        cmocka_unit_test(openocd_s_reason_is_printed),
        cmocka_unit_test(an_unknown_target_is_refused),
        cmocka_unit_test(tracing_shows_commands_and_replies),
        cmocka_unit_test(a_probe_that_is_not_there_is_named),
        cmocka_unit_test(a_host_may_have_its_port),
        cmocka_unit_test(an_openocd_can_be_started_for_one_command),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
