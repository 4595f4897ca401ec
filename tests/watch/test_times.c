// SPDX-License-Identifier: MIT
/* Clocks, schedules and gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch/schedule.h"
#include "watch/server_clock.h"

#define SERVER INT64_C(1800000000000000) /* its clock is that much ahead */

static void clock_is_known_within_the_shortest_round_trip(void **state)
{
    (void)state;
    struct ocd__server_clock c = {0};
    uint32_t error;

    ocd__server_clock_learn(&c, 1000, 2000, SERVER + 1400, SERVER + 1500);
    assert_int_equal(ocd__server_clock_here(&c, SERVER + 1450, &error), 1500);
    assert_int_equal(error, 450);
    /* A slow request does not improve the estimate, a fast one does. */
    ocd__server_clock_learn(&c, 3000, 9000, SERVER + 8000, SERVER + 8100);
    ocd__server_clock_here(&c, SERVER, &error);
    assert_in_range(error, 440, 460);
    ocd__server_clock_learn(&c, 10000, 10300, SERVER + 10100, SERVER + 10200);
    int64_t here = ocd__server_clock_here(&c, SERVER + 10150, &error);
    assert_in_range(here, 10100, 10200);
    assert_in_range(error, 99, 101);
}

static void clock_that_was_set_is_measured_again(void **state)
{
    (void)state;
    struct ocd__server_clock c = {0};
    uint32_t error;

    ocd__server_clock_learn(&c, 1000, 1200, SERVER + 1050, SERVER + 1150);
    ocd__server_clock_learn(&c, 2000, 2200, SERVER + 502050, SERVER + 502150);
    int64_t here = ocd__server_clock_here(&c, SERVER + 502100, &error);
    assert_in_range(here, 2050, 2150);
    assert_in_range(error, 0, 100);
    /* Set in the midst of a request. */
    ocd__server_clock_learn(&c, 3000, 3200, SERVER + 100, SERVER + 900000);
    ocd__server_clock_here(&c, SERVER, &error);
}

static void error_of_a_clock_grows_with_time(void **state)
{
    (void)state;
    struct ocd__server_clock c = {0};
    uint32_t error;

    ocd__server_clock_learn(&c, 0, 100, 0, 100);
    ocd__server_clock_learn(&c, 10000000, 10010000, 10000000, 10005000);
    ocd__server_clock_here(&c, 0, &error);
    assert_in_range(error, 400, 2600);
}

static void times_of_a_schedule_do_not_drift(void **state)
{
    (void)state;
    struct ocd__schedule s;

    ocd__schedule_begin(&s, 3, 1000);
    assert_int_equal(ocd__schedule_time(&s, 0), 1000);
    ocd_time end = 1000 + UINT64_C(1000000000) * 1000000;
    assert_in_range(ocd__schedule_time(&s, 3000000), end - 1, end + 1);
    s.next = 1;
    assert_int_equal(ocd__schedule_catch_up(&s, 1000 + 400000000), 0);
    assert_int_equal(ocd__schedule_catch_up(&s, 1000 + 1100000000), 2);
    assert_int_equal(s.next, 3);
    assert_int_equal(ocd__schedule_catch_up(&s, 1000), 0);
}

static void as_fast_as_possible_is_never_late(void **state)
{
    (void)state;
    struct ocd__schedule s;

    ocd__schedule_begin(&s, OCD_RATE_MAX, 1000);
    assert_int_equal(ocd__schedule_catch_up(&s, UINT64_C(5000000000)), 0);
}

static enum ocd_gap_reason gap(double period, double distance, double busy)
{
    return ocd__gap_between(
        &(struct ocd__between){.period = period, .usual = 400, .distance = distance, .busy = busy});
}

static void gap_is_longer_than_two_periods_and_20_ms(void **state)
{
    (void)state;
    assert_int_equal(gap(10000, 10000, 0), 0);
    assert_int_equal(gap(10000, 29000, 0), 0);
    assert_int_equal(gap(10000, 31000, 0), OCD_GAP_LATE);
    assert_int_equal(gap(100000, 190000, 90000), 0);
    assert_int_equal(gap(100000, 201000, 0), OCD_GAP_LATE);
    assert_int_equal(gap(0, 20000, 0), 0);
    assert_int_equal(gap(0, 21000, 0), OCD_GAP_LATE);
}

static void time_of_other_clients_is_busy(void **state)
{
    (void)state;
    assert_int_equal(gap(10000, 3000000, 2900000), OCD_GAP_BUSY);
    assert_int_equal(gap(10000, 3000000, 100000), OCD_GAP_LATE);
}

static void rate_that_cannot_be_reached_is_no_gap(void **state)
{
    (void)state;
    struct ocd__between b = {.period = 1000, .usual = 50000, .distance = 60000};

    assert_int_equal(ocd__gap_between(&b), 0);
}

static void lost_connections_and_resets_are_always_gaps(void **state)
{
    (void)state;
    struct ocd__between b = {.period = 1000, .distance = 1000, .reset = true};

    assert_int_equal(ocd__gap_between(&b), OCD_GAP_RESET);
    b.lost = true;
    assert_int_equal(ocd__gap_between(&b), OCD_GAP_RECONNECTING);
    assert_string_equal(ocd_gap_name(OCD_GAP_RECONNECTING), "reconnecting");
}

static void cycles_go_on_after_a_wrap(void **state)
{
    (void)state;
    assert_int_equal(ocd__cycles_unwrap(0, 5), 5);
    assert_int_equal(ocd__cycles_unwrap(0xfffffff0, 0x10), UINT64_C(0x100000010));
    assert_int_equal(ocd__cycles_unwrap(UINT64_C(0x300000010), 0x10), UINT64_C(0x300000010));
    assert_int_equal(ocd__cycles_unwrap(UINT64_C(0x300000010), 0xf), UINT64_C(0x40000000f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_is_known_within_the_shortest_round_trip),
        cmocka_unit_test(clock_that_was_set_is_measured_again),
        cmocka_unit_test(error_of_a_clock_grows_with_time),
        cmocka_unit_test(times_of_a_schedule_do_not_drift),
        cmocka_unit_test(as_fast_as_possible_is_never_late),
        cmocka_unit_test(gap_is_longer_than_two_periods_and_20_ms),
        cmocka_unit_test(time_of_other_clients_is_busy),
        cmocka_unit_test(rate_that_cannot_be_reached_is_no_gap),
        cmocka_unit_test(lost_connections_and_resets_are_always_gaps),
        cmocka_unit_test(cycles_go_on_after_a_wrap),
    };

    return cmocka_run_group_tests_name("times", tests, NULL, NULL);
}
