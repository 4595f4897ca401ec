// SPDX-License-Identifier: MIT
#include "support.h"

#include "spawn/shell_split.h"

/* `expected`: words, each ended by '|'. */
static void assert_words(const char *line, const char *expected)
{
    struct ocd_shell_words words;
    char joined[64] = "";

    assert_true(ocd__shell_split(&words, line));
    for (size_t i = 0; i < words.count; i++) {
        strcat(joined, words.word[i]);
        strcat(joined, "|");
    }
    assert_null(words.word[words.count]);
    assert_string_equal(joined, expected);
    ocd__shell_words_free(&words);
}

static void assert_refused(const char *line, const char *fault, size_t column)
{
    struct ocd_shell_words words;

    assert_false(ocd__shell_split(&words, line));
    assert_string_equal(words.fault, fault);
    assert_int_equal(words.column, column);
    ocd__shell_words_free(&words);
}

static void words_are_separated_by_blanks(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words(" \t\r\n ", "");
    assert_words(" read\t0x10 4\r\n", "read|0x10|4|");
    assert_words("-f a.cfg -f  b.cfg\n", "-f|a.cfg|-f|b.cfg|");
    assert_words("x", "x|");
    assert_words("a b c d e f", "a|b|c|d|e|f|");
}

static void quotes_protect_blanks_and_other_quotes(void **state)
{
    (void)state;
    assert_words("-c 'adapter speed 1000'", "-c|adapter speed 1000|");
    assert_words("-c \"adapter speed 1000\"", "-c|adapter speed 1000|");
    assert_words("'a\"b' \"c'd\"", "a\"b|c'd|");
    assert_words("a'b c'\"d e\"f", "ab cd ef|");
    assert_words("'' \"\" x", "||x|");
    assert_words("'a\\b\nc'", "a\\b\nc|");
}

static void backslashes_follow_the_shell(void **state)
{
    (void)state;
    assert_words("a\\ b \\'c\\\" \\\\", "a b|'c\"|\\|");
    assert_words("\"a\\\"b\\\\c\\$d\\`e\"", "a\"b\\c$d`e|");
    assert_words("\"a\\nb\"", "a\\nb|");
    assert_words("a\\\nb \\\n c \"d\\\ne\"", "ab|c|de|");
}

static void variables_and_patterns_are_not_expanded(void **state)
{
    (void)state;
    assert_words("$HOME ~ *.c [x] {a b} #c ; `id`", "$HOME|~|*.c|[x]|{a|b}|#c|;|`id`|");
    assert_words("'$HOME [id]' \"$HOME [id]\"", "$HOME [id]|$HOME [id]|");
}

static void a_fault_is_named_with_its_column(void **state)
{
    (void)state;
    assert_refused("-c 'init", "single quote without its partner", 4);
    assert_refused("a \"b\\\"", "double quote without its partner", 3);
    assert_refused("a b\\", "nothing follows the backslash", 4);
    assert_refused("'", "single quote without its partner", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_separated_by_blanks),
        cmocka_unit_test(quotes_protect_blanks_and_other_quotes),
        cmocka_unit_test(backslashes_follow_the_shell),
        cmocka_unit_test(variables_and_patterns_are_not_expanded),
        cmocka_unit_test(a_fault_is_named_with_its_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
