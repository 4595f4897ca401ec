// SPDX-License-Identifier: MIT
/* Both ways against objcopy of the GNU binutils. */
#include "elf_file.h"
#include "tools.h"

enum {
    ROUNDS = 6, /* of each case */
};

static const struct {
    struct ocd_image_layout layout;
    uint64_t last;
    const char *name; /* binutils' */
} cases[] = {
    {{.format = OCD_IMAGE_IHEX}, UINT32_MAX, "ihex"},
    {{.format = OCD_IMAGE_IHEX, .addr_bits = 20, .record_size = 32}, 0xfffff, "ihex"},
    {{.format = OCD_IMAGE_IHEX, .addr_bits = 16, .record_size = 5}, 0xffff, "ihex"},
    {{.format = OCD_IMAGE_SREC}, UINT32_MAX, "srec"},
    {{.format = OCD_IMAGE_SREC, .addr_bits = 24, .record_size = 200}, 0xffffff, "srec"},
    {{.format = OCD_IMAGE_SREC, .addr_bits = 16}, 0xffff, "srec"},
};

static void objcopy_reads_our_files(void **state)
{
    (void)state;
    static const uint8_t fills[] = {0x00, 0xff};
    uint64_t seed = 15;

    for (unsigned i = 0; i < ROUNDS * COUNT_OF(cases); i++) {
        unsigned k = i % COUNT_OF(cases);
        struct place p;
        make_place(&p);
        struct sparse s = random_place(&seed, cases[k].last);
        write_image(file_in(&p, "ours"), &s, &cases[k].layout);
        for (unsigned f = 0; f < COUNT_OF(fills); f++) {
            run_tool("objcopy", "-I", cases[k].name, "-O", "binary", "--gap-fill",
                     f == 0 ? "0" : "255", file_in(&p, "ours"), file_in(&p, "flat"), NULL);
            expect_flat(file_in(&p, "flat"), &s, fills[f]);
        }
        free_sparse(&s);
        remove_place(&p);
    }
}

/* Ours in one format, from objcopy in each of the others. */
static void files_of_objcopy_are_read(void **state)
{
    (void)state;
    static const char *const outputs[] = {"ihex", "srec"};
    uint64_t seed = 16;

    for (unsigned i = 0; i < 2 * ROUNDS * COUNT_OF(cases); i++) {
        unsigned k = i % COUNT_OF(cases);
        struct place p;
        make_place(&p);
        struct sparse s = random_place(&seed, cases[k].last);
        write_image(file_in(&p, "ours"), &s, &cases[k].layout);
        run_tool("objcopy", "-I", cases[k].name, "-O", outputs[i / COUNT_OF(cases) % 2],
                 file_in(&p, "ours"), file_in(&p, "theirs"), NULL);
        expect_image(file_in(&p, "theirs"), NULL, &s);
        free_sparse(&s);
        remove_place(&p);
    }
}

/* objcopy makes a relocatable file, whose sections it names .sec1 and so on. */
static void elf_sections_of_objcopy_are_read(void **state)
{
    (void)state;
    static const char *const targets[] = {"elf32-little", "elf32-big", "elf64-little", "elf64-big"};
    /* From the last one on, so that as many as there are can be named. */
    static const char *const names[] = {".sec10", ".sec9", ".sec8", ".sec7", ".sec6", ".sec5",
                                        ".sec4",  ".sec3", ".sec2", ".sec1", NULL};
    uint64_t seed = 17;

    for (unsigned i = 0; i < 2 * COUNT_OF(targets); i++) {
        struct place p;
        make_place(&p);
        struct sparse s = random_place(&seed, UINT32_MAX);
        assert_true(s.count <= 10);
        write_image(file_in(&p, "ours"), &s, &cases[3].layout);
        run_tool("objcopy", "-I", "srec", "-O", targets[i % 4], file_in(&p, "ours"),
                 file_in(&p, "theirs"), NULL);
        expect_image(file_in(&p, "theirs"),
                     &(struct ocd_image_options){.sections = names + 10 - s.count}, &s);
        free_sparse(&s);
        remove_place(&p);
    }
}

/* What our reader finds in a linked file is what objcopy finds, in each class and byte order. */
static void compare_linked(const struct elf_segment *segments, unsigned segment_count,
                           const struct elf_section *sections, unsigned section_count)
{
    for (unsigned i = 0; i < 4; i++) {
        struct elf_spec spec = {(i & 1) != 0, (i & 2) != 0,  0,        0x08000011,
                                segments,     segment_count, sections, section_count};
        struct ocd_buffer file = elf_make(&spec);
        struct ocd_image *ours;
        struct ocd_image *theirs;
        struct place p;
        make_place(&p);
        write_file(file_in(&p, "a.elf"), file.data, file.size);
        run_tool("objcopy", "-O", i % 2 == 0 ? "srec" : "ihex", file_in(&p, "a.elf"),
                 file_in(&p, "theirs"), NULL);
        assert_int_equal(ocd_image_open(&ours, file_in(&p, "a.elf"), NULL), OCD_OK);
        assert_int_equal(ocd_image_open(&theirs, file_in(&p, "theirs"), NULL), OCD_OK);
        char *a = show(ours, 100);
        char *b = show(theirs, 100);
        assert_string_equal(a, b);
        assert_int_equal(ocd_image_get_info(ours)->entry, 0x08000011);
        free(a);
        free(b);
        ocd_image_close(ours);
        ocd_image_close(theirs);
        remove_place(&p);
        ocd__buffer_free(&file);
    }
}

static void linked_files_are_read_as_objcopy_does(void **state)
{
    (void)state;
    static const uint8_t code[100] = {1, 2, 3, 4, 5};
    static const struct elf_segment segments[] = {
        {.vaddr = 0x08000000, .paddr = 0x08000000, .data = code, .size = 100},
        {.vaddr = 0x20000000, .paddr = 0x08000064, .data = "initialised", .size = 11, .bss = 100},
        {.vaddr = 0x20002000, .paddr = 0x08008000, .data = "more", .size = 4},
    };
    static const struct elf_section whole[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000000, .size = 100},
        {.name = ".data", .flags = SHF_ALLOC, .addr = 0x20000000, .segment = 1, .size = 11},
        {.name = ".more", .flags = SHF_ALLOC, .addr = 0x20002000, .segment = 2, .size = 4},
    };
    static const struct elf_section parts[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000010, .offset = 16, .size = 50},
        {.name = ".exidx",
         .type = SHT_INIT_ARRAY,
         .flags = SHF_ALLOC,
         .addr = 0x08000048,
         .offset = 72,
         .size = 8},
        {.name = ".none", .flags = SHF_ALLOC, .addr = 0x00001000, .data = "none", .size = 4},
        {.name = ".data",
         .flags = SHF_ALLOC,
         .addr = 0x20000002,
         .segment = 1,
         .offset = 2,
         .size = 9},
        {.name = ".bss",
         .type = SHT_NOBITS,
         .flags = SHF_ALLOC,
         .addr = 0x2000000b,
         .segment = 1,
         .offset = 11,
         .size = 100},
    };

    compare_linked(segments, 3, whole, 3);
    compare_linked(segments, 3, parts, 5);
}

static void physical_addresses_count_as_in_objcopy(void **state)
{
    (void)state;
    static const struct elf_segment zero[] = {
        {.vaddr = 0x20001000, .data = "ab", .size = 2},
        {.vaddr = 0x20002000, .data = "cd", .size = 2},
        {.vaddr = 0x20003000, .bss = 16},
        {.type = PT_NOTE, .vaddr = 0x20004000, .paddr = 0x20004000, .data = "note", .size = 4},
    };
    static const struct elf_section sections[] = {
        {.name = ".a", .flags = SHF_ALLOC, .addr = 0x20001000, .size = 2},
        {.name = ".b", .flags = SHF_ALLOC, .addr = 0x20002000, .segment = 1, .size = 2},
    };

    compare_linked(zero, 1, sections, 1);
    compare_linked(zero, 2, sections, 2);
    compare_linked(zero, 3, sections, 1);
    compare_linked(zero, 4, sections, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objcopy_reads_our_files),
        cmocka_unit_test(files_of_objcopy_are_read),
        cmocka_unit_test(elf_sections_of_objcopy_are_read),
        cmocka_unit_test(linked_files_are_read_as_objcopy_does),
        cmocka_unit_test(physical_addresses_count_as_in_objcopy),
    };
    return have_tool("objcopy") ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
