// SPDX-License-Identifier: MIT
/* Both ways against srec_cat of the SRecord package. */
#include "tools.h"

enum {
    ROUNDS = 4, /* of each case */
};

static const struct {
    struct ocd_image_layout layout;
    uint64_t last;
    const char *name;
    const char *option;
    const char *address_length; /* of what srec_cat writes */
} cases[] = {
    {{.format = OCD_IMAGE_IHEX}, UINT32_MAX, "a.hex", "-intel", "-address-length=4"},
    {{.format = OCD_IMAGE_IHEX, .addr_bits = 20, .record_size = 11},
     0xfffff,
     "a.hex",
     "-intel",
     "-address-length=3"},
    {{.format = OCD_IMAGE_IHEX, .addr_bits = 16, .record_size = 255},
     0xffff,
     "a.hex",
     "-intel",
     "-address-length=2"},
    {{.format = OCD_IMAGE_SREC}, UINT32_MAX, "a.s37", "-motorola", "-address-length=4"},
    {{.format = OCD_IMAGE_SREC, .addr_bits = 24, .record_size = 250},
     0xffffff,
     "a.s28",
     "-motorola",
     "-address-length=3"},
    {{.format = OCD_IMAGE_SREC, .addr_bits = 16, .record_size = 1},
     0xffff,
     "a.s19",
     "-motorola",
     "-address-length=2"},
};

/* srec_cat reads our file the same, with the gaps filled with one byte and with another. */
static void srec_cat_reads_ours(const struct place *p, const struct sparse *s, const char *path,
                                const char *option)
{
    static const uint8_t fills[] = {0x00, 0xff};
    const char *out = file_in(p, "flat");
    char first[20];
    char end[20];
    char offset[20];

    snprintf(first, sizeof(first), "%llu", (unsigned long long)lowest(s));
    snprintf(end, sizeof(end), "%llu", (unsigned long long)highest(s) + 1);
    snprintf(offset, sizeof(offset), "-%llu", (unsigned long long)lowest(s));
    for (unsigned i = 0; i < COUNT_OF(fills); i++) {
        if (highest(s) == UINT32_MAX) /* its ranges end below 4 GiB */
            break;
        run_tool("srec_cat", path, option, "-fill", i == 0 ? "0" : "255", first, end, "-offset",
                 offset, "-o", out, "-binary", NULL);
        expect_flat(out, s, fills[i]);
    }
}

static void srec_cat_reads_our_files(void **state)
{
    (void)state;
    uint64_t seed = 5;

    for (unsigned i = 0; i < ROUNDS * COUNT_OF(cases); i++) {
        unsigned k = i % COUNT_OF(cases);
        struct place p;
        make_place(&p);
        struct sparse s = random_place(&seed, cases[k].last);
        const char *path = file_in(&p, cases[k].name);
        write_image(path, &s, &cases[k].layout);
        srec_cat_reads_ours(&p, &s, path, cases[k].option);
        free_sparse(&s);
        remove_place(&p);
    }
}

/* Ours in one format, from srec_cat in another. */
static void files_of_srec_cat_are_read(void **state)
{
    (void)state;
    uint64_t seed = 6;

    for (unsigned i = 0; i < ROUNDS * COUNT_OF(cases); i++) {
        unsigned k = i % COUNT_OF(cases);
        struct ocd_image_layout other = {
            .format = cases[k].layout.format == OCD_IMAGE_IHEX ? OCD_IMAGE_SREC : OCD_IMAGE_IHEX};
        struct place p;
        make_place(&p);
        struct sparse s = random_place(&seed, cases[k].last);
        const char *ours = file_in(&p, "ours");
        const char *theirs = file_in(&p, "theirs");
        char width[32];
        snprintf(width, sizeof(width), "-line-length=%zu", 50 + random_below(&seed, 400));
        write_image(ours, &s, &other);
        run_tool("srec_cat", ours, other.format == OCD_IMAGE_IHEX ? "-intel" : "-motorola", "-o",
                 theirs, cases[k].option, cases[k].address_length, width, NULL);
        expect_image(theirs, NULL, &s);
        free_sparse(&s);
        remove_place(&p);
    }
}

static void start_address_survives(void **state)
{
    (void)state;
    static const struct ocd_image_layout layouts[] = {
        {.format = OCD_IMAGE_IHEX, .has_entry = true, .entry = 0x08000101},
        {.format = OCD_IMAGE_SREC, .has_entry = true, .entry = 0x08000101},
        {.format = OCD_IMAGE_IHEX, .addr_bits = 20, .has_entry = true, .entry = 0x31234},
        {.format = OCD_IMAGE_SREC, .addr_bits = 24, .has_entry = true, .entry = 0x31234},
    };
    struct place p;

    make_place(&p);
    for (unsigned i = 0; i < COUNT_OF(layouts); i++) {
        struct sparse s = {&(struct chunk){0x100, 4, (uint8_t *)(uintptr_t) "abcd"}, 1};
        bool ihex = layouts[i].format == OCD_IMAGE_IHEX;
        struct ocd_image *image;
        write_image(file_in(&p, "ours"), &s, &layouts[i]);
        run_tool("srec_cat", file_in(&p, "ours"), ihex ? "-intel" : "-motorola", "-o",
                 file_in(&p, "theirs"), ihex ? "-motorola" : "-intel", NULL);
        assert_int_equal(ocd_image_open(&image, file_in(&p, "theirs"), NULL), OCD_OK);
        assert_true(ocd_image_get_info(image)->has_entry);
        assert_int_equal(ocd_image_get_info(image)->entry, layouts[i].entry);
        ocd_image_close(image);
    }
    remove_place(&p);
}

/* What the specification says of records that cross 64 KiB. */
static void addresses_wrap_as_in_srec_cat(void **state)
{
    (void)state;
    static const char *const bases[] = {"", ":020000021000EC\n", ":020000040801F1\n",
                                        ":02000002FFF00D\n"};
    struct place p;

    make_place(&p);
    for (unsigned i = 0; i < COUNT_OF(bases); i++) {
        char text[200];
        snprintf(text, sizeof(text), "%s:10FFF800000102030405060708090A0B0C0D0E0F81\n:00000001FF\n",
                 bases[i]);
        write_file(file_in(&p, "border.hex"), text, strlen(text));
        run_tool("srec_cat", "-disable-sequence-warnings", file_in(&p, "border.hex"), "-intel",
                 "-o", file_in(&p, "theirs"), "-motorola", "-address-length=4", NULL);
        struct ocd_image *ours;
        struct ocd_image *theirs;
        assert_int_equal(ocd_image_open(&ours, file_in(&p, "border.hex"), NULL), OCD_OK);
        assert_int_equal(ocd_image_open(&theirs, file_in(&p, "theirs"), NULL), OCD_OK);
        char *a = show(ours, 100);
        char *b = show(theirs, 100);
        assert_string_equal(a, b);
        free(a);
        free(b);
        ocd_image_close(ours);
        ocd_image_close(theirs);
    }
    remove_place(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(srec_cat_reads_our_files),
        cmocka_unit_test(files_of_srec_cat_are_read),
        cmocka_unit_test(start_address_survives),
        cmocka_unit_test(addresses_wrap_as_in_srec_cat),
    };
    return have_tool("srec_cat") ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
