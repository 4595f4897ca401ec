// SPDX-License-Identifier: MIT
/* The choice between the same-host path and the engine: model servers with two rates. */
#include "memory/route.h"

#include "support.h"

#define MS  ((ocd_time)OCD_NS_PER_MS)
#define MIB (1024.0 * 1024)

/* Bytes a nanosecond. */
#define RATE(mib_a_second) ((mib_a_second)*MIB / 1e9)

struct model {
    struct ocd_route route;
    double local, rpc; /* bytes a nanosecond */
    ocd_time now;
    uint64_t by_local, by_rpc;
};

/* Moves so many bytes, in pieces of 64 KiB over the same-host path. */
static void move(struct model *m, uint64_t size)
{
    while (size > 0) {
        uint64_t part = ocd_route_rpc(&m->route, size, m->now);
        assert_true(part <= size);
        if (part > 0) {
            m->now += (ocd_time)((double)part / m->rpc);
            m->by_rpc += part;
            ocd_route_tried(&m->route, part, m->rpc, m->now);
        } else {
            part = size < 65536 ? size : 65536;
            ocd_time time = (ocd_time)((double)part / m->local);
            m->now += time;
            m->by_local += part;
            ocd_route_measured(&m->route, part, time);
            ocd_route_try(&m->route, m->now);
        }
        size -= part;
    }
}

static void a_fast_path_is_kept_and_nothing_tried(void **state)
{
    (void)state;
    struct model m = {.local = RATE(30), .rpc = RATE(60)};
    move(&m, 64 << 20);
    assert_int_equal(m.by_rpc, 0);
}

static void the_engine_is_used_where_it_is_faster(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.0), .rpc = RATE(2.6)};
    move(&m, 16 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_RPC);
    assert_true(m.by_local < 1 << 20);
    m.by_local = 0;
    move(&m, 16 << 20);
    assert_int_equal(m.by_local, 0);
}

static void the_engine_is_left_where_it_is_slower(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.0), .rpc = RATE(1.6)};
    move(&m, 16 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_LOCAL);
    print_message("tried with %u KiB\n", (unsigned)(m.by_rpc >> 10));
    assert_true(m.by_rpc > 512 << 10 && m.by_rpc < 2 << 20);
}

static void a_hopeless_trial_is_short(void **state)
{
    (void)state;
    struct model m = {.local = RATE(7.0), .rpc = RATE(0.5)};
    move(&m, 16 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_LOCAL);
    assert_int_equal(m.by_rpc, 128 << 10);
}

/* It begins with small requests. */
static void the_engine_may_take_its_time_to_find_its_setting(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.3), .rpc = RATE(0.7)};
    while (m.route.state == OCD_ROUTE_LOCAL)
        move(&m, 64 << 10);
    move(&m, 256 << 10);
    m.rpc = RATE(3.1);
    move(&m, 2 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_RPC);
}

static void what_is_lost_again_and_again_is_tried_ever_less(void **state)
{
    (void)state;
    struct model m = {.local = RATE(7.0), .rpc = RATE(0.5)};
    unsigned trials = 0;
    for (int i = 0; i < 60; i++) { /* a minute each */
        uint64_t before = m.by_rpc;
        move(&m, 1 << 20);
        trials += m.by_rpc != before;
        m.now += 60000 * MS;
    }
    print_message("%u trials in an hour\n", trials);
    assert_in_range(trials, 4, 9);
}

static void an_engine_of_unknown_speed_is_not_used(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.0), .rpc = RATE(9.0)};
    move(&m, 256 << 10);
    assert_int_equal(m.route.state, OCD_ROUTE_TRIAL);
    while (m.route.state == OCD_ROUTE_TRIAL)
        ocd_route_tried(&m.route, 65536, 0, m.now);
    assert_int_equal(m.route.state, OCD_ROUTE_LOCAL);
}

static void small_reads_add_up_to_a_trial(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.0), .rpc = RATE(2.6)};
    for (int i = 0; i < 64; i++)
        move(&m, 64 << 10);
    assert_int_equal(m.route.state, OCD_ROUTE_RPC);
}

static void what_was_decided_is_looked_at_again(void **state)
{
    (void)state;
    struct model m = {.local = RATE(2.0), .rpc = RATE(2.6)};
    move(&m, 16 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_RPC);
    m.local = RATE(30);
    m.now += 60000 * MS;
    m.by_rpc = 0;
    move(&m, 16 << 20);
    assert_int_equal(m.by_rpc, 0);
    m.local = RATE(2);
    m.now += 60000 * MS;
    move(&m, 16 << 20);
    assert_int_equal(m.route.state, OCD_ROUTE_RPC);
}

static void one_hiccup_begins_no_trial(void **state)
{
    (void)state;
    struct model m = {.local = RATE(30), .rpc = RATE(20)};
    move(&m, 1 << 20);
    m.local = RATE(6);
    move(&m, 64 << 10);
    m.local = RATE(30);
    move(&m, 16 << 20);
    assert_int_equal(m.by_rpc, 0);
}

/* Between two parts at any byte there would be accesses narrower than a word, which some memory
 * does not answer, or answers wrong. */
static void parts_end_at_words(void **state)
{
    (void)state;
    for (double rate = 0.3; rate < 7; rate += 0.37) {
        struct model m = {.local = RATE(rate), .rpc = RATE(0.9 * rate)};
        uint64_t size = 64 << 20;
        while (m.route.state == OCD_ROUTE_LOCAL)
            move(&m, 64 << 10);
        move(&m, 70001); /* all of a small read */
        while (m.route.state == OCD_ROUTE_TRIAL) {
            uint64_t part = ocd_route_rpc(&m.route, size, m.now);
            assert_int_equal(part % 4096, 0);
            ocd_route_tried(&m.route, part, m.rpc, m.now);
            size -= part;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fast_path_is_kept_and_nothing_tried),
        cmocka_unit_test(the_engine_is_used_where_it_is_faster),
        cmocka_unit_test(the_engine_is_left_where_it_is_slower),
        cmocka_unit_test(a_hopeless_trial_is_short),
        cmocka_unit_test(the_engine_may_take_its_time_to_find_its_setting),
        cmocka_unit_test(what_is_lost_again_and_again_is_tried_ever_less),
        cmocka_unit_test(an_engine_of_unknown_speed_is_not_used),
        cmocka_unit_test(small_reads_add_up_to_a_trial),
        cmocka_unit_test(what_was_decided_is_looked_at_again),
        cmocka_unit_test(one_hiccup_begins_no_trial),
        cmocka_unit_test(parts_end_at_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
