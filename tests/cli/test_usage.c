// SPDX-License-Identifier: MIT
/* Help texts and the messages for wrong command lines: the tool makes no connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool.h"

static const char *const commands[] = {
    "load",  "verify", "diff",  "copy",  "read",    "write",  "dump",   "search",
    "fill",  "info",   "cmd",   "sim",   "targets", "state",  "halt",   "resume",
    "step",  "reset",  "reg",   "bp",    "wp",      "events", "shell",  "watch",
    "print", "set",    "clear", "erase", "symbols", "type",   "doctor", "wait"};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* Standard error is "ocd: MESSAGE; try 'ocd COMMAND--help'" with a newline. */
#define TRY(message, command) "ocd: " message "; try 'ocd " command "--help'\n"

static void check_width(const struct tool *tool)
{
    for (const char *line = tool->out_text.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (length > 80)
            fail_msg("ocd %s: %zu columns: %.*s", tool->line, length, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void each_help_goes_to_standard_output_and_fits_80_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COMMANDS; i++) {
        const char *name = i < COMMANDS ? commands[i] : "";
        struct tool tool;
        char usage[40];
        tool_start(&tool, NULL, "%s --help", name);
        tool_finish(&tool);
        expect_finished(&tool, 0, NULL, "");
        check_width(&tool);
        snprintf(usage, sizeof(usage), "usage: ocd %s",
                 i < COMMANDS ? name : "[OPTION...] COMMAND");
        assert_memory_equal(tool.out_text.data, usage, strlen(usage));
        tool_free(&tool);
    }
}

static void help_can_be_asked_for_in_several_ways(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "read --help");
    tool_finish(&tool);
    expect(0, tool.out_text.data, "", "help read");
    expect(0, tool.out_text.data, "", "read -h");
    expect(0, tool.out_text.data, "", "read 0 junk -w 7 --help");
    tool_free(&tool);
    tool_start(&tool, NULL, "--help");
    tool_finish(&tool);
    expect(0, tool.out_text.data, "", "-h");
    expect(0, tool.out_text.data, "", "-h read");
    expect(0, tool.out_text.data, "", "help");
    expect(0, tool.out_text.data, "", "help --help");
    tool_free(&tool);
}

static void the_tool_s_help_names_every_command(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, NULL, "--help");
    tool_finish(&tool);
    for (size_t i = 0; i < COMMANDS; i++) {
        const char *at = strstr(tool.out_text.data, commands[i]);
        size_t size = strlen(commands[i]);
        /* As a word in the left column, in which several may be listed: "halt, resume, step". */
        while (at != NULL && (at[-1] != ' ' || strchr(" ,", at[size]) == NULL))
            at = strstr(at + 1, commands[i]);
        if (at == NULL)
            fail_msg("%s is missing", commands[i]);
    }
    tool_free(&tool);
}

static void the_version_is_the_library_s(void **state)
{
    (void)state;
    static const char begins[] = "ocd " OCD_TEST_VERSION "\ncommit  ";
    struct tool tool;
    struct tool of_a_command;
    tool_start(&tool, NULL, "--version");
    assert_int_equal(tool_finish(&tool), 0);
    assert_memory_equal(tool.out_text.data, begins, strlen(begins));
    assert_non_null(strstr(tool.out_text.data, "\nparts   "));
    tool_start(&of_a_command, NULL, "read --version");
    assert_int_equal(tool_finish(&of_a_command), 0);
    assert_string_equal(of_a_command.out_text.data, tool.out_text.data);
    tool_free(&tool);
    tool_free(&of_a_command);
}

static void a_wrong_command_is_named(void **state)
{
    (void)state;
    expect(2, "", TRY("no command given", ""), "%s", "");
    expect(
        2, "",
        TRY("there is no command 'raed': 'ocd read' is near, and 'ocd cmd raed' is OpenOCD's own",
            ""),
        "raed 0");
    expect(
        2, "",
        TRY("there is no command 'raed': 'ocd read' is near, and 'ocd cmd raed' is OpenOCD's own",
            ""),
        "help raed");
    expect(2, "",
           TRY("there is no command 'continue': it is 'ocd resume' here, and 'ocd cmd continue' is "
               "OpenOCD's own",
               ""),
           "continue");
    expect(2, "", TRY("there is no command 'xyzzy'; 'ocd cmd xyzzy' is OpenOCD's own", ""),
           "xyzzy");
    expect(2, "", TRY("there is no command 'a; b\\x1B[2J'", ""), "'a\nb\x1B[2J'");
    expect(2, "", TRY("unknown or ambiguous option '--no-such'", ""), "--no-such read 0");
    expect(2, "", TRY("option --port needs an argument", ""), "-p");
}

static void wrong_options_and_operands_are_named(void **state)
{
    (void)state;
    expect(2, "", TRY("read: ADDR is missing", "read "), "read");
    expect(2, "", TRY("dump: FILE is missing", "dump "), "dump 0 1");
    expect(2, "", TRY("read: unexpected argument '2'", "read "), "read 0 1 2");
    expect(2, "", TRY("fill: there is nothing to verify: the size is 0", "fill "),
           "fill 0 0 1 --verify");
    expect(2, "", TRY("copy: there is nothing to verify: the size is 0", "copy "),
           "copy 0 1 0 --verify");
    expect(2, "", TRY("dump: SIZE is missing", "dump "), "dump 0");
    expect(2, "", TRY("fill: SIZE is missing", "fill "), "fill 0");
    expect(2, "", TRY("fill: VALUE is missing", "fill "), "fill 0 1");
    expect(2, "", TRY("fill: VALUE is missing", "fill "), "fill 0..4");
    expect(2, "", TRY("copy: TO is missing", "copy "), "copy 0");
    expect(2, "", TRY("copy: SIZE is missing", "copy "), "copy 0 1");
    expect(2, "", TRY("copy: unexpected argument '2'", "copy "), "copy 0..4 1 2");
    expect(2, "", TRY("search: END is missing", "search "), "search 0");
    expect(2, "", TRY("write: VALUE is missing", "write "), "write 0");
    expect(2, "", TRY("load: FILE is missing", "load "), "load");
    expect(2, "", TRY("read: unknown option '-x'", "read "), "read 0 -x");
    expect(2, "", TRY("info: unknown or ambiguous option '--width'", "info "), "info --width 8");
    expect(2, "", TRY("read: --port 'x' is not a port (0 to 65535)", "read "), "-p x read 0");
    expect(2, "", TRY("read: --port '0' is not a port to connect to", "read "), "read 0 -p 0");
    expect(2, "",
           TRY("read: --timeout 'soon' is not a number of seconds (such as 5 or 0.25)", "read "),
           "read 0 --timeout soon");
    expect(2, "", TRY("read: --spawn and --host or --port exclude each other", "read "),
           "read 0 -p 1 --spawn x");
}

static void wrong_numbers_are_named(void **state)
{
    (void)state;
    expect(2, "", TRY("read: ADDR '0x' is not a number (decimal or 0x...)", "read "), "read 0x");
    expect(2, "", TRY("read: ADDR '00001000' begins with 0: write 0x00001000 or 1000", "read "),
           "read 00001000");
    expect(2, "", TRY("read: ADDR '0800A000' begins with 0: write 0x0800A000", "read "),
           "read 0800A000");
    expect(2, "", TRY("dump: SIZE '010K' begins with 0: write 0x010K or 10K", "dump "),
           "dump 0 010K x");
    expect(2, "", TRY("halt: -f 'xml' is not a format (text or json)", "halt "), "halt -f xml");
    expect(
        2, "",
        TRY("read: ADDR 'DEAD0000' is not a number (decimal or 0x...): write 0xDEAD0000", "read "),
        "read DEAD0000");
    expect(2, "", TRY("read: ADDR '-1' is not a number (decimal or 0x...)", "read "), "read -1");
    expect(2, "", TRY("read: ADDR '0x10000000000000000' is too large", "read "),
           "read 0x10000000000000000");
    expect(2, "",
           TRY("read: COUNT '1KB' is not a size (decimal or 0x..., with K, M or G for KiB, MiB or "
               "GiB)",
               "read "),
           "read 0 1KB");
    expect(2, "", TRY("read: -w '9' is not a width (8, 16, 32 or 64 bits)", "read "),
           "read 0 -w 9");
    expect(
        2, "",
        TRY("read: -f 'xml' is not a format (hexdump, hex, dec, signed, float, string, bin, json, "
            "c-array, ihex or srec)",
            "read "),
        "read 0 -f xml");
    expect(2, "", TRY("write: VALUE '256' does not fit in 8 bits", "write "),
           "write 0x20000000 1 256 -w 8");
    expect(2, "", TRY("write: VALUE '-129' does not fit in 8 bits", "write "),
           "write 0x20000000 -w 8 -129");
    expect(2, "", TRY("fill: VALUE '0x100' does not fit in 8 bits", "fill "), "fill 0 1 0x100");
    expect(2, "", TRY("fill: SIZE '10' is not a multiple of the width", "fill "),
           "fill 0 10 1 -w 32");
    expect(2, "", TRY("dump: --fill-byte '256' does not fit in 8 bits", "dump "),
           "dump 0 1 x --skip-unreadable --fill-byte 256");
    expect(2, "", TRY("sim: --fault '1' is not ADDR:SIZE within 32 bits", "sim "), "sim --fault 1");
    expect(2, "", TRY("sim: --fault '0xFFFFFFFF:2' is not ADDR:SIZE within 32 bits", "sim "),
           "sim --fault 0xFFFFFFFF:2");
    expect(2, "", TRY("sim: --latency '4294967296' is too large", "sim "),
           "sim --latency 4294967296");
}

static void wrapping_ranges_are_refused(void **state)
{
    (void)state;
#define BEYOND(command) TRY(command ": the range goes beyond the 64-bit address space", command " ")
    expect(2, "", BEYOND("read"), "read 0xFFFFFFFFFFFFFFFF 2");
    expect(2, "", BEYOND("read"), "read 0xFFFFFFFFFFFFFFF8 2 -w 64");
    expect(2, "", BEYOND("read"), "read 0 0x4000000000000000 -w 64");
    expect(2, "", BEYOND("write"), "write 0xFFFFFFFFFFFFFFFF 1 -w 16");
    expect(2, "", BEYOND("dump"), "dump 0xFFFFFFFFFFFFF000 4097 x");
    expect(2, "", BEYOND("fill"), "fill 2 0xFFFFFFFFFFFFFFFF 0");
    expect(2, "", TRY("search: END '4' is below START", "search "), "search 5 4 AA");
    expect(2, "", BEYOND("search"), "search 0xFFFFFFFFFFFFFFFE +2 AA");
}

static void wrong_patterns_are_named(void **state)
{
    (void)state;
    expect(2, "", TRY("search: no bytes to search for", "search "), "search 0 1");
    expect(2, "", TRY("search: no bytes to search for", "search "), "search 0 1 --text ''");
    expect(2, "", TRY("search: BYTES 'DEADBEE' has an odd number of hex digits", "search "),
           "search 0 1 DEADBEE");
    expect(2, "",
           TRY("search: BYTES 'xyz' is not made of hex digits (for text give --text)", "search "),
           "search 0 1 xyz");
    expect(2, "",
           TRY("search: BYTES '0xDEAD' must be bytes in memory order, without 0x", "search "),
           "search 0 1 0xDEAD");
    expect(2, "", TRY("search: give either BYTES or --text, not both", "search "),
           "search 0 1 AA --text a");
    expect(2, "", TRY("search: --max '0' must be at least 1", "search "), "search 0 1 AA --max 0");
}

static void options_that_do_not_go_together_are_refused(void **state)
{
    (void)state;
    expect(2, "", TRY("read: --skip-unreadable is for a hexdump without -w only", "read "),
           "read 0 --skip-unreadable -f hex");
    expect(2, "", TRY("read: --skip-unreadable is for a hexdump without -w only", "read "),
           "read 0 --skip-unreadable -w 8 -f hexdump");
    expect(2, "", TRY("dump: --fill-byte is for --skip-unreadable or several ranges only", "dump "),
           "dump 0 1 x --fill-byte 0");
}

static void raw_bytes_are_not_written_to_a_terminal(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, &(struct tool_setup){.both_is_tty = true}, "read 0 -f bin");
    tool_finish(&tool);
    expect_finished(&tool, 2, "",
                    TRY("read: raw bytes are not for a terminal (give -o FILE, or -o -)", "read "));
    tool_free(&tool);
}

static void a_closed_standard_output_is_noticed(void **state)
{
    struct tool tool;
    (void)state;
    tool_start(&tool, &(struct tool_setup){.no_stdout = true}, "--help");
    tool_finish(&tool);
    expect_finished(&tool, 6, "", "ocd: standard output: Bad file descriptor\n");
    tool_free(&tool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_help_goes_to_standard_output_and_fits_80_columns),
        cmocka_unit_test(help_can_be_asked_for_in_several_ways),
        cmocka_unit_test(the_tool_s_help_names_every_command),
        cmocka_unit_test(the_version_is_the_library_s),
        cmocka_unit_test(a_wrong_command_is_named),
        cmocka_unit_test(wrong_options_and_operands_are_named),
        cmocka_unit_test(wrong_numbers_are_named),
        cmocka_unit_test(wrapping_ranges_are_refused),
        cmocka_unit_test(wrong_patterns_are_named),
        cmocka_unit_test(options_that_do_not_go_together_are_refused),
        cmocka_unit_test(raw_bytes_are_not_written_to_a_terminal),
        cmocka_unit_test(a_closed_standard_output_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
