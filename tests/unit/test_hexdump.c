// SPDX-License-Identifier: MIT
#include "base/hexdump.h"

#include "base/buffer.h"
#include "support.h"

static int collect(const char *line, size_t size, void *user)
{
    assert_int_equal(strlen(line), size);
    assert_in_range(size, 1, OCD_HEXDUMP_LINE_MAX - 1);
    assert_int_equal(line[size - 1], '\n');
    return ocd__buffer_add(user, line, size);
}

/* The dump of `size` bytes at `addr`, handed over in chunks that begin at `first` and `second`. */
static char *dump(uint64_t addr, const void *data, size_t size, size_t first, size_t second)
{
    struct ocd_buffer text = {0};
    struct ocd_hexdump h;
    const char *bytes = data;
    ocd__hexdump_init(&h, addr, addr + size, collect, &text);
    assert_int_equal(ocd__hexdump_add(&h, bytes, first), 0);
    assert_int_equal(ocd__hexdump_add(&h, bytes + first, second - first), 0);
    assert_int_equal(ocd__hexdump_add(&h, bytes + second, size - second), 0);
    assert_int_equal(ocd__hexdump_finish(&h), 0);
    assert_int_equal(ocd__hexdump_finish(&h), 0);
    return ocd__buffer_take(&text);
}

static void check(uint64_t addr, const void *data, size_t size, const char *expected)
{
    char *text = dump(addr, data, size, 0, size);
    assert_string_equal(text, expected);
    free(text);
}

static const uint8_t vectors[] = {0x00, 0x50, 0x00, 0x20, 0xa1, 0x01, 0x00, 0x08, 0xab, 0x01, 0x00,
                                  0x08, 0xad, 0x01, 0x00, 0x08, 0xaf, 0x01, 0x00, 0x08, 0xb1};

static void line_has_the_documented_form(void **state)
{
    (void)state;
    check(0x08000000, vectors, 16,
          "08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|\n");
}

static void last_line_is_padded(void **state)
{
    (void)state;
    check(0x08000000, vectors, 21,
          "08000000: 00 50 00 20 A1 01 00 08  AB 01 00 08 AD 01 00 08  |.P. ............|\n"
          "08000010: AF 01 00 08 B1                                    |.....|\n");
    check(0x08000000, vectors, 8,
          "08000000: 00 50 00 20 A1 01 00 08                           |.P. ....|\n");
    check(0x08000000, vectors, 9,
          "08000000: 00 50 00 20 A1 01 00 08  AB                       |.P. .....|\n");
}

static void lines_start_at_the_first_address(void **state)
{
    (void)state;
    check(0x2000000d, "ABCDEFGHIJKLMNOPQ", 17,
          "2000000D: 41 42 43 44 45 46 47 48  49 4A 4B 4C 4D 4E 4F 50  |ABCDEFGHIJKLMNOP|\n"
          "2000001D: 51                                                |Q|\n");
}

static void empty_range_gives_no_line(void **state)
{
    (void)state;
    check(0x1000, "", 0, "");
    check(0, "", 0, "");
}

static void only_printable_ascii_is_shown(void **state)
{
    (void)state;
    check(0, "\x00\x1f\x20\x7e\x7f\x80\xff\t\n|", 10,
          "00000000: 00 1F 20 7E 7F 80 FF 09  0A 7C                    |.. ~.....||\n");
}

static void all_addresses_have_the_width_of_the_largest(void **state)
{
    (void)state;
    check(0xfffffff0, "0123456789abcdef", 16,
          "FFFFFFF0: 30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n");
    check(0xfffffff0, "0123456789abcdefg", 17,
          "00000000FFFFFFF0: 30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
          "|0123456789abcdef|\n"
          "0000000100000000: 67                                                |g|\n");
    check(0xfedcba9876543210, "a", 1,
          "FEDCBA9876543210: 61                                                |a|\n");
    check(UINT64_MAX, "a", 1,
          "FFFFFFFFFFFFFFFF: 61                                                |a|\n");
}

static void chunks_do_not_change_the_output(void **state)
{
    (void)state;
    uint8_t data[53];
    for (unsigned i = 0; i < sizeof(data); ++i)
        data[i] = (uint8_t)(i * 37);
    char *expected = dump(0x1003, data, sizeof(data), 0, 0);
    for (size_t i = 0; i <= sizeof(data); ++i) {
        for (size_t j = i; j <= sizeof(data); ++j) {
            char *text = dump(0x1003, data, sizeof(data), i, j);
            assert_string_equal(text, expected);
            free(text);
        }
    }
    free(expected);
}

static void unreadable_bytes_are_question_marks(void **state)
{
    (void)state;
    struct ocd_buffer text = {0};
    struct ocd_hexdump h;
    ocd__hexdump_init(&h, 0x100, 0x120, collect, &text);
    assert_int_equal(ocd__hexdump_add(&h, "abc?", 4), 0);
    assert_int_equal(ocd__hexdump_add(&h, NULL, 14), 0);
    assert_int_equal(ocd__hexdump_add(&h, "xyz", 3), 0);
    assert_int_equal(ocd__hexdump_finish(&h), 0);
    assert_string_equal(
        text.data,
        "00000100: 61 62 63 3F ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |abc?????????????|\n"
        "00000110: ?? ?? 78 79 7A                                    |??xyz|\n");
    ocd__buffer_free(&text);
}

static int stop_at_second(const char *line, size_t size, void *user)
{
    (void)line;
    (void)size;
    return ++*(int *)user == 2 ? 42 : 0;
}

static void callback_stops_the_dump(void **state)
{
    (void)state;
    int lines = 0;
    struct ocd_hexdump h;
    uint8_t data[64] = {0};
    ocd__hexdump_init(&h, 0, sizeof(data), stop_at_second, &lines);
    assert_int_equal(ocd__hexdump_add(&h, data, sizeof(data)), 42);
    assert_int_equal(lines, 2);

    lines = 1;
    ocd__hexdump_init(&h, 0, 1, stop_at_second, &lines);
    assert_int_equal(ocd__hexdump_add(&h, data, 1), 0);
    assert_int_equal(ocd__hexdump_finish(&h), 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_has_the_documented_form),
        cmocka_unit_test(last_line_is_padded),
        cmocka_unit_test(lines_start_at_the_first_address),
        cmocka_unit_test(empty_range_gives_no_line),
        cmocka_unit_test(only_printable_ascii_is_shown),
        cmocka_unit_test(all_addresses_have_the_width_of_the_largest),
        cmocka_unit_test(chunks_do_not_change_the_output),
        cmocka_unit_test(unreadable_bytes_are_question_marks),
        cmocka_unit_test(callback_stops_the_dump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
