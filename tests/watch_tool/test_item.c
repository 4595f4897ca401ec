// SPDX-License-Identifier: MIT
/* What is to be watched, as users write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "watch/item.h"

static void address_is(const char *word, uint64_t addr, enum ocd_number_type type, uint32_t count)
{
    struct item item;
    assert_null(item_parse(&item, word));
    assert_true(item.is_address);
    assert_int_equal(item.addr, addr);
    assert_int_equal(item.type, type);
    assert_int_equal(item.count, count);
    assert_string_equal(item.name, word);
    item_free(&item);
}

static void is_expression(const char *word)
{
    struct item item;
    assert_null(item_parse(&item, word));
    assert_false(item.is_address);
    assert_string_equal(item.text, word);
    assert_string_equal(item.unit, "");
    item_free(&item);
}

static void is_refused(const char *word, const char *part)
{
    struct item item;
    const char *wrong = item_parse(&item, word);
    assert_non_null(wrong);
    assert_non_null(strstr(wrong, part));
    item_free(&item);
}

static void a_number_before_the_colon_is_an_address(void **state)
{
    (void)state;
    address_is("0x20004F00:u32", 0x20004F00, OCD_NUMBER_U32, 0);
    address_is("536870912:s8", 536870912, OCD_NUMBER_S8, 0);
    address_is("0x20000000:f64[3]", 0x20000000, OCD_NUMBER_F64, 3);
    address_is("0xFFFFFFFFFFFFFFFF:u8", UINT64_MAX, OCD_NUMBER_U8, 0);
}

static void anything_else_is_an_expression(void **state)
{
    (void)state;
    is_expression("motor.pid.kp");
    is_expression("main.c:count");
    is_expression("main::count");
    is_expression("a:u32"); /* no number */
    is_expression("table[2..5]");
    is_expression("(struct node *)0x20000100");
}

static void malformed_addresses_are_refused(void **state)
{
    (void)state;
    is_refused("0x20000000", "needs a type");
    is_refused("123", "needs a type");
    is_refused("0x20000000:", "wrong type");
    is_refused("0x20000000:u12", "wrong type");
    is_refused("0x20000000:u32[", "wrong type");
    is_refused("0x20000000:u32[2]x", "wrong type");
    is_refused("0x20000000:u32[0]", "number of elements");
    is_refused("0x20000000:u32[x]", "number of elements");
    is_refused("0x20000000:u32[20000]", "larger than 65536");
    is_refused("0xFFFFFFFFFFFFFFFF:u16", "64-bit");
    is_refused("08000000:u8", "");
    is_refused("", "empty");
}

static void name_and_unit_follow_as(void **state)
{
    struct item item;
    (void)state;
    assert_null(item_parse(&item, "motor.speed"));
    assert_null(item_rename(&item, "speed,rpm"));
    assert_string_equal(item.name, "speed");
    assert_string_equal(item.unit, "rpm");
    assert_null(item_rename(&item, "a,b,m/s"));
    assert_string_equal(item.name, "a,b");
    assert_string_equal(item.unit, "m/s");
    assert_null(item_rename(&item, "plain"));
    assert_string_equal(item.unit, "");
    assert_non_null(item_rename(&item, ",rpm"));
    assert_non_null(item_rename(&item, ""));
    assert_string_equal(item.text, "motor.speed");
    item_free(&item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_before_the_colon_is_an_address),
        cmocka_unit_test(anything_else_is_an_expression),
        cmocka_unit_test(malformed_addresses_are_refused),
        cmocka_unit_test(name_and_unit_follow_as),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
