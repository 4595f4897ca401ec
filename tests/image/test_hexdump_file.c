// SPDX-License-Identifier: MIT
/* Hexdumps read back. */
#include "base/hexdump.h"
#include "support.h"

static int collect_line(const char *line, size_t size, void *user)
{
    return ocd__buffer_add(user, line, size);
}

static void printed_hexdumps_can_be_read(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_hexdump dump;
    uint8_t data[37];

    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + 0x78); /* bars and blanks among them */
    ocd__hexdump_init(&dump, 0x0800000d, 0x0800000d + sizeof(data), collect_line, &text);
    ocd__hexdump_add(&dump, data, sizeof(data));
    ocd__hexdump_finish(&dump);
    struct sparse s = {&(struct chunk){0x0800000d, sizeof(data), data}, 1};
    char *shown = show_sparse(&s);
    expect(text.data, NULL, shown);
    free(shown);
    ocd__buffer_free(&text);
}

static void unreadable_bytes_are_gaps(void **state)
{
    (void)state;
    expect("00000100: 61 62 63 3F ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |abc?????????????|\n"
           "00000110: ?? ?? 78 79 7A ??                                 |??xyz?|\n"
           "00000116: ?? 01                                             |?.|\n",
           NULL, "100: 61 62 63 3f\n112: 78 79 7a\n117: 01");
    expect("00000100: ?? ?? |??|\n",
           &(struct ocd_image_options){.has_offset = true, .allow_empty = true}, "");
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

/* Reading such a file must not take memory for the repeated rows. */
static void star_may_repeat_a_row_very_often(void **state)
{
    (void)state;
    const char *text = "00000000: 61 62 |ab|\n*\nFFFFFFFFFFFFFFF0: 63 |c|\n";
    struct copy c;
    uint64_t addr;
    uint8_t data[3];
    size_t size;

    assert_int_equal(open_copy(&c, text, strlen(text), "file", NULL), OCD_OK);
    assert_int_equal(ocd_image_get_info(c.image)->bytes, 0xfffffffffffffff1);
    assert_int_equal(ocd_image_get_info(c.image)->range_count, 1);
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
    expect_malformed("00000000000000000: 61\n", &dump, 1,
                     "a colon (read are dumps of libocd, xxd, hexdump -C and OpenOCD's mdb and "
                     "mdw)");
    expect_malformed("0: 61\n10: 6\n", NULL, 2, "column 5: no byte of two digits");
    expect_malformed("0: 61\n1: 61 6\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 6g\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 6?\n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 612 \n", NULL, 2, no_byte);
    expect_malformed("0: 61\n1: 61 abc\n", NULL, 2, no_byte);
    expect_malformed("FFFFFFFFFFFFFFFE: 01 02 03\n", NULL, 1,
                     "hexdump, line 1: column 27: the address wraps");
}

/* Lines that were truncated by an editor or a failed transfer. */
static void truncated_lines_are_found_by_the_ascii_column(void **state)
{
    (void)state;
    const char *bars = "column 9: between two bars there must be as many characters as bytes";

    expect_malformed("0: 61 62 |ab|\n2: 61\n", NULL, 2,
                     "line 2: only some lines have their characters at the end: one is cut");
    expect_malformed("0: 61 62\n2: 61 |a|\n", NULL, 2,
                     "line 2: only some lines have their characters at the end: one is cut");
    expect_malformed("0: 61 62 |ab|\n02: 61  |ab|\n", NULL, 2, bars);
    expect_malformed("0: 61 62 |ab|\n02: 61  ||\n", NULL, 2, bars);
    expect_malformed("0: 61 62 |ab|\n02: 61  |a\n", NULL, 2, bars);
    expect("0: 7C 7C ||||\n", NULL, "0: 7c 7c");
}

/* Each as the tool prints it; made by xxd 2023-10-25 and hexdump of util-linux 2.38. */
static void dumps_of_other_tools_are_read(void **state)
{
    (void)state;
    expect("00000000: 61 62                                            ab\n", NULL, "0: 61 62");
    expect("00000000: 6120 6320 2063 2020 0001 0203 0405 0607  a c  c  ........\n"
           "00000010: 2020 2020                                    \n",
           NULL, "0: 61 20 63 20 20 63 20 20 00 01 02 03 04 05 06 07 20 20 20 20");
    expect("00000010: 2041 4220                                 AB\n", NULL, "10: 20 41 42 20");
    expect("00000000: 04030201   636261                    ....abc\n", NULL,
           "0: 01 02 03 04 61 62 63");
    expect("00000000: 04030201  ....\n00000004: 64636261  abcd\n", NULL,
           "0: 01 02 03 04 61 62 63 64");
    expect("00000000: 01020304 61626364  ....abcd\n", NULL, "0: 01 02 03 04 61 62 63 64");
    expect("00000000: 00000000 ffffffff  ........\n", NULL, "0: 00 00 00 00 ff ff ff ff");
    expect("00000000: 0102  ..\n", NULL, "0: 01 02");
    expect("00000000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f     |abcdefghijklmno|\n"
           "0000000f\n",
           NULL, "0: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f");
    expect("00000000  61 62  |ab|\n*\n00000004  63  |c|\n00000005\n", NULL, "0: 61 62 61 62 63");
}

static void dumps_of_openocd_are_read(void **state)
{
    (void)state;
    struct ocd_image_options big = {.has_offset = true, .big_endian = true};

    expect("0x20001000: 61 62 63 64 \n", NULL, "20001000: 61 62 63 64");
    expect("0x20001000: 6261 6463 \n", NULL, "20001000: 61 62 63 64");
    expect("0x20001000: 64636261 68676665 \n0x20001008: 00000001 \n", NULL,
           "20001000: 61 62 63 64 65 66 67 68 01 00 00 00");
    expect("0x20001000: 64636261 68676665 \n", &big, "20001000: 64 63 62 61 68 67 66 65");
    expect("0x20001000: 6867666564636261 \n", NULL, "20001000: 61 62 63 64 65 66 67 68");
}

/* `ocd read --group 4` on a target of either byte order. */
static void own_dumps_with_groups_are_read(void **state)
{
    (void)state;
    expect("20001000: 64636261 68676665  |abcdefgh|\n20001008:   636261  |abc|\n", NULL,
           "20001000: 61 62 63 64 65 66 67 68 61 62 63");
    expect("20001000: 61626364 65666768  |abcdefgh|\n20001008: 616263    |abc|\n", NULL,
           "20001000: 61 62 63 64 65 66 67 68 61 62 63");
    expect("20001000: 61??6364  |a?cd|\n", NULL, "20001000: 61\n20001002: 63 64");
}

/* The order is that of the whole file, also where a `*` repeats a row. */
static void byte_order_applies_to_repeated_rows(void **state)
{
    (void)state;
    expect("00000000: 64636261  abcd\n*\n0000000c: 01000000  ....\n", NULL,
           "0: 61 62 63 64 61 62 63 64 61 62 63 64 00 00 00 01");
}

static void characters_are_never_taken_for_bytes(void **state)
{
    (void)state;
    const char *unclear = "these are neither the characters of the bytes nor clearly more bytes";

    expect("00000000: 61 62 20 63 64 20 65 66  ab cd ef\n", NULL, "0: 61 62 20 63 64 20 65 66");
    expect_malformed("0: 61\n1: 61 62     cd\n", NULL, 2, unclear);
    expect_malformed("00000000: 61 62 63 64 65 66 67 68  ab\n", NULL, 1, unclear);
    expect_malformed("00000000: 6162  ab\n00000002: 6364  xy\n", NULL, 2, unclear);
    expect_malformed("00000000: 6162  ab\n00000002: 6364  c\n", NULL, 2, unclear);
    expect_malformed("00000000: 6162  ab\n00000002: 6364\n", NULL, 2,
                     "only some lines have their characters at the end: one is cut");
}

static void unknown_order_of_bytes_is_refused(void **state)
{
    (void)state;
    const char *unknown = "line 1: nothing shows in which order the bytes of a value are: dump "
                          "single bytes (xxd -g1)";

    expect_malformed("00000000: 04030201  ....\n", NULL, 1, unknown);
    expect_malformed("00000000: 04030201 08070605\n", NULL, 1, unknown);
    expect_malformed("20001000: 04030201  |....|\n", NULL, 1, unknown);
    expect_malformed("00000000: 64636261  abcd\n00000004: 61626364  abcd\n", NULL, 2,
                     "the characters are not those of the bytes");
}

static void dumps_that_are_not_read_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0000000 6261 6463 6665\n0000006\n", /* hexdump */
        "0000000 061141 062143\n",           /* od */
        "000000 61 62 63  >abc<\n",          /* od -A x -t x1z */
        "000000 64636261  >abcd<\n",         /* od -A x -t x4z */
        "0x20001000:\t0x61\t0x62\n",         /* GDB's x/2xb */
        "0x20001000 <buffer>:\t0x61\t0x62\n",
        "20001000 = 61 62 63 64\n",          /* J-Link Commander */
        "00000000: 01100001 01100010  ab\n", /* xxd -b */
        "00000000  61 62 63\n",              /* cut */
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect_malformed(texts[i], NULL, 1, "");
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
        cmocka_unit_test(printed_hexdumps_can_be_read),
        cmocka_unit_test(unreadable_bytes_are_gaps),
        cmocka_unit_test(addresses_have_up_to_16_digits),
        cmocka_unit_test(ascii_column_may_be_missing_everywhere),
        cmocka_unit_test(star_repeats_the_row),
        cmocka_unit_test(star_may_repeat_a_row_very_often),
        cmocka_unit_test(star_needs_a_row_and_an_end),
        cmocka_unit_test(malformed_lines_are_refused),
        cmocka_unit_test(truncated_lines_are_found_by_the_ascii_column),
        cmocka_unit_test(dumps_of_other_tools_are_read),
        cmocka_unit_test(dumps_of_openocd_are_read),
        cmocka_unit_test(own_dumps_with_groups_are_read),
        cmocka_unit_test(byte_order_applies_to_repeated_rows),
        cmocka_unit_test(characters_are_never_taken_for_bytes),
        cmocka_unit_test(unknown_order_of_bytes_is_refused),
        cmocka_unit_test(dumps_that_are_not_read_are_refused),
        cmocka_unit_test(overlapping_dumps_are_resolved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
