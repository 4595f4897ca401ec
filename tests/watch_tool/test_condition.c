// SPDX-License-Identifier: MIT
/* The condition of --trigger. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "watch/rows/condition.h"

static void parts_are(const char *text, const char *item, enum condition_op op, double value)
{
    struct condition c;
    assert_null(condition_parse(&c, text));
    assert_string_equal(c.item, item);
    assert_int_equal(c.op, op);
    assert_true(number_real(&c.value) == value);
    condition_free(&c);
}

static void is_refused(const char *text, const char *part)
{
    struct condition c;
    const char *wrong = condition_parse(&c, text);
    assert_non_null(wrong);
    assert_non_null(strstr(wrong, part));
    condition_free(&c);
}

static void condition_has_value_operator_and_number(void **state)
{
    (void)state;
    parts_are("motor.speed > 1500", "motor.speed", CONDITION_MORE, 1500);
    parts_are("a<=-3", "a", CONDITION_LESS_EQUAL, -3);
    parts_are("0x20000000:u32 == 0xFF", "0x20000000:u32", CONDITION_EQUAL, 255);
    parts_are("p->next->x != 1.5e3", "p->next->x", CONDITION_NOT_EQUAL, 1500);
    parts_are("p->x<2", "p->x", CONDITION_LESS, 2);
    parts_are("Ring<int, 4>::size >= 4", "Ring<int, 4>::size", CONDITION_MORE_EQUAL, 4);
}

static void malformed_condition_is_refused(void **state)
{
    (void)state;
    is_refused("motor.speed", "no operator");
    is_refused("motor->speed", "no operator");
    is_refused("a = 3", "no operator");
    is_refused("> 3", "nothing before");
    is_refused("a > ", "no number");
    is_refused("a > b", "no number");
    is_refused("a > nan", "no number");
    is_refused("a => 3", "no operator");
}

static void large_integers_are_compared_exactly(void **state)
{
    const struct number a = {.kind = NUMBER_UNSIGNED, .integer = UINT64_MAX};
    const struct number b = {.kind = NUMBER_UNSIGNED, .integer = UINT64_MAX - 1};
    const struct number minus = {.kind = NUMBER_SIGNED, .integer = (uint64_t)-1};
    const struct number nan = {.kind = NUMBER_REAL, .real = NAN};
    const struct number half = {.kind = NUMBER_REAL, .real = 0.5};
    (void)state;
    assert_int_equal(number_compare(&a, &b), 1);
    assert_int_equal(number_compare(&minus, &a), -1);
    assert_int_equal(number_compare(&minus, &half), -1);
    assert_int_equal(number_compare(&half, &nan), 2);
}

static struct number real(double value)
{
    return (struct number){.kind = NUMBER_REAL, .real = value};
}

static void it_fires_when_it_becomes_true(void **state)
{
    struct condition c;
    (void)state;
    assert_null(condition_parse(&c, "x > 10"));
    const double values[] = {20, 5, 10, 11, 12, 3, 40};
    const bool fires[] = {false, false, false, true, false, false, true};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        struct number value = real(values[i]);
        assert_int_equal(condition_fires(&c, &value), fires[i]);
    }
    condition_free(&c);
}

static void value_that_is_missing_changes_nothing(void **state)
{
    struct condition c;
    const struct number none = {.kind = NUMBER_NONE}, low = real(1), high = real(11);
    (void)state;
    assert_null(condition_parse(&c, "x > 10"));
    assert_false(condition_fires(&c, &none));
    assert_false(condition_fires(&c, &low));
    assert_false(condition_fires(&c, &none));
    assert_true(condition_fires(&c, &high));
    condition_free(&c);
}

static void nan_makes_only_inequality_true(void **state)
{
    struct condition c;
    const struct number nan = real(NAN);
    (void)state;
    assert_null(condition_parse(&c, "x != 1"));
    assert_true(condition_holds(&c, &nan));
    condition_free(&c);
    assert_null(condition_parse(&c, "x >= 1"));
    assert_false(condition_holds(&c, &nan));
    condition_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(condition_has_value_operator_and_number),
        cmocka_unit_test(malformed_condition_is_refused),
        cmocka_unit_test(large_integers_are_compared_exactly),
        cmocka_unit_test(it_fires_when_it_becomes_true),
        cmocka_unit_test(value_that_is_missing_changes_nothing),
        cmocka_unit_test(nan_makes_only_inequality_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
