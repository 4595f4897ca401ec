// SPDX-License-Identifier: MIT
/* What `reg` prints, taken apart and put into an array. */
#include "support.h"

#include "target/register_parse.h"

/* A copy that is as long as the text, for AddressSanitizer. */
static struct ocd_view view(const char *text)
{
    return (struct ocd_view){exact_copy(text, strlen(text)), strlen(text)};
}

static void assert_view(struct ocd_view s, const char *text)
{
    char *copy = calloc(1, s.size + 1);

    assert_non_null(copy);
    if (s.size > 0)
        memcpy(copy, s.data, s.size);
    assert_string_equal(copy, text);
    free(copy);
}

/* All lines of the text as an array; the result of the last ocd__register_list_next. */
static int collect(struct ocd_view text, struct ocd_register_line *lines, size_t max, size_t *count)
{
    struct ocd_register_line line = {0};
    int rc;

    *count = 0;
    while ((rc = ocd__register_list_next(&text, &line)) == 1) {
        assert_true(*count < max);
        lines[(*count)++] = line;
    }
    return rc;
}

static void each_line_is_a_register_or_a_heading(void **state)
{
    struct ocd_view text = view("===== arm v7m registers\n"
                                "(0) r0 (/32): 0x00002fdc\n"
                                "(15) pc (/32): 0x08000123 (dirty)\n"
                                "(16) xPSR (/32)\n"
                                "===== Cortex-M DWT registers\n"
                                "(65) dwt_0_mask (/4)");
    struct ocd_register_line lines[8];
    size_t count;

    (void)state;
    assert_int_equal(collect(text, lines, 8, &count), 0);
    assert_int_equal(count, 4);
    assert_view(lines[0].name, "r0");
    assert_view(lines[0].group, "arm v7m registers");
    assert_view(lines[0].hex, "00002fdc");
    assert_int_equal(lines[0].number, 0);
    assert_int_equal(lines[0].bits, 32);
    assert_false(lines[0].dirty);
    assert_view(lines[1].name, "pc");
    assert_view(lines[1].hex, "08000123");
    assert_int_equal(lines[1].number, 15);
    assert_true(lines[1].dirty);
    assert_view(lines[2].name, "xPSR");
    assert_null(lines[2].hex.data);
    assert_false(lines[2].dirty);
    assert_view(lines[3].group, "Cortex-M DWT registers");
    assert_int_equal(lines[3].bits, 4);
    free(text.data);
}

static void empty_text_has_no_register(void **state)
{
    static const char *const texts[] = {"", "\n", "\r\n\n", "===== x\n"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct ocd_view text = view(texts[i]);
        struct ocd_register_line lines[1];
        size_t count;
        assert_int_equal(collect(text, lines, 1, &count), 0);
        assert_int_equal(count, 0);
        free(text.data);
    }
}

static void other_lines_are_malformed(void **state)
{
    static const char *const texts[] = {
        "r0 (/32): 0x0",
        "(x) r0 (/32)",
        "(0) r0",
        "(0)  (/32)",
        "(0) r0 (/)",
        "(0) r0 (/0)",
        "(0) r0 (/32",
        "(0) r0 (/32): ",
        "(0) r0 (/32): 0x",
        "(0) r0 (/32): 12",
        "(0) r0 (/32): 0x1g",
        "(0) r0 (/32): 0x1 (dirt)",
        "(0) r0 (/32): 0x1 ",
        "(0) r0 (/999999999)",
        "()",
        "(0) r0 (/32)(dirty)",
        "=====",
        "Error: not examined",
        "(0) r0 (/32): 0x1 (dirty) ",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct ocd_view text = view(texts[i]), rest = text;
        struct ocd_register_line line = {0};
        int rc = ocd__register_list_next(&rest, &line);
        if (rc != OCD_ERR_PROTOCOL)
            fail_msg("'%s' is answered with %d", texts[i], rc);
        free(text.data);
    }
}

static void the_answer_about_one_register_has_a_value(void **state)
{
    struct ocd_view good = view("pc (/32): 0x0800020e\n"), none = view("pc (/32)");
    struct ocd_view other = view("register zz not found in current target\n");
    struct ocd_register_line line = {.number = 15, .dirty = true};

    (void)state;
    assert_true(ocd__register_list_single(good, &line));
    assert_view(line.name, "pc");
    assert_view(line.hex, "0800020e");
    assert_int_equal(line.number, 15);
    assert_true(line.dirty);
    assert_false(ocd__register_list_single(none, &line));
    assert_false(ocd__register_list_single(other, &line));
    free(good.data);
    free(none.data);
    free(other.data);
}

static struct ocd_register *build(const char *text, size_t wanted)
{
    struct ocd_view copy = view(text);
    struct ocd_register_line lines[8];
    struct ocd_register *registers;
    size_t count;

    assert_int_equal(collect(copy, lines, 8, &count), 0);
    assert_int_equal(count, wanted);
    assert_int_equal(ocd__register_list_build(lines, count, &registers), OCD_OK);
    free(copy.data); /* the array holds copies */
    return registers;
}

static void values_are_bytes_the_least_significant_first(void **state)
{
    static const uint8_t wide[16] = {0x10, 0x0f, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09,
                                     0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01};
    struct ocd_register *r =
        build("===== a\n(0) pc (/32): 0x08000123\n(1) v0 (/128): 0x0102030405060708090a0b0c0d0e0f10"
              " (dirty)\n(2) primask (/1): 0x01\n(3) control (/3): 0x5\n(4) odd (/12): 0xABC\n"
              "(5) unknown (/64)\n",
              6);

    (void)state;
    assert_string_equal(r[0].name, "pc");
    assert_string_equal(r[0].group, "a");
    assert_true(r[0].valid);
    assert_int_equal(r[0].value, 0x08000123);
    assert_memory_equal(r[0].bytes, "\x23\x01\x00\x08", 4);
    assert_int_equal(r[1].bits, 128);
    assert_memory_equal(r[1].bytes, wide, 16);
    assert_int_equal(r[1].value, UINT64_C(0x090a0b0c0d0e0f10));
    assert_true(r[1].dirty);
    assert_int_equal(r[2].value, 1);
    assert_int_equal(r[3].value, 5);
    assert_int_equal(r[4].value, 0xabc);
    assert_memory_equal(r[4].bytes, "\xbc\x0a", 2);
    assert_false(r[5].valid);
    assert_int_equal(r[5].value, 0);
    assert_memory_equal(r[5].bytes, "\0\0\0\0\0\0\0\0", 8);
    free(r);
}

static void a_value_must_have_the_registers_width(void **state)
{
    static const char *const texts[] = {"(0) r0 (/32): 0x100000000", "(0) p (/1): 0x02",
                                        "(0) c (/3): 0x8", "(0) o (/12): 0x1000"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct ocd_view text = view(texts[i]), rest = text;
        struct ocd_register_line line = {0};
        struct ocd_register *registers;
        assert_int_equal(ocd__register_list_next(&rest, &line), 1);
        assert_int_equal(ocd__register_list_build(&line, 1, &registers), OCD_ERR_PROTOCOL);
        assert_null(registers);
        free(text.data);
    }
}

static void no_registers_give_an_empty_array(void **state)
{
    struct ocd_register *registers;

    (void)state;
    assert_int_equal(ocd__register_list_build(NULL, 0, &registers), OCD_OK);
    assert_non_null(registers);
    free(registers);
}

/* Whatever is there: nothing is read beyond it, and it ends. */
static void mutated_lists_end(void **state)
{
    static const char text[] = "===== arm v7m registers\n(15) pc (/32): 0x08000123 (dirty)\n"
                               "(16) xPSR (/32)\n(20) primask (/1): 0x01\n";
    uint64_t random = 42;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        size_t size = random_below(&random, sizeof(text));
        char *copy = exact_copy(text, size);
        for (size_t n = random_below(&random, 4); size > 0 && n > 0; n--)
            copy[random_below(&random, size)] = (char)random_u64(&random);
        struct ocd_view rest = {copy, size};
        struct ocd_register_line line = {0};
        struct ocd_register *registers = NULL;
        while (ocd__register_list_next(&rest, &line) == 1) {
            ocd__register_list_build(&line, 1, &registers);
            free(registers);
        }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_register_or_a_heading),
        cmocka_unit_test(empty_text_has_no_register),
        cmocka_unit_test(other_lines_are_malformed),
        cmocka_unit_test(the_answer_about_one_register_has_a_value),
        cmocka_unit_test(values_are_bytes_the_least_significant_first),
        cmocka_unit_test(a_value_must_have_the_registers_width),
        cmocka_unit_test(no_registers_give_an_empty_array),
        cmocka_unit_test(mutated_lists_end),
    };

    return cmocka_run_group_tests_name("register_parse", tests, NULL, NULL);
}
