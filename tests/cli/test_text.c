// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pattern.h"
#include "text.h"

typedef void print_fn(FILE *stream, const char *text);

static void print_escaped(FILE *stream, const char *text)
{
    text_print_escaped(stream, text, strlen(text));
}

static void expect(print_fn *print, const char *text, const char *expected)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&printed, &size);
    assert_non_null(stream);
    print(stream, text);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(printed, expected);
    free(printed);
}

static void control_bytes_are_escaped(void **state)
{
    (void)state;
    expect(print_escaped, "plain text", "plain text");
    expect(print_escaped, "a\nb\tc\rd", "a\\nb\\tc\\rd");
    expect(print_escaped, "\x1B[31mred\x07\x7F\x1A", "\\x1B[31mred\\x07\\x7F\\x1A");
}

static void print_lines(FILE *stream, const char *text)
{
    text_print_lines(stream, text, strlen(text));
}

static void text_of_several_lines_keeps_its_lines(void **state)
{
    (void)state;
    expect(print_lines, "a\n\tb\n\n", "a\n\tb\n\n");
    expect(print_lines, "a\rb\n\x1B[2J\x1A\xC2\x9B", "a\\rb\n\\x1B[2J\\x1A\\xC2\\x9B");
}

static void nul_bytes_are_escaped(void **state)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&printed, &size);
    (void)state;
    assert_non_null(stream);
    text_print_escaped(stream, "a\0b", 3);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(printed, "a\\x00b");
    free(printed);
}

static void utf8_stays_and_invalid_bytes_are_escaped(void **state)
{
    (void)state;
    expect(print_escaped, "500 µs, 日本, \xF0\x9F\x98\x80", "500 µs, 日本, \xF0\x9F\x98\x80");
    expect(print_escaped, "\xFFx", "\\xFFx");
    expect(print_escaped, "\xC3", "\\xC3");                            /* cut short */
    expect(print_escaped, "\xC0\xAF", "\\xC0\\xAF");                   /* overlong */
    expect(print_escaped, "\xE0\x80\xAF", "\\xE0\\x80\\xAF");          /* overlong */
    expect(print_escaped, "\xED\xA0\x80", "\\xED\\xA0\\x80");          /* surrogate */
    expect(print_escaped, "\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"); /* beyond U+10FFFF */
    expect(print_escaped,
           "\xC2\x9B"
           "31m",
           "\\xC2\\x9B31m"); /* U+009B, a control character */
}

/* These characters change the order in which a line is shown. */
static void bidirectional_controls_are_escaped(void **state)
{
    static const char *const marks[] = {"\xD8\x9C",     "\xE2\x80\x8E", "\xE2\x80\x8F",
                                        "\xE2\x80\xA8", "\xE2\x80\xAA", "\xE2\x80\xAE",
                                        "\xE2\x81\xA6", "\xE2\x81\xA9"};
    (void)state;
    for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
        char escaped[16] = "";
        for (const char *c = marks[i]; *c != '\0'; c++)
            sprintf(escaped + strlen(escaped), "\\x%02X", (unsigned char)*c);
        expect(print_escaped, marks[i], escaped);
    }
    expect(print_escaped, "\xE2\x80\xA6 \xE2\x80\x93", "\xE2\x80\xA6 \xE2\x80\x93");
}

static void a_message_becomes_one_line(void **state)
{
    (void)state;
    expect(text_print_line, "", "");
    expect(text_print_line, "\n\n", "");
    expect(text_print_line, "one", "one");
    expect(text_print_line, "\n one \r\n\n  two\nthree\n", "one; two; three");
    expect(text_print_line, "a\x1B[2J\nb", "a\\x1B[2J; b");
}

static void json_strings_are_valid(void **state)
{
    (void)state;
    expect(text_print_json, "", "\"\"");
    expect(text_print_json, "a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
    expect(text_print_json, "\n\t\x01", "\"\\u000a\\u0009\\u0001\"");
    expect(text_print_json, "µ\xFF", "\"µ\xEF\xBF\xBD\"");
}

static void hex_bytes_may_be_grouped_in_any_way(void **state)
{
    static const uint8_t expected[] = {0xDE, 0xAD, 0xBE, 0xEF};
    static const char *const whole[] = {"DEADBEEF", "de ad be ef", " DEad\tBEef ", "DEAD BE EF"};
    uint8_t pattern[8];
    (void)state;
    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
        size_t length = 0;
        assert_null(pattern_add(whole[i], pattern, &length));
        assert_int_equal(length, 4);
        assert_memory_equal(pattern, expected, 4);
    }
    size_t length = 0;
    assert_null(pattern_add("DE", pattern, &length));
    assert_null(pattern_add("ADBE", pattern, &length));
    assert_null(pattern_add("", pattern, &length));
    assert_null(pattern_add("EF", pattern, &length));
    assert_int_equal(length, 4);
    assert_memory_equal(pattern, expected, 4);
}

static void invalid_patterns_are_refused(void **state)
{
    static const struct {
        const char *hex;
        const char *wrong;
    } cases[] = {
        {"DEADBEE", "has an odd number of hex digits"},
        {"D EADBEEF", "has an odd number of hex digits"},
        {"DEXX", "is not made of hex digits (for text give --text)"},
        {"DXAD", "is not made of hex digits (for text give --text)"},
        {"hello", "is not made of hex digits (for text give --text)"},
        {"@A", "is not made of hex digits (for text give --text)"},
        {"0xDEADBEEF", "must be bytes in memory order, without 0x"},
    };
    uint8_t pattern[8];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t length = 0;
        const char *wrong = pattern_add(cases[i].hex, pattern, &length);
        if (wrong == NULL)
            fail_msg("'%s' was taken", cases[i].hex);
        assert_string_equal(wrong, cases[i].wrong);
    }
}

static void a_pattern_has_at_most_65536_bytes(void **state)
{
    static uint8_t pattern[PATTERN_MAX];
    static char hex[2 * PATTERN_MAX + 1];
    size_t length = 0;
    (void)state;
    memset(hex, 'A', sizeof(hex) - 1);
    assert_null(pattern_add(hex, pattern, &length));
    assert_int_equal(length, PATTERN_MAX);
    assert_string_equal(pattern_add("00", pattern, &length),
                        "makes the pattern longer than 65536 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_bytes_are_escaped),
        cmocka_unit_test(text_of_several_lines_keeps_its_lines),
        cmocka_unit_test(nul_bytes_are_escaped),
        cmocka_unit_test(utf8_stays_and_invalid_bytes_are_escaped),
        cmocka_unit_test(bidirectional_controls_are_escaped),
        cmocka_unit_test(a_message_becomes_one_line),
        cmocka_unit_test(json_strings_are_valid),
        cmocka_unit_test(hex_bytes_may_be_grouped_in_any_way),
        cmocka_unit_test(invalid_patterns_are_refused),
        cmocka_unit_test(a_pattern_has_at_most_65536_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
