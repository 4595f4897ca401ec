// SPDX-License-Identifier: MIT
/* Assigning replies to requests: however the bytes arrive, and whatever is between them, a caller
 * gets the answer to its request, or none. */
#include "support.h"

#define EVENT  "type target_event event halted\r\n\x1a"
#define EVENTS EVENT "type target_state state halted\r\n\x1atype target_reset mode run\r\n\x1a"

static void replies_may_be_split_at_every_byte(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    uint32_t words[4];

    (void)state;
    /* NUL, `5 0 50 0 0`, a newline, `0 43 0x12345678 0x… 0x… 0x…`, a newline and the terminator. */
    for (uint64_t at = 0; at <= 80; at++) {
        int fault = fake_inject(f, &(struct fake_fault){.kind = FAKE_SPLIT, .at = at, .us = 1000});
        memset(words, 0, sizeof(words));
        ends_with(s, OCD_OK, ocd_read_u32(s, FLASH + 4 * at, words, COUNT_OF(words)));
        swap_little(words, 4, COUNT_OF(words));
        assert_is_memory(f, FLASH + 4 * at, words, sizeof(words));
        assert_true(fake_strikes(f, fault) > 0);
        fake_heal(f);
    }
    ocd_close(s);
    fake_stop(f);
}

/* Two operations under way; the first one's reply has the number of the second. */
static void a_reply_with_another_requests_number_is_not_used(void **state)
{
    static const struct fake_fault faults[] = {
        {.kind = FAKE_WRONG_ID, .at = 1, .times = 1},
        {.kind = FAKE_MISSING, .times = 1},
        {.kind = FAKE_WRONG_ID, .at = 2, .times = 1},
    };
    char *first, *second;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fake *f = server(NULL);
        struct ocd_session *s = join(f, NULL);
        fake_inject(f, &faults[i]);
        struct ocd_op *one = ocd_command_async(s, "set x one", &first, NULL);
        struct ocd_op *two = ocd_command_async(s, "set x two", &second, NULL);
        ends_with(s, OCD_ERR_PROTOCOL, ocd_wait(one));
        ends_with(s, OCD_ERR_PROTOCOL, ocd_wait(two));
        assert_null(first);
        assert_null(second);
        assert_int_equal(ocd_loop_dispatch(s), OCD_ERR_CLOSED);
        ocd_close(s);
        fake_stop(f);
    }
}

/* The address is where the data that arrived end, whatever is wrong with the reply. */
static void a_malformed_reply_is_reported_with_its_address(void **state)
{
    static const struct fake_fault faults[] = {
        {.kind = FAKE_REPLACE, .match = "get -endian", .text = "x"},
        {.kind = FAKE_RESULT, .match = "get -endian", .text = "big"},
        {.kind = FAKE_FIELD, .match = "dump_image", .skip = 1, .at = 1, .text = "x"},
        {.kind = FAKE_NOT_A_NUMBER, .match = "read_memory"},
    };
    static uint8_t data[100000];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fake *f = server(&(struct fake_options){.targets = 2});
        struct ocd_session *s = join(f, NULL);
        struct ocd_call call = {.target = i < 2 ? "fake.cpu1" : NULL,
                                .space = i == 3 ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION};
        fake_inject(f, &faults[i]);
        ends_with(s, OCD_ERR_PROTOCOL,
                  ocd_wait(ocd_read_bytes_async(s, FLASH, data, sizeof(data), &call)));
        const struct ocd_error *e = ocd_last_error(s);
        assert_true(e->has_addr);
        assert_int_equal(e->addr, FLASH + e->done);
        assert_true(i != 2 || e->done > 0);
        ocd_close(s);
        fake_stop(f);
    }
}

static void doubled_replies_are_used_once(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    char *text;

    (void)state;
    fake_inject(f, &(struct fake_fault){.kind = FAKE_DOUBLE});
    for (int i = 0; i < 50; i++) {
        char script[32];
        snprintf(script, sizeof(script), "expr %d", i);
        ends_with(s, OCD_OK, ocd_command(s, script, &text));
        assert_int_equal(atoi(text), i);
        ocd_free(text);
    }
    ocd_close(s);
    fake_stop(f);
}

/* Whatever is pushed, before a request, while it runs, between replies and in large numbers. */
static void notifications_are_never_taken_for_replies(void **state)
{
    struct fake *f = server(&(struct fake_options){.cost = {.fixed_ns = 200000}});
    struct ocd_session *s = join(f, NULL);
    static uint8_t data[20000];
    char *text;

    (void)state;
    ends_with(s, OCD_OK, ocd_command(s, "tcl_notifications on", NULL));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_NOTIFY, .text = EVENTS});
    for (int i = 0; i < 20; i++) {
        fake_push(f, EVENTS, sizeof(EVENTS) - 1);
        struct ocd_op *read = ocd_read_bytes_async(s, FLASH, data, sizeof(data), NULL);
        struct ocd_op *halt = ocd_command_async(s, i % 2 ? "resume" : "halt", NULL, NULL);
        struct ocd_op *state_is = ocd_command_async(s, "fake.cpu curstate", &text, NULL);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        fake_push(f, EVENT, sizeof(EVENT) - 1);
        memset(data, 0, sizeof(data));
        ends_with(s, OCD_OK, ocd_wait(read));
        assert_is_memory(f, FLASH, data, sizeof(data));
        ends_with(s, OCD_OK, ocd_wait(halt));
        ends_with(s, OCD_OK, ocd_wait(state_is));
        assert_string_equal(text, i % 2 ? "running" : "halted");
        ocd_free(text);
    }
    ocd_close(s);
    fake_stop(f);
}

struct seen {
    unsigned events, halted, states, resets;
};

static void see(const struct ocd_event *event, void *user)
{
    struct seen *seen = user;

    seen->events++;
    seen->halted += event->kind == OCD_EVENT_TARGET && strcmp(event->name, "halted") == 0;
    seen->states += event->kind == OCD_EVENT_STATE && event->state == OCD_STATE_HALTED;
    seen->resets += event->kind == OCD_EVENT_RESET && strcmp(event->name, "run") == 0;
}

/* Each once, in the callback and nowhere else, whatever is under way. */
static void every_notification_reaches_the_callback_once(void **state)
{
    enum {
        TURNS = 50
    };
    struct fake *f = server(&(struct fake_options){.cost = {.fixed_ns = 200000}});
    struct ocd_session *s = join(f, NULL);
    static uint8_t data[20000];
    struct seen seen = {0};
    char *text;

    (void)state;
    ends_with(s, OCD_OK, ocd_subscribe_events(s, see, &seen));
    assert_int_equal(seen.events, 0);
    for (int i = 0; i < TURNS; i++) {
        struct ocd_op *read = ocd_read_bytes_async(s, FLASH, data, sizeof(data), NULL);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        fake_push(f, EVENTS, sizeof(EVENTS) - 1);
        ends_with(s, OCD_OK, ocd_command(s, "expr 6*7", &text));
        assert_string_equal(text, "42");
        ocd_free(text);
        ends_with(s, OCD_OK, ocd_wait(read));
        assert_is_memory(f, FLASH, data, sizeof(data));
    }
    /* What came after the last reply comes before the next. */
    ends_with(s, OCD_OK, ocd_command(s, "expr 1", NULL));
    assert_int_equal(seen.events, 3 * TURNS);
    assert_int_equal(seen.halted, TURNS);
    assert_int_equal(seen.states, TURNS);
    assert_int_equal(seen.resets, TURNS);
    /* Ends the subscription. */
    ends_with(s, OCD_OK, ocd_subscribe_events(s, NULL, NULL));
    fake_push(f, EVENTS, sizeof(EVENTS) - 1);
    assert_works(f, s);
    assert_int_equal(seen.events, 3 * TURNS);
    ocd_close(s);
    fake_stop(f);
}

/* OpenOCD never does that. If it did, the reply would be lost, not changed. */
static void a_notification_inside_a_reply_is_not_taken_for_data(void **state)
{
    struct fake *f = server(NULL);
    uint32_t words[8];

    (void)state;
    for (uint64_t at = 0; at < 100; at += 3) {
        struct ocd_session *s = join(f, NULL);
        fake_inject(f, &(struct fake_fault){.kind = FAKE_INSERT, .at = at, .text = EVENT});
        int result = ocd_read_u32(s, FLASH, words, COUNT_OF(words));
        swap_little(words, 4, COUNT_OF(words));
        if (result == OCD_OK)
            assert_is_memory(f, FLASH, words, sizeof(words));
        else
            assert_true(result == OCD_ERR_PROTOCOL || result == OCD_ERR_CLOSED);
        fake_heal(f);
        ocd_close(s);
    }
    fake_stop(f);
}

/* They come while nothing is asked for, in chunks, and the session still knows what is a reply. */
static void notifications_split_between_requests_are_received(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);

    (void)state;
    for (size_t cut = 1; cut < sizeof(EVENT) - 1; cut++) {
        fake_push(f, EVENT, cut);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        fake_push(f, &EVENT[cut], sizeof(EVENT) - 1 - cut);
        assert_works(f, s);
    }
    ocd_close(s);
    fake_stop(f);
}

/* A cancelled or expired operation's reply comes later: it is not the next one's. */
static void replies_that_come_too_late_are_dropped(void **state)
{
    struct fake *f = server(NULL);
    struct ocd_session *s = join(f, NULL);
    const struct ocd_call soon = {.timeout_ms = 30};
    char *text, *late;

    (void)state;
    for (int i = 0; i < 5; i++) {
        fake_freeze(f);
        ends_with(s, OCD_ERR_TIMEOUT, ocd_wait(ocd_command_async(s, "set x late", &late, &soon)));
        assert_null(late);
        struct ocd_op *cancelled = ocd_command_async(s, "set x cancelled", &late, NULL);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
        ocd_op_free(cancelled);
        fake_thaw(f);
        ends_with(s, OCD_OK, ocd_command(s, "set x mine", &text));
        assert_string_equal(text, "mine");
        ocd_free(text);
    }
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_may_be_split_at_every_byte),
        cmocka_unit_test(a_reply_with_another_requests_number_is_not_used),
        cmocka_unit_test(a_malformed_reply_is_reported_with_its_address),
        cmocka_unit_test(doubled_replies_are_used_once),
        cmocka_unit_test(notifications_are_never_taken_for_replies),
        cmocka_unit_test(every_notification_reaches_the_callback_once),
        cmocka_unit_test(a_notification_inside_a_reply_is_not_taken_for_data),
        cmocka_unit_test(notifications_split_between_requests_are_received),
        cmocka_unit_test(replies_that_come_too_late_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
