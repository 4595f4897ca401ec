// SPDX-License-Identifier: MIT
/* The forms of `ocd read`'s hexdump: columns, groups, byte order, repeated lines, colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files.h"

#define ZEROS "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"

static const struct tool_setup terminal = {.both_is_tty = true};

/* The escape sequences of the classes, as in hexyl. */
#define ZERO  "\033[90m"
#define WHITE "\033[32m"
#define PRINT "\033[36m"
#define CTRL  "\033[35m"
#define HIGH  "\033[33m"
#define OFF   "\033[0m"

static void make_count(void)
{
    uint8_t bytes[64];
    for (uint8_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(0x30 + i);
    poke(RAM + 0x1000, bytes, sizeof(bytes));
}

static void lines_have_as_many_columns_as_asked_for(void **state)
{
    (void)state;
    make_count();
    run(0,
        "20001000: 30 31 32 33 34 35 36 37  |01234567|\n"
        "20001008: 38 39 3A 3B              |89:;|\n",
        "", "read 0x20001000 12 --columns 8");
    run(0,
        "20001000: 30  |0|\n"
        "20001001: 31  |1|\n",
        "", "read 0x20001000 2 --columns 1");
    run(0, "20001000: 30 31 32 33 34  35 36 37 38 39  |0123456789|\n", "",
        "read 0x20001000 10 --columns 10");
}

static void bytes_are_grouped_in_either_order(void **state)
{
    (void)state;
    make_count();
    run(0, "20001000: 30313233 34353637  38393A3B 3C3D3E3F  |0123456789:;<=>?|\n", "",
        "read 0x20001000 16 --group 4");
    run(0, "20001000: 33323130 37363534  3B3A3938 3F3E3D3C  |0123456789:;<=>?|\n", "",
        "read 0x20001000 16 --group 4 --endian little");
    run(0, "20001000: 3130 3332 3534 3736  3938                 |0123456789|\n", "",
        "read 0x20001000 10 --group 2 --endian little");
    run(0, "20001000: 3736353433323130  3938              |0123456789|\n", "",
        "read 0x20001000 10 --group 8 --endian little");
    run(0, "20001000: 3031 3233 34  |01234|\n20001005: 3536          |56|\n", "",
        "read 0x20001000 7 --columns 5 --group 2 --endian big");
}

static void repeated_lines_are_squeezed_except_the_last(void **state)
{
    (void)state;
    poke(RAM + 0x1040, "x", 1);
    run(0,
        "20001000: " ZEROS "*\n"
        "20001040: 78 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |x...............|\n"
        "20001050: " ZEROS "*\n"
        "200010F0: " ZEROS,
        "", "read 0x20001000 256 --squeeze");
    run(0, "20001050: " ZEROS "20001060: " ZEROS, "", "read 0x20001050 32 --squeeze");
    run(0, "", "", "read 0x20001000 256 --squeeze -o @/a.hexdump");
    run(0, "the same: 256 bytes\n", "", "verify @/a.hexdump");
}

static void unreadable_bytes_are_never_squeezed(void **state)
{
    (void)state;
    sim_fault(rig->sim, RAM + 0x1010, 32);
    run(4,
        "20001000: " ZEROS
        "20001010: ?? ?? ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |????????????????|\n"
        "20001020: ?? ?? ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |????????????????|\n"
        "20001030: " ZEROS "20001040: " ZEROS,
        "ocd: read: 0x20001010 to 0x2000102F unreadable (32 bytes)\n",
        "read 0x20001000 80 --squeeze --skip-unreadable");
}

/* Starts it on a terminal, where all it prints comes together. */
static void expect_on_terminal(const char *text, const char *line)
{
    struct tool tool;
    files_begin(&tool, &terminal, "%s", line);
    tool_finish(&tool);
    expect_finished(&tool, 0, NULL, text);
    tool_free(&tool);
}

static void a_terminal_gets_colours_and_squeezed_lines(void **state)
{
    (void)state;
    poke(RAM + 0x1000, "\0 A\1\xFF", 5);
    setenv("TERM", "xterm", 1);
    expect_on_terminal("20001000: " ZERO "00" OFF " " WHITE "20" OFF " " PRINT "41" OFF " " CTRL
                       "01" OFF " " HIGH "FF" OFF "  |" ZERO "." WHITE " " PRINT "A" CTRL "." HIGH
                       "." OFF "|\n",
                       "read 0x20001000 5 --columns 5");
    setenv("NO_COLOR", "1", 1);
    expect_on_terminal("20001010: " ZEROS "*\n20001040: " ZEROS, "read 0x20001010 64");
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    expect_on_terminal("20001010: " ZEROS "*\n20001040: " ZEROS, "read 0x20001010 64");
    setenv("TERM", "xterm", 1);
}

static void plain_has_an_effect_on_a_terminal_too(void **state)
{
    (void)state;
    expect_on_terminal("20001010: " ZEROS "20001020: " ZEROS "20001030: " ZEROS,
                       "read 0x20001010 48 --plain");
    expect_on_terminal("20001010: " ZEROS "*\n20001040: " ZEROS,
                       "read 0x20001010 64 --plain --squeeze");
}

static void other_formats_go_to_standard_output(void **state)
{
    (void)state;
    make_count();
    run(0,
        "/* From address 0x20001000. */\nconst unsigned char data[] = {\n"
        "    0x30, 0x31, 0x32,\n};\nconst unsigned int data_len = 3;\n",
        "", "read 0x20001000 3 -f c-array");
    run(0, ":020000042000DA\n:041000003031323326\n:00000001FF\n", "", "read 0x20001000 4 -f ihex");
    run(0, "S0030000FC\nS309200010003031323300\nS5030001FB\nS70500000000FA\n", "",
        "read 0x20001000 4 -f srec");
    run(0, "", "", "read 0x20001000 64 -f srec -o @/a.srec");
    run(0, "the same: 64 bytes\n", "", "verify @/a.srec");
    run_holds(4, "", "target access failed at 0x30000000", "read 0x30000000 4 -f ihex");
}

static void forms_that_do_not_go_together_are_refused(void **state)
{
    static const char form[] = "ocd: read: options for hexdump lines are for a hexdump without -w "
                               "only; try 'ocd read --help'\n";
    (void)state;
    run(2, "", form, "read 0x20001000 --columns 8 -f hex");
    run(2, "", form, "read 0x20001000 --squeeze -w 8");
    run(2, "", form, "read 0x20001000 --endian little -f bin");
    run(2, "", "ocd: read: c-array, ihex and srec are without -w only; try 'ocd read --help'\n",
        "read 0x20001000 -w 8 -f ihex");
    run(2, "", "ocd: read: --columns '65' is not a number from 1 to 64; try 'ocd read --help'\n",
        "read 0x20001000 --columns 65");
    run(2, "", "ocd: read: --group '3' is not 1, 2, 4 or 8; try 'ocd read --help'\n",
        "read 0x20001000 --group 3");
    run(2, "", "ocd: read: --endian 'odd' is neither little nor big; try 'ocd read --help'\n",
        "read 0x20001000 --endian odd");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        files_test(lines_have_as_many_columns_as_asked_for),
        files_test(bytes_are_grouped_in_either_order),
        files_test(repeated_lines_are_squeezed_except_the_last),
        files_test(unreadable_bytes_are_never_squeezed),
        files_test(a_terminal_gets_colours_and_squeezed_lines),
        files_test(plain_has_an_effect_on_a_terminal_too),
        files_test(other_formats_go_to_standard_output),
        files_test(forms_that_do_not_go_together_are_refused),
    };
    return cmocka_run_group_tests(tests, files_start, files_stop);
}
