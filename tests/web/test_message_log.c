// SPDX-License-Identifier: MIT
/* The ring of messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "web/message_log.h"

static void expect_next(const struct message_log *log, struct message_reader *reader,
                        const char *expected)
{
    char text[100] = "";
    size_t size = message_log_size(log, reader);
    assert_int_equal(size, strlen(expected));
    message_log_read(log, reader, text);
    assert_string_equal(text, expected);
}

static void reader_gets_messages_in_order(void **state)
{
    struct message_log log;
    struct message_reader reader = {0};
    (void)state;
    assert_true(message_log_open(&log, 100));
    assert_int_equal(message_log_size(&log, &reader), 0);
    assert_true(message_log_add(&log, "one", 3));
    assert_true(message_log_add(&log, "two", 3));
    assert_int_equal(message_log_skip_missed(&log, &reader), 0);
    expect_next(&log, &reader, "one");
    expect_next(&log, &reader, "two");
    assert_int_equal(message_log_size(&log, &reader), 0);
    message_log_close(&log);
}

static void slow_reader_misses_the_oldest_and_gets_their_number(void **state)
{
    struct message_log log;
    struct message_reader reader = {0};
    char text[16];
    (void)state;
    assert_true(message_log_open(&log, 70)); /* five messages of 10 bytes and their sizes */
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "%010d", i);
        assert_true(message_log_add(&log, text, 10));
    }
    assert_int_equal(message_log_skip_missed(&log, &reader), 995);
    for (int i = 995; i < 1000; i++) {
        snprintf(text, sizeof(text), "%010d", i);
        expect_next(&log, &reader, text);
    }
    assert_int_equal(message_log_skip_missed(&log, &reader), 0);
    assert_int_equal(message_log_size(&log, &reader), 0);
    message_log_close(&log);
}

static void too_large_a_message_is_refused_and_drops_nothing(void **state)
{
    struct message_log log;
    struct message_reader reader = {0};
    char large[26] = "";
    (void)state;
    assert_true(message_log_open(&log, 100));
    assert_true(message_log_add(&log, "kept", 4));
    assert_false(message_log_add(&log, large, sizeof(large)));
    assert_true(message_log_add(&log, large, 25));
    expect_next(&log, &reader, "kept");
    message_log_close(&log);
}

static void clearing_is_seen_by_every_reader(void **state)
{
    struct message_log log;
    struct message_reader late = {0}, current = {0};
    (void)state;
    assert_true(message_log_open(&log, 100));
    assert_true(message_log_add(&log, "one", 3));
    expect_next(&log, &current, "one");
    message_log_clear(&log);
    assert_true(message_log_add(&log, "two", 3));
    assert_int_equal(message_log_skip_missed(&log, &current), 1);
    assert_int_equal(message_log_skip_missed(&log, &late), 2);
    expect_next(&log, &current, "two");
    expect_next(&log, &late, "two");
    message_log_close(&log);
}

static void seek_goes_to_a_number_or_to_the_oldest(void **state)
{
    struct message_log log;
    struct message_reader reader;
    char text[2] = "a";
    (void)state;
    assert_true(message_log_open(&log, 50)); /* ten messages of 1 byte and its size */
    for (int i = 0; i < 26; i++) {
        text[0] = (char)('a' + i);
        assert_true(message_log_add(&log, text, 1));
    }
    message_log_seek(&log, &reader, 20);
    expect_next(&log, &reader, "u");
    message_log_seek(&log, &reader, 3);
    expect_next(&log, &reader, "q");
    message_log_seek(&log, &reader, 26);
    assert_int_equal(message_log_size(&log, &reader), 0);
    message_log_seek(&log, &reader, 27);
    expect_next(&log, &reader, "q");
    message_log_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_gets_messages_in_order),
        cmocka_unit_test(slow_reader_misses_the_oldest_and_gets_their_number),
        cmocka_unit_test(too_large_a_message_is_refused_and_drops_nothing),
        cmocka_unit_test(clearing_is_seen_by_every_reader),
        cmocka_unit_test(seek_goes_to_a_number_or_to_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
