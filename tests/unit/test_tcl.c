// SPDX-License-Identifier: MIT
#include "rpc/tcl.h"

#include "ocd.h"
#include "support.h"

/* A second parser of Tcl's words, written from the rules of Tcl(n): the value of the one word that
 * `text` is, in `out`. Anything that is not one word, or that would substitute something, fails. */
static bool evaluate(const char *text, size_t size, struct ocd_buffer *out)
{
    ocd__buffer_clear(out);
    if (size >= 2 && text[0] == '{') {
        int depth = 0;
        for (size_t i = 0; i < size; ++i) {
            if (text[i] == '\\') /* would keep its backslash, or lose it before a newline */
                return false;
            depth += (text[i] == '{') - (text[i] == '}');
            if (depth == 0 && i + 1 != size)
                return false;
        }
        return depth == 0 && ocd__buffer_add(out, text + 1, size - 2) == 0;
    }
    bool quoted = size >= 2 && text[0] == '"' && text[size - 1] == '"';
    size_t end = quoted ? size - 1 : size;
    for (size_t i = quoted ? 1 : 0; i < end; ++i) {
        char c = text[i];
        if (strchr("$[\"", c) != NULL || (!quoted && strchr(" \t\n\r\v\f;{}\\", c) != NULL))
            return false;
        if (c == '\\') {
            if (++i == end)
                return false;
            c = text[i];
            if (c >= '0' && c <= '7') {
                if (end - i < 3)
                    return false;
                c = (char)((text[i] - '0') * 64 + (text[i + 1] - '0') * 8 + text[i + 2] - '0');
                i += 2;
            } else if (strchr("abfnrtvxuU\n", c) != NULL) {
                if (c != 'n' && c != 't' && c != 'r')
                    return false;
                c = c == 'n' ? '\n' : c == 't' ? '\t' : '\r';
            }
        }
        ocd__buffer_add(out, &c, 1);
    }
    return size != 0 && out->error == 0;
}

/* Balanced where it is in braces, and no backslash that would reach beyond its end. */
static bool may_stand_in_braces(const char *text, size_t size)
{
    int depth = 0;
    for (size_t i = 0; i < size && depth >= 0; ++i) {
        if (text[i] == '\\') {
            if (++i == size)
                return false;
            continue;
        }
        depth += (text[i] == '{') - (text[i] == '}');
    }
    return depth == 0;
}

static void check_word(const char *text, size_t size)
{
    struct ocd_buffer word = {0};
    struct ocd_buffer value = {0};
    char *copy = exact_copy(text, size);
    ocd__buffer_puts(&word, "x ");
    assert_int_equal(ocd__tcl_quote(&word, copy, size), 0);
    free(copy);
    assert_memory_equal(word.data, "x ", 2);
    const char *quoted = word.data + 2;
    size_t length = word.size - 2;

    bool whole = evaluate(quoted, length, &value);
    if (!whole || value.size != size || (size != 0 && memcmp(value.data, text, size) != 0) ||
        !may_stand_in_braces(quoted, length))
        print_error("text [%.*s] quoted [%s] evaluates to [%s]\n", (int)size, text, quoted,
                    value.data != NULL ? value.data : "");
    assert_true(whole);
    assert_int_equal(value.size, size);
    if (size != 0)
        assert_memory_equal(value.data, text, size);
    assert_true(may_stand_in_braces(quoted, length));
    for (size_t i = 0; i < length; ++i)
        assert_true((unsigned char)quoted[i] >= 0x20 || quoted[i] == '\n' || quoted[i] == '\t');
    ocd__buffer_free(&word);
    ocd__buffer_free(&value);
}

static void hostile_strings_stay_one_word(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "",       "*",     "expand", "{",     "}",      "}{",    "{}",       "{{}",
        "}exit{", "\\",    "a\\",    "{a\\}", "\\{",    "\"",    "a\"b",     "$x",
        "${x}",   "$(1)",  "[exit]", "]",     "[",      "\n",    "\r\n",     "a;b",
        ";exit;", "#x",    "\x1a",   "a\x1a", "\0327",  "\xff",  "\xc3\xa9", " ",
        "a b",    "{a b}", "{*}",    "\\\n",  "\\\n x", "\\x1a", "\\032",    "a\tb",
    };
    for (unsigned i = 0; i < COUNT_OF(hostile); ++i)
        check_word(hostile[i], strlen(hostile[i]));
}

static void every_byte_but_nul_survives(void **state)
{
    (void)state;
    char all[255];
    for (unsigned c = 1; c < 256; ++c) {
        char one[] = {(char)c, '7', (char)c};
        check_word(one, 1);
        check_word(one, 2);
        check_word(one, 3);
        all[c - 1] = (char)c;
    }
    check_word(all, sizeof(all));
}

static void random_strings_stay_one_word(void **state)
{
    (void)state;
    static const char special[] = "{}\\\"$[] ;#\n\t\x1a*a7";
    uint64_t seed = 6;
    for (unsigned round = 0; round < 50000; ++round) {
        char text[30];
        size_t size = random_below(&seed, sizeof(text));
        for (size_t i = 0; i < size; ++i)
            text[i] = random_below(&seed, 4) == 0
                          ? (char)(1 + random_below(&seed, 255))
                          : special[random_below(&seed, sizeof(special) - 1)];
        check_word(text, size);
    }
}

static void words_are_not_quoted_where_that_is_safe(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"stm32f1x.cpu", "stm32f1x.cpu"},
        {"", "{}"},
        {"read_memory 0x0 32 1", "{read_memory 0x0 32 1}"},
        {"set x [list $a \"b\"]", "{set x [list $a \"b\"]}"},
        {"if {1} {\n\tfoo\n}", "{if {1} {\n\tfoo\n}}"},
        {"*", "\"*\""},
        {"a\\b", "\"a\\\\b\""},
        {"}\x1a[x]", "\"\\}\\032\\[x\\]\""},
        {"\r\n", "\"\\r\\n\""},
    };
    for (unsigned i = 0; i < COUNT_OF(pairs); ++i) {
        struct ocd_buffer word = {0};
        assert_int_equal(ocd__tcl_quote(&word, pairs[i][0], strlen(pairs[i][0])), 0);
        assert_string_equal(word.data, pairs[i][1]);
        ocd__buffer_free(&word);
    }
}

static void nul_is_refused(void **state)
{
    (void)state;
    struct ocd_buffer word = {0};
    assert_int_equal(ocd__tcl_quote(&word, "a\0b", 3), OCD_ERR_ARG);
    assert_int_equal(ocd__tcl_quote(&word, "", 1), OCD_ERR_ARG);
    assert_int_equal(word.size, 0);
    ocd__buffer_free(&word);
}

static void full_buffer_is_reported(void **state)
{
    (void)state;
    static const char *const texts[] = {"abcdefghij", "abcde fghi", "abcdefghi\\"};
    for (unsigned i = 0; i < COUNT_OF(texts); ++i) {
        for (size_t max = 1; max < 10; ++max) {
            struct ocd_buffer word = {.max = max};
            assert_int_equal(ocd__tcl_quote(&word, texts[i], 10), OCD_ERR_PROTOCOL);
            ocd__buffer_free(&word);
        }
    }
}

/* The elements of a list, each followed by a bar; "malformed" after the good ones. */
static void check_list(const char *text, size_t size, const char *expected)
{
    struct ocd_buffer seen = {0};
    char *copy = exact_copy(text, size);
    struct ocd_view list = {.data = copy, .size = size};
    struct ocd_view word;
    int more;
    while ((more = ocd__tcl_next(&list, &word)) == 1) {
        assert_true(word.data >= copy && word.data + word.size <= copy + size);
        ocd__buffer_add(&seen, word.data, word.size);
        ocd__buffer_puts(&seen, "|");
    }
    if (more != 0) {
        assert_int_equal(more, OCD_ERR_PROTOCOL);
        ocd__buffer_puts(&seen, "malformed");
    }
    assert_string_equal(seen.data != NULL ? seen.data : "", expected);
    ocd__buffer_free(&seen);
    free(copy);
}

static void lists_are_split_into_elements(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"  \n\t ", ""},
        {"a", "a|"},
        {" a  b\n", "a|b|"},
        {"0 {0x1 0x2} {}", "0|0x1 0x2||"},
        {"{{a b} c} d", "{a b} c|d|"},
        {"{a\\}b} c", "a\\}b|c|"},
        {"{a\\nb}", "a\\nb|"},
        {"\"a b\" \"c\\\"d\"", "a b|c\"d|"},
        {"\"\" x", "|x|"},
        {"a{b }c d\"e", "a{b|}c|d\"e|"},
        {"x\\{y x\\}y\\ z", "x{y|x}y z|"},
        {"\\\\ a\\\\ \\{\\\\", "\\|a\\|{\\|"},
        {"\\n\\t\\r\\f\\v\\a\\b", "\n\t\r\f\v\a\b|"},
        {"\\$x \\[y\\] \\; \\# \\\"", "$x|[y]|;|#|\"|"},
        {"\\101\\1012\\7\\08", "AA2\a\0"
                               "8|"},
        {"\\x41\\x4a4 \\xg \\x", "AJ4|xg|x|"},
        {"\\u41 \\u00e9 \\u20ac1 \\u", "A|\xc3\xa9|\xe2\x82\xac"
                                       "1|u|"},
        {"\"a\\\n  b\"", "a b|"},
        {"a\\\n  b", "a |b|"}, /* so Jim; Tcl would make it one element */
        {"a\\", "a\\|"},
        {"\xff\xfe {\x80 \xc3}", "\xff\xfe|\x80 \xc3|"},
        {"1 {read_memory: failed} {Failed at 0x0\n}", "1|read_memory: failed|Failed at 0x0\n|"},
    };
    for (unsigned i = 0; i < COUNT_OF(pairs); ++i)
        check_list(pairs[i][0], strlen(pairs[i][0]), pairs[i][1]);
}

static void broken_lists_are_malformed(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"{", "malformed"},         {"{a", "malformed"},   {"a {b", "a|malformed"},
        {"a {b\\}", "a|malformed"}, {"{a}b", "malformed"}, {"a {b}{c}", "a|malformed"},
        {"{{a}", "malformed"},      {"\"a", "malformed"},  {"\"a\"b", "malformed"},
        {"\"a\\\"", "malformed"},   {"{a\\", "malformed"}, {"\"a\\", "malformed"},
        {"{a}}", "malformed"},
    };
    for (unsigned i = 0; i < COUNT_OF(pairs); ++i)
        check_list(pairs[i][0], strlen(pairs[i][0]), pairs[i][1]);
}

/* Tcl's quoting of list elements in both its forms: quoted words are also list elements. */
static void quoted_words_are_list_elements(void **state)
{
    (void)state;
    static const char special[] = "{}\\\"$[] ;#\n\t\x1a*a7";
    uint64_t seed = 7;
    for (unsigned round = 0; round < 20000; ++round) {
        char text[3][16];
        size_t size[3];
        struct ocd_buffer list = {0};
        for (unsigned k = 0; k < 3; ++k) {
            size[k] = random_below(&seed, sizeof(text[k]));
            for (size_t i = 0; i < size[k]; ++i)
                text[k][i] = special[random_below(&seed, sizeof(special) - 1)];
            assert_int_equal(ocd__tcl_quote(&list, text[k], size[k]), 0);
            ocd__buffer_puts(&list, k == 0 ? " " : "  \n");
        }
        struct ocd_view rest = {.data = list.data, .size = list.size};
        struct ocd_view word;
        for (unsigned k = 0; k < 3; ++k) {
            assert_int_equal(ocd__tcl_next(&rest, &word), 1);
            assert_int_equal(word.size, size[k]);
            if (size[k] != 0)
                assert_memory_equal(word.data, text[k], size[k]);
        }
        assert_int_equal(ocd__tcl_next(&rest, &word), 0);
        ocd__buffer_free(&list);
    }
}

/* Any bytes: every element lies inside the list, and the walk ends. */
static void random_bytes_are_never_read_beyond_the_list(void **state)
{
    (void)state;
    static const char special[] = "{}\\\" \nxu07f";
    uint64_t seed = 8;
    unsigned ends[2] = {0};
    for (unsigned round = 0; round < 100000; ++round) {
        char text[24];
        size_t size = random_below(&seed, sizeof(text));
        for (size_t i = 0; i < size; ++i)
            text[i] = random_below(&seed, 8) == 0
                          ? (char)random_below(&seed, 256)
                          : special[random_below(&seed, sizeof(special) - 1)];
        char *copy = exact_copy(text, size);
        struct ocd_view list = {.data = copy, .size = size};
        struct ocd_view word;
        int more;
        unsigned elements = 0;
        while ((more = ocd__tcl_next(&list, &word)) == 1) {
            assert_true(word.data >= copy && word.data + word.size <= copy + size);
            assert_true(list.data >= word.data && list.data + list.size == copy + size);
            assert_in_range(++elements, 1, size);
        }
        ++ends[more != 0];
        free(copy);
    }
    assert_true(ends[0] > 1000 && ends[1] > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_strings_stay_one_word),
        cmocka_unit_test(every_byte_but_nul_survives),
        cmocka_unit_test(random_strings_stay_one_word),
        cmocka_unit_test(words_are_not_quoted_where_that_is_safe),
        cmocka_unit_test(nul_is_refused),
        cmocka_unit_test(full_buffer_is_reported),
        cmocka_unit_test(lists_are_split_into_elements),
        cmocka_unit_test(broken_lists_are_malformed),
        cmocka_unit_test(quoted_words_are_list_elements),
        cmocka_unit_test(random_bytes_are_never_read_beyond_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
