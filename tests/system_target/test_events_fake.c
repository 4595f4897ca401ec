// SPDX-License-Identifier: MIT
/* Events of a server that says what a test wants it to. */
#include "aux.h"

#include "fake_server.h"

struct heard {
    unsigned count;
    enum ocd_event_kind kind;
    char name[64];
    char text[128];
};

static void hear(const struct ocd_event *event, void *user)
{
    struct heard *h = user;

    h->count++;
    h->kind = event->kind;
    snprintf(h->name, sizeof(h->name), "%s", event->name);
    snprintf(h->text, sizeof(h->text), "%s", event->text);
}

static struct ocd_session *connect_to(const struct fake *f, bool reconnect)
{
    struct ocd_options o = {.host = "127.0.0.1",
                            .port = fake_port(f),
                            .reconnect = reconnect,
                            .timeout_ms = RIG_TIMEOUT_MS};
    struct ocd_session *s;

    rig_ok(s, ocd_connect(&s, &o));
    return s;
}

static void each_version_gets_its_own_commands(void **state)
{
    (void)state;
    for (int head = 0; head < 2; head++) {
        struct fake *f = fake_start(&(struct fake_options){.head = head});
        assert_non_null(f);
        struct ocd_session *s = connect_to(f, false);
        struct heard h = {0};

        rig_ok(s, ocd_subscribe_events(s, hear, &h));
        rig_ok(s, ocd_command(s, "halt", NULL));
        assert_int_equal(h.count, 2);
        rig_ok(s, ocd_subscribe_events(s, NULL, NULL));
        rig_ok(s, ocd_command(s, "resume", NULL));
        assert_int_equal(h.count, 2);
        ocd_close(s);
        fake_stop(f);
    }
}

/* As OpenOCD of Debian 13 is right after its start. */
static void a_target_that_was_never_polled_has_a_state(void **state)
{
    struct fake *f = fake_start(&(struct fake_options){.state = "unpolled"});
    struct ocd_target *targets;
    size_t count;

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, false);
    rig_ok(s, ocd_targets(s, &targets, &count));
    assert_true(count > 0);
    assert_string_equal(targets[0].state, "running");
    ocd_free(targets);
    ocd_close(s);
    fake_stop(f);
}

static void a_server_that_refuses_is_an_error(void **state)
{
    struct fake *f = fake_start(NULL);
    struct heard h = {0};

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, false);
    fake_inject(f, &(struct fake_fault){.kind = FAKE_REFUSE,
                                        .match = "notifications on",
                                        .text = "no notifications here"});
    rig_fails(s, OCD_ERR_COMMAND, ocd_subscribe_events(s, hear, &h));
    rig_assert_contains(ocd_last_error(s)->text, "no notifications here");
    rig_fails(s, OCD_ERR_COMMAND, ocd_wait_event(s, "halted", RIG_TIMEOUT_MS));
    ocd_close(s);
    fake_stop(f);
}

static void unrequested_notifications_are_dropped(void **state)
{
    struct fake *f = fake_start(NULL);

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, false);
    fake_push(f, "type target_event event halted\r\n\x1a", 33);
    rig_ok(s, ocd_command(s, "expr 1", NULL));
    ocd_close(s);
    fake_stop(f);
}

static void other_kinds_reach_the_callback(void **state)
{
    struct fake *f = fake_start(NULL);
    struct heard h = {0};

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, false);
    rig_ok(s, ocd_subscribe_events(s, hear, &h));
    fake_push(f, "type target_trace data 00ff\r\n\x1a", 30);
    rig_ok(s, ocd_command(s, "expr 1", NULL));
    assert_int_equal(h.count, 1);
    assert_int_equal(h.kind, OCD_EVENT_OTHER);
    assert_string_equal(h.name, "");
    assert_string_equal(h.text, "type target_trace data 00ff");
    ocd_close(s);
    fake_stop(f);
}

static void a_session_that_reconnects_still_gets_events(void **state)
{
    struct fake *f = fake_start(NULL);
    struct heard h = {0};
    uint32_t word;

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, true);
    rig_ok(s, ocd_subscribe_events(s, hear, &h));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE, .match = "read_memory", .times = 1});
    rig_fails(s, OCD_ERR_CLOSED, ocd_read_u32(s, 0x20000000, &word, 1));
    rig_ok(s, ocd_read_u32(s, 0x20000000, &word, 1));
    assert_int_equal(fake_connections(f), 2);
    assert_int_equal(h.count, 0);
    rig_ok(s, ocd_command(s, "halt", NULL));
    assert_int_equal(h.count, 2);
    ocd_close(s);
    fake_stop(f);
}

/* A wait belongs to its connection: what happens in between would be missed. */
static void a_lost_connection_ends_a_wait(void **state)
{
    struct fake *f = fake_start(NULL);
    uint32_t word;

    (void)state;
    assert_non_null(f);
    struct ocd_session *s = connect_to(f, true);
    struct ocd_op *wait = ocd_wait_event_async(s, "halted", NULL);
    rig_ok(s, ocd_command(s, "expr 1", NULL));
    fake_inject(f, &(struct fake_fault){.kind = FAKE_CLOSE, .match = "read_memory", .times = 1});
    rig_fails(s, OCD_ERR_CLOSED, ocd_read_u32(s, 0x20000000, &word, 1));
    rig_fails(s, OCD_ERR_CLOSED, ocd_wait(wait));
    rig_ok(s, ocd_read_u32(s, 0x20000000, &word, 1));
    unsigned before = fake_requests_with(f, "notifications on");
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait_event(s, "halted", 100));
    rig_ok(s, ocd_command(s, "expr 1", NULL)); /* what has been asked before has arrived */
    assert_int_equal(fake_requests_with(f, "notifications on"), before + 1);
    ocd_close(s);
    fake_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_version_gets_its_own_commands),
        cmocka_unit_test(a_target_that_was_never_polled_has_a_state),
        cmocka_unit_test(a_server_that_refuses_is_an_error),
        cmocka_unit_test(unrequested_notifications_are_dropped),
        cmocka_unit_test(other_kinds_reach_the_callback),
        cmocka_unit_test(a_session_that_reconnects_still_gets_events),
        cmocka_unit_test(a_lost_connection_ends_a_wait),
    };

    return cmocka_run_group_tests_name("events of a fake server", tests, NULL, NULL);
}
