// SPDX-License-Identifier: MIT
/* The table of the terminal, at any size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watch/screen/table.h"

static struct spark curve;

static const struct table_row rows[] = {
    {"motor.speed", "rpm", "1500.25", NULL, true, 1000, 2000, 1500.125, 10, &curve},
    {"tick", "", "4294967295", NULL, true, 0, 4294967295.0, 123456.789, 9.98765, &curve},
    {"g_counter", "", "7", "torn", true, 1, 7, 4, 10, &curve},
    {"motor.pid", "", "{kp = 1, ki = 0.5}", "unchecked", false, 0, 0, 0, 10, &curve},
};

static const struct table plain = {
    .title = "title", .rows = rows, .count = 4, .status = "keys", .width = 80, .height = 24};

static void draw(const struct table *table, struct line *out)
{
    line_clear(out);
    table_draw(table, out);
    assert_false(out->failed);
}

static void table_has_all_of_a_value_in_80_columns(void **state)
{
    struct line out = {0};
    (void)state;
    for (int i = 0; i < 8; i++)
        spark_add(&curve, i);
    draw(&plain, &out);
    assert_string_equal(
        out.text,
        "title\n"
        "name         value                     min       max      mean    rate          \n"
        "motor.speed  1500.25 rpm              1000      2000  1500.125      10  _.-~=+*#\n"
        "tick         4294967295                  0  4.29e+09  123456.8  9.9877  _.-~=+*#\n"
        "g_counter    torn                        1         7         4      10  _.-~=+*#\n"
        "motor.pid    ~{kp = 1, ki = 0.5}                                    10  _.-~=+*#\n"
        "keys");
    line_free(&out);
}

/* Escape sequences aside. */
static size_t widest(const char *text)
{
    size_t most = 0, now = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            now = 0;
        else
            now += ((unsigned char)*text & 0xC0) != 0x80;
        most = now > most ? now : most;
    }
    return most;
}

static size_t lines_of(const char *text)
{
    size_t lines = 1;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void table_fits_every_terminal(void **state)
{
    struct line out = {0};
    (void)state;
    for (size_t width = 1; width < 300; width += 3) {
        for (size_t height = 2; height < 12; height++) {
            struct table table = plain;
            table.width = width;
            table.height = height;
            table.utf8 = true;
            draw(&table, &out);
            assert_in_range(widest(out.text), 0, width);
            assert_in_range(lines_of(out.text), 1, height);
        }
    }
    line_free(&out);
}

static void narrow_table_keeps_name_value_and_curve(void **state)
{
    struct line out = {0};
    struct table table = plain;
    (void)state;
    table.width = 36;
    draw(&table, &out);
    assert_non_null(strstr(out.text, "\nmotor.speed  1500.25 rpm    _.-~=+*#\n"));
    line_free(&out);
}

static void selected_row_is_always_visible(void **state)
{
    struct line out = {0};
    struct table table = plain;
    (void)state;
    table.height = 5; /* two rows */
    table.selected = 3;
    draw(&table, &out);
    assert_null(strstr(out.text, "tick"));
    assert_non_null(strstr(out.text, "g_counter"));
    assert_non_null(strstr(out.text, "motor.pid"));
    line_free(&out);
}

static void text_of_a_target_cannot_control_the_terminal(void **state)
{
    struct line out = {0};
    struct table_row row = rows[0];
    struct table table = plain;
    (void)state;
    row.value = "\033[2Jevil\n";
    table.rows = &row;
    table.count = 1;
    draw(&table, &out);
    assert_null(strchr(out.text, '\033'));
    line_free(&out);
}

static void number_is(double number, size_t width, const char *expected)
{
    char text[40];
    table_number(number, width, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void number_keeps_as_many_digits_as_fit(void **state)
{
    (void)state;
    number_is(1500, 9, "1500");
    number_is(0.1, 9, "0.1");
    number_is(1.0 / 3, 9, "0.3333333");
    number_is(-123456789.5, 9, "-1.23e+08");
    number_is(18446744073709551615.0, 9, "1.845e+19");
    number_is(NAN, 9, "-");
    number_is(-INFINITY, 9, "-inf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_has_all_of_a_value_in_80_columns),
        cmocka_unit_test(table_fits_every_terminal),
        cmocka_unit_test(narrow_table_keeps_name_value_and_curve),
        cmocka_unit_test(selected_row_is_always_visible),
        cmocka_unit_test(text_of_a_target_cannot_control_the_terminal),
        cmocka_unit_test(number_keeps_as_many_digits_as_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
