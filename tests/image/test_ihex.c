// SPDX-License-Identifier: MIT
#include "support.h"

#define END ":00000001FF\n"

/* The example that the encyclopaedias print. */
static void known_file_is_read(void **state)
{
    (void)state;
    expect(":10010000214601360121470136007EFE09D2190140\n"
           ":100110002146017E17C20001FF5F16002148011928\n"
           ":10012000194E79234623965778239EDA3F01B2CAA7\n"
           ":100130003F0156702B5E712B722B732146013421C7\n" END,
           NULL,
           "100: 21 46 01 36 01 21 47 01 36 00 7e fe 09 d2 19 01 21 46 01 7e 17 c2 00 01 ff 5f 16 "
           "00 21 48 01 19 19 4e 79 23 46 23 96 57 78 23 9e da 3f 01 b2 ca 3f 01 56 70 2b 5e 71 2b "
           "72 2b 73 21 46 01 34 21");
}

static void data_is_at_the_addresses_of_its_records(void **state)
{
    (void)state;
    expect(":0400100001020304*\n:02001400AABB*\n:01002000CC*\n" END, NULL,
           "10: 01 02 03 04 aa bb\n20: cc");
    expect(END, NULL, "");
    expect(":0000000000\n" END, NULL, "");
}

static void case_line_ends_and_blanks_do_not_matter(void **state)
{
    (void)state;
    expect("\r\n:02001400aaBb85\r\n\r\n:00000001ff\r\n\r\n  \r\n", NULL, "14: aa bb");
    expect(":02001400AABB85 \t\n:00000001FF", NULL, "14: aa bb");
    expect("  \n:02001400AABB85 \t\n:00000001FF", NULL, "14: aa bb");
}

static void linear_base_is_the_upper_half(void **state)
{
    (void)state;
    expect(":0100100011*\n:020000040800*\n:0100100022*\n:02000004FFFF*\n:0100100033*\n" END, NULL,
           "10: 11\n8000010: 22\nffff0010: 33");
}

static void segment_base_is_shifted_by_four(void **state)
{
    (void)state;
    expect(":020000021234*\n:0100100011*\n:02000002FFFF*\n:0100FF0022*\n" END, NULL,
           "12350: 11\n1000ef: 22");
}

static void last_base_is_used(void **state)
{
    (void)state;
    expect(":020000040001*\n:0100000011*\n:020000021000*\n:0100010022*\n:020000040002*\n"
           ":0100000033*\n" END,
           NULL, "10000: 11 22\n20000: 33");
}

static void linear_records_continue_at_64_kib(void **state)
{
    (void)state;
    const char *next = ":04FFFE0001020304*\n:0100020005*\n" END;
    expect(next, NULL, "2: 05\nfffe: 01 02 03 04");
    expect(":04FFFE0001020304*\n:020000040001*\n:0100020005*\n" END, NULL, "fffe: 01 02 03 04 05");
    expect(":020000040800*\n:04FFFE0001020304*\n:020000040801*\n:0100020005*\n" END, NULL,
           "800fffe: 01 02 03 04 05");
}

/* As the specification and srec_cat have it; binutils go on. */
static void segmented_records_wrap_at_64_kib(void **state)
{
    (void)state;
    const char *text = ":020000021000*\n:04FFFE0001020304*\n:0100020005*\n" END;
    expect(text, NULL, "10000: 03 04 05\n1fffe: 01 02");

    struct copy c;
    char *whole = with_checksums(text);
    assert_int_equal(open_copy(&c, whole, strlen(whole), "file", NULL), OCD_OK);
    const struct ocd_image_info *info = ocd_image_get_info(c.image);
    assert_int_equal(info->wrapped, 1);
    assert_int_equal(info->wrapped_place, 2);
    assert_non_null(
        strstr(info->warnings, "line 2: 1 record goes beyond the end of a segment, which wraps\n"));
    close_copy(&c);
    free(whole);
}

/* The wrapped part replaces the segment's beginning, and the records that follow go up to where
 * the wrapped one began. */
static void wrapped_record_may_overlap_its_own_segment(void **state)
{
    (void)state;
    expect(":020000020000*\n:0400000011223344*\n:04FFFE0001020304*\n:02FFFC00AABB*\n" END, NULL,
           "0: 03 04 33 44\nfffc: aa bb 01 02");
}

static void records_must_not_cross_4_gib(void **state)
{
    (void)state;
    expect(":02000004FFFF*\n:02FFFE00AABB*\n" END, NULL, "fffffffe: aa bb");
    expect_malformed(":02000004FFFF*\n:03FFFE00AABBCC*\n" END, NULL, 2,
                     "Intel HEX, line 2: the record goes beyond 4 GiB");
}

static void check_entry(const char *text, bool has, uint64_t entry)
{
    struct copy c;
    char *whole = with_checksums(text);

    assert_int_equal(open_copy(&c, whole, strlen(whole), "file", NULL), OCD_OK);
    assert_int_equal(ocd_image_get_info(c.image)->has_entry, has);
    assert_int_equal(ocd_image_get_info(c.image)->entry, entry);
    close_copy(&c);
    free(whole);
}

static void start_records_are_reported(void **state)
{
    (void)state;
    check_entry(END, false, 0);
    check_entry(":0400000508000101*\n" END, true, 0x08000101);
    check_entry(":0400000500000000*\n" END, true, 0);
    check_entry(":0400000312345678*\n" END, true, 0x179b8);
    check_entry(":00123401*\n", true, 0x1234);
    check_entry(":0400000508000101*\n:00123401*\n", true, 0x08000101);
}

static void whatever_is_not_a_record_is_refused(void **state)
{
    (void)state;
    expect_malformed("hello\n" END, &(struct ocd_image_options){.format = OCD_IMAGE_IHEX}, 1,
                     "Intel HEX, line 1: the line does not begin with ':'");
    expect_malformed(":0100000001FE\n;comment\n" END, NULL, 2,
                     "line 2: the line does not begin with ':'");
    expect_malformed(":0100000001FE\n:01000000G1FE\n" END, NULL, 2,
                     "line 2: 'G' in column 10 is no hexadecimal digit");
    expect_malformed(":0100000001FE\n:010000001 FE\n" END, NULL, 2,
                     "line 2: the byte 0x20 in column 11 is no hexadecimal digit");
    expect_malformed(":0100000001FE\n:0100000001FE\xc3\xa4\n" END, NULL, 2,
                     "line 2: the byte 0xC3 in column 14 is no hexadecimal digit");
    expect_malformed(":0100000001FE\n:0100000001F\n" END, NULL, 2,
                     "line 2: the line ends in half a byte");
    expect_malformed(":0100000001FE\n:0100000001Fg\n" END, NULL, 2,
                     "line 2: 'g' in column 13 is no hexadecimal digit");
    expect_malformed_bytes(":0100000001FE\n\0\n", 16, NULL, 2,
                           "line 2: the line does not begin with ':'");
}

static void lengths_have_to_be_right(void **state)
{
    (void)state;
    expect_malformed(":0100000001FE\n:\n", NULL, 2,
                     "line 2: the record is cut short: 0 of at least 5 bytes");
    expect_malformed(":0100000001FE\n:00000001\n", NULL, 2,
                     "line 2: the record is cut short: 4 of at least 5 bytes");
    expect_malformed(":0100000001FE\n:0200000001FE\n" END, NULL, 2,
                     "line 2: the record says 2 data bytes, but has 1");
    expect_malformed(":0100000001FE\n:010000000102FE\n" END, NULL, 2,
                     "line 2: the record says 1 data bytes, but has 2");
}

static void longest_record_is_read(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_buffer shown = {0};

    ocd__buffer_puts(&text, ":FF001000");
    ocd__buffer_puts(&shown, "10:");
    for (unsigned i = 0; i < 255; i++) {
        ocd__buffer_printf(&text, "%02x", i);
        ocd__buffer_printf(&shown, " %02x", i);
    }
    ocd__buffer_puts(&text, "*\n" END);
    expect(text.data, NULL, shown.data);

    ocd__buffer_clear(&text);
    for (unsigned i = 0; i < 256 + 5; i++)
        ocd__buffer_puts(&text, i == 0 ? ":FF" : "00");
    ocd__buffer_puts(&text, "\n" END);
    expect_malformed(text.data, NULL, 1, "line 1: the line is too long for a record");

    ocd__buffer_clear(&text);
    ocd__buffer_puts(&text, ":0100000001FE\n:");
    for (unsigned i = 0; i < 600; i++)
        ocd__buffer_puts(&text, "00");
    ocd__buffer_puts(&text, "\n" END);
    expect_malformed(text.data, NULL, 2, "line 2: the line has more than 1024 characters");
    ocd__buffer_free(&text);
    ocd__buffer_free(&shown);
}

static void checksums_are_compared(void **state)
{
    (void)state;
    expect_malformed(":0100000001FE\n:0100000001FD\n" END, NULL, 2,
                     "line 2: the checksum is FD, the record's bytes make it FE");
    expect_malformed(":0100000001FE\n:00000001FE\n", NULL, 2,
                     "line 2: the checksum is FE, the record's bytes make it FF");
}

static void control_records_have_their_size(void **state)
{
    (void)state;
    expect_malformed(":0100000100*\n", NULL, 1,
                     "line 1: a record of type 01 has 0 data bytes, this one 1");
    expect_malformed(":0100000210*\n" END, NULL, 1,
                     "line 1: a record of type 02 has 2 data bytes, this one 1");
    expect_malformed(":03000003100000*\n" END, NULL, 1,
                     "line 1: a record of type 03 has 4 data bytes, this one 3");
    expect_malformed(":03000004100000*\n" END, NULL, 1,
                     "line 1: a record of type 04 has 2 data bytes, this one 3");
    expect_malformed(":020000051000*\n" END, NULL, 1,
                     "line 1: a record of type 05 has 4 data bytes, this one 2");
    expect_malformed(":00000006*\n" END, NULL, 1, "line 1: there is no record type 06");
    expect_malformed(":000000FF*\n" END, NULL, 1, "line 1: there is no record type FF");
}

static void file_has_to_end(void **state)
{
    (void)state;
    expect_malformed(":0100000001FE\n", NULL, 1,
                     "Intel HEX, line 1: the file has no end record: it is cut short");
    expect_malformed("", &(struct ocd_image_options){.format = OCD_IMAGE_IHEX}, 0,
                     "Intel HEX: the file has no end record: it is cut short");
    expect_malformed(END "\n:0100000001FE\n", NULL, 3,
                     "line 3: there is more after the record that ends the file");
    expect_malformed(END END, NULL, 2, "line 2: there is more after the record that ends the file");
}

static void an_offset_can_be_for_raw_binaries_only(void **state)
{
    (void)state;
    struct ocd_image_options raw = {.has_offset = true, .offset = 0x1000, .offset_raw = true};

    expect(":020011001122*\n" END, &raw, "11: 11 22");
    raw.format = OCD_IMAGE_BIN;
    expect("ab", &raw, "1000: 61 62");
}

static void offset_moves_data_but_not_the_entry(void **state)
{
    (void)state;
    struct ocd_image_options up = {.has_offset = true, .offset = 0xfffffffffffffff0};
    const char *text = ":020011001122*\n" END;

    expect(text, &(struct ocd_image_options){.offset = 0x1000}, "11: 11 22");
    expect(text, &(struct ocd_image_options){.has_offset = true, .offset = 0x100000000},
           "100000011: 11 22");
    expect(text, &up, "1: 11 22");
    up.offset = (uint64_t)0 - 0x13;
    expect(text, &up, "fffffffffffffffe: 11 22");
    up.offset = (uint64_t)0 - 0x12;
    expect_malformed(text, &up, 1,
                     "line 1: 2 bytes at 0xFFFFFFFFFFFFFFFF go beyond the top of the address "
                     "space");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_file_is_read),
        cmocka_unit_test(data_is_at_the_addresses_of_its_records),
        cmocka_unit_test(case_line_ends_and_blanks_do_not_matter),
        cmocka_unit_test(linear_base_is_the_upper_half),
        cmocka_unit_test(segment_base_is_shifted_by_four),
        cmocka_unit_test(last_base_is_used),
        cmocka_unit_test(linear_records_continue_at_64_kib),
        cmocka_unit_test(segmented_records_wrap_at_64_kib),
        cmocka_unit_test(wrapped_record_may_overlap_its_own_segment),
        cmocka_unit_test(records_must_not_cross_4_gib),
        cmocka_unit_test(start_records_are_reported),
        cmocka_unit_test(whatever_is_not_a_record_is_refused),
        cmocka_unit_test(lengths_have_to_be_right),
        cmocka_unit_test(longest_record_is_read),
        cmocka_unit_test(checksums_are_compared),
        cmocka_unit_test(control_records_have_their_size),
        cmocka_unit_test(file_has_to_end),
        cmocka_unit_test(an_offset_can_be_for_raw_binaries_only),
        cmocka_unit_test(offset_moves_data_but_not_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
