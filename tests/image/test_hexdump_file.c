// SPDX-License-Identifier: MIT
/* Hexdumps read back. */
#include "base/hexdump.h"
#include "support.h"

static int collect_line(const char *line, size_t size, void *user)
{
    return ocd_buffer_add(user, line, size);
}

static void what_is_printed_is_read(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_hexdump dump;
    uint8_t data[37];

    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + 0x78); /* bars and blanks among them */
    ocd_hexdump_init(&dump, 0x0800000d, 0x0800000d + sizeof(data), collect_line, &text);
    ocd_hexdump_add(&dump, data, sizeof(data));
    ocd_hexdump_finish(&dump);
    struct sparse s = {&(struct piece){0x0800000d, sizeof(data), data}, 1};
    char *shown = show_sparse(&s);
    expect(text.data, NULL, shown);
    free(shown);
    ocd_buffer_free(&text);
}

static void unreadable_bytes_are_gaps(void **state)
{
    (void)state;
    expect("00000100: 61 62 63 3F ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |abc?????????????|\n"
           "00000110: ?? ?? 78 79 7A ??                                 |??xyz?|\n"
           "00000116: ?? 01                                             |?.|\n",
           NULL, "100: 61 62 63 3f\n112: 78 79 7a\n117: 01");
    expect("00000100: ?? ?? |??|\n", NULL, "");
}

static void addresses_have_up_to_16_digits(void **state)
{
    (void)state;
    expect("0: 01\n10: 02\nFFFFFFFFFFFFFFFE: 03 04\n", NULL,
           "0: 01\n10: 02\n"
           "fffffffffffffffe: 03 04");
    expect("fffffffe: 0a 0B\n0000000100000000: cC Dd", NULL, "fffffffe: 0a 0b cc dd");
}

static void ascii_column_may_be_missing_everywhere(void **state)
{
    (void)state;
    expect("00000100: 61 62\r\n\r\n  \n00000102: 63\n", NULL, "100: 61 62 63");
    expect("00000100:\t61\t62", &(struct ocd_image_options){.format = OCD_IMAGE_HEXDUMP},
           "100: 61 62");
    expect("00000100:61 62", &(struct ocd_image_options){.format = OCD_IMAGE_HEXDUMP},
           "100: 61 62");
}

static void star_repeats_the_row(void **state)
{
    (void)state;
    expect("00000100: 61 62 |ab|\n*\n00000106: 63 |c|\n", NULL, "100: 61 62 61 62 61 62 63");
    expect("00000100: 61 62 |ab|\n*\n00000106:\n", NULL, "100: 61 62 61 62 61 62");
    expect("00000100: 61 62 |ab|\n*\n00000104: 61 62 |ab|\n*\n00000108: 63 |c|", NULL,
           "100: 61 62 61 62 61 62 61 62 63");
    expect("00000100: ?? ?? |??|\n*\n00000106: 63 |c|\n", NULL, "106: 63");
}

/* Such a file must cost no more than its bytes. */
static void star_may_stand_for_very_much(void **state)
{
    (void)state;
    const char *text = "00000000: 61 62 |ab|\n*\nFFFFFFFFFFFFFFF0: 63 |c|\n";
    struct copy c;
    uint64_t addr;
    uint8_t data[3];
    size_t size;

    assert_int_equal(open_copy(&c, text, strlen(text), "file", NULL), OCD_OK);
    assert_int_equal(ocd_image_info(c.image)->bytes, 0xfffffffffffffff1);
    assert_int_equal(ocd_image_info(c.image)->range_count, 1);
    assert_int_equal(ocd_image_next(c.image, &addr, data, 3, &size), OCD_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(data, "aba", 3);
    assert_int_equal(ocd_image_next(c.image, &addr, data, 3, &size), OCD_OK);
    assert_memory_equal(data, "bab", 3);
    close_copy(&c);
}

static void star_needs_a_row_and_an_end(void **state)
{
    (void)state;
    struct ocd_image_options dump = {.format = OCD_IMAGE_HEXDUMP};

    expect_malformed("*\n0: 61\n", &dump, 1, "line 1: there is no row that the '*' could repeat");
    expect_malformed("0: 61\n*\n*\n4: 61\n", NULL, 3,
                     "line 3: there is no row that the '*' could repeat");
    expect_malformed("0: 61\n1:\n*\n2: 62", NULL, 3,
                     "line 3: there is no row that the '*' could repeat");
    expect_malformed("0: 61 ??\n*\n4: 61\n", NULL, 2,
                     "line 2: a row with some ?? cannot be "
                     "repeated");
    expect_malformed("0: 61 62\n*\n3: 61\n", NULL, 3,
                     "line 3: no whole number of rows fits below this address, for the '*'");
    expect_malformed("0: 61 62\n*\n2: 61\n", NULL, 3,
                     "line 3: no whole number of rows fits below this address, for the '*'");
    expect_malformed("10: 61 62\n*\n0: 61\n", NULL, 3,
                     "line 3: no whole number of rows fits below this address, for the '*'");
    expect_malformed("FFFFFFFFFFFFFFFF: 61\n*\n1: 61\n", NULL, 3,
                     "line 3: no whole number of rows fits below this address, for the '*'");
    expect_malformed("0: 61 62\n*\n", NULL, 2, "line 2: no address says where the '*' ends");
}

static void malformed_lines_are_refused(void **state)
{
    (void)state;
    struct ocd_image_options dump = {.format = OCD_IMAGE_HEXDUMP};
    const char *no_address = "column 1: no address of up to 16 digits with a colon";
    const char *no_byte = "column 7: no byte of two digits";

    expect_malformed("0: 61\nhello\n", NULL, 2, no_address);
    expect_malformed("0: 61\n: 61\n", NULL, 2, no_address);
    expect_malformed("0: 61\n12\n", NULL, 2, no_address);
    expect_malformed("00000000000000000: 61\n", &dump, 1, no_address);
    expect_malformed("0: 61\n10: 6\n", NULL, 2, "column 5: no byte of two digits");
    expect_malformed("0: 61\n1: 61 6\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 6g\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 6?\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 612 \n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 abc\n", NULL, 2, no_byte);
    expect_malformed("FFFFFFFFFFFFFFFE: 01 02 03\n", NULL, 1,
                     "hexdump, line 1: column 27: the address wraps");
}

/* What an edit or a transfer that went wrong leaves behind. */
static void ascii_column_shows_cut_lines(void **state)
{
    (void)state;
    const char *bars = "column 9: as many characters as bytes have to stand between two bars";

    expect_malformed("0: 61 62 |ab|\n2: 61\n", NULL, 2,
                     "line 2: only some lines have their characters between bars: one is cut");
    expect_malformed("0: 61 62\n2: 61 |a|\n", NULL, 2,
                     "line 2: only some lines have their characters between bars: one is cut");
    expect_malformed("0: 61 62 |ab|\n02: 61  |ab|\n", NULL, 2, bars);
    expect_malformed("0: 61 62 |ab|\n02: 61  ||\n", NULL, 2, bars);
    expect_malformed("0: 61 62 |ab|\n02: 61  |a\n", NULL, 2, bars);
    expect("0: 7C 7C ||||\n", NULL, "0: 7c 7c");
}

static void overlapping_dumps_are_resolved(void **state)
{
    (void)state;
    expect("0: 61 62 63 64\n*\n10: 65\n6: 01 02\n1: ?? 03\n", NULL,
           "0: 61 62 03 64 61 62 01 02 61 62 63 64 61 62 63 64 65");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_is_read),
        cmocka_unit_test(unreadable_bytes_are_gaps),
        cmocka_unit_test(addresses_have_up_to_16_digits),
        cmocka_unit_test(ascii_column_may_be_missing_everywhere),
        cmocka_unit_test(star_repeats_the_row),
        cmocka_unit_test(star_may_stand_for_very_much),
        cmocka_unit_test(star_needs_a_row_and_an_end),
        cmocka_unit_test(malformed_lines_are_refused),
        cmocka_unit_test(ascii_column_shows_cut_lines),
        cmocka_unit_test(overlapping_dumps_are_resolved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
