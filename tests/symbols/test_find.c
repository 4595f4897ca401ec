// SPDX-License-Identifier: MIT
/* Files and the symbols in them. */
#include "support.h"

static struct ocd_symbols *c, *cpp;

static int open_all(void **state)
{
    (void)state;
    c = open_data("c-gcc-dwarf5");
    cpp = open_data("cpp-gcc");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    ocd_symbols_close(c);
    ocd_symbols_close(cpp);
    return 0;
}

static const struct ocd_symbol *find(struct ocd_symbols *symbols, const char *name)
{
    const struct ocd_symbol *symbol;

    if (ocd_symbols_find(symbols, name, &symbol) != OCD_OK)
        fail_msg("%s", ocd_symbols_error(symbols)->text);
    return symbol;
}

static void expect_refusal(struct ocd_symbols *symbols, const char *name, int code,
                           const char *message)
{
    const struct ocd_symbol *symbol = (const struct ocd_symbol *)name;

    assert_int_equal(ocd_symbols_find(symbols, name, &symbol), code);
    assert_null(symbol);
    assert_int_equal(ocd_symbols_error(symbols)->code, code);
    if (strstr(ocd_symbols_error(symbols)->message, message) == NULL)
        fail_msg("'%s' has no '%s'", ocd_symbols_error(symbols)->message, message);
}

/* --- Files --- */

static void file_information_is_complete(void **state)
{
    (void)state;
    const struct ocd_elf_info *info = ocd__symbols_file(c, 0);

    assert_string_equal(info->machine, "ARM");
    assert_int_equal(info->bits, 32);
    assert_false(info->big_endian);
    assert_true(info->has_debug_info);
    assert_int_equal(info->build_id_size, 20);
    assert_true(info->rom_count > 0 && info->memory_count > info->rom_count);
    assert_null(ocd__symbols_file(c, 1));
    struct ocd_symbols *big = open_data("c-big-endian"), *wide = open_data("c-rv64");
    assert_true(ocd__symbols_file(big, 0)->big_endian);
    assert_int_equal(ocd__symbols_file(wide, 0)->bits, 64);
    assert_string_equal(ocd__symbols_file(wide, 0)->machine, "RISC-V");
    ocd_symbols_close(big);
    ocd_symbols_close(wide);
}

static void contents_are_those_of_the_sections(void **state)
{
    (void)state;
    uint8_t bytes[8] = {0};

    assert_int_equal(ocd__symbols_contents(c, find(c, "number")->addr, bytes, 4), OCD_OK);
    assert_int_equal(
        (int32_t)(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (int32_t)((uint32_t)bytes[3] << 24)),
        -123456789);
    memset(bytes, 0xff, sizeof(bytes));
    assert_int_equal(ocd__symbols_contents(c, find(c, "zeros")->addr, bytes, 4), OCD_OK);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(ocd__symbols_contents(c, 0x40000000, bytes, 4), OCD_ERR_NO_VALUE);
    assert_true(ocd_symbols_error(c)->has_addr);
    assert_int_equal(ocd__symbols_contents(c, 0x40000000, bytes, 0), OCD_OK);
}

static void a_file_in_memory_is_like_one_on_disk(void **state)
{
    (void)state;
    struct ocd_symbols *symbols;
    size_t size;
    void *data = read_whole(data_path("c-gcc-dwarf5", ".elf"), &size);

    assert_int_equal(ocd_symbols_open_memory(&symbols, data, size, "name", NULL), OCD_OK);
    memset(data, 0, size);
    free(data);
    assert_int_equal(find(symbols, "nested")->addr, find(c, "nested")->addr);
    assert_string_equal(ocd__symbols_file(symbols, 0)->path, "name");
    ocd_symbols_close(symbols);
}

static void a_descriptor_may_be_closed_after_opening(void **state)
{
    (void)state;
    struct ocd_symbols *symbols;
    FILE *file = fopen(data_path("c-gcc-dwarf5", ".elf"), "rb");

    assert_non_null(file);
    assert_int_equal(ocd_symbols_open_fd(&symbols, fileno(file), NULL, NULL), OCD_OK);
    fclose(file);
    assert_int_equal(find(symbols, "nested")->addr, find(c, "nested")->addr);
    ocd_symbols_close(symbols);
}

static void expect_unopened(const void *data, size_t size, int code, const char *message)
{
    struct ocd_symbols *symbols;
    const struct ocd_symbol *symbol;

    assert_int_equal(ocd_symbols_open_memory(&symbols, data, size, "x.elf", NULL), code);
    assert_int_equal(ocd_symbols_error(symbols)->code, code);
    assert_non_null(strstr(ocd_symbols_error(symbols)->text, message));
    assert_non_null(strstr(ocd_symbols_error(symbols)->text, "x.elf"));
    (void)symbol;
    ocd_symbols_close(symbols);
}

static void files_that_are_not_linked_elf_are_refused(void **state)
{
    (void)state;
    size_t size;
    char *data = read_whole(data_path("c-gcc-dwarf5", ".elf"), &size);

    expect_unopened("", 0, OCD_ERR_FORMAT, "no ELF file");
    expect_unopened("hello, this is text", 19, OCD_ERR_FORMAT, "no ELF file");
    expect_unopened(data, 20, OCD_ERR_FORMAT, "ELF");
    expect_unopened(data, 3000, OCD_ERR_FORMAT, "truncated");
    expect_unopened(data, size - 1, OCD_ERR_FORMAT, "truncated");
    data[16] = 1; /* e_type: ET_REL */
    expect_unopened(data, size, OCD_ERR_FORMAT, "object file");
    free(data);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct ocd_symbols *symbols;
    const char *path = "/nonexistent/fw.elf";

    assert_int_equal(ocd_symbols_open(&symbols, &path, 1, NULL), OCD_ERR_FILE);
    assert_non_null(strstr(ocd_symbols_error(symbols)->text, path));
    ocd_symbols_close(symbols);
    assert_int_equal(ocd_symbols_open(&symbols, &path, 0, NULL), OCD_ERR_ARG);
    ocd_symbols_close(symbols);
    struct ocd_symbols_options unknown = {.flags = 2};
    assert_int_equal(ocd_symbols_open(&symbols, &path, 1, &unknown), OCD_ERR_ARG);
    ocd_symbols_close(symbols);
    assert_int_equal(ocd_symbols_open(NULL, &path, 1, NULL), OCD_ERR_ARG);
}

static void several_files_are_searched_in_order(void **state)
{
    (void)state;
    char first[4096];
    strcpy(first, data_path("cpp-gcc", ".elf"));
    const char *paths[] = {first, data_path("c-gcc-dwarf5", ".elf")};
    struct ocd_symbols *both;

    assert_int_equal(ocd_symbols_open(&both, paths, 2, NULL), OCD_OK);
    assert_int_equal(find(both, "number")->addr, find(cpp, "number")->addr);
    assert_int_equal(find(both, "matrix")->addr, find(c, "matrix")->addr);
    assert_string_equal(find(both, "matrix")->elf->path, paths[1]);
    ocd_symbols_close(both);
    paths[1] = data_path("c-big-endian", ".elf");
    assert_int_equal(ocd_symbols_open(&both, paths, 2, NULL), OCD_ERR_FORMAT);
    assert_non_null(strstr(ocd_symbols_error(both)->text, "byte order"));
    ocd_symbols_close(both);
}

/* --- Names --- */

static void a_symbol_has_all_its_attributes(void **state)
{
    (void)state;
    const struct ocd_symbol *s = find(cpp, "motor::pid");

    assert_int_equal(s->kind, OCD_SYMBOL_VARIABLE);
    assert_string_equal(s->name, "motor::pid");
    assert_string_equal(s->linkage_name, "_ZN5motor3pidE");
    assert_int_equal(s->size, 12);
    assert_string_equal(ocd_type_get_info(s->type)->name, "motor::Pid");
    assert_non_null(strstr(s->file, "values.cpp"));
    assert_in_range(s->line, 10, 40);
    assert_string_equal(s->section, ".data");
    s = find(c, "main");
    assert_int_equal(s->kind, OCD_SYMBOL_FUNCTION);
    assert_int_equal(s->addr & 1, 0);
    assert_string_equal(ocd_type_get_info(s->type)->name, "int (void)");
}

static void names_may_be_shortened_or_written_with_other_blanks(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"pid", "motor::pid"},
        {"::motor::pid", "motor::pid"},
        {"hidden", "(anonymous namespace)::hidden"},
        {"(anonymous namespace)::hidden", "(anonymous namespace)::hidden"},
        {"motor::versioned", "motor::v1::versioned"},
        {"motor::v1::versioned", "motor::v1::versioned"},
        {"deep::level", "motor::deep::level"},
        {"Counter::next::count", "Counter::next()::count"},
        {"Counter::next( int )::step", "Counter::next(int)::step"},
        {"step", "Counter::next(int)::step"},
        {"_ZN5motor3pidE", "motor::pid"},
    };

    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(find(cpp, names[i][0])->name, names[i][1]);
}

static void an_ambiguous_name_lists_all_matches(void **state)
{
    (void)state;
    expect_refusal(c, "same", OCD_ERR_AMBIGUOUS, "values.c:");
    expect_refusal(c, "same", OCD_ERR_AMBIGUOUS, "other.c:");
    expect_refusal(c, "count", OCD_ERR_AMBIGUOUS, "next_count::count");
    expect_refusal(c, "count", OCD_ERR_AMBIGUOUS, "next::count");
    assert_int_not_equal(find(c, "values.c:same")->addr, find(c, "other.c:same")->addr);
    assert_int_equal(find(c, "other.c:next::count")->addr, find(c, "next::count")->addr);
    assert_int_equal(find(c, "'other.c'::same")->addr, find(c, "other.c:same")->addr);
    assert_string_equal(find(c, "next::count")->file + strlen(find(c, "next::count")->file) - 7,
                        "other.c");
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    struct ocd_symbols *stripped = open_data("stripped");
    const struct ocd_symbol *symbol;

    expect_refusal(c, "nowhere", OCD_ERR_NO_SYMBOL, "");
    expect_refusal(c, "third.c:same", OCD_ERR_NO_SYMBOL, "");
    expect_refusal(stripped, "nowhere", OCD_ERR_NO_SYMBOL, "no debug information");
    assert_int_equal(ocd_symbols_find(c, "", &symbol), OCD_ERR_ARG);
    assert_int_equal(ocd_symbols_find(c, NULL, &symbol), OCD_ERR_ARG);
    assert_int_equal(ocd_symbols_find(NULL, "x", &symbol), OCD_ERR_ARG);
    ocd_symbols_close(stripped);
}

static void without_debug_information_the_symbol_table_is_used(void **state)
{
    (void)state;
    struct ocd_symbols *stripped = open_data("stripped");
    const struct ocd_symbol *s = find(stripped, "matrix");

    assert_false(ocd__symbols_file(stripped, 0)->has_debug_info);
    assert_int_equal(s->addr, find(c, "matrix")->addr);
    assert_int_equal(s->size, 12);
    assert_null(s->type);
    assert_int_equal(find(stripped, "_end")->kind, OCD_SYMBOL_LABEL);
    assert_false(find(stripped, "_end")->has_size);
    ocd_symbols_close(stripped);
}

static void a_missing_split_file_is_named(void **state)
{
    (void)state;
    struct ocd_symbols *symbols;
    size_t size;
    void *data = read_whole(data_path("c-gcc-split", ".elf"), &size);

    /* In memory it has no folder where its .dwo files could be. */
    assert_int_equal(ocd_symbols_open_memory(&symbols, data, size, "split", NULL), OCD_OK);
    expect_refusal(symbols, "nested", OCD_ERR_FILE, "c-gcc-split.elf-values.dwo");
    const struct ocd_type *type;
    assert_int_equal(ocd_symbols_type(symbols, "struct nested", &type), OCD_ERR_FILE);
    ocd_symbols_close(symbols);
    free(data);
}

static void removed_sections_are_not_at_address_0(void **state)
{
    (void)state;
    struct ocd_symbols *symbols = open_data("removed");
    const struct ocd_symbol *symbol;
    uint64_t offset;

    assert_int_equal(find(symbols, "other_only")->kind, OCD_SYMBOL_OPTIMISED_OUT);
    assert_false(find(symbols, "other_only")->has_addr);
    assert_int_equal(find(symbols, "plain")->kind, OCD_SYMBOL_OPTIMISED_OUT);
    assert_int_equal(find(symbols, "next::count")->kind, OCD_SYMBOL_VARIABLE);
    assert_int_equal(ocd_symbols_at(symbols, 0, &symbol, &offset), OCD_OK);
    assert_int_equal(symbol->addr, 0);
    assert_int_equal(symbol->kind, OCD_SYMBOL_FUNCTION);
    assert_string_not_equal(symbol->name, "plain");
    ocd_symbols_close(symbols);
}

/* --- Addresses and lists --- */

static void an_address_has_its_symbol(void **state)
{
    (void)state;
    const struct ocd_symbol *symbol;
    uint64_t offset;

    assert_int_equal(ocd_symbols_at(c, find(c, "nested")->addr + 9, &symbol, &offset), OCD_OK);
    assert_string_equal(symbol->name, "nested");
    assert_int_equal(offset, 9);
    assert_int_equal(ocd_symbols_at(c, find(c, "main")->addr + 2, &symbol, &offset), OCD_OK);
    assert_string_equal(symbol->name, "main");
    assert_int_equal(ocd_symbols_at(cpp, find(cpp, "pid")->addr, &symbol, NULL), OCD_OK);
    assert_string_equal(symbol->name, "motor::pid");
    assert_int_equal(ocd_symbols_at(c, 0x40000000, &symbol, &offset), OCD_ERR_NO_SYMBOL);
    assert_null(symbol);
}

struct listed {
    size_t count, stop_at;
    char last[256];
};

static int note(const struct ocd_symbol *symbol, void *user)
{
    struct listed *l = user;

    if (l->count > 0 && strcmp(l->last, symbol->name) > 0)
        fail_msg("%s comes after %s", symbol->name, l->last);
    snprintf(l->last, sizeof(l->last), "%s", symbol->name);
    return ++l->count == l->stop_at;
}

static void listing_matches_the_pattern_in_order(void **state)
{
    (void)state;
    struct listed all = {0}, some = {0}, none = {0}, first = {.stop_at = 1};

    assert_int_equal(ocd_symbols_each(c, NULL, note, &all), OCD_OK);
    assert_in_range(all.count, 90, 200);
    assert_int_equal(ocd_symbols_each(c, "single*", note, &some), OCD_OK);
    assert_int_equal(some.count, 4);
    assert_int_equal(ocd_symbols_each(c, "nowhere*", note, &none), OCD_OK);
    assert_int_equal(none.count, 0);
    assert_int_equal(ocd_symbols_each(c, NULL, note, &first), OCD_ERR_CANCELLED);
    assert_int_equal(first.count, 1);
    some = (struct listed){0};
    assert_int_equal(ocd_symbols_each(cpp, "motor::*", note, &some), OCD_OK);
    assert_in_range(some.count, 7, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_information_is_complete),
        cmocka_unit_test(contents_are_those_of_the_sections),
        cmocka_unit_test(a_file_in_memory_is_like_one_on_disk),
        cmocka_unit_test(a_descriptor_may_be_closed_after_opening),
        cmocka_unit_test(files_that_are_not_linked_elf_are_refused),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(several_files_are_searched_in_order),
        cmocka_unit_test(a_symbol_has_all_its_attributes),
        cmocka_unit_test(names_may_be_shortened_or_written_with_other_blanks),
        cmocka_unit_test(an_ambiguous_name_lists_all_matches),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(without_debug_information_the_symbol_table_is_used),
        cmocka_unit_test(a_missing_split_file_is_named),
        cmocka_unit_test(removed_sections_are_not_at_address_0),
        cmocka_unit_test(an_address_has_its_symbol),
        cmocka_unit_test(listing_matches_the_pattern_in_order),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
