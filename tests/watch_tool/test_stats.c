// SPDX-License-Identifier: MIT
/* Statistics of a value in the table: least, largest, mean, rate, and the small curve. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "watch/screen/spark.h"
#include "watch/screen/stats.h"

static void least_largest_and_mean_are_those_of_all_values(void **state)
{
    struct stats stats;
    (void)state;
    stats_reset(&stats);
    assert_true(isnan(stats.mean));
    for (int i = 1; i <= 1000; i++)
        stats_add(&stats, i, i * 1000);
    assert_true(stats.min == 1 && stats.max == 1000);
    assert_true(fabs(stats.mean - 500.5) < 1e-9);
    stats_reset(&stats);
    assert_true(stats.count == 0 && isnan(stats.min));
}

static void nan_does_not_change_the_mean(void **state)
{
    struct stats stats;
    (void)state;
    stats_reset(&stats);
    stats_add(&stats, NAN, 0);
    stats_add(&stats, 2, 1);
    stats_add(&stats, NAN, 2);
    stats_add(&stats, 4, 3);
    assert_true(stats.mean == 3 && stats.min == 2 && stats.max == 4 && stats.count == 4);
}

static void mean_of_many_large_values_keeps_its_digits(void **state)
{
    struct stats stats;
    (void)state;
    stats_reset(&stats);
    for (int i = 0; i < 3000000; i++)
        stats_add(&stats, 1e15 + (i % 3), i);
    assert_true(fabs(stats.mean - (1e15 + 1)) < 0.5);
}

static void rate_is_that_of_the_last_values(void **state)
{
    struct stats stats;
    (void)state;
    stats_reset(&stats);
    assert_true(stats_rate(&stats, 0) == 0);
    for (int i = 0; i < 10; i++)
        stats_add(&stats, 1, i * 1000000); /* 1 Hz */
    assert_true(fabs(stats_rate(&stats, 9000000) - 1) < 1e-9);
    for (int i = 1; i <= 100; i++)
        stats_add(&stats, 1, 9000000 + i * 10000); /* 100 Hz */
    assert_true(fabs(stats_rate(&stats, 10000000) - 100) < 1e-6);
    assert_true(stats_rate(&stats, 11000000) == 0); /* none has come for a second */
}

/* --- The curve --- */

static void curve_is(const struct spark *spark, size_t columns, bool utf8, const char *expected)
{
    struct line line = {0};
    spark_draw(spark, columns, utf8, &line);
    assert_string_equal(line.text, expected);
    line_free(&line);
}

static void curve_is_scaled_from_lowest_to_highest(void **state)
{
    struct spark spark = {0};
    (void)state;
    for (int i = 0; i < 8; i++)
        spark_add(&spark, i);
    curve_is(&spark, 8, false, "_.-~=+*#");
    curve_is(&spark, 10, false, "  _.-~=+*#");
    curve_is(&spark, 4, false, "_-+#"); /* the last four */
    curve_is(&spark, 3, true, "\u2581\u2585\u2588");
}

static void missing_point_is_a_blank(void **state)
{
    struct spark spark = {0};
    (void)state;
    spark_add(&spark, 1);
    spark_add(&spark, NAN);
    spark_add(&spark, 2);
    curve_is(&spark, 3, false, "_ #");
}

static void value_that_does_not_change_is_a_flat_line(void **state)
{
    struct spark spark = {0};
    (void)state;
    for (int i = 0; i < 1000; i++)
        spark_add(&spark, 5);
    curve_is(&spark, 5, false, "_____");
    spark_reset(&spark);
    curve_is(&spark, 2, false, "  ");
}

static void extreme_values_do_not_overflow(void **state)
{
    struct spark spark = {0};
    (void)state;
    spark_add(&spark, -1.7e308);
    spark_add(&spark, 1.7e308);
    spark_add(&spark, INFINITY);
    curve_is(&spark, 3, false, "_# ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_largest_and_mean_are_those_of_all_values),
        cmocka_unit_test(nan_does_not_change_the_mean),
        cmocka_unit_test(mean_of_many_large_values_keeps_its_digits),
        cmocka_unit_test(rate_is_that_of_the_last_values),
        cmocka_unit_test(curve_is_scaled_from_lowest_to_highest),
        cmocka_unit_test(missing_point_is_a_blank),
        cmocka_unit_test(value_that_does_not_change_is_a_flat_line),
        cmocka_unit_test(extreme_values_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
