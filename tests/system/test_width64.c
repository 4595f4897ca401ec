// SPDX-License-Identifier: MIT
/* 64-bit values where OpenOCD or the target takes no 64-bit access: two words, found out once. */
#include "rig.h"

#define TRIED  " 64 " /* in a command: an access of 64 bits */
#define HALVES " 32 "

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

struct client {
    struct ocd_session *session;
    struct rig_trace trace;
};

static struct client *client(struct rig *rig)
{
    struct client *c = calloc(1, sizeof(*c));

    assert_non_null(c);
    c->session =
        rig_connect(rig, &(struct ocd_options){.trace = rig_trace, .trace_user = &c->trace});
    rig_trace_clear(&c->trace);
    return c;
}

static void leave(struct client *c)
{
    ocd_close(c->session);
    rig_trace_clear(&c->trace);
    free(c->trace.lines);
    free(c);
}

static void a_refused_width_is_tried_once_and_remembered(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    uint64_t values[3];

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18", 16);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, values, 2));
    assert_true(values[0] == 0x0807060504030201);
    assert_true(values[1] == 0x1817161514131211);
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 1);
    assert_int_equal(rig_sent_with(&c->trace, HALVES), 1);
    rig_trace_clear(&c->trace);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM + 8, values, 1));
    rig_ok(c->session, ocd_write_u64(c->session, RIG_RAM + 8, values, 1));
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 0);
    assert_int_equal(rig_sent_with(&c->trace, HALVES), 2);
    leave(c);
}

static void a_write_detects_the_width_too(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    const uint64_t values[2] = {0x0123456789abcdef, 0xfedcba9876543210};
    uint64_t back;

    rig_mark(rig);
    rig_ok(c->session, ocd_write_u64(c->session, RIG_RAM, values, 2));
    rig_assert_touched(rig, true, RIG_RAM, 16);
    assert_int_equal(rig_count(rig, true, 4, RIG_RAM, 16), 4);
    rig_assert_memory(rig, RIG_RAM,
                      "\xef\xcd\xab\x89\x67\x45\x23\x01\x10\x32\x54\x76\x98\xba\xdc\xfe", 16);
    rig_trace_clear(&c->trace);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, &back, 1));
    assert_true(back == values[0]);
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 0);
    leave(c);
}

/* Each target has its own bus. */
static void the_width_is_remembered_for_each_target(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    const struct ocd_call big = {.target = RIG_BIG};
    uint64_t value;

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08", 8);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, &value, 1));
    assert_true(value == 0x0807060504030201);
    rig_trace_clear(&c->trace);
    rig_ok(c->session, ocd_wait(ocd_read_u64_async(c->session, RIG_RAM, &value, 1, &big)));
    assert_true(value == 0x0102030405060708);
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 1);
    rig_trace_clear(&c->trace);
    rig_ok(c->session, ocd_wait(ocd_write_u64_async(c->session, RIG_RAM + 8, &value, 1, &big)));
    rig_assert_memory(rig, RIG_RAM + 8, "\1\2\3\4\5\6\7\x08", 8);
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 0);
    leave(c);
}

static void the_halves_are_two_accesses_the_lower_first(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    uint64_t values[2];
    struct sim_access log[8];

    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, values, 1));
    rig_mark(rig);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM + 0x40, values, 2));
    size_t n = rig_accesses(rig, log, COUNT_OF(log));
    uint32_t at = RIG_RAM + 0x40;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(log[i].width, 4);
        assert_int_equal(log[i].addr, at);
        at += 4 * log[i].count;
    }
    assert_int_equal(at, RIG_RAM + 0x50);
    leave(c);
}

/* The address was refused, not the width: the session must not remember the width as refused. */
static void an_unreadable_address_is_not_taken_for_a_refused_width(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    uint64_t value;

    rig_fails(c->session, OCD_ERR_TARGET, ocd_read_u64(c->session, RIG_NOWHERE, &value, 1));
    rig_assert_error(ocd_last_error(c->session), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    rig_fails(c->session, OCD_ERR_TARGET, ocd_write_u64(c->session, RIG_NOWHERE, &value, 1));
    rig_assert_error(ocd_last_error(c->session), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08", 8);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, &value, 1));
    assert_true(value == 0x0807060504030201);
    leave(c);
}

/* Elements are counted whole: of a pair whose upper half fails none is good. */
static void a_fault_counts_whole_elements(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    static uint64_t values[2049];
    uint8_t *want = rig_fill(rig, RIG_RAM, 16384, 5);

    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 16384 + 4, 4), 0);
    rig_fails(c->session, OCD_ERR_TARGET, ocd_read_u64(c->session, RIG_RAM, values, 2049));
    const struct ocd_error *e = ocd_last_error(c->session);
    assert_true(e->has_addr);
    assert_true(e->done <= 2048);
    assert_in_range(e->addr, RIG_RAM + 8 * e->done, RIG_RAM + 16384 + 7);
    swap_little(values, 8, COUNT_OF(values));
    assert_memory_equal(values, want, (size_t)(8 * e->done));
    sim_fault_clear(rig->sim);
    free(want);
    leave(c);
}

static void items_of_64_bits_use_the_remembered_width(void **state)
{
    struct rig *rig = *state;
    struct client *c = client(rig);
    uint64_t a[2], b;
    struct ocd_item items[2] = {
        {.addr = RIG_RAM, .count = 2, .width = 64, .values = a},
        {.addr = RIG_RAM + 0x100, .count = 1, .width = 64, .values = &b},
    };

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18", 16);
    rig_poke(rig, RIG_RAM + 0x100, "\x21\x22\x23\x24\x25\x26\x27\x28", 8);
    for (int round = 0; round < 2; round++) {
        memset(a, 0, sizeof(a));
        b = 0;
        rig_trace_clear(&c->trace);
        rig_ok(c->session, ocd_read_many(c->session, items, 2, 0));
        assert_true(a[0] == 0x0807060504030201);
        assert_true(a[1] == 0x1817161514131211);
        assert_true(b == 0x2827262524232221);
        assert_int_equal(rig_sent_with(&c->trace, TRIED), round == 0 ? 1 : 0);
    }
    rig_trace_clear(&c->trace);
    rig_ok(c->session, ocd_read_u64(c->session, RIG_RAM, &b, 1));
    assert_int_equal(rig_sent_with(&c->trace, TRIED), 0);
    leave(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_width_is_tried_once_and_remembered),
        cmocka_unit_test(a_write_detects_the_width_too),
        cmocka_unit_test(the_width_is_remembered_for_each_target),
        cmocka_unit_test(the_halves_are_two_accesses_the_lower_first),
        cmocka_unit_test(an_unreadable_address_is_not_taken_for_a_refused_width),
        cmocka_unit_test(a_fault_counts_whole_elements),
        cmocka_unit_test(items_of_64_bits_use_the_remembered_width),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
