// SPDX-License-Identifier: MIT
/* Notifications of the server, taken apart. */
#include "support.h"

#include "session/event.h"

/* A frame as the framer hands it over: the byte after it is its own too. */
static struct ocd_event parse(const char *text, char **memory)
{
    *memory = exact_copy(text, strlen(text) + 1);
    return ocd__event_parse((struct ocd_view){*memory, strlen(text)});
}

static void each_kind_is_recognised(void **state)
{
    char *memory;
    struct ocd_event e = parse("type target_event event gdb-attach\r\n", &memory);

    (void)state;
    assert_int_equal(e.kind, OCD_EVENT_TARGET);
    assert_string_equal(e.name, "gdb-attach");
    assert_string_equal(e.text, "type target_event event gdb-attach");
    free(memory);
    e = parse("type target_state state debug-running\r\n", &memory);
    assert_int_equal(e.kind, OCD_EVENT_STATE);
    assert_string_equal(e.name, "debug-running");
    assert_int_equal(e.state, OCD_STATE_DEBUG_RUNNING);
    free(memory);
    e = parse("type target_state state examine deferred\r\n", &memory);
    assert_string_equal(e.name, "examine deferred");
    assert_int_equal(e.state, OCD_STATE_EXAMINE_DEFERRED);
    free(memory);
    e = parse("type target_state state (*BUG*unknown*BUG*)\r\n", &memory);
    assert_int_equal(e.state, OCD_STATE_UNKNOWN);
    free(memory);
    e = parse("type target_reset mode init\r\n", &memory);
    assert_int_equal(e.kind, OCD_EVENT_RESET);
    assert_string_equal(e.name, "init");
    free(memory);
}

static void other_notifications_are_passed_unchanged(void **state)
{
    static const char *const texts[] = {"type target_trace data 00ff", "type target_",
                                        "type target_event", "type target_event event", ""};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char *memory;
        struct ocd_event e = parse(texts[i], &memory);
        assert_int_equal(e.kind, OCD_EVENT_OTHER);
        assert_string_equal(e.name, "");
        assert_string_equal(e.text, texts[i]);
        free(memory);
    }
}

static void a_nul_ends_the_text(void **state)
{
    static const char bytes[] = "type target_event event hal\0ted\r\n";
    char *memory = exact_copy(bytes, sizeof(bytes));

    (void)state;
    struct ocd_event e = ocd__event_parse((struct ocd_view){memory, sizeof(bytes) - 1});
    assert_string_equal(e.name, "hal");
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_recognised),
        cmocka_unit_test(other_notifications_are_passed_unchanged),
        cmocka_unit_test(a_nul_ends_the_text),
    };

    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
