// SPDX-License-Identifier: MIT
/* Which format a file is taken for. */
#include "image/format.h"

#include "support.h"

static void content_decides(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ocd_image_format format;
    } cases[] = {
        {":00000001FF\n", OCD_IMAGE_IHEX},
        {"\r\n  :00000001ff", OCD_IMAGE_IHEX},
        {":00000001F", OCD_IMAGE_AUTO},
        {":0000000 FF", OCD_IMAGE_AUTO},
        {"S9030000FC", OCD_IMAGE_SREC},
        {"s9030000fc", OCD_IMAGE_SREC},
        {"S9030000F", OCD_IMAGE_AUTO},
        {"SA030000FC", OCD_IMAGE_AUTO},
        {"\177ELF", OCD_IMAGE_ELF},
        {"\177EL", OCD_IMAGE_AUTO},
        {"08000000: 00 50", OCD_IMAGE_HEXDUMP},
        {"0: 00", OCD_IMAGE_HEXDUMP},
        {"0: ??", OCD_IMAGE_HEXDUMP},
        {"0: 0", OCD_IMAGE_AUTO},
        {"0: ?0", OCD_IMAGE_AUTO},
        {"00000000000000000: 00", OCD_IMAGE_AUTO},
        {"0000000000000000: 00", OCD_IMAGE_HEXDUMP},
        {"", OCD_IMAGE_AUTO},
        {"\n", OCD_IMAGE_AUTO},
        {"int main(void)", OCD_IMAGE_AUTO},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t size = strlen(cases[i].text);
        void *copy = exact_copy(cases[i].text, size);
        bool certain;
        assert_int_equal(ocd__format_of_content(copy, size, &certain), cases[i].format);
        free(copy);
    }
}

static enum ocd_image_format opened(const char *text, const char *name,
                                    enum ocd_image_format format)
{
    struct ocd_image_options options = {.has_offset = true, .format = format, .allow_empty = true};
    struct copy c;
    int rc = open_copy(&c, text, strlen(text), name, &options);

    enum ocd_image_format found =
        rc == OCD_OK ? ocd_image_get_info(c.image)->format : OCD_IMAGE_AUTO;
    close_copy(&c);
    return found;
}

static void name_decides_where_content_does_not(void **state)
{
    (void)state;
    assert_int_equal(opened("data", "file", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
    assert_int_equal(opened("data", "", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
    assert_int_equal(opened("data", "file.txt", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
    assert_int_equal(opened("S9030000FC", "file.hex", OCD_IMAGE_AUTO), OCD_IMAGE_SREC);
    assert_int_equal(opened("0: 00", "a/b.hex/c", OCD_IMAGE_AUTO), OCD_IMAGE_HEXDUMP);
    assert_int_equal(opened("data", "file.hex", OCD_IMAGE_AUTO), OCD_IMAGE_AUTO); /* refused */
}

/* A wrong name is more likely than a valid first record by chance. */
static void certain_content_has_priority_over_the_name(void **state)
{
    (void)state;
    assert_int_equal(opened(":0100000001FE\n:00000001FF\n", "app.bin", OCD_IMAGE_AUTO),
                     OCD_IMAGE_IHEX);
    assert_int_equal(opened("\xEF\xBB\xBF:0100000001FE\n:00000001FF\n", "app.bin", OCD_IMAGE_AUTO),
                     OCD_IMAGE_IHEX);
    assert_int_equal(opened("S1040000AA51\nS9030000FC", "app.img", OCD_IMAGE_AUTO), OCD_IMAGE_SREC);
    assert_int_equal(opened("00000000: 61 62  ab\n", "app.raw", OCD_IMAGE_AUTO), OCD_IMAGE_HEXDUMP);
    /* Refused as what they are. */
    assert_int_equal(opened("\177ELF", "DUMP.BIN", OCD_IMAGE_AUTO), OCD_IMAGE_AUTO);
    assert_int_equal(opened(":0100000001FF\n:00000001FF\n", "app.bin", OCD_IMAGE_AUTO),
                     OCD_IMAGE_AUTO);
    assert_int_equal(opened("\177ELF", "DUMP.BIN", OCD_IMAGE_BIN), OCD_IMAGE_BIN);
}

static void text_that_is_no_record_stays_a_raw_binary_by_name(void **state)
{
    (void)state;
    assert_int_equal(opened("S123456789", "serial.bin", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
    assert_int_equal(opened(":0123456789ABCDEF", "key.bin", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
    assert_int_equal(opened("0123456 78 is the number", "note.bin", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
}

static void containers_that_are_not_read_are_refused(void **state)
{
    (void)state;
    assert_int_equal(opened("UF2\nWQ]\x9E and more", "app.bin", OCD_IMAGE_AUTO), OCD_IMAGE_AUTO);
    assert_int_equal(opened("UF2\nWQ]\x9E and more", "app.bin", OCD_IMAGE_BIN), OCD_IMAGE_BIN);
    assert_int_equal(opened("DfuSe\x01 and more", "app.dfu", OCD_IMAGE_AUTO), OCD_IMAGE_AUTO);
    assert_int_equal(opened("@08000000\n00 50 00 20\nq\n", "app.txt", OCD_IMAGE_AUTO),
                     OCD_IMAGE_AUTO);
    assert_int_equal(opened("unsigned char app_bin[] = {\n", "-", OCD_IMAGE_AUTO), OCD_IMAGE_AUTO);
    assert_int_equal(opened("@home is where", "note.bin", OCD_IMAGE_AUTO), OCD_IMAGE_BIN);
}

static void empty_files_are_refused_unless_allowed(void **state)
{
    (void)state;
    static const char *const texts[] = {"", ":00000001FF\n", "S9030000FC\n", "0: ??\n"};
    static const enum ocd_image_format formats[] = {OCD_IMAGE_BIN, OCD_IMAGE_IHEX, OCD_IMAGE_SREC,
                                                    OCD_IMAGE_HEXDUMP};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct ocd_image_options options = {.has_offset = true};
        struct copy c;
        assert_int_equal(open_copy(&c, texts[i], strlen(texts[i]), "file", &options),
                         OCD_ERR_FORMAT);
        assert_non_null(strstr(ocd_image_error(c.image)->text, ": the file holds no data"));
        close_copy(&c);
        options.allow_empty = true;
        assert_int_equal(open_copy(&c, texts[i], strlen(texts[i]), "file", &options), OCD_OK);
        assert_int_equal(ocd_image_get_info(c.image)->format, formats[i]);
        assert_int_equal(ocd_image_get_info(c.image)->bytes, 0);
        close_copy(&c);
    }
}

static void format_of_the_caller_has_priority(void **state)
{
    (void)state;
    assert_int_equal(opened(":00000001FF\n", "a.hex", OCD_IMAGE_BIN), OCD_IMAGE_BIN);
    assert_int_equal(opened(":00000001FF\n", "a.bin", OCD_IMAGE_IHEX), OCD_IMAGE_IHEX);
    assert_int_equal(opened(":00000001FF\n", "a.hex", OCD_IMAGE_SREC), OCD_IMAGE_AUTO);
}

static void formats_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    struct copy c;

    assert_int_equal(open_copy(&c, "x", 1, "image.c", NULL), OCD_ERR_ARG);
    assert_string_equal(ocd_image_error(c.image)->text,
                        "image.c: invalid argument: a file of this format (C array) cannot be "
                        "read");
    close_copy(&c);
}

static void words_name_formats(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum ocd_image_format format;
        unsigned bits;
    } cases[] = {
        {"bin", OCD_IMAGE_BIN, 0},      {"raw", OCD_IMAGE_BIN, 0},
        {"ihex", OCD_IMAGE_IHEX, 0},    {"HEX", OCD_IMAGE_IHEX, 0},
        {"ihex16", OCD_IMAGE_IHEX, 16}, {"ihex20", OCD_IMAGE_IHEX, 20},
        {"srec", OCD_IMAGE_SREC, 0},    {"s19", OCD_IMAGE_SREC, 16},
        {"S28", OCD_IMAGE_SREC, 24},    {"s37", OCD_IMAGE_SREC, 32},
        {"elf", OCD_IMAGE_ELF, 0},      {"c-array", OCD_IMAGE_C_ARRAY, 0},
        {"c", OCD_IMAGE_C_ARRAY, 0},    {"hexdump", OCD_IMAGE_HEXDUMP, 0},
    };
    enum ocd_image_format format;
    unsigned bits;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(ocd_image_format_named(cases[i].word, &format, &bits));
        assert_int_equal(format, cases[i].format);
        assert_int_equal(bits, cases[i].bits);
    }
    assert_false(ocd_image_format_named("img", &format, NULL));
    assert_false(ocd_image_format_named("", &format, NULL));
}

static void extensions_name_formats(void **state)
{
    (void)state;
    enum ocd_image_format format;
    unsigned bits;

    assert_true(ocd_image_format_of_path("a.b/c.d.S28", &format, &bits));
    assert_int_equal(format, OCD_IMAGE_SREC);
    assert_int_equal(bits, 24);
    assert_true(ocd_image_format_of_path("firmware.axf", &format, NULL));
    assert_int_equal(format, OCD_IMAGE_ELF);
    assert_false(ocd_image_format_of_path("a.hex/c", &format, NULL));
    assert_false(ocd_image_format_of_path("hex", &format, NULL));
    assert_false(ocd_image_format_of_path("a.", &format, NULL));
    assert_false(ocd_image_format_of_path("a.binary", &format, NULL));
}

static void formats_have_titles(void **state)
{
    (void)state;
    assert_string_equal(ocd__image_format_title(OCD_IMAGE_IHEX), "Intel HEX");
    assert_string_equal(ocd__image_format_title((enum ocd_image_format)99), "unknown format");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_decides),
        cmocka_unit_test(name_decides_where_content_does_not),
        cmocka_unit_test(certain_content_has_priority_over_the_name),
        cmocka_unit_test(text_that_is_no_record_stays_a_raw_binary_by_name),
        cmocka_unit_test(containers_that_are_not_read_are_refused),
        cmocka_unit_test(empty_files_are_refused_unless_allowed),
        cmocka_unit_test(format_of_the_caller_has_priority),
        cmocka_unit_test(formats_that_cannot_be_read_are_refused),
        cmocka_unit_test(words_name_formats),
        cmocka_unit_test(extensions_name_formats),
        cmocka_unit_test(formats_have_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
