// SPDX-License-Identifier: MIT
/* `ocd verify`: every range that differs, to the end, in text and JSON. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "files.h"

#define SIZE 3000u

static uint8_t data[SIZE];

/* The file and memory at `addr` are the same. */
static void make_same(uint32_t addr)
{
    fill_random(data, SIZE, 2);
    put_bytes("@/data.bin", data, SIZE);
    poke(addr, data, SIZE);
}

static unsigned count(const char *text, const char *word)
{
    unsigned n = 0;
    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        n++;
    return n;
}

static void the_same_is_exit_code_0(void **state)
{
    (void)state;
    make_same(RAM + 0x2001);
    run(0, "the same: 3000 bytes\n", "", "verify @/data.bin 0x20002001");
    run(0, "{\"differences\": [], \"bytes\": 3000, \"differing\": 0, \"ranges\": 0}\n", "",
        "verify @/data.bin 0x20002001 -f json");
    put_bytes("@/one.bin", data, 1);
    run(0, "the same: 1 byte\n", "", "verify @/one.bin 0x20002001");
}

static void a_difference_is_exit_code_1_with_the_bytes_of_both(void **state)
{
    (void)state;
    put_bytes("@/text.bin", "a new message, and more", 23);
    poke(RAM + 0x2010, "a ... message, and more", 23);
    run(1,
        "0x20002012: 3 bytes differ\n"
        "< 20002012: 6E 65 77                                          |new|\n"
        "> 20002012: 2E 2E 2E                                          |...|\n"
        "3 of 23 bytes differ, in 1 range\n",
        "", "verify @/text.bin 0x20002010");
    run(1,
        "{\"differences\": [\n"
        "  {\"address\": \"0x20002012\", \"size\": 3, \"file\": \"6E6577\", \"memory\": "
        "\"2E2E2E\"}\n"
        "], \"bytes\": 23, \"differing\": 3, \"ranges\": 1}\n",
        "", "verify @/text.bin 0x20002010 -f json");
}

/* OpenOCD's own verify_image stops at 128 differences. */
static void every_range_is_found(void **state)
{
    struct tool tool;
    (void)state;
    make_same(RAM + 0x2000);
    for (uint32_t i = 0; i < SIZE; i += 20) {
        uint8_t other = (uint8_t)(data[i] ^ 1);
        poke(RAM + 0x2000 + i, &other, 1);
    }
    files_begin(&tool, NULL, "verify @/data.bin 0x20002000 --all");
    tool_finish(&tool);
    expect_finished(&tool, 1, NULL, "");
    assert_int_equal(count(tool.out_text.data, ": 1 byte differs\n"), 150);
    assert_non_null(strstr(tool.out_text.data, "\n0x20002BA4: 1 byte differs\n"));
    assert_non_null(strstr(tool.out_text.data, "\n150 of 3000 bytes differ, in 150 ranges\n"));
    tool_free(&tool);
    files_begin(&tool, NULL, "verify @/data.bin 0x20002000 -f json");
    tool_finish(&tool);
    expect_finished(&tool, 1, NULL, "");
    assert_int_equal(count(tool.out_text.data, "\"size\": 1,"), 150);
    assert_non_null(
        strstr(tool.out_text.data, "\n], \"bytes\": 3000, \"differing\": 150, \"ranges\": 150}\n"));
    tool_free(&tool);
}

static void the_first_eight_ranges_are_shown_without_all(void **state)
{
    struct tool tool;
    (void)state;
    make_same(RAM + 0x2000);
    for (uint32_t i = 0; i < 10; i++) {
        uint8_t other = (uint8_t)(data[2 * i] ^ 1);
        poke(RAM + 0x2000 + 2 * i, &other, 1);
    }
    files_begin(&tool, NULL, "verify @/data.bin 0x20002000");
    tool_finish(&tool);
    expect_finished(&tool, 1, NULL, "");
    assert_int_equal(count(tool.out_text.data, ": 1 byte differs\n"), 8);
    assert_non_null(strstr(tool.out_text.data, "\n... and 2 more ranges (--all shows them)\n"
                                               "10 of 3000 bytes differ, in 10 ranges\n"));
    tool_free(&tool);
}

static void of_a_long_range_64_bytes_are_shown(void **state)
{
    struct tool tool;
    (void)state;
    uint8_t zeros[300] = {0};
    put_bytes("@/zeros.bin", zeros, sizeof(zeros));
    memset(zeros, 0x41, sizeof(zeros));
    poke(RAM + 0x2000, zeros, sizeof(zeros));
    files_begin(&tool, NULL, "verify @/zeros.bin 0x20002000");
    tool_finish(&tool);
    expect_finished(&tool, 1, NULL, "");
    const char *text = tool.out_text.data;
    assert_non_null(strstr(text, "0x20002000: 300 bytes differ\n< 20002000: 00 00"));
    assert_non_null(strstr(text, "\n< 20002030: "));
    assert_non_null(strstr(text, "\n> 20002030: 41 41"));
    assert_null(strstr(text, " 20002040: "));
    assert_non_null(strstr(text, "\n300 of 300 bytes differ, in 1 range\n"));
    tool_free(&tool);
}

static void checksums_find_the_same_differences(void **state)
{
    (void)state;
    make_same(RAM + 0x2000);
    run(0, "the same: 3000 bytes\n", "", "verify @/data.bin 0x20002000 --fast");
    data[7] ^= 0xFF;
    put_bytes("@/data.bin", data, SIZE);
    run_holds(1, "0x20002007: 1 byte differs\n", "", "verify @/data.bin 0x20002000 --fast");
    run_holds(1, "\n1 of 3000 bytes differ, in 1 range\n", "",
              "verify @/data.bin 0x20002000 --fast");
    run(0, NULL, NULL, "resume");
    run_holds(4, "", "not halted", "verify @/data.bin 0x20002000 --fast");
    run_holds(1, "0x20002007: 1 byte differs\n", "", "verify @/data.bin 0x20002000");
    run(0, NULL, NULL, "halt");
}

static void unreadable_memory_ends_it_after_the_differences_before(void **state)
{
    uint8_t other = 0x5A;
    (void)state;
    make_same(RAM + 0x2000);
    data[0x3FF] = (uint8_t)~other;
    put_bytes("@/data.bin", data, SIZE);
    poke(RAM + 0x23FF, &other, 1);
    sim_fault(rig->sim, RAM + 0x2400, 16);
    run_holds(4, "0x200023FF: 1 byte differs\n< 200023FF: A5",
              "ocd: verify @/data.bin: target access failed at 0x20002400 after 1024 bytes: ",
              "verify @/data.bin 0x20002000");
    run_holds(4, "", "target access failed at 0x20002400", "verify @/data.bin 0x20002000 -f json");
}

static void unreadable_memory_can_be_skipped_and_counts_as_different(void **state)
{
    (void)state;
    uint8_t zeros[64] = {0};
    put_bytes("@/zeros.bin", zeros, sizeof(zeros));
    sim_fault(rig->sim, RAM + 0x2010, 4);
    run(1,
        "0x20002010: 4 bytes differ\n"
        "< 20002010: 00 00 00 00                                       |....|\n"
        "> (nothing in memory)\n"
        "4 of 64 bytes differ, in 1 range\n",
        "ocd: verify: 0x20002010 to 0x20002013 unreadable (4 bytes)\n",
        "verify @/zeros.bin 0x20002000 --skip-unreadable");
    run_holds(1, "\"file\": \"00000000\", \"memory\": null}\n]", "",
              "verify @/zeros.bin 0x20002000 --skip-unreadable -f json");
}

/* Runs it with such a standard output. */
static void expect_with_output(int fd, const char *err, const char *line)
{
    struct tool tool;
    files_begin(&tool, &(struct tool_setup){.stdout_fd = fd}, "%s", line);
    close(fd);
    tool_finish(&tool);
    expect_finished(&tool, 6, NULL, err);
    tool_free(&tool);
}

static void a_failing_output_ends_it(void **state)
{
    static const char *const lines[] = {
        "verify @/data.bin 0x20002000 --all", "verify @/data.bin 0x20002000 -f json",
        "verify @/same.bin 0x20001000", "diff @/same.bin @/data.bin --all"};
    uint8_t other[SIZE];
    (void)state;
    make_same(RAM + 0x1000);
    put_bytes("@/same.bin", data, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        other[i] = (uint8_t)(data[i] ^ i % 2); /* more than a buffer's worth of text */
    put_bytes("@/data.bin", other, SIZE);
    poke(RAM + 0x2000, data, SIZE);
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        int ends[2];
        expect_with_output(open("/dev/full", O_WRONLY | O_CLOEXEC),
                           strstr(lines[i], "json") != NULL
                               ? "{\"error\": {\"code\": \"OCD_ERR_FILE\", \"address\": null, "
                                 "\"message\": \"standard output: No space left on device\", "
                                 "\"hint\": null}}\n"
                               : "ocd: standard output: No space left on device\n",
                           lines[i]);
        assert_int_equal(pipe(ends), 0);
        close(ends[0]);
        expect_with_output(ends[1], "", lines[i]);
    }
}

static void it_only_reads(void **state)
{
    uint64_t written = bytes_written();
    (void)state;
    make_same(RAM + 0x2000);
    run(0, NULL, "", "--read-only verify @/data.bin 0x20002000");
    put_text("@/bad.srec", "S407000001020304EE\nS9030000FC\n");
    run_holds(6, "", "there is no record type S4", "verify @/bad.srec 0x20002000");
    assert_int_equal(bytes_written(), written);
}

static void wrong_words_are_named(void **state)
{
    (void)state;
    make_same(RAM + 0x2000);
    run(2, "", "ocd: verify: -f 'xml' is not a format (text or json); try 'ocd verify --help'\n",
        "verify @/data.bin 0x20002000 -f xml");
    run(2, "",
        "ocd: verify: --format 'word' is not a format (bin, ihex, srec, elf or hexdump); try 'ocd "
        "verify --help'\n",
        "verify @/data.bin --format word");
    run(2, "",
        "ocd: verify: ADDR 'there' is not a number (decimal or 0x...); a name needs the ELF file, "
        "-e FILE; try 'ocd verify "
        "--help'\n",
        "verify @/data.bin there");
}

static void ranges_can_be_ignored(void **state)
{
    (void)state;
    put_text("@/text.bin", "serial 0000");
    poke(RAM + 0x2000, "serial 1234", 11);
    run(0, "the same: 7 bytes; 4 ignored\n", "",
        "verify @/text.bin 0x20002000 --ignore 0x20002007:2 --ignore 0x20002009..0x2000200B");
    run(0, "{\"differences\": [], \"bytes\": 7, \"differing\": 0, \"ranges\": 0, \"ignored\": 4}\n",
        "", "verify @/text.bin 0x20002000 --ignore 0x20002007:4 -f json");
    run(2, "",
        "ocd: verify: --ignore '0x20002007' is not ADDR:SIZE or ADDR..END within 64 bits; try "
        "'ocd verify --help'\n",
        "verify @/text.bin 0x20002000 --ignore 0x20002007");
    run_holds(2, "", "all of the file is ignored",
              "verify @/text.bin 0x20002000 --ignore 0x20000000:64K");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(ranges_can_be_ignored),
        files_test(the_same_is_exit_code_0),
        files_test(a_difference_is_exit_code_1_with_the_bytes_of_both),
        files_test(every_range_is_found),
        files_test(the_first_eight_ranges_are_shown_without_all),
        files_test(of_a_long_range_64_bytes_are_shown),
        files_test(checksums_find_the_same_differences),
        files_test(unreadable_memory_ends_it_after_the_differences_before),
        files_test(unreadable_memory_can_be_skipped_and_counts_as_different),
        files_test(a_failing_output_ends_it),
        files_test(it_only_reads),
        files_test(wrong_words_are_named),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
