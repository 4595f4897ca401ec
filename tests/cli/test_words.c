// SPDX-License-Identifier: MIT
/* Lines of the shell as words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "words.h"

/* `expected`: words, each ended by '|'. */
static void assert_words(const char *line, const char *expected)
{
    struct words words;
    char joined[64] = "";

    assert_true(words_split(&words, line));
    for (size_t i = 0; i < words.count; i++) {
        strcat(joined, words.word[i]);
        strcat(joined, "|");
    }
    assert_null(words.word[words.count]);
    assert_string_equal(joined, expected);
    words_free(&words);
}

static void assert_fault(const char *line, const char *fault, size_t place)
{
    struct words words;

    assert_false(words_split(&words, line));
    assert_string_equal(words.fault, fault);
    assert_int_equal(words.place, place);
    words_free(&words);
}

static void blanks_separate_words(void **state)
{
    (void)state;
    assert_words("", "");
    assert_words(" \t\r\n ", "");
    assert_words("x", "x|");
    assert_words("a b c d e f", "a|b|c|d|e|f|");
    assert_words(" read\t0x10 4\r\n", "read|0x10|4|");
}

static void quotes_keep_what_is_in_them(void **state)
{
    (void)state;
    assert_words("'a b' \"c d\"", "a b|c d|");
    assert_words("'a\"b' \"c'd\"", "a\"b|c'd|");
    assert_words("a'b c'\"d e\"f", "ab cd ef|");
    assert_words("'' \"\" x", "||x|");
    assert_words("'a\\b\nc'", "a\\b\nc|");
}

static void backslashes_are_those_of_a_shell(void **state)
{
    (void)state;
    assert_words("a\\ b \\'c", "a b|'c|");
    assert_words("\"\\$ \\\" \\\\ \\n\"", "$ \" \\ \\n|");
    assert_words("a\\\nb", "ab|");
    assert_words("a \\\n b", "a|b|");
}

static void faults_have_a_place(void **state)
{
    (void)state;
    assert_fault("read 'x", "single quote without its partner", 6);
    assert_fault("\"", "double quote without its partner", 1);
    assert_fault("a \\", "nothing follows the backslash", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_separate_words),
        cmocka_unit_test(quotes_keep_what_is_in_them),
        cmocka_unit_test(backslashes_are_those_of_a_shell),
        cmocka_unit_test(faults_have_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
