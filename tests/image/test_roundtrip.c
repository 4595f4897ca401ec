// SPDX-License-Identifier: MIT
/* Random images: what is written is read, and records in any order fill a memory as if they were
 * stored one after the other. */
#include "support.h"

static void written_images_are_read_back(void **state)
{
    (void)state;
    static const struct {
        struct ocd_image_layout layout;
        uint64_t end;
    } cases[] = {
        {{.format = OCD_IMAGE_IHEX}, (uint64_t)1 << 32},
        {{.format = OCD_IMAGE_IHEX, .record_size = 255}, 0x100000},
        {{.format = OCD_IMAGE_IHEX, .addr_bits = 20, .record_size = 7}, 0x100000},
        {{.format = OCD_IMAGE_IHEX, .addr_bits = 16, .record_size = 1}, 0x10000},
        {{.format = OCD_IMAGE_SREC}, (uint64_t)1 << 32},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 24, .record_size = 33}, 0x1000000},
        {{.format = OCD_IMAGE_SREC, .addr_bits = 16, .record_size = 252}, 0x10000},
        {{.format = OCD_IMAGE_HEXDUMP}, (uint64_t)1 << 33},
        {{.format = OCD_IMAGE_HEXDUMP}, UINT64_MAX},
    };
    uint64_t seed = 1;

    for (size_t i = 0; i < 40 * COUNT_OF(cases); i++) {
        struct ocd_image_layout layout = cases[i % COUNT_OF(cases)].layout;
        struct sparse s =
            random_sparse(&seed, 1 + random_below(&seed, 12), 1 + random_below(&seed, 700),
                          cases[i % COUNT_OF(cases)].end);
        layout.has_entry = random_below(&seed, 2) == 0;
        layout.entry = 1 + random_below(&seed, 0xffff);
        struct ocd_buffer out = write_sparse(&s, &layout);
        char *expected = show_sparse(&s);
        struct copy c;
        assert_int_equal(
            open_copy(&c, out.data, out.size, "file",
                      &(struct ocd_image_options){.format = layout.format, .allow_empty = true}),
            OCD_OK);
        char *shown = show(c.image, 1 + random_below(&seed, 1000));
        assert_string_equal(shown, expected);
        const struct ocd_image_info *info = ocd_image_get_info(c.image);
        assert_string_equal(info->warnings, "");
        if (layout.format != OCD_IMAGE_HEXDUMP) {
            assert_int_equal(info->has_entry, layout.has_entry);
            assert_int_equal(info->entry, layout.has_entry ? layout.entry : 0);
        }
        free(shown);
        free(expected);
        close_copy(&c);
        ocd__buffer_free(&out);
        free_sparse(&s);
    }
}

/* --- Records in any order --- */

enum {
    MEMORY = 0x50000,
};

struct memory {
    uint8_t bytes[MEMORY];
    bool known[MEMORY];
};

static void store(struct memory *m, uint64_t addr, uint8_t byte)
{
    assert_true(addr < MEMORY);
    m->bytes[addr] = byte;
    m->known[addr] = true;
}

static void compare(const struct memory *m, struct ocd_image *image, uint64_t *seed)
{
    static uint8_t buffer[5000];
    uint64_t next = 0;
    uint64_t addr;
    size_t size;

    for (;;) {
        size_t max = 1 + random_below(seed, sizeof(buffer));
        assert_int_equal(ocd_image_next(image, &addr, buffer, max, &size), OCD_OK);
        for (uint64_t end = size > 0 ? addr : MEMORY; next < end; next++)
            if (m->known[next])
                fail_msg("0x%llx is missing", (unsigned long long)next);
        if (size == 0)
            return;
        assert_memory_equal(m->bytes + addr, buffer, size);
        for (; next < addr + size; next++)
            assert_true(m->known[next]);
    }
}

static void check_records(const struct memory *m, const struct ocd_buffer *text, uint64_t *seed)
{
    char *whole = with_checksums(text->data);
    struct copy c;

    if (open_copy(&c, whole, strlen(whole), "file", NULL) != OCD_OK)
        fail_msg("%s", ocd_image_error(c.image)->text);
    compare(m, c.image, seed);
    ocd__image_rewind(c.image);
    compare(m, c.image, seed);
    close_copy(&c);
    free(whole);
}

/* Where a run of records goes on, so that runs get longer than one record. */
static unsigned pick(uint64_t *seed, unsigned next, unsigned limit)
{
    return random_below(seed, 4) != 0 && next < limit ? next : (unsigned)random_below(seed, limit);
}

static void intel_hex_records_in_any_order(void **state)
{
    (void)state;
    struct memory *m = malloc(sizeof(*m));
    uint64_t seed = 7;

    assert_non_null(m);
    for (unsigned round = 0; round < 60; round++) {
        struct ocd_buffer text = {0};
        bool segmented = false;
        unsigned base = 0;
        unsigned next = 0;
        memset(m, 0, sizeof(*m));
        for (size_t n = random_below(&seed, 120); n > 0; n--) {
            unsigned size = (unsigned)random_below(&seed, 256);
            unsigned addr = pick(&seed, next, 0x10000);
            if (random_below(&seed, 8) == 0) {
                segmented = random_below(&seed, 2) == 0;
                base = (unsigned)random_below(&seed, 4) * 0x10000;
                base += segmented ? (unsigned)random_below(&seed, 0x1000) * 16 : 0;
                ocd__buffer_printf(&text, ":020000%s%04X*\n", segmented ? "02" : "04",
                                   segmented ? base >> 4 : base >> 16);
            }
            if (random_below(&seed, 8) == 0)
                addr = 0xff80 + (unsigned)random_below(&seed, 0x80);
            ocd__buffer_printf(&text, ":%02X%04X00", size, addr);
            for (unsigned i = 0; i < size; i++) {
                uint8_t byte = (uint8_t)random_u64(&seed);
                ocd__buffer_printf(&text, "%02X", byte);
                store(m, base + (segmented ? (addr + i) % 0x10000 : addr + i), byte);
            }
            ocd__buffer_puts(&text, "*\n");
            next = addr + size;
        }
        ocd__buffer_puts(&text, ":00000001FF\n");
        check_records(m, &text, &seed);
        ocd__buffer_free(&text);
    }
    free(m);
}

static void s_records_in_any_order(void **state)
{
    (void)state;
    struct memory *m = malloc(sizeof(*m));
    uint64_t seed = 9;

    assert_non_null(m);
    for (unsigned round = 0; round < 60; round++) {
        struct ocd_buffer text = {0};
        unsigned count = (unsigned)random_below(&seed, 200);
        unsigned next = 0;
        memset(m, 0, sizeof(*m));
        for (unsigned n = 0; n < count; n++) {
            unsigned type = 2 + (unsigned)random_below(&seed, 2);
            unsigned size = (unsigned)random_below(&seed, 250);
            unsigned addr = pick(&seed, next, 2000);
            ocd__buffer_printf(&text, "S%u%02X%0*X", type, size + type + 2, (int)type * 2 + 2,
                               addr);
            for (unsigned i = 0; i < size; i++) {
                uint8_t byte = (uint8_t)random_u64(&seed);
                ocd__buffer_printf(&text, "%02X", byte);
                store(m, addr + i, byte);
            }
            ocd__buffer_puts(&text, "*\n");
            next = addr + size;
        }
        ocd__buffer_printf(&text, "S503%04X*\n", count);
        check_records(m, &text, &seed);
        ocd__buffer_free(&text);
    }
    free(m);
}

static void hexdump_rows_in_any_order(void **state)
{
    (void)state;
    struct memory *m = malloc(sizeof(*m));
    uint64_t seed = 11;

    assert_non_null(m);
    for (unsigned round = 0; round < 100; round++) {
        struct ocd_buffer text = {0};
        unsigned next = 0;
        memset(m, 0, sizeof(*m));
        for (size_t n = 1 + random_below(&seed, 60); n > 0; n--) {
            unsigned size = 1 + (unsigned)random_below(&seed, 20);
            unsigned addr = pick(&seed, next, 3000);
            unsigned unknown = random_below(&seed, 3) == 0 ? 4 : 0; /* one in four bytes */
            uint8_t row[20] = {0};
            ocd__buffer_printf(&text, "%04x:", addr);
            for (unsigned i = 0; i < size; i++) {
                row[i] = (uint8_t)random_u64(&seed);
                if (unknown != 0 && random_below(&seed, unknown) == 0) {
                    ocd__buffer_puts(&text, " ??");
                    unknown = 4;
                } else {
                    ocd__buffer_printf(&text, " %02x", row[i]);
                    store(m, addr + i, row[i]);
                }
            }
            next = addr + size;
            unsigned repeats = unknown == 0 ? (unsigned)random_below(&seed, 4) : 0;
            for (unsigned i = 0; i < repeats * size; i++)
                store(m, next + i, row[i % size]);
            next += repeats * size;
            ocd__buffer_puts(&text, "\n");
            if (repeats > 0)
                ocd__buffer_printf(&text, "*\n%x:\n", next);
        }
        check_records(m, &text, &seed);
        ocd__buffer_free(&text);
    }
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_images_are_read_back),
        cmocka_unit_test(intel_hex_records_in_any_order),
        cmocka_unit_test(s_records_in_any_order),
        cmocka_unit_test(hexdump_rows_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
