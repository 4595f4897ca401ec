// SPDX-License-Identifier: MIT
/* Types: names, sizes, members, layouts. */
#include "support.h"
#include "symbols/dwarf/debug_info.h"

static struct ocd_symbols *c, *cpp, *rust;

static int open_all(void **state)
{
    (void)state;
    c = open_data("c-gcc-dwarf5");
    cpp = open_data("cpp-gcc");
    rust = open_data("rust-o0");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    ocd_symbols_close(c);
    ocd_symbols_close(cpp);
    ocd_symbols_close(rust);
    return 0;
}

static const struct ocd_type *type_of(struct ocd_symbols *symbols, const char *name)
{
    const struct ocd_symbol *symbol;

    if (ocd_symbols_find(symbols, name, &symbol) != OCD_OK)
        fail_msg("%s", ocd_symbols_error(symbols)->text);
    return symbol->type;
}

static const struct ocd_type *type_named(struct ocd_symbols *symbols, const char *name)
{
    const struct ocd_type *type;

    if (ocd_symbols_type(symbols, name, &type) != OCD_OK)
        fail_msg("%s", ocd_symbols_error(symbols)->text);
    return type;
}

static void names_are_written_as_the_language_does(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"pointers", "int *[3]"},
        {"pointer_to_array", "int (*)[5]"},
        {"handlers", "void (*[3])(void)"},
        {"handler", "int (*)(int)"},
        {"cube", "int16_t [2][2][3]"},
        {"text", "const char *"},
        {"texts", "const char * const [4]"},
        {"constant_volatile", "const volatile int"},
        {"list_pointer", "struct node **"},
        {"cell", "union cell"},
        {"mode", "enum mode"},
        {"nameless", "struct {...}"},
        {"colour", "colour_t"},
    };

    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(ocd_type_get_info(type_of(c, names[i][0]))->name, names[i][1]);
    assert_string_equal(ocd_type_get_info(type_of(cpp, "function"))->name,
                        "void (*)(motor::Pid &, const Ring<int, 4> *)");
    assert_string_equal(ocd_type_get_info(type_of(cpp, "member"))->name, "int32_t motor::Pid::*");
    assert_string_equal(ocd_type_get_info(type_of(rust, "values::NUMBERS"))->name, "[i32; 4]");
    assert_string_equal(ocd_type_get_info(type_of(rust, "values::SOME"))->name,
                        "core::option::Option<u32>");
}

static void newer_language_codes_are_known(void **state)
{
    (void)state;
    for (int cpp17_or_20 = 0x2a; cpp17_or_20 <= 0x2b; cpp17_or_20++)
        assert_true(ocd__language_is_cpp(cpp17_or_20));
    assert_true(ocd__language_is_cpp(0x3a));  /* C++23 */
    assert_false(ocd__language_is_cpp(0x2c)); /* C17 */
}

static void types_are_found_by_name(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"struct point", "struct point"},
        {"point", "struct point"},
        {"point_t", "point_t"},
        {"unsigned char", "unsigned char"},
        {"char unsigned", "unsigned char"},
        {"unsigned long long", "unsigned long long"},
        {"struct node *", "struct node *"},
        {"const int * [3]", "const int *[3]"},
        {"uint8_t[4][2]", "uint8_t [4][2]"},
        {"void *", "void *"},
    };

    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(ocd_type_get_info(type_named(c, names[i][0]))->name, names[i][1]);
    assert_string_equal(ocd_type_get_info(type_named(cpp, "Ring< int,4 >"))->name, "Ring<int, 4>");
    assert_string_equal(ocd_type_get_info(type_named(cpp, "Pid"))->name, "motor::Pid");
    assert_string_equal(ocd_type_get_info(type_named(cpp, "Outer::Inner"))->name, "Outer::Inner");
}

static void unknown_types_are_refused(void **state)
{
    (void)state;
    const struct ocd_type *type;

    assert_int_equal(ocd_symbols_type(c, "struct nowhere", &type), OCD_ERR_NO_SYMBOL);
    assert_null(type);
    assert_int_equal(ocd_symbols_type(c, "union point", &type), OCD_ERR_NO_SYMBOL);
    assert_int_equal(ocd_symbols_type(c, "struct", &type), OCD_ERR_EXPRESSION);
    assert_int_equal(ocd_symbols_type(c, "int )", &type), OCD_ERR_EXPRESSION);
    assert_int_equal(ocd_symbols_type(c, "", &type), OCD_ERR_EXPRESSION);
    assert_int_equal(ocd_symbols_type(c, NULL, &type), OCD_ERR_ARG);
}

static const struct ocd_member *member(const struct ocd_type *type, const char *name)
{
    for (size_t i = 0; i < ocd_type_get_info(type)->member_count; i++)
        if (strcmp(ocd_type_member(type, i)->name, name) == 0)
            return ocd_type_member(type, i);
    fail_msg("%s has no member %s", ocd_type_get_info(type)->name, name);
    return NULL;
}

/* The same bits, whatever the compiler, the byte order, and the form of the debug information. */
static void bit_fields_have_their_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *program;
        unsigned a, b, c; /* bit of the first byte */
    } all[] = {
        {"c-gcc-dwarf5", 0, 1, 4}, {"c-gcc-dwarf2", 0, 1, 4},   {"c-gcc-dwarf4", 0, 1, 4},
        {"c-clang", 0, 1, 4},      {"c-clang-dwarf2", 0, 1, 4}, {"c-rv64", 0, 1, 4},
        {"c-big-endian", 0, 1, 4}, {"c-big-endian2", 0, 1, 4},
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct ocd_symbols *symbols = open_data(all[i].program);
        const struct ocd_type *type = type_named(symbols, "struct bits");
        assert_int_equal(member(type, "a")->bit_size, 1);
        assert_int_equal(member(type, "a")->bit_offset, all[i].a);
        assert_int_equal(member(type, "b")->bit_size, 3);
        assert_int_equal(member(type, "b")->bit_offset, all[i].b);
        assert_int_equal(member(type, "c")->bit_size, 5);
        assert_int_equal(member(type, "c")->bit_offset, all[i].c);
        assert_int_equal(member(type, "c")->offset, 0);
        ocd_symbols_close(symbols);
    }
}

static void the_tree_of_a_type_can_be_walked(void **state)
{
    (void)state;
    const struct ocd_type *type = type_of(c, "cube");
    const struct ocd_type_info *info = ocd_type_get_info(type);

    assert_int_equal(info->kind, OCD_TYPE_ARRAY);
    assert_int_equal(info->count, 2);
    assert_int_equal(info->stride, 12);
    assert_int_equal(info->size, 24);
    assert_int_equal(ocd_type_get_info(ocd_type_get_info(info->target)->target)->count, 3);
    assert_int_equal(ocd_type_get_info(type_of(c, "flexible"))->size, 4);
    type = type_of(c, "mode");
    assert_int_equal(ocd_type_get_info(type)->enumerator_count, 4);
    assert_string_equal(ocd_type_enumerator(type, 3)->name, "MODE_LOST");
    assert_int_equal(ocd_type_enumerator(type, 3)->value, -1);
    assert_null(ocd_type_enumerator(type, 4));
    assert_true(ocd_type_get_info(type)->is_signed);
    assert_true(ocd_type_get_info(type_named(c, "enum flags"))->is_flags);
    assert_false(ocd_type_get_info(type_named(c, "enum ranges"))->is_flags);
    assert_int_equal(ocd_type_get_info(ocd_type_strip(type_of(c, "corner")))->kind,
                     OCD_TYPE_STRUCT);
    type = type_of(cpp, "derived");
    assert_int_equal(ocd_type_member(type, 0)->kind, OCD_MEMBER_BASE);
    assert_int_equal(ocd_type_member(type, 1)->offset, 8);
    assert_int_equal(ocd_type_member(type_of(cpp, "virtual_object"), 0)->kind,
                     OCD_MEMBER_VIRTUAL_BASE);
    assert_int_equal(member(type_named(cpp, "motor::Pid"), "instances")->kind, OCD_MEMBER_STATIC);
    assert_int_equal(ocd_type_get_info(type_of(rust, "values::SOME"))->kind, OCD_TYPE_VARIANT);
}

static void a_declared_type_is_completed_by_another_file(void **state)
{
    (void)state;
    const struct ocd_type *pointer = type_of(c, "opaque");
    const struct ocd_type *target = ocd_type_get_info(pointer)->target;

    assert_true(ocd_type_get_info(target)->is_declared_only);
    assert_int_equal(ocd_type_get_info(ocd_type_strip(target))->size, 8);
    assert_int_equal(member(ocd_type_strip(target), "more")->offset, 4);
}

static void expect_layout(struct ocd_symbols *symbols, const char *name, const char *expected)
{
    char *text;

    assert_int_equal(ocd_type_layout(type_named(symbols, name), &text), OCD_OK);
    assert_string_equal(text, expected);
    ocd_free(text);
}

static void a_layout_shows_gaps_padding_and_bits(void **state)
{
    (void)state;
    expect_layout(c, "struct nested",
                  "struct nested, 56 bytes\n"
                  "offset   size\n"
                  "     0      1  char tag\n"
                  "     1      1  (gap)\n"
                  "     2      4  struct point at\n"
                  "     6      2  (gap)\n"
                  "     8      4  union {...}\n"
                  "     8      4      uint32_t any\n"
                  "     8      4      struct {...}\n"
                  "     8      2          uint16_t low\n"
                  "    10      2          uint16_t high\n"
                  "    12      4  (gap)\n"
                  "    16     16  struct {...} named\n"
                  "    32      1  enum mode mode\n"
                  "    33      3  (gap)\n"
                  "    36      8  union cell [2] cells\n"
                  "    44     12  point_t [3] path\n");
    expect_layout(cpp, "Bits",
                  "Bits, 4 bytes\n"
                  "offset   size\n"
                  "   0:0  4 bit  motor::State state\n"
                  "   0:4  1 bit  bool on\n"
                  "     1      1  (gap)\n"
                  "   2:0  9 bit  int16_t rest\n");
    expect_layout(c, "colour_t",
                  "colour_t = enum {...}, 1 byte\nCOLOUR_RED = 0\nCOLOUR_GREEN = 1\n");
    expect_layout(c, "int", "int, 4 bytes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_written_as_the_language_does),
        cmocka_unit_test(newer_language_codes_are_known),
        cmocka_unit_test(types_are_found_by_name),
        cmocka_unit_test(unknown_types_are_refused),
        cmocka_unit_test(bit_fields_have_their_offsets),
        cmocka_unit_test(the_tree_of_a_type_can_be_walked),
        cmocka_unit_test(a_declared_type_is_completed_by_another_file),
        cmocka_unit_test(a_layout_shows_gaps_padding_and_bits),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
