// SPDX-License-Identifier: MIT
/* Expressions: what they mean, what they need, why they are refused. */
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

static void expect(struct ocd_symbols *symbols, const char *text, const char *expected)
{
    char *result = print(symbols, text, NULL, false), *meant = expand(symbols, expected);

    if (strcmp(result, meant) != 0)
        fail_msg("%s\n  is:       %s\n  expected: %s", text, result, meant);
    free(result);
    free(meant);
}

static void expect_failure(struct ocd_symbols *symbols, const char *text, int code, const char *why)
{
    struct ocd_expression *e;
    int rc = ocd_expression_open(&e, symbols, text, NULL);

    if (rc == OCD_OK)
        rc = read_value(symbols, e);
    if (rc != code || strstr(ocd_expression_error(e)->message, why) == NULL)
        fail_msg("%s\n  is:       %s (%d)\n  expected: %s (%d)", text,
                 ocd_expression_error(e)->text, rc, why, code);
    assert_int_equal(ocd_expression_error(e)->code, code);
    assert_null(ocd_expression_value(e));
    ocd_expression_close(e);
}

/* Expressions and their values. */
static const char *const operators[][2] = {
    {"nested.at.y", "2"},
    {"nested.path[2].x", "2"},
    {"nested.low", "2"},
    {"array[3]", "4"},
    {"array[2..4]", "{3, 4, 5}"},
    {"array[2..2]", "{3}"},
    {"list->name", "@head.name@ \"head\""},
    {"list->next->next->value", "3"},
    {"list.value", "1"},
    {"*list", "{next = @&middle@ <middle>, name = @head.name@ \"head\", value = 1}"},
    {"(*list).value", "1"},
    {"&array[1]", "(int *) @&array[1]@ <array+4>"},
    {"*&number", "-123456789"},
    {"array + 2", "(int *) @&array[2]@ <array+8>"},
    {"*(array + 2)", "3"},
    {"&array[4] - &array[1]", "3"},
    {"array[1] + array[2]", "5"},
    {"array[array[1]]", "3"},
    {"number - 1", "-123456790"},
    {"small + 4", "-12341"},
    {"single_whole + 0.5", "3.5"},
    {"-number", "123456789"},
    {"- 5 + 7", "2"},
    {"0x10 + 0b11", "19"},
    {"(uint8_t)0x1ff", "255 '\\377'"},
    {"(signed char)200", "-56 '\\310'"},
    {"(int)wide", "3"},
    {"(float)1", "1"},
    {"(enum mode)7", "MODE_FAST"},
    {"(struct point *)&nested.at", "(struct point *) @&nested.at@ <nested+2>"},
    {"((struct point *)&nested.at)->y", "2"},
    {"*(struct node *)list", "{next = @&middle@ <middle>, name = @head.name@ \"head\", "
                             "value = 1}"},
    {"*(uint32_t *)&nested.any", "65538"},
    {"(*list_pointer)->value", "1"},
    {"MODE_FAST", "MODE_FAST"},
    {"'A'", "65 'A'"},
    {"'\\n'", "10 '\\n'"},
    {"flexible.data[0..1]", "{10, 20}"},
    {"matrix[1][2]", "7 '\\a'"},
    {"cube[1][0][0..1]", "{7, 8}"},
    {"other.c:same", "2"},
    {"next_count::where.x", "3"},
    {"*opaque", "{secret = -123456789, more = -294967296}"},
    {"  number  ", "-123456789"},
    {"((number))", "-123456789"},
};

static void operators_are_those_of_c(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT_OF(operators); i++)
        expect(c, operators[i][0], operators[i][1]);
}

static void names_of_cpp_and_rust_are_understood(void **state)
{
    (void)state;
    expect(cpp, "motor::deep::pids[1].kp", "1.5");
    expect(cpp, "motor::Pid::instances", "2");
    expect(cpp, "pid.instances", "2");
    expect(cpp, "ring.data[0..1]", "{0, 0}");
    expect(cpp, "((Ring<int, 4> *)&ring)->head", "1");
    expect(cpp, "Counter::next(int)::step + 1", "32");
    expect(cpp, "(anonymous namespace)::secret.code", "7");
    expect(cpp, "derived.s", "2");
    expect(cpp, "derived.id", "1");
    expect(cpp, "reference + 1", "5");
    expect(cpp, "base_reference.id", "1");
    expect(cpp, "outer.b", "1.40129846e-45");
    expect(cpp, "State::Running", "motor::State::Running");
    expect(cpp, "motor::Pid::scale", "16");
    expect(rust, "values::POINT.x", "-1");
    expect(rust, "values::TUPLE.1", "-2");
    expect(rust, "values::SHAPE.width", "30");
    expect(rust, "values::SLICE[1]", "-20");
    expect(rust, "POINT.y", "2");
}

static void overloaded_functions_differ_by_their_parameters(void **state)
{
    (void)state;
    struct ocd_symbols *rare = open_data("rare-cpp");

    /* GDB 13.1 takes the second one for both. */
    expect(rare, "*scale(int)", "{int (int)} @&scale(int)@ <scale(int)>");
    expect(rare, "*scale(double)", "{double (double)} @&scale(double)@ <scale(double)>");
    assert_int_not_equal(number_of(rare, "&scale(int)"), number_of(rare, "&scale(double)"));
    expect_failure(rare, "scale", OCD_ERR_AMBIGUOUS, "scale(double)");
    expect_failure(rare, "scale(char)", OCD_ERR_NO_SYMBOL, "scale(char)");
    ocd_symbols_close(rare);
}

static void static_member_without_definition_says_so(void **state)
{
    (void)state;
    struct ocd_symbols *rare = open_data("rare-cpp-types");

    expect_failure(rare, "volatile_holder.unused", OCD_ERR_NO_VALUE, "unused is optimised out");
    ocd_symbols_close(rare);
}

static void refusals_give_their_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *why;
    } all[] = {
        {"nested.nothing", OCD_ERR_NO_SYMBOL, "struct nested has no member nothing"},
        {"number.x", OCD_ERR_EXPRESSION, "int has no members"},
        {"*number", OCD_ERR_EXPRESSION, "int is no pointer"},
        {"nested->at", OCD_ERR_EXPRESSION, "write .at"},
        {"*anything", OCD_ERR_EXPRESSION, "cast it"},
        {"array[5]", OCD_ERR_EXPRESSION, "0 to 4"},
        {"array[0-1]", OCD_ERR_EXPRESSION, "0 to 4"},
        {"array[3..1]", OCD_ERR_EXPRESSION, "not ascending"},
        {"number[0]", OCD_ERR_EXPRESSION, "neither an array nor a pointer"},
        {"&bits.a", OCD_ERR_EXPRESSION, "a bit field has no address"},
        {"&5", OCD_ERR_NO_VALUE, "not in memory"},
        {"x", OCD_ERR_NO_VALUE, "callback::x"},
        {"callback::x + 1", OCD_ERR_NO_VALUE, "is a local variable"},
        {"$pc", OCD_ERR_EXPRESSION, "registers"},
        {"per_thread", OCD_ERR_NO_VALUE, "thread-local"},
        {"same", OCD_ERR_AMBIGUOUS, "values.c:"},
        {"nowhere", OCD_ERR_NO_SYMBOL, "nowhere"},
        {"(struct nowhere *)0", OCD_ERR_NO_SYMBOL, ""},
        {"(struct point)number", OCD_ERR_EXPRESSION, "cast its address"},
        {"no_text[0]", OCD_ERR_NO_VALUE, "0x00000000 cannot be read"},
        {"list + list", OCD_ERR_EXPRESSION, "cannot be added"},
        {"nested + 1", OCD_ERR_EXPRESSION, "struct nested is no number"},
        {"", OCD_ERR_EXPRESSION, "a name or a number is missing"},
        {"a.", OCD_ERR_EXPRESSION, "the name of a member is missing"},
        {"array[1", OCD_ERR_EXPRESSION, "']' is missing"},
        {"(number", OCD_ERR_EXPRESSION, "')' is missing"},
        {"number )", OCD_ERR_EXPRESSION, "unexpected ')'"},
        {"number * 2", OCD_ERR_EXPRESSION, "unexpected '* 2'"},
        {"010", OCD_ERR_EXPRESSION, "leading 0"},
        {"99999999999999999999", OCD_ERR_EXPRESSION, ""},
        {"12ab", OCD_ERR_EXPRESSION, ""},
        {"'ab'", OCD_ERR_EXPRESSION, "character"},
        {"-18446744073709551615", OCD_ERR_RANGE, "64 bits"},
    };

    for (size_t i = 0; i < COUNT_OF(all); i++)
        expect_failure(c, all[i].text, all[i].code, all[i].why);
    expect_failure(cpp, "nothing", OCD_ERR_EXPRESSION, "not supported");
}

static void optimised_variables_say_so(void **state)
{
    (void)state;
    struct ocd_symbols *split = open_data("c-clang-o2");

    expect_failure(split, "next_count::where", OCD_ERR_NO_VALUE, "in parts");
    ocd_symbols_close(split);
}

static void deep_expressions_are_refused(void **state)
{
    (void)state;
    char text[5000];

    memset(text, '(', sizeof(text));
    text[4000] = '\0';
    expect_failure(c, text, OCD_ERR_EXPRESSION, "more than 100");
    memset(text, '*', 4000);
    expect_failure(c, text, OCD_ERR_EXPRESSION, "more than 100");
    memset(text, 'x', 4999);
    text[4999] = '\0';
    expect_failure(c, text, OCD_ERR_EXPRESSION, "4096");
}

/* --- What is needed --- */

static struct ocd_expression *open_expression(const char *text)
{
    struct ocd_expression *e;

    if (ocd_expression_open(&e, c, text, NULL) != OCD_OK)
        fail_msg("%s", ocd_expression_error(e)->text);
    return e;
}

static void address_needs_no_read(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("nested.path[1].y");

    assert_null(ocd_expression_location(e));
    assert_int_equal(ocd_expression_locate(e), OCD_OK);
    const struct ocd_location *place = ocd_expression_location(e);
    assert_true(place->in_memory);
    assert_int_equal(place->addr, number_of(c, "&nested") + 44 + 4 + 2);
    assert_int_equal(place->size, 2);
    assert_string_equal(place->symbol->name, "nested");
    ocd_expression_close(e);
    e = open_expression("flexible");
    assert_int_equal(ocd_expression_locate(e), OCD_OK);
    assert_int_equal(ocd_expression_location(e)->size, 12); /* as the symbol table says */
    ocd_expression_close(e);
}

static void a_pointer_needs_its_own_bytes_first(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("list->value");
    static const uint8_t pointer[] = {0x00, 0x20, 0x00, 0x20}, value[] = {42, 0, 0, 0};
    size_t count;

    assert_int_equal(ocd_expression_locate(e), OCD_PENDING);
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    assert_int_equal(count, 1);
    assert_int_equal(needs[0].addr, number_of(c, "&list"));
    assert_int_equal(needs[0].size, 4);
    assert_int_equal(ocd_expression_supply(e, needs[0].addr, pointer, 4), OCD_OK);
    assert_int_equal(ocd_expression_locate(e), OCD_OK);
    assert_int_equal(ocd_expression_location(e)->addr, 0x20002008);
    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    needs = ocd_expression_needs(e, &count);
    assert_int_equal(count, 1);
    assert_int_equal(needs[0].size, 4);
    ocd_expression_supply(e, needs[0].addr, value, 4);
    assert_int_equal(ocd_expression_read(e), OCD_OK);
    assert_int_equal(ocd_expression_value(e)->number, 42);
    ocd_expression_close(e);
}

static void a_struct_is_needed_as_one_range(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("nested");
    size_t count;

    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    assert_int_equal(count, 1);
    assert_int_equal(needs[0].addr, number_of(c, "&nested"));
    assert_int_equal(needs[0].size, 56);
    ocd_expression_close(e);
}

static void strings_of_an_array_are_requested_together(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("texts");
    uint8_t bytes[16];
    size_t count;

    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    uint64_t addr = ocd_expression_needs(e, &count)[0].addr;
    assert_int_equal(ocd__symbols_contents(c, addr, bytes, 16), OCD_OK);
    ocd_expression_supply(e, addr, bytes, 16);
    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    const struct ocd_range *needs = ocd_expression_needs(e, &count);
    assert_int_equal(count, 1); /* the three are side by side */
    assert_int_equal(needs[0].addr, number_of(c, "texts[0]"));
    assert_in_range(needs[0].size, 13, 64);
    ocd_expression_close(e);
}

static void unreadable_bytes_are_an_error_with_their_address(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("number");

    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    uint64_t addr = number_of(c, "&number");
    char place[32];
    ocd_expression_supply(e, addr, NULL, 4);
    assert_int_equal(ocd_expression_read(e), OCD_ERR_NO_VALUE);
    snprintf(place, sizeof(place), "0x%08llX", (unsigned long long)addr);
    assert_non_null(strstr(ocd_expression_error(e)->text, place));
    ocd_expression_close(e);
}

static void a_reset_expression_is_read_anew(void **state)
{
    (void)state;
    struct ocd_expression *e = open_expression("number");
    static const uint8_t one[4] = {1}, two[4] = {2};
    uint64_t addr = number_of(c, "&number");

    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    ocd_expression_supply(e, addr, one, 4);
    assert_int_equal(ocd_expression_read(e), OCD_OK);
    assert_int_equal(ocd_expression_value(e)->number, 1);
    ocd__expression_reset(e);
    assert_null(ocd_expression_value(e));
    assert_null(ocd_expression_location(e));
    assert_int_equal(ocd_expression_read(e), OCD_PENDING);
    ocd_expression_supply(e, addr, two, 4);
    assert_int_equal(ocd_expression_read(e), OCD_OK);
    assert_int_equal(ocd_expression_value(e)->number, 2);
    ocd_expression_close(e);
}

static void invalid_arguments_are_refused(void **state)
{
    (void)state;
    struct ocd_expression *e;
    struct ocd_expression_options unknown = {.reserved = {1}};

    assert_int_equal(ocd_expression_open(NULL, c, "x", NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_expression_open(&e, c, NULL, NULL), OCD_ERR_ARG);
    assert_null(e);
    assert_int_equal(ocd_expression_open(&e, c, "number", &unknown), OCD_ERR_ARG);
    assert_int_equal(ocd_expression_read(e), OCD_ERR_ARG);
    ocd_expression_close(e);
    assert_int_equal(ocd_expression_locate(NULL), OCD_ERR_ARG);
    ocd_expression_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_are_those_of_c),
        cmocka_unit_test(names_of_cpp_and_rust_are_understood),
        cmocka_unit_test(overloaded_functions_differ_by_their_parameters),
        cmocka_unit_test(static_member_without_definition_says_so),
        cmocka_unit_test(refusals_give_their_reason),
        cmocka_unit_test(optimised_variables_say_so),
        cmocka_unit_test(deep_expressions_are_refused),
        cmocka_unit_test(address_needs_no_read),
        cmocka_unit_test(a_pointer_needs_its_own_bytes_first),
        cmocka_unit_test(a_struct_is_needed_as_one_range),
        cmocka_unit_test(strings_of_an_array_are_requested_together),
        cmocka_unit_test(unreadable_bytes_are_an_error_with_their_address),
        cmocka_unit_test(a_reset_expression_is_read_anew),
        cmocka_unit_test(invalid_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
