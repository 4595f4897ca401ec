// SPDX-License-Identifier: MIT
/* `ocd read` in front of a real OpenOCD: every format, both kinds of access, and what happens when
 * memory cannot be read. */
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

#define RAM        0x20000000u
#define UNREADABLE 0x20001010u /* 16 unreadable bytes */
#define BAD_COUNT  16u

static struct rig *rig;
static char scratch[64];

#define LINE0 "08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|\n"
#define LINE1 "08000010: AF 01 00 08 B1 01 00 08  B3 01 00 08 00 00 00 00  |................|\n"
#define LINE2 "08000020: 00 00 00 00 00 00 00 00  00 00 00 00 B5 01 00 08  |................|\n"
#define LINE3 "08000030: B7 01 00 08 00 00 00 00  B9 01 00 08 BB 01 00 08  |................|\n"

static void a_hexdump_of_64_bytes_is_the_default(void **state)
{
    (void)state;
    expect(0, LINE0 LINE1 LINE2 LINE3, "", "-p %u read 0x08000000", rig->port);
    expect(0, LINE0 LINE1 LINE2 LINE3, "", "read 134217728 -p %u", rig->port);
}

static void the_last_line_of_a_hexdump_is_padded(void **state)
{
    (void)state;
    expect(0, LINE0 "08000010: AF 01 00 08                                       |....|\n", "",
           "read 0x08000000 20 -p %u", rig->port);
}

static void values_are_padded_to_their_width(void **state)
{
    (void)state;
    expect(0, "0x20005000\n", "", "-p %u read 0x08000000 -w 32", rig->port);
    expect(0, "0x00\n0x50\n0x00\n", "", "-p %u read 0x08000000 3 -w 8", rig->port);
    expect(0, "0x5000\n0x2000\n", "", "-p %u read 0x08000000 2 -w 16 -f hex", rig->port);
    expect(0, "0x080001A120005000\n0x080001AD080001AB\n", "", "-p %u read 0x08000000 2 -w64",
           rig->port);
}

static void values_can_be_decimal(void **state)
{
    (void)state;
    expect(0, "536891392\n134218145\n", "", "-p %u read 0x08000000 2 -w 32 -f dec", rig->port);
    expect(0, "0\n80\n0\n32\n", "", "-p %u read 0x08000000 4 -f dec", rig->port);
    expect(0, "576462543841677312\n", "", "-p %u read 0x08000000 -w 64 -f dec", rig->port);
}

static void values_can_have_a_sign(void **state)
{
    (void)state;
    assert_int_equal(sim_poke(rig->sim, RAM, "\xff\x80\x7f\0\0\0\0\x80", 8), 0);
    expect(0, "-1\n-128\n127\n0\n", "", "-p %u read 0x20000000 4 -f signed", rig->port);
    expect(0, "-1\n-128\n", "", "-p %u read 0x20000000 2 -f signed -w 8", rig->port);
    expect(0, "-32513\n127\n", "", "-p %u read 0x20000000 2 -f signed -w 16", rig->port);
    expect(0, "8356095\n-2147483648\n", "", "-p %u read 0x20000000 2 -f signed -w 32", rig->port);
    expect(0, "-9223372036846419713\n", "", "-p %u read 0x20000000 -f signed -w 64", rig->port);
    expect(0, "{\"address\": \"0x20000000\", \"width\": 8, \"values\": [-1, -128]}\n", "",
           "-p %u read 0x20000000 2 -f signed,json -w 8", rig->port);
    expect(0, "{\"address\": \"0x20000000\", \"size\": 3, \"values\": [-1, -128, 127]}\n", "",
           "-p %u read 0x20000000 3 -f signed,json", rig->port);
}

static void values_can_be_floats(void **state)
{
    static const float singles[] = {0.1f, -2.5e10f, 0.0f};
    static const double doubles[] = {0.1, 1.0 / 3};
    (void)state;
    rig_poke_values(rig, RAM, singles, 4, 3);
    assert_int_equal(sim_poke(rig->sim, RAM + 12, "\0\0\x80\xff\0\0\xc0\x7f", 8), 0);
    rig_poke_values(rig, RAM + 32, doubles, 8, 2);
    expect(0, "0.1\n-2.5e+10\n0\n-inf\nnan\n", "", "-p %u read 0x20000000 5 -f float -w 32",
           rig->port);
    expect(0, "0.1\n0.3333333333333333\n", "", "-p %u read 0x20000020 2 -f float -w 64", rig->port);
    expect(0,
           "{\"address\": \"0x20000000\", \"width\": 32, \"values\": [0.1, -2.5e+10, 0, \"-inf\", "
           "\"nan\"]}\n",
           "", "-p %u read 0x20000000 5 -f float,json -w 32", rig->port);
    expect(2, "", "ocd: read: float goes with -w 32 or -w 64 only; try 'ocd read --help'\n",
           "-p %u read 0x20000000 -f float", rig->port);
    expect(2, "", "ocd: read: float goes with -w 32 or -w 64 only; try 'ocd read --help'\n",
           "-p %u read 0x20000000 -w 16 -f float", rig->port);
}

static void text_is_read_up_to_its_end(void **state)
{
    char text[200];
    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, "version \x1b\"1.2\"\n", 15);
    text[150] = '\0';
    assert_int_equal(sim_poke(rig->sim, RAM + 1, text, sizeof(text)), 0);
    text[150] = '\n';
    text[151] = '\0';
    char shown[220];
    snprintf(shown, sizeof(shown), "version \\x1B\"1.2\"\\n%s", text + 15);
    expect(0, shown, "", "-p %u read 0x20000001 -f string", rig->port);
    expect(0, "version\n", "ocd: read: note: no NUL in these 7 bytes\n",
           "-p %u read 0x20000001 7 -f string", rig->port);
    expect(0,
           "{\"address\": \"0x20000001\", \"size\": 7, \"terminated\": false, \"string\": "
           "\"version\"}\n",
           "", "-p %u read 0x20000001 7 -f string,json", rig->port);
    expect(2, "", "ocd: read: string goes without -w only; try 'ocd read --help'\n",
           "-p %u read 0x20000001 -f string -w 8", rig->port);
    /* The end is found before what cannot be read. */
    assert_int_equal(sim_poke(rig->sim, UNREADABLE - 8, "text\0\0\0\0", 8), 0);
    expect(0, "text\n", "", "-p %u read 0x%x -f string", rig->port, UNREADABLE - 8);
    assert_int_equal(sim_poke(rig->sim, UNREADABLE - 8, "no end..", 8), 0);
    expect(4, "", NULL, "-p %u read 0x%x -f string", rig->port, UNREADABLE - 8);
    assert_int_equal(sim_poke(rig->sim, UNREADABLE - 8, "\0\0\0\0\0\0\0\0", 8), 0);
}

static void without_a_width_the_values_are_bytes(void **state)
{
    (void)state;
    expect(0, "0x00\n0x50\n0x00\n0x20\n", "", "-p %u read 0x08000000 4 -f hex", rig->port);
}

static void json_is_one_object(void **state)
{
    (void)state;
    expect(0, "{\"address\": \"0x08000000\", \"size\": 5, \"bytes\": \"00500020A1\"}\n", "",
           "-p %u read 0x08000000 5 -f json", rig->port);
    expect(0,
           "{\"address\": \"0x08000000\", \"width\": 64, \"values\": [576462543841677312, "
           "576462594978611627]}\n",
           "", "-p %u read 0x08000000 2 -w 64 -f json", rig->port);
    expect(0, "{\"address\": \"0x08000000\", \"size\": 0, \"bytes\": \"\"}\n", "",
           "-p %u read 0x08000000 0 -f json", rig->port);
    expect(0, "{\"address\": \"0x08000000\", \"width\": 16, \"values\": []}\n", "",
           "-p %u read 0x08000000 0 -w 16 -f json", rig->port);
}

static void a_count_of_zero_prints_nothing(void **state)
{
    (void)state;
    expect(0, "", "", "-p %u read 0x08000000 0", rig->port);
    expect(0, "", "", "-p %u read 0x08000000 0 -w 32", rig->port);
    expect(0, "", "", "-p %u read 0x08000000 0 -w 32 -f hexdump", rig->port);
}

static void expect_raw(const char *options)
{
    uint8_t expected[4096];
    struct tool tool;
    assert_int_equal(sim_peek(rig->sim, SIM_FLASH_BASE, expected, sizeof(expected)), 0);
    tool_start(&tool, NULL, "-p %u read 0x08000000 %s", rig->port, options);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    assert_int_equal(tool.out_text.size, sizeof(expected));
    assert_memory_equal(tool.out_text.data, expected, sizeof(expected));
    tool_free(&tool);
}

static void raw_bytes_are_those_of_the_memory(void **state)
{
    (void)state;
    expect_raw("4K -f bin");
    expect_raw("4K -f bin --phys");
    expect_raw("4K -w 8 -f bin");
    expect_raw("2K -w 16 -f bin");
    expect_raw("1K -w 32 -f bin -o -");
    expect_raw("512 -w 64 -f bin");
}

static void values_of_a_big_endian_target_are_its_own(void **state)
{
    (void)state;
    expect(0, "0x00500020\n", "", "-p %u read 0x08000000 -w 32 -t big", rig->port);
    expect(0, "08000000: 00 50 00 20 A1 01                                 |.P. ..|\n", "",
           "-p %u read 0x08000000 3 -w 16 -t big -f hexdump", rig->port);
    expect(0, "08000000: 00 50 00 20 A1 01                                 |.P. ..|\n", "",
           "-p %u read 0x08000000 3 -w 16 -f hexdump", rig->port);
}

static void physical_addresses_can_be_asked_for(void **state)
{
    (void)state;
    expect(0, "0x20005000\n", "", "--phys -p %u read 0x08000000 -w 32", rig->port);
}

static void values_are_read_by_one_access_each(void **state)
{
    struct sim_stats before;
    struct sim_stats after;
    (void)state;
    sim_get_stats(rig->sim, &before);
    expect(0, NULL, "", "-p %u read 0x20000000 3 -w 16", rig->port);
    sim_get_stats(rig->sim, &after);
    assert_int_equal(after.reads[1] - before.reads[1], 3);
    assert_int_equal(after.bytes_read - before.bytes_read, 6);
}

static void many_values_come_in_order(void **state)
{
    enum {
        COUNT = 66000 /* more than OpenOCD takes in one command */
    };
    uint8_t *bytes = malloc(COUNT);
    char *expected = malloc(COUNT * 5 + 1);
    struct tool tool;
    (void)state;
    assert_true(bytes != NULL && expected != NULL);
    assert_int_equal(sim_peek(rig->sim, SIM_FLASH_BASE, bytes, COUNT), 0);
    for (size_t i = 0; i < COUNT; i++)
        sprintf(expected + i * 5, "0x%02X\n", bytes[i]);
    tool_start(&tool, NULL, "-p %u read 0x08000000 %d -w 8", rig->port, COUNT);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, "");
    assert_string_equal(tool.out_text.data, expected);
    tool_free(&tool);
    free(expected);
    free(bytes);
}

/* The first line of OpenOCD's words and what follows them differ from version to version. */
static void check_error(const struct tool *tool, const char *begin)
{
    static const char plain[] = " (is there memory, readable and writable at this width?)\n";
    static const char json[] =
        "\"hint\": \"is there memory, readable and writable at this width?\"}}\n";
    const char *end = begin[0] == '{' ? json : plain;
    const char *text = tool->err_text.data;
    size_t size = tool->err_text.size;
    if (strncmp(text, begin, strlen(begin)) != 0 || strchr(text, '\n') != text + size - 1 ||
        size <= strlen(end) || strcmp(text + size - strlen(end), end) != 0 ||
        strstr(text, "failed to read memory") == NULL)
        fail_msg("ocd %s: %s", tool->line, text);
}

static void expect_unreadable(const char *out, const char *error, const char *options)
{
    struct tool tool;
    tool_start(&tool, NULL, "-p %u read 0x20001000 %s", rig->port, options);
    tool_finish(&tool);
    expect_finished(&tool, 4, out, NULL);
    check_error(&tool, error);
    tool_free(&tool);
}

static void readable_values_are_printed_before_the_error(void **state)
{
    static const char zeros[] =
        "20001000: 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n";
    (void)state;
    expect_unreadable(
        zeros, "ocd: read 0x20001000: target access failed at 0x20001010 after 16 bytes: ", "64");
    expect_unreadable("0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n",
                      "ocd: read 0x20001000: target access failed at 0x20001010 after 16 bytes: ",
                      "20 -f dec --phys");
    expect_unreadable("",
                      "{\"error\": {\"code\": \"OCD_ERR_TARGET\", \"address\": \"0x20001010\", "
                      "\"message\": \"read 0x20001000: target access failed at 0x20001010 after 16 "
                      "bytes: ",
                      "20 -f json");
    expect_unreadable("", "{\"error\": {\"code\": \"OCD_ERR_TARGET\", \"address\": \"0x200010",
                      "8 -w 32 -f json");
}

static void a_word_that_cannot_be_read_is_an_error(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "-p %u read 0x30000000 -w 32", rig->port);
    tool_finish(&tool);
    expect_finished(&tool, 4, "", NULL);
    check_error(&tool, "ocd: read 0x30000000: target access failed at 0x30000000: ");
    tool_free(&tool);
}

static void unreadable_memory_can_be_skipped(void **state)
{
    (void)state;
    expect(4,
           "20001008: 00 00 00 00 00 00 00 00  ?? ?? ?? ?? ?? ?? ?? ??  |........????????|\n"
           "20001018: ?? ?? ?? ?? ?? ?? ?? ??  00 00 00 00 00 00 00 00  |????????........|\n",
           "ocd: read: 0x20001010 to 0x2000101F unreadable (16 bytes)\n",
           "-p %u read 0x20001008 32 --skip-unreadable", rig->port);
    expect(0, "20001000: 00 00 00 00                                       |....|\n", "",
           "-p %u read 0x20001000 4 --skip-unreadable", rig->port);
}

static void a_file_appears_when_all_is_read(void **state)
{
    char path[100];
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/words", scratch);
    expect(0, "", "", "-p %u read 0x08000000 2 -w 32 -o %s", rig->port, path);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_string_equal(text, "0x20005000\n0x080001A1\n");
    free(text);
    assert_int_equal(scratch_count(scratch), 1);
}

static void a_file_is_untouched_after_a_failure(void **state)
{
    char path[100];
    char missing[100];
    size_t size;
    (void)state;
    snprintf(path, sizeof(path), "%s/old", scratch);
    snprintf(missing, sizeof(missing), "%s/missing", scratch);
    file_write(path, "as before\n");
    unsigned files = scratch_count(scratch);
    expect(4, "", NULL, "-p %u read 0x20001000 64 -o %s", rig->port, path);
    expect(4, "", NULL, "-p %u read 0x20001000 64 -w 8 -o %s", rig->port, missing);
    expect(4, "", NULL, "-p %u read 0x20001000 64 -f bin -o %s", rig->port, missing);
    char *text = file_read(path, &size);
    assert_non_null(text);
    assert_string_equal(text, "as before\n");
    free(text);
    assert_int_equal(scratch_count(scratch), files);
}

static void files_that_cannot_be_written_are_named(void **state)
{
    char message[200];
    (void)state;
    snprintf(message, sizeof(message), "ocd: %s/no/file: No such file or directory\n", scratch);
    expect(6, "", message, "-p %u read 0x08000000 -o %s/no/file", rig->port, scratch);
    snprintf(message, sizeof(message), "ocd: %s: Is a directory\n", scratch);
    expect(6, "", message, "-p %u read 0x08000000 -o %s", rig->port, scratch);
    expect(6, "", "ocd: /dev/full: No space left on device\n", "-p %u read 0x08000000 -o /dev/full",
           rig->port);
}

static int set_up(void **state)
{
    (void)state;
    scratch_make(scratch);
    rig = rig_start(&(struct rig_options){
        .sim = {.fault = {{.addr = UNREADABLE, .size = BAD_COUNT}}, .fault_count = 1},
        .big = true});
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
        cmocka_unit_test(a_hexdump_of_64_bytes_is_the_default),
        cmocka_unit_test(the_last_line_of_a_hexdump_is_padded),
        cmocka_unit_test(values_are_padded_to_their_width),
        cmocka_unit_test(values_can_be_decimal),
        cmocka_unit_test(values_can_have_a_sign),
        cmocka_unit_test(values_can_be_floats),
        cmocka_unit_test(text_is_read_up_to_its_end),
        cmocka_unit_test(without_a_width_the_values_are_bytes),
        cmocka_unit_test(json_is_one_object),
        cmocka_unit_test(a_count_of_zero_prints_nothing),
        cmocka_unit_test(raw_bytes_are_those_of_the_memory),
        cmocka_unit_test(values_of_a_big_endian_target_are_its_own),
        cmocka_unit_test(physical_addresses_can_be_asked_for),
        cmocka_unit_test(values_are_read_by_one_access_each),
        cmocka_unit_test(many_values_come_in_order),
        cmocka_unit_test(readable_values_are_printed_before_the_error),
        cmocka_unit_test(a_word_that_cannot_be_read_is_an_error),
        cmocka_unit_test(unreadable_memory_can_be_skipped),
        cmocka_unit_test(a_file_appears_when_all_is_read),
        cmocka_unit_test(a_file_is_untouched_after_a_failure),
        cmocka_unit_test(files_that_cannot_be_written_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
