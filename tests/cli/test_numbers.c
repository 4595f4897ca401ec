// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numbers.h"

static uint64_t parsed(const char *text)
{
    uint64_t value = 0xBAD;
    const char *wrong = number_parse(text, &value);
    if (wrong != NULL)
        fail_msg("'%s' %s", text, wrong);
    return value;
}

static uint64_t parsed_size(const char *text)
{
    uint64_t value = 0xBAD;
    const char *wrong = number_parse_size(text, &value);
    if (wrong != NULL)
        fail_msg("'%s' %s", text, wrong);
    return value;
}

static void decimal_and_hex_numbers_are_read(void **state)
{
    (void)state;
    assert_int_equal(parsed("0"), 0);
    assert_int_equal(parsed("4096"), 4096);
    assert_int_equal(parsed("0x08000000"), 0x08000000);
    assert_int_equal(parsed("0XdeadBEEF"), 0xDEADBEEF);
    assert_int_equal(parsed("18446744073709551615"), UINT64_MAX);
    assert_int_equal(parsed("0xFFFFFFFFFFFFFFFF"), UINT64_MAX);
    assert_int_equal(parsed("0x00000000000000000001"), 1);
}

/* A hexadecimal number without its 0x, as often as a decimal one. */
static void a_leading_zero_is_refused(void **state)
{
    static const char *const texts[] = {"00", "010", "00001000", "08K"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        uint64_t value;
        assert_ptr_equal(number_parse_size(texts[i], &value), number_leading_zero);
    }
    assert_int_equal(parsed("0"), 0);
    assert_int_equal(parsed_size("0K"), 0);
}

static void invalid_numbers_are_refused(void **state)
{
    static const char *const texts[] = {"",    " 1",  "1 ",  "+1",  "-1",  "0x",
                                        "x1",  "1x",  "0xG", "1.0", "1e3", "1_000",
                                        "12a", "0b1", "1K",  "\n1", "١",   "0x12 34"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        uint64_t value;
        const char *wrong = number_parse(texts[i], &value);
        if (wrong == NULL)
            fail_msg("'%s' was taken for %llu", texts[i], (unsigned long long)value);
        assert_string_equal(wrong, "is not a number (decimal or 0x...)");
    }
}

static void numbers_beyond_64_bits_are_refused(void **state)
{
    uint64_t value;
    (void)state;
    assert_string_equal(number_parse("18446744073709551616", &value), "is too large");
    assert_string_equal(number_parse("0x10000000000000000", &value), "is too large");
    assert_string_equal(number_parse("99999999999999999999999999", &value), "is too large");
}

static void sizes_take_binary_units(void **state)
{
    (void)state;
    assert_int_equal(parsed_size("0"), 0);
    assert_int_equal(parsed_size("17"), 17);
    assert_int_equal(parsed_size("1K"), 1024);
    assert_int_equal(parsed_size("4k"), 4096);
    assert_int_equal(parsed_size("2M"), 2u << 20);
    assert_int_equal(parsed_size("3g"), 3ull << 30);
    assert_int_equal(parsed_size("128KiB"), 128u << 10);
    assert_int_equal(parsed_size("1mib"), 1u << 20);
    assert_int_equal(parsed_size("0x10K"), 16384);
    assert_int_equal(parsed_size("17179869183G"), 17179869183ull << 30);
}

static void sizes_with_other_units_are_refused(void **state)
{
    static const char *const texts[] = {"1KB", "1B", "1KK", "1T", "1 K", "1K ", "1Ki", "1KiBs"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        uint64_t value;
        const char *wrong = number_parse_size(texts[i], &value);
        if (wrong == NULL)
            fail_msg("'%s' was taken for %llu", texts[i], (unsigned long long)value);
        assert_string_equal(wrong,
                            "is not a size (decimal or 0x..., with K, M or G for KiB, MiB or GiB)");
    }
    uint64_t value;
    assert_string_equal(number_parse_size("K", &value), "is not a number (decimal or 0x...)");
    assert_string_equal(number_parse_size("17179869184G", &value), "is too large");
    assert_string_equal(number_parse_size("18014398509481984K", &value), "is too large");
}

static void values_must_fit_their_width(void **state)
{
    uint64_t value;
    (void)state;
    assert_null(number_parse_value("255", 8, &value));
    assert_int_equal(value, 255);
    assert_string_equal(number_parse_value("256", 8, &value), "does not fit in 8 bits");
    assert_null(number_parse_value("0xFFFF", 16, &value));
    assert_string_equal(number_parse_value("0x10000", 16, &value), "does not fit in 16 bits");
    assert_string_equal(number_parse_value("0x100000000", 32, &value), "does not fit in 32 bits");
    assert_null(number_parse_value("0xFFFFFFFFFFFFFFFF", 64, &value));
    assert_int_equal(value, UINT64_MAX);
    assert_string_equal(number_parse_value("18446744073709551616", 64, &value),
                        "does not fit in 64 bits");
    assert_string_equal(number_parse_value("99999999999999999999", 8, &value),
                        "does not fit in 8 bits");
}

static void negative_values_become_two_s_complement(void **state)
{
    uint64_t value;
    (void)state;
    assert_null(number_parse_value("-1", 8, &value));
    assert_int_equal(value, 0xFF);
    assert_null(number_parse_value("-128", 8, &value));
    assert_int_equal(value, 0x80);
    assert_string_equal(number_parse_value("-129", 8, &value), "does not fit in 8 bits");
    assert_null(number_parse_value("-0x8000", 16, &value));
    assert_int_equal(value, 0x8000);
    assert_null(number_parse_value("-1", 32, &value));
    assert_int_equal(value, 0xFFFFFFFF);
    assert_null(number_parse_value("-9223372036854775808", 64, &value));
    assert_int_equal(value, 0x8000000000000000);
    assert_string_equal(number_parse_value("-9223372036854775809", 64, &value),
                        "does not fit in 64 bits");
    assert_null(number_parse_value("-0", 32, &value));
    assert_int_equal(value, 0);
    assert_non_null(number_parse_value("--1", 32, &value));
    assert_non_null(number_parse_value("-", 32, &value));
}

static void widths_are_8_16_32_and_64(void **state)
{
    static const char *const good[] = {"8", "16", "32", "64"};
    static const char *const bad[] = {"0", "1", "24", "128", "", "32 ", "u32", "-8"};
    unsigned width;
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_null(number_parse_width(good[i], &width));
        assert_int_equal(width, 8u << i);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_string_equal(number_parse_width(bad[i], &width),
                            "is not a width (8, 16, 32 or 64 bits)");
    }
}

static void ports_have_16_bits(void **state)
{
    uint16_t port;
    (void)state;
    assert_null(number_parse_port("6666", &port));
    assert_int_equal(port, 6666);
    assert_null(number_parse_port("65535", &port));
    assert_int_equal(port, 65535);
    assert_non_null(number_parse_port("65536", &port));
    assert_non_null(number_parse_port("http", &port));
}

static void seconds_are_rounded_up_to_milliseconds(void **state)
{
    static const struct {
        const char *text;
        uint32_t ms;
    } cases[] = {
        {"1", 1000},         {"10", 10000},     {"0.25", 250},       {".5", 500},
        {"2.", 2000},        {"0.001", 1},      {"0.0001", 1},       {"1.2340001", 1235},
        {"1.2340000", 1234}, {"0", UINT32_MAX}, {"0.0", UINT32_MAX}, {"4294967.294", 4294967294},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint32_t ms;
        assert_null(number_parse_seconds(cases[i].text, &ms));
        if (ms != cases[i].ms)
            fail_msg("'%s' became %u ms, not %u", cases[i].text, ms, cases[i].ms);
    }
}

static void invalid_times_are_refused(void **state)
{
    static const char *const texts[] = {"", ".", "-1", "1s", "1,5", "1.2.3", "1e3", " 1", "0x10"};
    uint32_t ms;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        assert_string_equal(number_parse_seconds(texts[i], &ms),
                            "is not a number of seconds (such as 5 or 0.25)");
    }
    assert_string_equal(number_parse_seconds("4294967.295", &ms), "is too large");
    assert_string_equal(number_parse_seconds("99999999999999999999", &ms), "is too large");
}

static void ranges_are_an_address_and_a_size(void **state)
{
    static const char *const wrong[] = {"",     "1",     "1:",   ":1",   "1:0",
                                        "1K:1", "1:2:3", "0x:1", "-1:1", "0xFFFFFFFFFFFFFFFF:2"};
    uint64_t addr;
    uint64_t size;
    (void)state;
    assert_null(number_parse_range("0x20000000:4K", &addr, &size));
    assert_true(addr == 0x20000000 && size == 4096);
    assert_null(number_parse_range("0xFFFFFFFFFFFFFFFF:1", &addr, &size));
    assert_true(addr == UINT64_MAX && size == 1);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_non_null(number_parse_range(wrong[i], &addr, &size));
}

static void ranges_may_end_at_the_top_but_not_wrap(void **state)
{
    (void)state;
    assert_true(number_range_fits(0, UINT64_MAX));
    assert_true(number_range_fits(UINT64_MAX, 1));
    assert_true(number_range_fits(UINT64_MAX, 0));
    assert_true(number_range_fits(UINT64_MAX - 15, 16));
    assert_false(number_range_fits(UINT64_MAX - 15, 17));
    assert_false(number_range_fits(1, UINT64_MAX) && number_range_fits(2, UINT64_MAX));
}

static void addresses_get_16_digits_where_the_range_needs_them(void **state)
{
    (void)state;
    assert_int_equal(number_address_digits(0, 0), 8);
    assert_int_equal(number_address_digits(0xFFFFFFFF, 1), 8);
    assert_int_equal(number_address_digits(0xFFFFFFFF, 2), 16);
    assert_int_equal(number_address_digits(0x100000000, 0), 16);
    assert_int_equal(number_address_digits(UINT64_MAX, 1), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_and_hex_numbers_are_read),
        cmocka_unit_test(a_leading_zero_is_refused),
        cmocka_unit_test(invalid_numbers_are_refused),
        cmocka_unit_test(numbers_beyond_64_bits_are_refused),
        cmocka_unit_test(sizes_take_binary_units),
        cmocka_unit_test(sizes_with_other_units_are_refused),
        cmocka_unit_test(values_must_fit_their_width),
        cmocka_unit_test(negative_values_become_two_s_complement),
        cmocka_unit_test(widths_are_8_16_32_and_64),
        cmocka_unit_test(ports_have_16_bits),
        cmocka_unit_test(seconds_are_rounded_up_to_milliseconds),
        cmocka_unit_test(invalid_times_are_refused),
        cmocka_unit_test(ranges_are_an_address_and_a_size),
        cmocka_unit_test(ranges_may_end_at_the_top_but_not_wrap),
        cmocka_unit_test(addresses_get_16_digits_where_the_range_needs_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
