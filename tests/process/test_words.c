// SPDX-License-Identifier: MIT
#include "ocd.h"
#include "spawn/shell_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Words joined by '|', each ended by it. */
static void assert_words(const char *text, const char *expected)
{
    struct ocd_shell_words words;
    struct ocd_buffer message = {0}, joined = {0};
    assert_int_equal(ocd__shell_words_split(&words, text, &message), 0);
    for (size_t i = 0; i < words.count; i++)
        ocd__buffer_printf(&joined, "%s|", words.word[i]);
    assert_null(words.word[words.count]);
    assert_string_equal(joined.size > 0 ? joined.data : "", expected);
    ocd__buffer_free(&joined);
    ocd__buffer_free(&message);
    ocd__shell_words_free(&words);
}

static void assert_refused(const char *text, const char *expected)
{
    struct ocd_shell_words words;
    struct ocd_buffer message = {0};
    assert_int_equal(ocd__shell_words_split(&words, text, &message), OCD_ERR_ARG);
    assert_string_equal(message.data, expected);
    assert_null(words.word);
    ocd__buffer_free(&message);
}

static void words_are_separated_by_blanks(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words(" \t\r\n ", "");
    assert_words("-f a.cfg -f  b.cfg\n", "-f|a.cfg|-f|b.cfg|");
    assert_words("x", "x|");
    assert_words("a b c d e f", "a|b|c|d|e|f|");
}

static void quotes_keep_blanks_and_each_other(void **state)
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

static void nothing_is_expanded(void **state)
{
    (void)state;
    assert_words("$HOME ~ *.c [x] {a b} #c ; `id`", "$HOME|~|*.c|[x]|{a|b}|#c|;|`id`|");
    assert_words("'$HOME [id]' \"$HOME [id]\"", "$HOME [id]|$HOME [id]|");
}

static void an_unbalanced_quote_is_named_with_its_place(void **state)
{
    (void)state;
    assert_refused("-c 'init", "single quote without its partner at character 4 of '-c 'init'");
    assert_refused("a \"b\\\"", "double quote without its partner at character 3 of 'a \"b\\\"'");
    assert_refused("a b\\", "nothing follows the backslash at character 4 of 'a b\\'");
    assert_refused("'", "single quote without its partner at character 1 of '''");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_separated_by_blanks),
        cmocka_unit_test(quotes_keep_blanks_and_each_other),
        cmocka_unit_test(backslashes_follow_the_shell),
        cmocka_unit_test(nothing_is_expanded),
        cmocka_unit_test(an_unbalanced_quote_is_named_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
