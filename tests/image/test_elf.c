// SPDX-License-Identifier: MIT
#include "elf_file.h"

/* Code that runs where it is stored, and data that is copied to RAM. */
static const struct elf_segment segments[] = {
    {.vaddr = 0x08000000, .paddr = 0x08000000, .data = "ABCDEFGH", .size = 8},
    {.type = PT_NOTE, .vaddr = 0x100, .paddr = 0x100, .data = "note", .size = 4},
    {.vaddr = 0x20000000, .paddr = 0x08000008, .data = "xyz", .size = 3, .bss = 100},
    {.vaddr = 0x20001000, .paddr = 0x20001000, .bss = 16},
};

static const struct elf_section sections[] = {
    {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000002, .offset = 2, .size = 6},
    {.name = ".data", .flags = SHF_ALLOC, .addr = 0x20000000, .segment = 2, .size = 3},
    {.name = ".bss", .type = SHT_NOBITS, .flags = SHF_ALLOC, .addr = 0x20000003, .size = 100},
    {.name = ".comment", .data = "hello", .size = 5},
    {.name = ".config", .flags = SHF_ALLOC, .addr = 0x1000, .data = "conf", .size = 4},
    {.name = ".packed", .flags = SHF_ALLOC | SHF_COMPRESSED, .data = "conf", .size = 4},
};

/* The first of `sections` that an ordinary program has; the others are asked for by name. */
#define ORDINARY 4

/* A spec of each class and byte order. */
struct kinds {
    struct elf_spec spec[4];
};

static struct kinds kinds_with(unsigned section_count)
{
    struct kinds k;

    for (unsigned i = 0; i < 4; i++)
        k.spec[i] = (struct elf_spec){
            .wide = (i & 1) != 0,
            .big = (i & 2) != 0,
            .entry = 0x08000101,
            .segments = segments,
            .segment_count = COUNT_OF(segments),
            .sections = sections,
            .section_count = section_count,
        };
    return k;
}

static struct kinds all_kinds(void)
{
    return kinds_with(COUNT_OF(sections));
}

static void check(const struct elf_spec *spec, const struct ocd_image_options *options,
                  const char *shown)
{
    struct ocd_buffer file = elf_make(spec);

    expect_bytes(file.data, file.size, options, shown);
    ocd__buffer_free(&file);
}

static void sections_are_read_where_they_are_stored(void **state)
{
    (void)state;
    struct kinds k = kinds_with(ORDINARY);

    for (unsigned i = 0; i < 4; i++)
        check(&k.spec[i], NULL, "8000002: 43 44 45 46 47 48 78 79 7a");
}

static void sections_are_read_where_they_run(void **state)
{
    (void)state;
    struct kinds k = kinds_with(ORDINARY);

    for (unsigned i = 0; i < 4; i++)
        check(&k.spec[i], &(struct ocd_image_options){.virtual_addr = true},
              "8000002: 43 44 45 46 47 48\n20000000: 78 79 7a");
}

static void segments_are_read_where_no_section_is_loaded(void **state)
{
    (void)state;
    struct kinds k = kinds_with(0);

    for (unsigned i = 0; i < 4; i++) {
        check(&k.spec[i], NULL, "8000000: 41 42 43 44 45 46 47 48 78 79 7a");
        check(&k.spec[i], &(struct ocd_image_options){.virtual_addr = true},
              "8000000: 41 42 43 44 45 46 47 48\n20000000: 78 79 7a");
    }
}

/* LLD's default, and GNU ld's with large pages: 16 KiB below the program would be erased. */
static void header_in_the_first_segment_is_not_read(void **state)
{
    (void)state;
    static const struct elf_section text[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000002, .offset = 2, .size = 6}};
    struct elf_spec spec = kinds_with(0).spec[0];
    spec.sections = text;
    spec.section_count = 1;
    struct ocd_buffer file = elf_make(&spec);
    size_t at = elf_segment_at(&spec, 0);

    /* From the start of the file up to the end of the section. */
    elf_poke_at(&file, &spec, at + 4, 4, 0);
    elf_poke_at(&file, &spec, at + 8, 4, 0x08000000 - elf_segment_at(&spec, 4));
    elf_poke_at(&file, &spec, at + 12, 4, 0x08000000 - elf_segment_at(&spec, 4));
    elf_poke_at(&file, &spec, at + 16, 4, elf_segment_at(&spec, 4) + 8);
    elf_poke_at(&file, &spec, at + 20, 4, elf_segment_at(&spec, 4) + 8);
    expect_bytes(file.data, file.size, NULL, "8000002: 43 44 45 46 47 48");
    ocd__buffer_free(&file);
}

static void sections_are_read_by_name(void **state)
{
    (void)state;
    struct kinds k = all_kinds();
    const char *const two[] = {".data", ".text", NULL};
    const char *const outside[] = {".config", NULL};

    for (unsigned i = 0; i < 4; i++) {
        check(&k.spec[i], &(struct ocd_image_options){.sections = two},
              "8000002: 43 44 45 46 47 48 78 79 7a");
        check(&k.spec[i], &(struct ocd_image_options){.sections = two, .virtual_addr = true},
              "8000002: 43 44 45 46 47 48\n20000000: 78 79 7a");
        check(&k.spec[i], &(struct ocd_image_options){.sections = outside}, "1000: 63 6f 6e 66");
    }
}

/* As objcopy and GDB have it. */
static void physical_addresses_that_are_all_zero_do_not_count(void **state)
{
    (void)state;
    static const struct elf_segment zero[] = {
        {.vaddr = 0x1000, .data = "ab", .size = 2},
        {.vaddr = 0x2000, .bss = 16},
        {.vaddr = 0x3000, .data = "cd", .size = 2},
    };
    struct elf_spec spec = {.segments = zero, .segment_count = COUNT_OF(zero)};

    check(&spec, NULL, "1000: 61 62\n3000: 63 64");
}

static void physical_address_zero_of_a_single_segment_counts(void **state)
{
    (void)state;
    static const struct elf_segment one[] = {{.vaddr = 0x20001000, .data = "ab", .size = 2}};
    static const struct elf_section text[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x20001000, .size = 2}};
    struct elf_spec spec = {.segments = one, .segment_count = 1};

    check(&spec, NULL, "0: 61 62");
    spec.sections = text;
    spec.section_count = 1;
    check(&spec, NULL, "0: 61 62");
}

/* One other than 0 is enough, also of a header that has no data. */
static void physical_address_zero_counts_beside_others(void **state)
{
    (void)state;
    static const struct elf_segment some[] = {
        {.vaddr = 0x1000, .data = "ab", .size = 2},
        {.vaddr = 0x2000, .paddr = 0x77, .bss = 16},
        {.vaddr = 0x3000, .paddr = 2, .data = "cd", .size = 2},
    };
    struct elf_spec spec = {.segments = some, .segment_count = COUNT_OF(some)};

    check(&spec, NULL, "0: 61 62 63 64");
    spec.segment_count = 2;
    check(&spec, NULL, "0: 61 62");
}

static void expect_warnings(const struct elf_spec *spec, const char *warnings)
{
    struct ocd_buffer file = elf_make(spec);
    struct copy c;

    assert_int_equal(open_copy(&c, file.data, file.size, "file", NULL), OCD_OK);
    assert_string_equal(ocd_image_get_info(c.image)->warnings, warnings);
    close_copy(&c);
    ocd__buffer_free(&file);
}

static void data_outside_sections_or_segments_is_warned_of(void **state)
{
    (void)state;
    static const struct elf_section text[] = {
        {.name = ".text", .flags = SHF_ALLOC, .addr = 0x08000002, .offset = 2, .size = 6},
        {.name = ".config", .flags = SHF_ALLOC, .addr = 0x1000, .data = "conf", .size = 4},
    };
    struct elf_spec spec = kinds_with(0).spec[0];
    spec.sections = text;
    spec.section_count = 2;

    check(&spec, NULL, "1000: 63 6f 6e 66\n8000002: 43 44 45 46 47 48");
    expect_warnings(&spec,
                    "offset 0x130: a section at 0x00001000 is in no load segment\n"
                    "offset 0x74: a segment of 3 bytes is left out: no section holds them\n");
}

static void entry_is_reported(void **state)
{
    (void)state;
    struct kinds k = kinds_with(ORDINARY);

    for (unsigned i = 0; i < 4; i++) {
        struct ocd_buffer file = elf_make(&k.spec[i]);
        struct copy c;
        assert_int_equal(open_copy(&c, file.data, file.size, "file", NULL), OCD_OK);
        assert_true(ocd_image_get_info(c.image)->has_entry);
        assert_int_equal(ocd_image_get_info(c.image)->entry, 0x08000101);
        assert_int_equal(ocd_image_get_info(c.image)->format, OCD_IMAGE_ELF);
        assert_int_equal(ocd_image_get_info(c.image)->machine, i % 2 == 0 ? EM_ARM : EM_AARCH64);
        assert_string_equal(ocd_image_get_info(c.image)->warnings, "");
        close_copy(&c);
        ocd__buffer_free(&file);
    }
}

static void header_in_a_segment_is_warned_of(void **state)
{
    (void)state;
    struct elf_spec spec = kinds_with(0).spec[0];
    struct ocd_buffer file = elf_make(&spec);
    struct copy c;

    elf_poke_at(&file, &spec, elf_segment_at(&spec, 0) + 4, 4, 0);
    assert_int_equal(open_copy(&c, file.data, file.size, "file", NULL), OCD_OK);
    assert_string_equal(ocd_image_get_info(c.image)->warnings,
                        "offset 0x34: a segment begins with the ELF header itself\n");
    close_copy(&c);
    ocd__buffer_free(&file);
}

static void refuse(const struct elf_spec *spec, struct ocd_buffer *file,
                   const struct ocd_image_options *options, uint64_t place, const char *words)
{
    expect_malformed_bytes(file->data, file->size, options, place, words);
    ocd__buffer_free(file);
    *file = elf_make(spec);
}

static void identification_is_checked(void **state)
{
    (void)state;
    struct elf_spec spec = all_kinds().spec[1];
    struct ocd_buffer file = elf_make(&spec);
    struct ocd_image_options elf = {.format = OCD_IMAGE_ELF};

    expect_malformed_bytes(file.data, 15, NULL, 0, "the file is shorter than an ELF header");
    expect_malformed_bytes(file.data, 63, NULL, 0,
                           "ELF, offset 0x0: a header goes beyond the end of the file");
    expect_malformed_bytes("", 0, &elf, 0, "the file is shorter than an ELF header");
    file.data[1] = 'e';
    refuse(&spec, &file, &elf, 0, "the file does not begin with 7F 'ELF'");
    file.data[EI_CLASS] = 3;
    refuse(&spec, &file, NULL, EI_CLASS, "offset 0x4: there is no class 3");
    file.data[EI_DATA] = 0;
    refuse(&spec, &file, NULL, EI_DATA, "offset 0x5: there is no byte order 0");
    file.data[EI_VERSION] = 2;
    refuse(&spec, &file, NULL, EI_VERSION, "offset 0x6: there is no version 2");
    ocd__buffer_free(&file);
}

static void program_headers_are_checked(void **state)
{
    (void)state;
    struct kinds k = all_kinds();

    for (unsigned i = 0; i < 4; i++) {
        const struct elf_spec *spec = &k.spec[i];
        struct ocd_buffer file = elf_make(spec);
        elf_poke(&file, spec, E_PHENTSIZE, 8);
        refuse(spec, &file, NULL, 0,
               spec->wide ? "a program header has 56 bytes, not 8"
                          : "a program header has 32 bytes, not 8");
        elf_poke(&file, spec, E_PHNUM, 1000);
        refuse(spec, &file, NULL, elf_segment_at(spec, 0),
               "1000 program headers go beyond the end of the file");
        elf_poke(&file, spec, E_PHOFF, 0xffffff00);
        refuse(spec, &file, NULL, 0xffffff00, "4 program headers go beyond the end of the file");
        elf_poke(&file, spec, E_PHNUM, 0);
        refuse(spec, &file, NULL, 0,
               "ELF: there is no load segment with data: name the sections that are meant");
        ocd__buffer_free(&file);
    }
}

static void segments_are_checked(void **state)
{
    (void)state;
    struct elf_spec spec = kinds_with(0).spec[2];
    struct ocd_buffer file = elf_make(&spec);
    size_t at = elf_segment_at(&spec, 0);
    char words[100];

    /* 32 bits: type, offset, vaddr, paddr, filesz, memsz */
    elf_poke_at(&file, &spec, at + 20, 4, 7);
    refuse(&spec, &file, NULL, at, "a segment is larger in the file than in memory");
    snprintf(words, sizeof(words),
             "a segment has 0x8 bytes at offset 0x%zX, but the file ends at 0x%zX", file.size - 7,
             file.size);
    elf_poke_at(&file, &spec, at + 4, 4, file.size - 7);
    refuse(&spec, &file, NULL, at, words);
    elf_poke_at(&file, &spec, at + 4, 4, 0xfffffffc);
    refuse(&spec, &file, NULL, at, strstr(words, ", but"));
    elf_poke_at(&file, &spec, at + 12, 4, 0xfffffff9);
    refuse(&spec, &file, NULL, at, "a segment goes beyond 4 GiB");
    ocd__buffer_free(&file);

    spec = kinds_with(0).spec[3];
    file = elf_make(&spec);
    at = elf_segment_at(&spec, 0);
    elf_poke_at(&file, &spec, at + 24, 8, 0xfffffffffffffff9);
    refuse(&spec, &file, NULL, at,
           "8 bytes at 0xFFFFFFFFFFFFFFF9 go beyond the top of the address space");
    ocd__buffer_free(&file);
}

static void sections_are_checked(void **state)
{
    (void)state;
    struct kinds k = all_kinds();
    static const struct {
        const char *name;
        int section; /* its header is the place; -1: none */
        const char *words;
    } cases[] = {
        {".nothing", -1, "ELF: there is no section .nothing"},
        {".comment", 4, "section .comment is not one that is loaded"},
        {".bss", 3, "section .bss has no data in the file"},
        {".packed", 6, ".packed is compressed"},
    };

    for (unsigned i = 0; i < 4 * COUNT_OF(cases); i++) {
        const struct elf_spec *spec = &k.spec[i % 4];
        struct ocd_buffer file = elf_make(spec);
        const char *const names[] = {".text", cases[i / 4].name, NULL};
        struct ocd_image_options options = {.sections = names};
        int section = cases[i / 4].section;
        refuse(spec, &file, &options,
               section < 0 ? 0 : elf_section_at(&file, spec, (unsigned)section),
               cases[i / 4].words);
        ocd__buffer_free(&file);
    }
}

static void section_tables_are_checked(void **state)
{
    (void)state;
    const char *const names[] = {".text", NULL};
    struct ocd_image_options options = {.sections = names};
    struct kinds k = all_kinds();

    for (unsigned i = 0; i < 4; i++) {
        const struct elf_spec *spec = &k.spec[i];
        struct ocd_buffer file = elf_make(spec);
        size_t table = elf_section_at(&file, spec, 0);
        elf_poke(&file, spec, E_SHENTSIZE, 8);
        refuse(spec, &file, &options, 0,
               spec->wide ? "a section header has 64 bytes, not 8"
                          : "a section header has 40 bytes, not 8");
        elf_poke(&file, spec, E_SHNUM, 9);
        refuse(spec, &file, &options, table, "9 section headers go beyond the end of the file");
        elf_poke(&file, spec, E_SHSTRNDX, 8);
        refuse(spec, &file, &options, 0, "there is no table of section names");
        elf_poke(&file, spec, E_SHSTRNDX, 1);
        refuse(spec, &file, &options, elf_section_at(&file, spec, 1),
               "this is no table of section names");
        elf_poke(&file, spec, E_SHOFF, file.size - 3);
        elf_poke(&file, spec, E_SHNUM, 0);
        refuse(spec, &file, NULL, file.size - 3, "a header goes beyond the end of the file");
        ocd__buffer_free(&file);
    }
}

/* Numbers that do not fit into the header stand in section 0. */
static void large_numbers_are_found(void **state)
{
    (void)state;
    struct kinds k = kinds_with(ORDINARY);
    const char *const names[] = {".text", NULL};
    struct ocd_image_options options = {.sections = names};

    for (unsigned i = 0; i < 4; i++) {
        const struct elf_spec *spec = &k.spec[i];
        struct ocd_buffer file = elf_make(spec);
        size_t zero = elf_section_at(&file, spec, 0);
        elf_poke(&file, spec, E_PHNUM, PN_XNUM);
        elf_poke(&file, spec, E_SHNUM, 0);
        elf_poke(&file, spec, E_SHSTRNDX, SHN_XINDEX);
        elf_poke_at(&file, spec, zero + (spec->wide ? 44 : 28), 4, COUNT_OF(segments));
        elf_poke_at(&file, spec, zero + (spec->wide ? 32 : 20), spec->wide ? 8 : 4, ORDINARY + 2);
        elf_poke_at(&file, spec, zero + (spec->wide ? 40 : 24), 4, ORDINARY + 1);
        expect_bytes(file.data, file.size, NULL, "8000002: 43 44 45 46 47 48 78 79 7a");
        expect_bytes(file.data, file.size, &options, "8000002: 43 44 45 46 47 48");
        ocd__buffer_free(&file);
    }
}

static void too_many_program_headers_are_refused(void **state)
{
    (void)state;
    struct elf_spec spec = all_kinds().spec[0];
    struct ocd_buffer file = elf_make(&spec);
    static const char zeros[4097 * sizeof(Elf32_Phdr)];

    elf_poke(&file, &spec, E_PHOFF, file.size);
    elf_poke(&file, &spec, E_PHNUM, 4097);
    ocd__buffer_add(&file, zeros, sizeof(zeros));
    refuse(&spec, &file, NULL, 0, "4097 program headers are more than 4096");
    ocd__buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_are_read_where_they_are_stored),
        cmocka_unit_test(sections_are_read_where_they_run),
        cmocka_unit_test(segments_are_read_where_no_section_is_loaded),
        cmocka_unit_test(header_in_the_first_segment_is_not_read),
        cmocka_unit_test(sections_are_read_by_name),
        cmocka_unit_test(physical_addresses_that_are_all_zero_do_not_count),
        cmocka_unit_test(physical_address_zero_of_a_single_segment_counts),
        cmocka_unit_test(physical_address_zero_counts_beside_others),
        cmocka_unit_test(data_outside_sections_or_segments_is_warned_of),
        cmocka_unit_test(entry_is_reported),
        cmocka_unit_test(header_in_a_segment_is_warned_of),
        cmocka_unit_test(identification_is_checked),
        cmocka_unit_test(program_headers_are_checked),
        cmocka_unit_test(segments_are_checked),
        cmocka_unit_test(sections_are_checked),
        cmocka_unit_test(section_tables_are_checked),
        cmocka_unit_test(large_numbers_are_found),
        cmocka_unit_test(too_many_program_headers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
