// SPDX-License-Identifier: MIT
/* Values as text into the bytes that are written. */
#include "support.h"

static struct ocd_symbols *c, *cpp, *big;

static int open_all(void **state)
{
    (void)state;
    c = open_data("c-gcc-dwarf5");
    cpp = open_data("cpp-gcc");
    big = open_data("c-big-endian");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    ocd_symbols_close(c);
    ocd_symbols_close(cpp);
    ocd_symbols_close(big);
    return 0;
}

static void to_hex(char *text, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
}

static void expect(struct ocd_symbols *symbols, const char *name, const char *value,
                   const char *bytes, const char *mask)
{
    struct ocd_expression *e;
    const struct ocd_patch *patch;
    char hex[2100] = "";

    assert_int_equal(ocd_expression_open(&e, symbols, name, NULL), OCD_OK);
    assert_int_equal(locate(symbols, e), OCD_OK);
    if (ocd_expression_encode(e, value, &patch) != OCD_OK)
        fail_msg("%s = %s: %s", name, value, ocd_expression_error(e)->text);
    assert_in_range(patch->size, 1, 1000);
    to_hex(hex, patch->data, patch->size);
    if (strcmp(hex, bytes) != 0)
        fail_msg("%s = %s\n  is:       %s\n  expected: %s", name, value, hex, bytes);
    assert_int_equal(patch->mask != NULL, mask != NULL);
    if (mask != NULL) {
        to_hex(hex, patch->mask, patch->size);
        assert_string_equal(hex, mask);
    }
    ocd_expression_close(e);
}

static void scalars_are_in_the_byte_order_of_the_program(void **state)
{
    (void)state;
    expect(c, "number", "1", "01000000", NULL);
    expect(big, "number", "1", "00000001", NULL);
    expect(c, "number", "-2", "feffffff", NULL);
    expect(c, "u32", "0xdeadbeef", "efbeadde", NULL);
    expect(c, "octet", "'A'", "41", NULL);
    expect(c, "small", " -32768 ", "0080", NULL);
    expect(c, "ubig", "18446744073709551615", "ffffffffffffffff", NULL);
    expect(c, "big", "-9223372036854775808", "0000000000000080", NULL);
    expect(c, "truth", "false", "00", NULL);
    expect(c, "truth", "1", "01", NULL);
    expect(c, "single", "1.5", "0000c03f", NULL);
    expect(big, "single", "1.5", "3fc00000", NULL);
    expect(c, "single", "-inf", "000080ff", NULL);
    expect(c, "single", "3.40282347e+38", "ffff7f7f", NULL); /* the largest, as it is printed */
    expect(c, "wide", "2", "0000000000000040", NULL);
    expect(c, "mode", "MODE_FAST", "07", NULL);
    expect(c, "lost", "MODE_LOST", "ff", NULL);
    expect(c, "two_flags", "FLAG_READY | FLAG_BUSY", "03", NULL);
    expect(c, "two_flags", "0x9", "09", NULL);
    expect(cpp, "motor::state", "Running", "03", NULL);
    char tail[16];
    uint64_t addr = number_of(c, "&tail");
    sprintf(tail, "%02x%02x%02x%02x", (unsigned)(addr & 255), (unsigned)(addr >> 8 & 255),
            (unsigned)(addr >> 16 & 255), (unsigned)(addr >> 24));
    expect(c, "list", "&tail", tail, NULL);
    expect(c, "list", "0", "00000000", NULL);
    expect(c, "nested.path[1].y", "5", "0500", NULL);
    expect(c, "list->value", "7", "07000000", NULL);
    expect(c, "array[2]", "3 + 4", "07000000", NULL);
}

static void arrays_and_strings_are_written(void **state)
{
    (void)state;
    expect(c, "array[1..2]", "{5, -1}", "05000000ffffffff", NULL);
    expect(c, "matrix", "{{1,2,3,4},{5,6,7,8},{9,10,11,12}}", "0102030405060708090a0b0c", NULL);
    expect(c, "full", "\"ab\"", "61620000", NULL);
    expect(c, "full", "\"abcd\"", "61626364", NULL);
    expect(c, "full", "\"\\x01\\n\\\"\"", "010a2200", NULL);
    expect(c, "codes", "\"x\"", "780000000000", NULL);
    expect(c, "modes", "{MODE_OFF, MODE_FAST, 1}", "000701", NULL);
}

static void bit_fields_are_masked_in_the_smallest_unit(void **state)
{
    (void)state;
    expect(c, "bits.a", "1", "01", "01");
    expect(c, "bits.b", "5", "0a", "0e");
    expect(c, "bits.c", "-7", "9001", "f001");
    expect(big, "bits.a", "1", "80", "80");
    expect(big, "bits.b", "5", "50", "70");
    expect(big, "bits.c", "-7", "0c80", "0f80");
    expect(c, "bits.d", "true", "20", "20");
    expect(cpp, "bits.rest", "-100", "9c01", "ff01");
}

static void expect_refusal(const char *name, const char *value, int code, const char *why)
{
    struct ocd_expression *e;
    const struct ocd_patch *patch;

    assert_int_equal(ocd_expression_open(&e, c, name, NULL), OCD_OK);
    assert_int_equal(locate(c, e), OCD_OK);
    int rc = ocd_expression_encode(e, value, &patch);
    if (rc != code || strstr(ocd_expression_error(e)->message, why) == NULL)
        fail_msg("%s = %s\n  is:       %s (%d)\n  expected: %s (%d)", name, value,
                 ocd_expression_error(e)->text, rc, why, code);
    assert_null(patch);
    ocd_expression_close(e);
}

static void values_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    expect_refusal("octet", "256", OCD_ERR_RANGE, "unsigned char");
    expect_refusal("octet", "-1", OCD_ERR_RANGE, "unsigned char");
    expect_refusal("tiny", "128", OCD_ERR_RANGE, "signed char");
    expect_refusal("number", "2147483648", OCD_ERR_RANGE, "int");
    expect_refusal("number", "18446744073709551616", OCD_ERR_EXPRESSION, "");
    expect_refusal("bits.b", "8", OCD_ERR_RANGE, "3 bits");
    expect_refusal("bits.c", "16", OCD_ERR_RANGE, "5 bits");
    expect_refusal("bits.c", "-17", OCD_ERR_RANGE, "5 bits");
    expect_refusal("truth", "2", OCD_ERR_RANGE, "_Bool");
    expect_refusal("single", "1e39", OCD_ERR_RANGE, "float");
    expect_refusal("full", "\"abcde\"", OCD_ERR_RANGE, "char [4]");
    expect_refusal("array", "{1, 2}", OCD_ERR_RANGE, "2 values");
    expect_refusal("array", "{1, 2, 3, 4, 5, 6}", OCD_ERR_RANGE, "more values");
}

static void malformed_values_are_refused(void **state)
{
    (void)state;
    expect_refusal("number", "", OCD_ERR_EXPRESSION, "no value for int");
    expect_refusal("number", "1.5", OCD_ERR_EXPRESSION, "no value for int");
    expect_refusal("number", "nowhere", OCD_ERR_NO_SYMBOL, "nowhere");
    expect_refusal("number", "small", OCD_ERR_EXPRESSION, "a variable, not a value");
    expect_refusal("number", "list->value", OCD_ERR_EXPRESSION, "needs the target's memory");
    expect_refusal("mode", "MODE_NONE", OCD_ERR_NO_SYMBOL, "MODE_NONE");
    expect_refusal("nested", "1", OCD_ERR_EXPRESSION, "write its members");
    expect_refusal("array", "1", OCD_ERR_EXPRESSION, "no value for int [5]");
    expect_refusal("full", "\"ab", OCD_ERR_EXPRESSION, "no value");
    expect_refusal("array", "{1, 2", OCD_ERR_EXPRESSION, "no value");
    expect_refusal("number + 1", "1", OCD_ERR_NO_VALUE, "not in memory");
    expect_refusal("flexible.data", "{1}", OCD_ERR_EXPRESSION, "write an element");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_in_the_byte_order_of_the_program),
        cmocka_unit_test(arrays_and_strings_are_written),
        cmocka_unit_test(bit_fields_are_masked_in_the_smallest_unit),
        cmocka_unit_test(values_that_do_not_fit_are_refused),
        cmocka_unit_test(malformed_values_are_refused),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
