// SPDX-License-Identifier: MIT
/* The tuner against simulated servers, in virtual time: how close it comes to the best setting that
 * never changes, and how soon. */
#include "support.h"
#include "virtual_server.h"

/* As measured with OpenOCD 0.12.0 and a build of the branch that follows it, in front of the
 * simulated chip. */
static const struct cost v012_read = {160 * US, 270, 0};
static const struct cost v012_md = {160 * US, 175, 0};
static const struct cost head_read = {120 * US, 400, 8.2};
static const struct cost head_md = {120 * US, 250, 1.6};

struct expectation {
    double bytes;   /* moved in each transfer */
    double first;   /* ratio to the best fixed setting to be reached by the first one … */
    double later;   /* … and by each of the next four */
    double longest; /* ns of a request at most */
};

static void expect(const char *name, const struct server *s, enum ocd_tuner_kind kind,
                   struct expectation e)
{
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(s);
    bool exact = kind == OCD_TUNER_EXACT;
    double best = best_fixed(s, kind == OCD_TUNER_READ, 4, exact ? 1 : OCD_TUNER_WINDOW_MAX,
                             e.bytes, e.longest);

    ocd_tuner_init(&t, kind);
    for (int i = 0; i < 5; i++) {
        double ratio = transfer(l, &c, e.bytes) / best;
        print_message("%s, transfer %d: %.3f of %.0f KiB/s (%s %u, window %u)\n", name, i, ratio,
                      best / 1024, t.lane == OCD_METHOD_MD ? "md" : "memory", 1u << t.home[t.lane],
                      ocd_tuner_window(&t));
        assert_true(ratio >= (i == 0 ? e.first : e.later));
    }
    print_message("%s: the longest request took %.1f ms\n", name, l->longest / MS);
    assert_true(l->longest <= e.longest);
    free(l);
}

static void reaches_the_best_of_a_server_that_likes_large_requests(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US};
    expect("0.12", &s, OCD_TUNER_READ, (struct expectation){1 << 20, 0.90, 0.95, 20 * MS});
    expect("0.12, 16 MiB", &s, OCD_TUNER_READ, (struct expectation){16 << 20, 0.95, 0.95, 20 * MS});
}

static void reaches_the_best_of_a_server_with_quadratic_replies(void **state)
{
    (void)state;
    struct server s = {.methods = {head_read, head_md}, .noise = 0.1, .client = 20 * US};
    /* 4 ms: a request of 1024 words, no more, is what it takes to see that they do not pay. */
    expect("quadratic", &s, OCD_TUNER_READ, (struct expectation){1 << 20, 0.90, 0.95, 4 * MS});
}

static void takes_the_plain_command_where_that_is_faster(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_md, v012_read}, .noise = 0.1, .client = 20 * US};
    expect("slow md", &s, OCD_TUNER_READ, (struct expectation){4 << 20, 0.80, 0.95, 25 * MS});
}

static void fills_a_long_network(void **state)
{
    (void)state;
    struct server s = {
        .methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US, .round_trip = 20 * MS};
    expect("20 ms", &s, OCD_TUNER_READ, (struct expectation){4 << 20, 0.60, 0.90, 20 * MS});
}

static void fills_a_long_network_in_front_of_quadratic_replies(void **state)
{
    (void)state;
    struct server s = {
        .methods = {head_read, head_md}, .noise = 0.1, .client = 20 * US, .round_trip = 20 * MS};
    expect("20 ms, quadratic", &s, OCD_TUNER_READ,
           (struct expectation){1 << 20, 0.85, 0.95, 4 * MS});
}

#define SEEDS 100u
/* Transfers in which a session may learn, and those that follow. */
#define LEARNING 5u
#define LEARNT   5u

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of as many sessions as there are seeds, each moving 1 MiB several times: what nine of ten
 * reach in the first transfer, and mostly when they have learnt. */
static void expect_mostly(const char *name, const struct server *s, double first, double last)
{
    static double firsts[SEEDS], lasts[SEEDS];
    double best = best_fixed(s, true, 4, OCD_TUNER_WINDOW_MAX, 1 << 20, 250 * MS);

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct ocd_tuner t;
        struct client c = {.tuner = &t, .width = 4};
        struct line *l = new_line(s);
        l->seed = seed + 1;
        ocd_tuner_init(&t, OCD_TUNER_READ);
        firsts[seed] = transfer(l, &c, 1 << 20) / best;
        for (unsigned i = 1; i < LEARNING; i++)
            transfer(l, &c, 1 << 20);
        double learnt[LEARNT];
        for (unsigned i = 0; i < LEARNT; i++)
            learnt[i] = transfer(l, &c, 1 << 20) / best;
        qsort(learnt, LEARNT, sizeof(*learnt), compare);
        lasts[seed] = learnt[LEARNT / 2];
        free(l);
    }
    qsort(firsts, SEEDS, sizeof(*firsts), compare);
    qsort(lasts, SEEDS, sizeof(*lasts), compare);
    print_message("%s: first %.3f, then %.3f\n", name, firsts[SEEDS / 10], lasts[SEEDS / 10]);
    assert_true(firsts[SEEDS / 10] >= first);
    assert_true(lasts[SEEDS / 10] >= last);
}

/* The first of all requests have to say enough not to need a round trip for each step. */
static void is_soon_at_home_on_a_long_network(void **state)
{
    (void)state;
    struct server s = {
        .methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US, .round_trip = 20 * MS};
    expect_mostly("20 ms", &s, 0.57, 0.90);
    s.round_trip = 2 * MS;
    expect_mostly("2 ms", &s, 0.80, 0.95);
}

/* Networks, and machines on which the client does not come to run at once, shift the answers
 * against each other. */
static void is_not_misled_by_answers_that_come_late(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md},
                       .noise = 0.1,
                       .client = 20 * US,
                       .round_trip = 20 * MS,
                       .late = 1 * MS};
    expect_mostly("20 ms, 1 ms late", &s, 0.50, 0.93);
    s.round_trip = 0;
    expect_mostly("1 ms late", &s, 0.70, 0.95);
}

/* A session's first requests may be long ones. */
static void sees_how_short_the_way_is(void **state)
{
    (void)state;
    struct server s = {
        .methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US, .greeting = 1.5 * MS};
    expect_mostly("greeting of 1.5 ms", &s, 0.92, 0.97);
}

/* Whatever becomes of the first requests, what follows may have more of them in flight. */
static void an_opening_that_is_cut_off_is_forgotten(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .client = 20 * US, .round_trip = 20 * MS};
    double best = best_fixed(&s, true, 4, OCD_TUNER_WINDOW_MAX, 1 << 20, 250 * MS);
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&s);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    for (unsigned sent = 1; sent <= 4; sent++) {
        ocd_tuner_begin(&t, 4, 1 << 18, (ocd_time)(20 * MS));
        for (unsigned i = 0; i < sent; i++) {
            struct ocd_tuner_choice choice = ocd_tuner_next(&t, 1 << 18, i);
            ocd_tuner_sent(&t, choice.method, choice.count, i == 0, (ocd_time)l->now);
        }
    }
    for (int i = 0; i < 3; i++) /* too small for the opening */
        transfer(l, &c, 4096);
    for (int i = 0; i < 4; i++)
        transfer(l, &c, 1 << 20);
    double ratio = transfer(l, &c, 1 << 20) / best;
    print_message("after an opening that was cut off: %.3f\n", ratio);
    assert_true(ratio > 0.9);
    free(l);
}

static void makes_requests_large_in_front_of_a_probe_with_latency(void **state)
{
    (void)state;
    /* Some eight transactions of 500 us a request, and one for each 6 KiB. */
    struct server s = {
        .methods = {{3500 * US, 2000, 0}, {3500 * US, 1500, 0}}, .noise = 0.1, .client = 20 * US};
    expect("500 us", &s, OCD_TUNER_READ, (struct expectation){1 << 20, 0.85, 0.95, 200 * MS});
}

static void keeps_requests_short_in_front_of_a_very_slow_probe(void **state)
{
    (void)state;
    struct server s = {
        .methods = {{3 * MS, 390 * US, 0}, {3 * MS, 390 * US, 0}}, .noise = 0.1, .client = 20 * US};
    expect("10 KiB/s", &s, OCD_TUNER_READ, (struct expectation){128 << 10, 0.95, 0.95, 220 * MS});
}

static void is_not_misled_by_a_busy_machine(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md},
                       .noise = 0.2,
                       .client = 20 * US,
                       .hiccup = 6 * MS,
                       .hiccup_every = 20};
    expect("hiccups", &s, OCD_TUNER_READ, (struct expectation){4 << 20, 0.85, 0.90, 30 * MS});
}

static void works_in_a_loop_that_is_turned_rarely(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .client = 20 * US, .turn = 16 * MS};
    expect("turn of 16 ms", &s, OCD_TUNER_READ, (struct expectation){4 << 20, 0.60, 0.90, 20 * MS});
}

static void finds_the_size_of_writes(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read}, .noise = 0.1, .client = 20 * US};
    expect("write", &s, OCD_TUNER_WRITE, (struct expectation){1 << 20, 0.90, 0.95, 25 * MS});
}

static void finds_the_size_of_typed_reads_with_one_request_in_flight(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read}, .noise = 0.1, .client = 20 * US};
    expect("typed, 0.12", &s, OCD_TUNER_EXACT, (struct expectation){1 << 20, 0.90, 0.95, 25 * MS});
    s.methods[0] = head_read;
    expect("typed, quadratic", &s, OCD_TUNER_EXACT,
           (struct expectation){1 << 20, 0.90, 0.95, 12 * MS});
}

/* Each width of typed access has a size of its own. */
static void typed_reads_of_one_width_do_not_spoil_another(void **state)
{
    (void)state;
    struct ocd_tuner t;
    struct server wide = {.methods = {v012_read}, .client = 20 * US};
    struct server narrow = {.methods = {head_read}, .client = 20 * US};
    struct line *l = new_line(&wide);
    struct client c = {.tuner = &t, .width = 4};

    ocd_tuner_init(&t, OCD_TUNER_EXACT);
    transfer(l, &c, 1 << 20);
    ocd_tuner_begin(&t, 4, 1 << 20, 0);
    uint32_t count = ocd_tuner_next(&t, 1 << 20, 0).count;
    assert_in_range(count, 4096, 65536);

    l->server = &narrow;
    c.width = 1;
    transfer(l, &c, 1 << 18);
    ocd_tuner_begin(&t, 1, 1 << 20, 0);
    assert_in_range(ocd_tuner_next(&t, 1 << 20, 0).count, 32, 512);
    ocd_tuner_begin(&t, 4, 1 << 20, 0);
    assert_int_equal(ocd_tuner_next(&t, 1 << 20, 0).count, count);
    free(l);
}

static void follows_a_server_that_changes(void **state)
{
    (void)state;
    struct server fast = {.methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US};
    struct server slow = {.methods = {head_read, head_md}, .noise = 0.1, .client = 20 * US};
    double best_fast = best_fixed(&fast, true, 4, OCD_TUNER_WINDOW_MAX, 1 << 20, 20 * MS);
    double best_slow = best_fixed(&slow, true, 4, OCD_TUNER_WINDOW_MAX, 1 << 20, 20 * MS);
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&fast);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    transfer(l, &c, 4 << 20);
    assert_true(transfer(l, &c, 1 << 20) > 0.95 * best_fast);

    l->server = &slow;
    double begun = l->now;
    transfer(l, &c, 1 << 20);
    print_message("to slow: the first 1 MiB took %.0f ms\n", (l->now - begun) / MS);
    double ratio = transfer(l, &c, 1 << 20) / best_slow;
    print_message("to slow: then %.3f\n", ratio);
    assert_true(ratio > 0.95);

    /* Nothing tells that larger requests have become cheap but trying them, which is rare. */
    l->server = &fast;
    begun = l->now;
    while ((ratio = transfer(l, &c, 1 << 20) / best_fast) < 0.95)
        assert_true(l->now - begun < 8000 * MS);
    print_message("to fast: %.3f after %.0f ms\n", ratio, (l->now - begun) / MS);
    free(l);
}

/* Other programs take the processor away for a while: everything costs more, nothing else changes.
 */
static void a_busy_time_does_not_unsettle_it(void **state)
{
    (void)state;
    struct server idle = {.methods = {v012_read, v012_md}, .noise = 0.1, .client = 20 * US};
    struct server busy = idle;
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&idle);
    double best = best_fixed(&idle, true, 4, OCD_TUNER_WINDOW_MAX, 1 << 20, 1e18);

    for (int i = 0; i < 2; i++) {
        busy.methods[i].fixed *= 5;
        busy.methods[i].element *= 5;
    }
    ocd_tuner_init(&t, OCD_TUNER_READ);
    transfer(l, &c, 8 << 20);
    for (int i = 0; i < 6; i++) {
        l->server = i % 2 == 0 ? &busy : &idle;
        double expected = i % 2 == 0 ? best / 5 : best;
        for (int turn = 0; turn < 4; turn++) {
            double ratio = transfer(l, &c, 1 << 20) / expected;
            print_message("%s: %.3f (%u)\n", i % 2 == 0 ? "busy" : "idle", ratio,
                          1u << t.home[t.lane]);
            assert_true(ratio > 0.8);
        }
    }
    free(l);
}

/* Busy times that come at once and go by and by must not drive what is known of the costs up for
 * ever. */
static void costs_do_not_grow_with_each_busy_time(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .client = 20 * US};
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&s);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    transfer(l, &c, 8 << 20);
    for (int i = 0; i < 40; i++) {
        for (double load = 6; load >= 1; load *= 0.9) {
            s.methods[0] = (struct cost){v012_read.fixed * load, v012_read.element * load, 0};
            s.methods[1] = (struct cost){v012_md.fixed * load, v012_md.element * load, 0};
            transfer(l, &c, 1 << 19);
        }
    }
    for (unsigned rung = OCD_TUNER_RUNG_MIN; rung <= OCD_TUNER_RUNG_MAX; rung++) {
        double most = 8 * cost_of(&s, OCD_METHOD_MD, 1u << rung);
        assert_true((double)t.costs[OCD_METHOD_MD][rung].cost <= most);
    }
    free(l);
}

/* Small reads are all that many sessions do. */
static void learns_from_small_transfers(void **state)
{
    (void)state;
    struct server s = {.methods = {head_read, head_md}, .noise = 0.1, .client = 20 * US};
    double best = best_fixed(&s, true, 4, OCD_TUNER_WINDOW_MAX, 4096, 1e18);
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&s);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    for (int i = 0; i < 20; i++)
        transfer(l, &c, 4096);
    double ratio = transfer(l, &c, 4096) / best;
    print_message("4 KiB: %.3f of the best\n", ratio);
    assert_true(ratio > 0.8);
    free(l);
}

static void a_small_transfer_is_one_request_as_long_as_nothing_is_known(void **state)
{
    (void)state;
    struct ocd_tuner t;

    ocd_tuner_init(&t, OCD_TUNER_READ);
    ocd_tuner_begin(&t, 0, 1 << 20, 0);
    assert_int_equal(ocd_tuner_next(&t, 1024, 0).count, 1024);
    assert_int_equal(ocd_tuner_next(&t, 1025, 0).count, 256);
}

static void a_command_that_keeps_failing_is_not_used_again(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .client = 20 * US};
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&s);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    ocd_tuner_begin(&t, 0, 1 << 20, 0);
    assert_int_equal(ocd_tuner_next(&t, 1 << 20, 0).method, OCD_METHOD_MD);
    ocd_tuner_distrust(&t, OCD_METHOD_MD);
    assert_int_equal(ocd_tuner_next(&t, 1 << 20, 0).method, OCD_METHOD_MD);
    ocd_tuner_distrust(&t, OCD_METHOD_MD);
    for (int i = 0; i < 40; i++) {
        transfer(l, &c, 1 << 20);
        assert_int_equal(t.lane, OCD_METHOD_MEMORY);
        assert_int_equal(t.costs[OCD_METHOD_MD][t.home[OCD_METHOD_MEMORY]].cost, 0);
    }
    free(l);
}

/* What is in flight is bounded, whatever the network is like. */
static void memory_in_flight_is_bounded(void **state)
{
    (void)state;
    struct server s = {.methods = {v012_read, v012_md}, .client = 20 * US, .round_trip = 2000 * MS};
    struct ocd_tuner t;
    struct client c = {.tuner = &t, .width = 4};
    struct line *l = new_line(&s);

    ocd_tuner_init(&t, OCD_TUNER_READ);
    for (int i = 0; i < 20; i++) {
        transfer(l, &c, 4 << 20);
        assert_in_range(ocd_tuner_window(&t) * (4u << t.home[t.lane]), 1, OCD_TUNER_BYTES_MAX);
    }
    free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reaches_the_best_of_a_server_that_likes_large_requests),
        cmocka_unit_test(reaches_the_best_of_a_server_with_quadratic_replies),
        cmocka_unit_test(takes_the_plain_command_where_that_is_faster),
        cmocka_unit_test(fills_a_long_network),
        cmocka_unit_test(fills_a_long_network_in_front_of_quadratic_replies),
        cmocka_unit_test(is_soon_at_home_on_a_long_network),
        cmocka_unit_test(is_not_misled_by_answers_that_come_late),
        cmocka_unit_test(sees_how_short_the_way_is),
        cmocka_unit_test(an_opening_that_is_cut_off_is_forgotten),
        cmocka_unit_test(makes_requests_large_in_front_of_a_probe_with_latency),
        cmocka_unit_test(keeps_requests_short_in_front_of_a_very_slow_probe),
        cmocka_unit_test(is_not_misled_by_a_busy_machine),
        cmocka_unit_test(works_in_a_loop_that_is_turned_rarely),
        cmocka_unit_test(finds_the_size_of_writes),
        cmocka_unit_test(finds_the_size_of_typed_reads_with_one_request_in_flight),
        cmocka_unit_test(typed_reads_of_one_width_do_not_spoil_another),
        cmocka_unit_test(follows_a_server_that_changes),
        cmocka_unit_test(a_busy_time_does_not_unsettle_it),
        cmocka_unit_test(costs_do_not_grow_with_each_busy_time),
        cmocka_unit_test(learns_from_small_transfers),
        cmocka_unit_test(a_small_transfer_is_one_request_as_long_as_nothing_is_known),
        cmocka_unit_test(a_command_that_keeps_failing_is_not_used_again),
        cmocka_unit_test(memory_in_flight_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
