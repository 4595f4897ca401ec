// SPDX-License-Identifier: MIT
/* Values: the tree, JSON, formats, limits, what is followed. (test_oracle has the text.) */
#include "support.h"

static struct ocd_symbols *c, *cpp, *rust;

static int open_all(void **state)
{
    (void)state;
    c = open_data("c-gcc-dwarf5");
    cpp = open_data("cpp-gcc");
    rust = open_data("rust-o0");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    ocd_symbols_close(c);
    ocd_symbols_close(cpp);
    ocd_symbols_close(rust);
    return 0;
}

static void expect_with(struct ocd_symbols *symbols, const char *text,
                        const struct ocd_expression_options *options, bool json,
                        const char *expected)
{
    char *result = print(symbols, text, options, json), *meant = expand(symbols, expected);

    if (strcmp(result, meant) != 0)
        fail_msg("%s\n  is:       %s\n  expected: %s", text, result, meant);
    free(result);
    free(meant);
}

static void json_has_numbers_names_objects_and_arrays(void **state)
{
    (void)state;
    static const char *const all[][2] = {
        {"number", "-123456789"},
        {"ubig", "18446744073709551615"},
        {"single", "0.100000001"},
        {"single_nan", "\"nan\""},
        {"wide_inf", "\"-inf\""},
        {"truth", "true"},
        {"mode", "\"MODE_FAST\""},
        {"odd_mode", "3"},
        {"list", "\"@&head@\""},
        {"no_text", "\"0x0\""},
        {"letter", "97"},
        {"word", "\"word\""},
        {"escapes", "\"\\u0007\\u0008\\u000c\\u000a\\u000d\\u0009\\u000b\\u001b\\u007f\\\"'\\\\"
                    "\\u00019\\u0001a\""},
        {"codes", "[99, 111, 100, 101, 200, 0]"},
        {"array", "[1, 2, 3, 4, 5]"},
        {"matrix", "[[1, 2, 3, 4], [5, 6, 7, 8], [9, 9, 9, 9]]"},
        {"origin", "{\"x\": 0, \"y\": 0}"},
        {"nameless", "{\"x\": 1, \"y\": 2}"},
        {"bits", "{\"a\": 1, \"b\": 5, \"c\": -7, \"m\": \"MODE_FAST\", \"d\": true, "
                 "\"far\": 78187493530, \"last\": 100}"},
        {"complex_number", "[1, 0]"},
        {"flexible", "{\"count\": 2, \"data\": []}"},
    };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        expect_with(c, all[i][0], NULL, true, all[i][1]);
    expect_with(cpp, "plain_object", NULL, true,
                "{\"Second\": {\"s\": 2}, \"Empty\": {}, \"p\": 3}");
    expect_with(cpp, "reference", NULL, true, "4");
    expect_with(rust, "values::SOME", NULL, true, "{\"Some\": {\"0\": 42}}");
    expect_with(rust, "values::NONE", NULL, true, "\"None\"");
    expect_with(rust, "values::TEXT", NULL, true, "\"hello\"");
    expect_with(rust, "values::SLICE", NULL, true, "[10, -20, 30]");
}

static void integers_can_be_written_in_another_base(void **state)
{
    (void)state;
    struct ocd_expression_options hex = {.format = OCD_NUMBER_HEX};
    struct ocd_expression_options decimal = {.format = OCD_NUMBER_DECIMAL};
    struct ocd_expression_options binary = {.format = OCD_NUMBER_BINARY};

    expect_with(c, "u32", &hex, false, "0xdeadbeef");
    expect_with(c, "tiny", &hex, false, "0xfd");
    expect_with(c, "origin", &hex, false, "{x = 0x0, y = 0x0}");
    expect_with(c, "full", &hex, false, "{0x66, 0x75, 0x6c, 0x6c}");
    expect_with(c, "mode", &decimal, false, "7");
    expect_with(c, "letter", &decimal, false, "97");
    expect_with(c, "mode", &binary, false, "111");
    expect_with(c, "no_flags", &binary, false, "0");
    expect_with(c, "bits.c", &hex, false, "0x19");
    expect_with(c, "single", &hex, false, "0.100000001");
}

static void the_limit_cuts_arrays_and_strings(void **state)
{
    (void)state;
    struct ocd_expression_options three = {.limit = 3}, all = {.limit = OCD_EXPRESSION_LIMIT_NONE};

    expect_with(c, "array", &three, false, "{1, 2, 3...}");
    expect_with(c, "head.name", &three, false, "@head.name@ \"hea\"...");
    expect_with(c, "zeros", &three, false, "{0 <repeats 300 times>}");
    char *text = print(c, "long_text", &all, false);
    assert_int_equal(strlen(text), 256 + 2 + strlen(", \"\\000\\000\\000\"") - 4);
    free(text);
}

static void pointer_that_is_asked_for_is_followed_anywhere(void **state)
{
    (void)state;

    expect_with(c, "(char *)0x40000000", NULL, false,
                "0x40000000 <error: Cannot access memory at address 0x40000000>");
    expect_with(c, "(volatile char *)0x40000000", NULL, false, "0x40000000");
    expect_with(c, "(char *)&word", NULL, false, "@&word@ <word> \"word\"");
    expect_with(c, "(char *)&word", &(struct ocd_expression_options){.skip_text = true}, false,
                "@&word@ <word>");
    expect_with(c, "(volatile char *)&word", NULL, false, "@&word@ <word>");
}

static void symbols_without_types_are_numbers_bytes_or_addresses(void **state)
{
    (void)state;
    struct ocd_symbols *stripped = open_data("stripped");

    expect_with(stripped, "number", NULL, false, "4171510507");
    expect_with(stripped, "octet", NULL, false, "200");
    expect_with(stripped, "matrix", NULL, false, "{1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9}");
    expect_with(stripped, "_end", NULL, false, "(void *) @&_end@");
    expect_with(stripped, "(int)number", NULL, false, "-123456789");
    expect_with(stripped, "*(short *)&small", NULL, false, "-12345");
    ocd_symbols_close(stripped);
}

static void variables_of_minimal_debug_information_are_like_those_without(void **state)
{
    (void)state;
    struct ocd_symbols *no_types = open_data("no-types"); /* compiled with -g1 */

    expect_with(no_types, "number", NULL, false, "5");
    expect_with(no_types, "number", NULL, true, "5");
    expect_with(no_types, "wide", NULL, false, "9223372036854775808");
    expect_with(no_types, "three", NULL, false, "{1, 2, 3}");
    expect_with(no_types, "hidden", NULL, false, "4660");
    expect_with(no_types, "&number", NULL, false, "(void *) @&number@ <number>");
    expect_with(no_types, "(short)number", NULL, false, "5");
    ocd_symbols_close(no_types);
}

/* --- The tree --- */

static struct ocd_expression *read_expression(struct ocd_symbols *symbols, const char *text)
{
    struct ocd_expression *e;

    assert_int_equal(ocd_expression_open(&e, symbols, text, NULL), OCD_OK);
    assert_int_equal(read_value(symbols, e), OCD_OK);
    return e;
}

static void the_tree_has_names_types_addresses_and_numbers(void **state)
{
    (void)state;
    struct ocd_expression *e = read_expression(c, "nested");
    const struct ocd_value *v = ocd_expression_value(e);

    assert_int_equal(v->kind, OCD_VALUE_STRUCT);
    assert_int_equal(v->child_count, 7);
    assert_int_equal(v->size, 56);
    const struct ocd_value *at = ocd_value_child(v, 1);
    assert_string_equal(at->name, "at");
    assert_int_equal(at->addr, v->addr + 2);
    assert_int_equal(ocd_value_child(at, 1)->number, 2);
    assert_true(ocd_value_child(at, 1)->is_signed);
    assert_string_equal(ocd_type_get_info(ocd_value_child(at, 1)->type)->name, "int16_t");
    assert_string_equal(ocd_value_child(v, 2)->name, "");
    assert_int_equal(ocd_value_child(v, 2)->kind, OCD_VALUE_UNION);
    const struct ocd_value *mode = ocd_value_child(v, 4);
    assert_string_equal(mode->text, "MODE_SLOW");
    const struct ocd_value *path = ocd_value_child(v, 6);
    assert_int_equal(path->kind, OCD_VALUE_ARRAY);
    assert_int_equal(path->child_count, 3);
    assert_null(ocd_value_child(path, 3));
    assert_null(ocd_value_child(v, 7));
    ocd_expression_close(e);
}

static void strings_and_floats_are_in_the_tree(void **state)
{
    (void)state;
    struct ocd_expression *e = read_expression(c, "word");

    assert_int_equal(ocd_expression_value(e)->kind, OCD_VALUE_STRING);
    assert_int_equal(ocd_expression_value(e)->text_size, 4);
    assert_string_equal(ocd_expression_value(e)->text, "word");
    assert_int_equal(ocd_value_child(ocd_expression_value(e), 1)->number, 'o');
    ocd_expression_close(e);
    e = read_expression(c, "wide");
    assert_true(ocd_expression_value(e)->real == (double)3.141592653589793);
    ocd_expression_close(e);
    e = read_expression(c, "bits.c");
    assert_int_equal(ocd_expression_value(e)->bit_size, 5);
    assert_int_equal((int64_t)ocd_expression_value(e)->number, -7);
    ocd_expression_close(e);
}

static void an_unknown_variant_is_not_guessed(void **state)
{
    (void)state;
    struct ocd_expression *e;
    char *text;
    size_t count;
    uint8_t bytes[64];

    assert_int_equal(ocd_expression_open(&e, rust, "values::GOOD", NULL), OCD_OK);
    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    const struct ocd_range need = ocd_expression_needs(e, &count)[0];
    memset(bytes, 0x77, sizeof(bytes));
    ocd_expression_supply(e, need.addr, bytes, (size_t)need.size);
    assert_int_equal(ocd_expression_read(e), OCD_OK);
    assert_int_equal(ocd_value_text(ocd_expression_value(e), &text), OCD_OK);
    assert_string_equal(text, "<variant unknown (discriminant 119)>");
    ocd_free(text);
    assert_int_equal(ocd_value_json(ocd_expression_value(e), &text), OCD_OK);
    assert_string_equal(text, "null");
    ocd_free(text);
    ocd_expression_close(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_numbers_names_objects_and_arrays),
        cmocka_unit_test(integers_can_be_written_in_another_base),
        cmocka_unit_test(the_limit_cuts_arrays_and_strings),
        cmocka_unit_test(pointer_that_is_asked_for_is_followed_anywhere),
        cmocka_unit_test(symbols_without_types_are_numbers_bytes_or_addresses),
        cmocka_unit_test(variables_of_minimal_debug_information_are_like_those_without),
        cmocka_unit_test(the_tree_has_names_types_addresses_and_numbers),
        cmocka_unit_test(strings_and_floats_are_in_the_tree),
        cmocka_unit_test(an_unknown_variant_is_not_guessed),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
