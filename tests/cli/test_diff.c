// SPDX-License-Identifier: MIT
/* `ocd diff`: two files, two snapshots, a file and memory. */
#define _GNU_SOURCE /* mkfifo */
#include <fcntl.h>
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

#include "files.h"

static void two_files_of_any_format_are_compared(void **state)
{
    (void)state;
    put_text("@/a.hex", ":0420000001020304D2\n:00000001FF\n");
    put_text("@/a.srec", "S107200001020304CE\nS9030000FC\n");
    put_bytes("@/a.bin", "\1\2\3\4", 4);
    put_text("@/a.hexdump", "2000: 01 02 03 04\n");
    run(0, "the same: 4 bytes\n", "", "diff @/a.hex @/a.srec");
    run(0, "the same: 4 bytes\n", "", "diff @/a.srec @/a.hexdump");
    run(0, "the same: 4 bytes\n", "", "diff @/a.bin @/a.bin");
    run(0, "the same: 4 bytes\n", "", "diff @/a.bin @/a.hex 0x2000");
    run(0, "the same: 4 bytes\n", "", "diff @/a.hex @/a.bin 0x2000");
}

static void every_difference_is_exit_code_1(void **state)
{
    (void)state;
    put_bytes("@/a.bin", "abcdefgh", 8);
    put_bytes("@/b.bin", "abXdeYZh!!", 10);
    run(1,
        "0x00000002: 1 byte differs\n"
        "< 00000002: 63                                                |c|\n"
        "> 00000002: 58                                                |X|\n"
        "0x00000005: 2 bytes differ\n"
        "< 00000005: 66 67                                             |fg|\n"
        "> 00000005: 59 5A                                             |YZ|\n"
        "0x00000008: 2 bytes differ\n"
        "< (nothing in a)\n"
        "> 00000008: 21 21                                             |!!|\n"
        "5 of 10 bytes differ, in 3 ranges\n",
        "", "diff @/a.bin @/b.bin");
    run(1,
        "{\"differences\": [\n"
        "  {\"address\": \"0x00001002\", \"size\": 1, \"a\": \"58\", \"b\": \"63\"},\n"
        "  {\"address\": \"0x00001005\", \"size\": 2, \"a\": \"595A\", \"b\": \"6667\"},\n"
        "  {\"address\": \"0x00001008\", \"size\": 2, \"a\": \"2121\", \"b\": null}\n"
        "], \"bytes\": 10, \"differing\": 5, \"ranges\": 3}\n",
        "", "diff @/b.bin @/a.bin 0x1000 -f json");
}

static void two_snapshots_show_what_has_changed(void **state)
{
    (void)state;
    run(0, "", "", "dump 0x20001000 4K 0x08000000 64 @/before.hex");
    run(0, "", "", "write 0x20001FFC 0x12345678");
    run(0, "", "", "dump 0x20001000 4K 0x08000000 64 @/after.srec");
    run(1,
        "0x20001FFC: 4 bytes differ\n"
        "< 20001FFC: 00 00 00 00                                       |....|\n"
        "> 20001FFC: 78 56 34 12                                       |xV4.|\n"
        "4 of 4160 bytes differ, in 1 range\n",
        "", "diff @/before.hex @/after.srec");
}

static void a_file_is_compared_with_memory(void **state)
{
    (void)state;
    run(0, "", "", "dump 0x20001000 64 @/before.hex");
    run(0, "", "", "dump 0x20001000 64 @/before.bin");
    run(0, "the same: 64 bytes\n", "", "diff @/before.hex mem");
    run(0, "the same: 64 bytes\n", "", "diff @/before.bin mem 0x20001000");
    poke(RAM + 0x1008, "\7", 1);
    run_holds(1, "0x20001008: 1 byte differs\n", "", "diff @/before.hex mem");
    run_holds(1, "0x20001008: 1 byte differs\n", "", "diff @/before.bin mem 0x20001000");
    /* The address is for raw binaries; a raw one without begins at 0, where the flash is too. */
    run_holds(1, "0x20001008: 1 byte differs\n", "", "diff @/before.hex mem 0x10");
    run(0, "", "", "dump 0 64 @/flash.bin");
    run(0, "the same: 64 bytes\n", "", "diff @/flash.bin mem");
}

/* A pipe can be read once only. */
static void expect_from_pipe(int status, const char *out, const void *bytes, size_t size,
                             const char *line)
{
    struct tool tool;
    char *path = file_path("@/pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    files_begin(&tool, NULL, "%s", line);
    int pipe = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(pipe >= 0);
    assert_int_equal(write(pipe, bytes, size), size);
    close(pipe);
    tool_finish(&tool);
    expect_finished(&tool, status, NULL, "");
    if (strstr(tool.out_text.data, out) == NULL)
        fail_msg("ocd %s: %s", line, tool.out_text.data);
    tool_free(&tool);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void a_pipe_is_compared_in_full(void **state)
{
    static const char hex[] = ":040000006162636472\n:00000001FF\n";
    (void)state;
    put_bytes("@/a.bin", "abcd", 4);
    poke(RAM + 0x1000, "abcd", 4);
    expect_from_pipe(0, "the same: 4 bytes\n", "abcd", 4, "diff @/pipe mem 0x20001000");
    expect_from_pipe(1, "4 of 4 bytes differ", "efgh", 4, "diff @/pipe mem 0x20001000");
    expect_from_pipe(1, "1 of 4 bytes differ", "abce", 4, "diff @/a.bin @/pipe 0x1000");
    expect_from_pipe(0, "the same: 4 bytes\n", hex, sizeof(hex) - 1, "diff @/pipe @/a.bin");
    put_text("@/a.hex", hex);
    expect_from_pipe(0, "the same: 4 bytes\n", hex, sizeof(hex) - 1, "diff @/pipe @/a.hex 0x1000");
}

/* One of the files has none of those: it is compared as a whole. */
static void sections_apply_only_to_elf_files(void **state)
{
    (void)state;
    put_bytes("@/a.bin", "abcd", 4);
    put_bytes("@/b.bin", "abcd", 4);
    run(0, "the same: 4 bytes\n", "", "diff @/a.bin @/b.bin");
    run(2, "", "ocd: diff: --section is for ELF files, and neither is one; try 'ocd diff --help'\n",
        "diff @/a.bin @/b.bin --section .text");
    /* The tool itself is a file with sections. */
    run_holds(0, "the same: ", "", "diff '" OCD_TOOL "' '" OCD_TOOL "' --section .rodata");
    run_holds(1, "< (nothing in a)", "",
              "diff '" OCD_TOOL "' @/a.bin --section .rodata --all -f text");
    run_holds(1, "> (nothing in b)", "",
              "diff @/a.bin '" OCD_TOOL "' --section .rodata --all -f text");
}

static void the_first_invalid_file_is_named(void **state)
{
    (void)state;
    put_bytes("@/a.bin", "abcd", 4);
    put_text("@/bad.hex", ":0400000001020304F3\n:00000001FF\n");
    run(6, "", "ocd: diff: @/none: local file error: No such file or directory\n",
        "diff @/none @/bad.hex");
    run(6, "", "ocd: diff: @/none: local file error: No such file or directory\n",
        "diff @/a.bin @/none");
    run(6, "",
        "ocd: diff: @/bad.hex: file format error: Intel HEX, line 1: the checksum is F3, the "
        "record's bytes make it F2\n",
        "diff @/a.bin @/bad.hex");
    run(2, "",
        "ocd: diff: mem follows the file ('./mem' for a file of that name); try 'ocd diff "
        "--help'\n",
        "diff mem @/a.bin");
    run(2, "", "ocd: diff: only one of the two can be standard input; try 'ocd diff --help'\n",
        "diff - -");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(two_files_of_any_format_are_compared),
        files_test(every_difference_is_exit_code_1),
        files_test(two_snapshots_show_what_has_changed),
        files_test(a_file_is_compared_with_memory),
        files_test(a_pipe_is_compared_in_full),
        files_test(sections_apply_only_to_elf_files),
        files_test(the_first_invalid_file_is_named),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
