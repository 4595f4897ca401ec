// SPDX-License-Identifier: MIT
/* Files that were damaged: they are refused with a reason, or what is delivered is in order. The
 * number of rounds may be given as an argument. */
#include "elf_file.h"

enum {
    ROUNDS = 4000,     /* of each format */
    DELIVERED = 65536, /* bytes; a hexdump's `*` may mean very many */
};

static unsigned rounds = ROUNDS;

static void remove_at(struct ocd_buffer *b, size_t at, size_t n)
{
    memmove(b->data + at, b->data + at + n, b->size - at - n);
    b->size -= n;
}

static void insert_at(struct ocd_buffer *b, size_t at, const char *bytes, size_t n)
{
    char *copy = exact_copy(bytes, n);

    assert_int_equal(ocd__buffer_reserve(b, n), 0);
    memmove(b->data + at + n, b->data + at, b->size - at);
    memcpy(b->data + at, copy, n);
    b->size += n;
    free(copy);
}

/* A character that has a meaning in one of the formats. */
static char special_char(uint64_t *seed)
{
    static const char all[] = "0123456789ABCDEFabcdef:S*?| \r\n\t\177\377";

    return all[random_below(seed, sizeof(all))];
}

static void mutate(struct ocd_buffer *b, uint64_t *seed)
{
    size_t at = random_below(seed, b->size);
    size_t n = 1 + random_below(seed, b->size - at);
    char byte = special_char(seed);

    n = n > 40 && random_below(seed, 8) != 0 ? 1 + n % 40 : n;
    switch (random_below(seed, 6)) {
    case 0:
        b->data[at] = byte;
        break;
    case 1:
        b->data[at] = (char)random_u64(seed);
        break;
    case 2:
        b->data[at] = (char)(b->data[at] ^ (1 << random_below(seed, 8)));
        break;
    case 3:
        remove_at(b, at, n < b->size ? n : b->size - 1);
        break;
    case 4:
        insert_at(b, random_below(seed, b->size), b->data + at, n);
        break;
    default:
        insert_at(b, at, &byte, 1);
        break;
    }
}

static void deliver(struct ocd_image *image, uint64_t *seed)
{
    static uint8_t data[1000];
    const struct ocd_image_info *info = ocd_image_get_info(image);
    uint64_t total = 0;
    uint64_t next = 0;
    uint64_t addr;
    size_t size = 1;

    while (total < DELIVERED) {
        assert_int_equal(
            ocd_image_next(image, &addr, data, 1 + random_below(seed, sizeof(data)), &size),
            OCD_OK);
        if (size == 0)
            break;
        assert_true(total == 0 ? addr == info->first : addr >= next);
        assert_true(addr + (size - 1) <= info->last);
        next = addr + size;
        total += size;
    }
    if (size == 0)
        assert_int_equal(total, info->bytes);
}

/* Returns whether the file was good. */
static bool try(const struct ocd_buffer *b, const struct ocd_image_options *options, uint64_t *seed)
{
    struct copy c;
    int rc = open_copy(&c, b->data, b->size, "file", options);

    if (rc == OCD_OK) {
        deliver(c.image, seed);
    } else {
        assert_int_equal(rc, OCD_ERR_FORMAT);
        assert_true(strlen(ocd_image_error(c.image)->message) > 10);
    }
    close_copy(&c);
    return rc == OCD_OK;
}

static void damage(const struct ocd_buffer *good, const struct ocd_image_options *options,
                   uint64_t seed)
{
    unsigned accepted = 0;

    for (unsigned i = 0; i < rounds; i++) {
        struct ocd_buffer b = {0};
        ocd__buffer_add(&b, good->data, good->size);
        for (size_t n = random_below(&seed, 4); n > 0; n--)
            mutate(&b, &seed);
        if (options->format != OCD_IMAGE_ELF) { /* what would not pass the checksums otherwise */
            assert_int_equal(ocd__buffer_add(&b, "", 1), 0);
            char *whole = with_checksums(b.data);
            ocd__buffer_clear(&b);
            ocd__buffer_add(&b, whole, strlen(whole));
            free(whole);
        }
        if (b.size > 0)
            accepted += try(&b, options, &seed);
        ocd__buffer_free(&b);
    }
    assert_in_range(accepted, rounds / 10, rounds - rounds / 10);
}

/* In place of checksums, those that are there are taken away. */
static struct ocd_buffer starred(const struct ocd_buffer *text)
{
    struct ocd_buffer out = {0};

    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] != '\n')
            continue;
        size_t begin = i;
        while (begin > 0 && text->data[begin - 1] != '\n')
            begin--;
        ocd__buffer_add(&out, text->data + begin, i - begin - 2);
        ocd__buffer_puts(&out, "*\n");
    }
    return out;
}

static void damage_records(enum ocd_image_format format, unsigned bits, uint64_t seed)
{
    struct sparse s = random_sparse(&seed, 6, 60, 0x20000);
    struct ocd_image_layout layout = {.format = format, .addr_bits = bits};
    struct ocd_buffer good = write_sparse(&s, &layout);
    struct ocd_image_options options = {.format = format};

    if (format != OCD_IMAGE_HEXDUMP) {
        struct ocd_buffer open = starred(&good);
        damage(&open, &options, seed);
        ocd__buffer_free(&open);
    } else {
        damage(&good, &options, seed);
    }
    ocd__buffer_free(&good);
    free_sparse(&s);
}

static void intel_hex(void **state)
{
    (void)state;
    damage_records(OCD_IMAGE_IHEX, 32, 1);
    damage_records(OCD_IMAGE_IHEX, 20, 2);
}

static void s_record(void **state)
{
    (void)state;
    damage_records(OCD_IMAGE_SREC, 32, 3);
}

static void hexdump(void **state)
{
    (void)state;
    damage_records(OCD_IMAGE_HEXDUMP, 0, 4);

    static const char text[] = "00001000: 61 62 63 64  |abcd|\n*\n00001010: ?? ?? ?? ??  |....|\n"
                               "*\n00001020: 01 02 ?? 03  |....|\n00001024:\n";
    struct ocd_buffer good = {0};
    ocd__buffer_puts(&good, text);
    damage(&good, &(struct ocd_image_options){.format = OCD_IMAGE_HEXDUMP}, 5);
    ocd__buffer_free(&good);
}

static void elf(void **state)
{
    (void)state;
    static const struct elf_segment segments[] = {
        {.vaddr = 0x08000000, .paddr = 0x08000000, .data = "ABCDEFGH", .size = 8},
        {.vaddr = 0x20000000, .paddr = 0x08000008, .data = "xyz", .size = 3, .bss = 100},
    };
    static const struct elf_section sections[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000002, .offset = 2, .size = 6},
        {.name = ".data", .flags = SHF_ALLOC, .addr = 0x20000000, .segment = 1, .size = 3},
    };
    const char *const names[] = {".data", ".text", NULL};

    for (unsigned i = 0; i < 8; i++) {
        struct elf_spec spec = {(i & 1) != 0, (i & 2) != 0, 0, 0, segments, 2, sections, 2};
        struct ocd_buffer good = elf_make(&spec);
        damage(&good,
               &(struct ocd_image_options){.format = OCD_IMAGE_ELF,
                                           .sections = (i & 4) != 0 ? names : NULL},
               10 + i);
        ocd__buffer_free(&good);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intel_hex),
        cmocka_unit_test(s_record),
        cmocka_unit_test(hexdump),
        cmocka_unit_test(elf),
    };
    if (argc > 1)
        rounds = (unsigned)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
