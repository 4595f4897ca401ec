// SPDX-License-Identifier: MIT
/* Keys of the terminal, and a line that is typed with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "watch/screen/prompt.h"

static struct prompt prompt;

static void type(const char *bytes)
{
    static struct keys keys;
    for (; *bytes != '\0'; bytes++) {
        enum key key = keys_take(&keys, *bytes);
        prompt_key(&prompt, key, *bytes);
    }
}

static void letters_are_put_where_the_cursor_is(void **state)
{
    (void)state;
    prompt_begin(&prompt, "speed");
    type("\033[D\033[DXY");
    assert_string_equal(prompt.text, "speXYed");
    type("\033[HA\033[FB");
    assert_string_equal(prompt.text, "AspeXYedB");
    type("\001C\005D");
    assert_string_equal(prompt.text, "CAspeXYedBD");
}

static void characters_are_erased_whole(void **state)
{
    (void)state;
    prompt_begin(&prompt, "");
    type("a\u00B5\u20AC");
    type("\177");
    assert_string_equal(prompt.text, "a\u00B5");
    type("\b\b\b");
    assert_string_equal(prompt.text, "");
    prompt_begin(&prompt, "\u20ACx");
    type("\033[H\033[3~");
    assert_string_equal(prompt.text, "x");
}

static void words_and_lines_are_erased(void **state)
{
    (void)state;
    prompt_begin(&prompt, "motor.speed = 12");
    type("\027");
    assert_string_equal(prompt.text, "motor.speed = ");
    type("\025");
    assert_string_equal(prompt.text, "");
}

static void line_does_not_grow_without_end(void **state)
{
    (void)state;
    prompt_begin(&prompt, "");
    for (int i = 0; i < 3 * PROMPT_MAX; i++)
        type("x");
    assert_int_equal(strlen(prompt.text), PROMPT_MAX - 1);
    type("\177y");
    assert_int_equal(prompt.text[PROMPT_MAX - 2], 'y');
}

static void escape_alone_is_a_key_after_a_while(void **state)
{
    struct keys keys = {0};
    (void)state;
    assert_int_equal(keys_take(&keys, '\033'), KEY_NONE);
    assert_int_equal(keys_rest(&keys), KEY_ESCAPE);
    assert_int_equal(keys_take(&keys, 'x'), KEY_CHARACTER);
    assert_int_equal(keys_take(&keys, '\033'), KEY_NONE);
    assert_int_equal(keys_take(&keys, '['), KEY_NONE);
    assert_int_equal(keys_take(&keys, 'A'), KEY_UP);
}

static void unknown_sequences_are_no_letters(void **state)
{
    struct keys keys = {0};
    (void)state;
    for (const char *at = "\033[1;5C\033[200~\033x"; *at != '\0'; at++)
        assert_int_equal(keys_take(&keys, *at), KEY_NONE);
    assert_int_equal(keys_take(&keys, 'q'), KEY_CHARACTER);
}

static void completion_goes_as_far_as_all_candidates(void **state)
{
    static const char *const words[] = {"motor.speed", "motor.spin", "motor.spx"};
    (void)state;
    prompt_begin(&prompt, "mo");
    prompt_complete(&prompt, words, 3);
    assert_string_equal(prompt.text, "motor.sp");
    prompt_complete(&prompt, words, 1);
    assert_string_equal(prompt.text, "motor.speed");
    prompt_complete(&prompt, NULL, 0);
    assert_string_equal(prompt.text, "motor.speed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_put_where_the_cursor_is),
        cmocka_unit_test(characters_are_erased_whole),
        cmocka_unit_test(words_and_lines_are_erased),
        cmocka_unit_test(line_does_not_grow_without_end),
        cmocka_unit_test(escape_alone_is_a_key_after_a_while),
        cmocka_unit_test(unknown_sequences_are_no_letters),
        cmocka_unit_test(completion_goes_as_far_as_all_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
