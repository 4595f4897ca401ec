// SPDX-License-Identifier: MIT
#include "support.h"

/* The example that the encyclopaedias print. */
static void known_file_is_read(void **state)
{
    (void)state;
    expect("S00F000068656C6C6F202020202000003C\n"
           "S11F00007C0802A6900100049421FFF07C6C1B787C8C23783C6000003863000026\n"
           "S11F001C4BFFFFE5398000007D83637880010014382100107C0803A64E800020E9\n"
           "S111003848656C6C6F20776F726C642E0A0042\n"
           "S5030003F9\n"
           "S9030000FC\n",
           NULL,
           "0: 7c 08 02 a6 90 01 00 04 94 21 ff f0 7c 6c 1b 78 7c 8c 23 78 3c 60 00 00 38 63 00 00 "
           "4b ff ff e5 39 80 00 00 7d 83 63 78 80 01 00 14 38 21 00 10 7c 08 03 a6 4e 80 00 20 48 "
           "65 6c 6c 6f 20 77 6f 72 6c 64 2e 0a 00");
}

static void addresses_have_two_three_or_four_bytes(void **state)
{
    (void)state;
    expect("S104FFFF11*\nS20501000022*\nS307010000013344*\nS70500000000FA\n", NULL,
           "ffff: 11 22\n1000001: 33 44");
}

static void case_line_ends_and_blanks_do_not_matter(void **state)
{
    (void)state;
    expect("\r\ns1051000aAbB*\r\n\r\n  \r\nS9030000fc\r\n\r\n", NULL, "1000: aa bb");
    expect("S1051000AABB* \t\nS9030000FC", NULL, "1000: aa bb");
}

static void check_info(const char *text, const char *header, bool has, uint64_t entry)
{
    struct copy c;
    char *whole = with_checksums(text);

    assert_int_equal(open_copy(&c, whole, strlen(whole), "file", NULL), OCD_OK);
    assert_string_equal(ocd_image_get_info(c.image)->header, header);
    assert_int_equal(ocd_image_get_info(c.image)->has_entry, has);
    assert_int_equal(ocd_image_get_info(c.image)->entry, entry);
    close_copy(&c);
    free(whole);
}

static void header_is_reported_as_text(void **state)
{
    (void)state;
    check_info("S00F000068656C6C6F202020202000003C\nS9030000FC\n", "hello", false, 0);
    check_info("S0030000FC\nS9030000FC\n", "", false, 0);
    check_info("S0070000410A1BFF*\nS9030000FC\n", "A...", false, 0);
    check_info("S004000041*\nS004000042*\nS9030000FC\n", "A", false, 0);
}

static void entry_is_reported(void **state)
{
    (void)state;
    check_info("S9030000FC\n", "", false, 0);
    check_info("S9031234*\n", "", true, 0x1234);
    check_info("S804123456*\n", "", true, 0x123456);
    check_info("S70508000101*\n", "", true, 0x08000101);
}

static void counts_are_compared(void **state)
{
    (void)state;
    expect("S104000011*\nS104000122*\nS5030002*\n", NULL, "0: 11 22");
    expect("S104000011*\nS5030001*\nS104000122*\nS604000002*\nS9030000FC\n", NULL, "0: 11 22");
    expect_malformed("S104000011*\nS104000122*\nS5030003*\nS9030000FC\n", NULL, 3,
                     "S-record, line 3: the count is 3, but there are 2 data records before it");
    expect_malformed("S104000011*\nS604000000*\nS9030000FC\n", NULL, 2,
                     "line 2: the count is 0, but there are 1 data records before it");
}

static char *many_records(unsigned count, const char *end)
{
    struct ocd_buffer text = {0};

    for (unsigned i = 0; i < count; i++)
        ocd__buffer_printf(&text, "S306%08X00*\n", i);
    ocd__buffer_puts(&text, end);
    return ocd__buffer_take(&text);
}

static void large_count_is_compared_modulo_its_width(void **state)
{
    (void)state;
    static const struct {
        const char *end;
        bool good;
    } cases[] = {
        {"S5030001*\n", true},
        {"S5030002*\n", false},
        {"S604010001*\n", true},
        {"S604000001*\n", false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct copy c;
        char *text = many_records(65537, cases[i].end);
        char *whole = with_checksums(text);
        int rc = open_copy(&c, whole, strlen(whole), "file", NULL);
        assert_int_equal(rc, cases[i].good ? OCD_OK : OCD_ERR_FORMAT);
        assert_int_equal(ocd_image_get_info(c.image)->bytes, cases[i].good ? 65537 : 0);
        close_copy(&c);
        free(whole);
        free(text);
    }
}

static void whatever_is_not_a_record_is_refused(void **state)
{
    (void)state;
    struct ocd_image_options srec = {.format = OCD_IMAGE_SREC};

    expect_malformed("hello\n", &srec, 1,
                     "S-record, line 1: the line does not begin with 'S' and "
                     "a digit");
    expect_malformed("S0030000FC\nS\n", NULL, 2, "the line does not begin with 'S' and a digit");
    expect_malformed("S0030000FC\nSA030000FC\n", NULL, 2,
                     "the line does not begin with 'S' and a digit");
    expect_malformed("S0030000FC\nS4030000FC\n", NULL, 2, "line 2: there is no record type S4");
    expect_malformed("S0030000FC\nS1040000xxFC\n", NULL, 2,
                     "line 2: 'x' in column 9 is no hexadecimal digit");
    expect_malformed("S0030000FC\nS9030000F\n", NULL, 2, "line 2: the line ends in half a byte");
}

static void lengths_have_to_be_right(void **state)
{
    (void)state;
    struct ocd_image_options srec = {.format = OCD_IMAGE_SREC};

    expect_malformed("S1\n", &srec, 1, "line 1: the record is cut short: it says no length");
    expect_malformed("S105000011FF\n", NULL, 1, "line 1: the record says 5 bytes, but has 4");
    expect_malformed("S10400001122FF\n", NULL, 1, "line 1: the record says 4 bytes, but has 5");
    expect_malformed("S00200*\n", &srec, 1,
                     "line 1: a record of type S0 has at least 3 bytes, this one 2");
    expect_malformed("S3040000FF*\n", NULL, 1,
                     "line 1: a record of type S3 has at least 5 bytes, this one 4");
    expect_malformed("S100FF\n", &srec, 1, "line 1: the record says 0 bytes, but has 1");
    expect_malformed("S504000102*\n", NULL, 1,
                     "line 1: a record of type S5 has no data, this one 1 bytes");
}

static void longest_record_is_read(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_buffer shown = {0};

    ocd__buffer_puts(&text, "S3FF12345678");
    ocd__buffer_puts(&shown, "12345678:");
    for (unsigned i = 0; i < 250; i++) {
        ocd__buffer_printf(&text, "%02x", i);
        ocd__buffer_printf(&shown, " %02x", i);
    }
    ocd__buffer_puts(&text, "*\nS70500000000FA\n");
    expect(text.data, NULL, shown.data);
    ocd__buffer_free(&text);
    ocd__buffer_free(&shown);
}

static void checksums_are_compared(void **state)
{
    (void)state;
    expect_malformed("S0030000FC\nS9030000FB\n", NULL, 2,
                     "line 2: the checksum is FB, the record's bytes make it FC");
}

static void records_end_where_their_addresses_end(void **state)
{
    (void)state;
    expect("S104FFFF11*\nS205FFFFFF22*\nS306FFFFFFFF33*\nS70500000000FA\n", NULL,
           "ffff: 11\nffffff: 22\nffffffff: 33");
    expect_malformed("S105FFFF1122*\nS9030000FC\n", NULL, 1,
                     "line 1: the record goes beyond its 16-bit addresses");
    expect_malformed("S206FFFFFF1122*\nS9030000FC\n", NULL, 1,
                     "line 1: the record goes beyond its 24-bit addresses");
    expect_malformed("S307FFFFFFFF1122*\nS9030000FC\n", NULL, 1,
                     "line 1: the record goes beyond its 32-bit addresses");
}

static void file_has_to_end(void **state)
{
    (void)state;
    const char *cut = "S-record, line 1: the file has neither a count (S5, S6) nor a termination "
                      "record (S7, S8, S9) at its end: it is cut short";

    expect_malformed("S104000011*\n", NULL, 1, cut);
    expect_malformed("S5030000*\nS104000011*\n", NULL, 2, strchr(cut, ':'));
    expect_malformed("S9030000FC\nS104000011*\n", NULL, 2,
                     "line 2: there is more after the record that ends the file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_file_is_read),
        cmocka_unit_test(addresses_have_two_three_or_four_bytes),
        cmocka_unit_test(case_line_ends_and_blanks_do_not_matter),
        cmocka_unit_test(header_is_reported_as_text),
        cmocka_unit_test(entry_is_reported),
        cmocka_unit_test(counts_are_compared),
        cmocka_unit_test(large_count_is_compared_modulo_its_width),
        cmocka_unit_test(whatever_is_not_a_record_is_refused),
        cmocka_unit_test(lengths_have_to_be_right),
        cmocka_unit_test(longest_record_is_read),
        cmocka_unit_test(checksums_are_compared),
        cmocka_unit_test(records_end_where_their_addresses_end),
        cmocka_unit_test(file_has_to_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
