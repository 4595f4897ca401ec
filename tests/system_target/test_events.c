// SPDX-License-Identifier: MIT
/* Events of the real OpenOCD. */
#include "aux.h"

#include <poll.h>

#define KEPT 64

struct heard {
    unsigned count;
    struct {
        enum ocd_event_kind kind;
        enum ocd_target_state state;
        char name[40];
    } events[KEPT];
};

struct reaction {
    struct ocd_session *session;
    int blocked;
    struct ocd_op *op;
    enum ocd_target_state state;
    bool close;
};

/* Filled by the callbacks. Static, since a test's last events may arrive after its end, until the
 * next test ends the subscription. */
static struct heard heard, heard_second;
static struct reaction reaction;

static void hear(const struct ocd_event *event, void *user)
{
    struct heard *h = user;

    assert_true(h->count < KEPT);
    h->events[h->count].kind = event->kind;
    h->events[h->count].state = event->state;
    snprintf(h->events[h->count].name, sizeof(h->events[0].name), "%s", event->name);
    assert_int_equal(strncmp(event->text, "type target_", 12), 0);
    assert_null(strpbrk(event->text, "\r\n\x1a"));
    h->count++;
}

/* Index of the first event of that kind and name from `from` on, or -1. */
static int find(const struct heard *h, unsigned from, enum ocd_event_kind kind, const char *name)
{
    for (unsigned i = from; i < h->count; i++)
        if (h->events[i].kind == kind && strcmp(h->events[i].name, name) == 0)
            return (int)i;
    return -1;
}

static void assert_heard(const struct heard *h, enum ocd_event_kind kind, const char *name)
{
    if (find(h, 0, kind, name) >= 0)
        return;
    for (unsigned i = 0; i < h->count; i++)
        print_error("heard %d %s\n", (int)h->events[i].kind, h->events[i].name);
    fail_msg("not heard: %s", name);
}

/* Drives the session as an event loop would, until there are this many events. */
static void listen_until(struct ocd_session *s, const struct heard *h, unsigned count)
{
    long deadline = rig_now_ms() + RIG_TIMEOUT_MS;

    while (h->count < count) {
        struct pollfd p = {.fd = ocd_loop_fd(s), .events = ocd_loop_events(s)};
        int left = (int)(deadline - rig_now_ms());
        if (left <= 0)
            fail_msg("%u events of %u", h->count, count);
        poll(&p, 1, left);
        assert_int_equal(ocd_loop_dispatch(s), OCD_OK);
    }
}

static int quiet(void **state)
{
    struct rig *rig = *state;

    rig_ok(rig->session, ocd_subscribe_events(rig->session, NULL, NULL));
    rig_ok(rig->session, ocd_resume(rig->session));
    memset(&heard, 0, sizeof(heard));
    memset(&heard_second, 0, sizeof(heard_second));
    memset(&reaction, 0, sizeof(reaction));
    rig_trace_clear(&rig->trace);
    return 0;
}

static void events_come_with_the_calls_that_cause_them(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct heard *h = &heard;

    rig_ok(s, ocd_subscribe_events(s, hear, h));
    rig_ok(s, ocd_halt(s));
    assert_heard(h, OCD_EVENT_TARGET, "halted");
    assert_heard(h, OCD_EVENT_STATE, "halted");
    int state_at = find(h, 0, OCD_EVENT_STATE, "halted");
    assert_int_equal(h->events[state_at].state, OCD_STATE_HALTED);
    unsigned before = h->count;
    rig_ok(s, ocd_resume(s));
    assert_true(find(h, before, OCD_EVENT_TARGET, "resumed") >= 0);
    assert_true(find(h, before, OCD_EVENT_STATE, "running") >= 0);
}

static void a_reset_has_its_mode(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct heard *h = &heard;
    rig_needs_cortex_m3();

    rig_ok(s, ocd_subscribe_events(s, hear, h));
    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    assert_heard(h, OCD_EVENT_RESET, "halt");
    int mode = find(h, 0, OCD_EVENT_RESET, "halt");
    assert_true(find(h, (unsigned)mode, OCD_EVENT_TARGET, "halted") > mode);
}

static void events_arrive_while_the_session_is_idle(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_session *other = rig_connect(rig, NULL);
    struct heard *h = &heard;

    rig_ok(s, ocd_subscribe_events(s, hear, h));
    assert_int_equal(h->count, 0);
    assert_int_equal(ocd_loop_timeout(s), -1);
    rig_ok(other, ocd_halt(other));
    listen_until(s, h, 2);
    assert_heard(h, OCD_EVENT_TARGET, "halted");
    ocd_close(other);
}

/* However often something happens, each call gets its own reply. */
static void events_are_not_taken_for_replies(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_session *other = rig_connect(rig, NULL);
    struct heard *h = &heard;
    uint32_t word = 0;

    rig_poke(rig, RIG_RAM, "\x78\x56\x34\x12", 4);
    rig_ok(s, ocd_subscribe_events(s, hear, h));
    for (int i = 0; i < 8; i++) {
        struct ocd_op *action =
            i % 2 == 0 ? ocd_halt_async(other, NULL) : ocd_resume_async(other, NULL);
        assert_int_equal(ocd_loop_dispatch(other), OCD_OK); /* sent, not answered */
        word = 0;
        rig_ok(s, ocd_read_u32(s, RIG_RAM, &word, 1));
        assert_int_equal(word, 0x12345678);
        assert_command(s, "expr {6 * 7}", "42");
        rig_ok(other, ocd_wait(action));
    }
    listen_until(s, h, 16);
    ocd_close(other);
}

static void no_events_arrive_after_the_end_of_the_subscription(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct heard *h = &heard;

    rig_ok(s, ocd_subscribe_events(s, hear, h));
    rig_ok(s, ocd_subscribe_events(s, NULL, NULL));
    rig_trace_clear(&rig->trace);
    rig_ok(s, ocd_halt(s));
    assert_int_equal(h->count, 0);
    for (size_t i = 0; i < rig->trace.count; i++)
        assert_int_not_equal(strncmp(rig->trace.lines[i].text, "type target", 11), 0);
}

static void another_callback_replaces_the_first(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct heard *first = &heard, *second = &heard_second;

    rig_ok(s, ocd_subscribe_events(s, hear, first));
    rig_ok(s, ocd_wait(ocd_subscribe_events_async(s, hear, second, NULL)));
    rig_ok(s, ocd_halt(s));
    assert_int_equal(first->count, 0);
    assert_heard(second, OCD_EVENT_TARGET, "halted");
}

static void react(const struct ocd_event *event, void *user)
{
    struct reaction *r = user;

    if (event->kind != OCD_EVENT_TARGET || strcmp(event->name, "halted") != 0)
        return;
    r->blocked = ocd_halt(r->session);
    if (r->close)
        ocd_close(r->session);
    else if (r->op == NULL)
        r->op = ocd_state_async(r->session, &r->state, NULL);
}

static void a_callback_may_start_operations_but_not_wait(void **state)
{
    struct ocd_session *s = ((struct rig *)*state)->session;
    struct reaction *r = &reaction;

    r->session = s;
    rig_ok(s, ocd_subscribe_events(s, react, r));
    rig_ok(s, ocd_halt(s));
    assert_int_equal(r->blocked, OCD_ERR_BUSY);
    assert_non_null(r->op);
    rig_ok(s, ocd_wait(r->op));
    assert_int_equal(r->state, OCD_STATE_HALTED);
}

static void a_callback_may_close_its_session(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *other = rig_connect(rig, NULL);
    struct reaction *r = &reaction;
    struct ocd_op *wait;

    r->session = other;
    r->close = true;
    rig_ok(other, ocd_subscribe_events(other, react, r));
    wait = ocd_wait_event_async(other, "gdb-attach", NULL);
    rig_ok(rig->session, ocd_halt(rig->session));
    assert_int_equal(ocd_wait(wait), OCD_ERR_CANCELLED);
    assert_int_equal(r->blocked, OCD_ERR_BUSY);
}

static void one_event_can_be_waited_for(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_op *halted, *resumed;
    uint64_t pc;

    rig_ok(s, ocd_reset(s, OCD_RESET_HALT));
    rig_ok(s, ocd_step(s));
    rig_ok(s, ocd_read_register(s, "pc", &pc));
    rig_ok(s, ocd_set_breakpoint(s, pc, 2, OCD_BREAKPOINT_HARD));
    rig_trace_clear(&rig->trace);
    halted = ocd_wait_event_async(s, "halted", NULL);
    resumed = ocd_wait_event_async(s, "resumed", NULL);
    rig_ok(s, ocd_resume_at(s, RESET_HANDLER));
    rig_ok(s, ocd_wait(resumed));
    rig_ok(s, ocd_wait(halted));
    assert_state(s, NULL, OCD_STATE_HALTED);
    rig_ok(s, ocd_remove_breakpoints(s));
    assert_int_equal(rig_sent_with(&rig->trace, "notifications on"), 1); /* for both */
    assert_int_equal(rig_sent_with(&rig->trace, "notifications off"), 1);
}

static void waiting_without_an_event_times_out(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait_event(s, "gdb-attach", 200));
    rig_assert_contains(ocd_last_error(s)->text, "wait for the event gdb-attach: timed out");
    rig_fails(s, OCD_ERR_ARG, ocd_wait_event(s, NULL, 200));
    assert_int_equal(ocd_wait_event(NULL, "halted", 200), OCD_ERR_ARG);
    assert_int_equal(ocd_subscribe_events(NULL, hear, NULL), OCD_ERR_ARG);
}

/* The server writes events with blocking calls: a client that reads no more would stop it. */
static void notifications_end_with_the_last_wait(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_op *wait = ocd_wait_event_async(s, "halted", NULL);
    struct heard *h = &heard;

    assert_command(s, "", "");
    ocd_cancel(wait);
    rig_fails(s, OCD_ERR_CANCELLED, ocd_wait(wait));
    rig_ok(s, ocd_wait_state(s, OCD_STATE_RUNNING, 0));
    rig_trace_clear(&rig->trace);
    rig_ok(s, ocd_halt(s));
    for (size_t i = 0; i < rig->trace.count; i++)
        assert_int_not_equal(strncmp(rig->trace.lines[i].text, "type target", 11), 0);
    /* A watch outlives a wait. */
    rig_ok(s, ocd_subscribe_events(s, hear, h));
    wait = ocd_wait_event_async(s, "resumed", NULL);
    rig_ok(s, ocd_resume(s));
    rig_ok(s, ocd_wait(wait));
    unsigned before = h->count;
    rig_ok(s, ocd_halt(s));
    assert_true(find(h, before, OCD_EVENT_TARGET, "halted") >= 0);
    /* … and a wait a watch. */
    rig_ok(s, ocd_resume(s));
    wait = ocd_wait_event_async(s, "halted", NULL);
    rig_ok(s, ocd_subscribe_events(s, NULL, NULL));
    rig_ok(s, ocd_halt(s));
    rig_ok(s, ocd_wait(wait));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(events_come_with_the_calls_that_cause_them, quiet),
        cmocka_unit_test_setup(a_reset_has_its_mode, quiet),
        cmocka_unit_test_setup(events_arrive_while_the_session_is_idle, quiet),
        cmocka_unit_test_setup(events_are_not_taken_for_replies, quiet),
        cmocka_unit_test_setup(no_events_arrive_after_the_end_of_the_subscription, quiet),
        cmocka_unit_test_setup(another_callback_replaces_the_first, quiet),
        cmocka_unit_test_setup(a_callback_may_start_operations_but_not_wait, quiet),
        cmocka_unit_test_setup(a_callback_may_close_its_session, quiet),
        cmocka_unit_test_setup(one_event_can_be_waited_for, quiet),
        cmocka_unit_test_setup(waiting_without_an_event_times_out, quiet),
        cmocka_unit_test_setup(notifications_end_with_the_last_wait, quiet),
    };

    return cmocka_run_group_tests_name("events", tests, aux_start, aux_stop);
}
