// SPDX-License-Identifier: MIT
/* An interruption by OpenOCD or the core is a gap with its reason, and the run goes on. */
#include "watch.h"

#include <signal.h>
#include <unistd.h>

/* Takes more than 3 s through a probe that needs 500 us for each command. */
#define BIG_RAM (8u << 20)

static struct watch *w;

static int start(void **state)
{
    (void)state;
    w = watch_start(
        &(struct rig_options){.sim = {.ram_size = BIG_RAM}, .ocd = {.reconnect = true}});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    watch_stop(w);
    return 0;
}

static const char *const tick[] = {"tick", NULL};

/* --- Other clients --- */

static int other = -1;

/* After ten frames another client asks OpenOCD for that. */
static int disturb(struct watch *watch, const struct ocd_frame *frame)
{
    if (frame->number == 10)
        watch_tell(other, watch->user);
    return 0;
}

static void with_another_client(const char *command, double rate, uint64_t frames)
{
    other = watch_join(w->rig->port);
    watch_open(w, rate, frames, 0, tick);
    w->each = disturb;
    w->user = (void *)command;
    watch_run(w);
    close(other);
    assert_int_equal(w->frame_count, frames);
}

static void assert_busy(uint64_t least_us)
{
    const struct watch_gap *gap = watch_gap(w, OCD_GAP_BUSY);

    if (gap->length_us < least_us)
        fail_msg("the gap has %llu us only", (unsigned long long)gap->length_us);
    assert_int_equal(gap->from_us, w->frames[gap->frame - 1].host_us);
    assert_true(gap->from_us + (int64_t)gap->length_us - w->frames[gap->frame].host_us < 2000);
}

static void busy_openocd_is_a_gap(void **state)
{
    (void)state;
    with_another_client("sleep 800\x1a", 100, 60);
    assert_busy(700000);
    with_another_client("sleep 800\x1a", OCD_RATE_MAX, 4000);
    assert_busy(700000);
}

static void dump_of_another_client_is_a_gap(void **state)
{
    (void)state;
    sim_set_latency(w->rig->sim, 500);
    with_another_client("dump_image /dev/null 0x20000000 0x800000\x1a", 20, 30);
    sim_set_latency(w->rig->sim, 0);
    assert_busy(3000000);
}

static void short_delay_is_counted_but_is_no_gap(void **state)
{
    (void)state;
    with_another_client("sleep 12\x1a", 20, 30);
    for (size_t i = 0; i < w->gap_count; i++) /* of a machine that has other things to do */
        assert_true(w->gaps[i].length_us > 70000);
}

static void reset_by_another_client_is_a_gap(void **state)
{
    (void)state;
    with_another_client("reset run\x1a", 100, 60);
    watch_gap(w, OCD_GAP_RESET);
    assert_true(w->frames[59].samples[0].number < w->frames[0].samples[0].number + 10000);
}

/* --- The chip --- */

static int reset_chip(struct watch *watch, const struct ocd_frame *frame)
{
    if (frame->number == 10)
        assert_int_equal(sim_reset(watch->rig->sim), 0);
    return 0;
}

static void reset_of_the_chip_is_a_gap_at_any_rate(void **state)
{
    (void)state;
    rig_needs_cortex_m3();
    static const double rates[] = {5, 100, OCD_RATE_MAX};

    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        watch_open(w, rates[i], i == 0 ? 14 : i == 1 ? 50 : 3000, 0, tick);
        w->each = reset_chip;
        watch_run(w);
        const struct watch_gap *gap = watch_gap(w, OCD_GAP_RESET);
        assert_in_range(gap->frame, 10, 3000);
        assert_true(w->frames[w->frame_count - 1].samples[0].number <
                    w->frames[0].samples[0].number + 3000);
    }
}

static int cut_power(struct watch *watch, const struct ocd_frame *frame)
{
    if (frame->number == 10)
        assert_int_equal(sim_set_power(watch->rig->sim, false), 0);
    if (frame->number == 20)
        assert_int_equal(sim_set_power(watch->rig->sim, true), 0);
    return 0;
}

static void chip_without_power_is_unreadable_until_power_returns(void **state)
{
    (void)state;
    rig_needs_cortex_m3();
    watch_open(w, 50, 400, 0, tick);
    watch_add(w, &(struct ocd_sampler_item){.expression = "motor.speed"});
    w->each = cut_power;
    watch_run(w);
    assert_int_equal(w->frames[19].samples[0].status, OCD_SAMPLE_UNREADABLE);
    assert_int_equal(w->frames[19].samples[1].status, OCD_SAMPLE_UNREADABLE);
    assert_int_not_equal(w->frames[19].samples[0].error, OCD_ERR_TARGET);
    assert_int_equal(w->frames[399].samples[0].status, OCD_SAMPLE_GOOD);
    assert_int_equal(w->frames[399].samples[1].status, OCD_SAMPLE_GOOD);
}

/* --- OpenOCD --- */

static int kill_openocd(struct watch *watch, const struct ocd_frame *frame)
{
    if (frame->number == 10)
        assert_int_equal(kill(watch->rig->openocd, SIGKILL), 0);
    return 0;
}

static void killed_openocd_is_started_again_and_the_gap_reported(void **state)
{
    (void)state;
    watch_open(w, 50, 30, 0, tick);
    w->each = kill_openocd;
    watch_run(w);
    const struct watch_gap *gap = watch_gap(w, OCD_GAP_RECONNECTING);
    assert_true(gap->length_us > 20000);
    assert_int_equal(gap->from_us, w->frames[gap->frame - 1].host_us);
    /* The chip has run on all the time. */
    uint64_t ticks = w->frames[29].samples[0].number - w->frames[0].samples[0].number;
    assert_true(ticks * 1000 > gap->length_us);
}

static void without_reconnect_the_run_ends_with_the_connection(void **state)
{
    (void)state;
    struct watch *lonely = watch_start(NULL);

    watch_open(lonely, 50, 30, 0, tick);
    lonely->each = kill_openocd;
    rig_fails(lonely->rig->session, OCD_ERR_CLOSED, ocd_sampler_run(lonely->sampler));
    assert_in_range(lonely->frame_count, 11, 13);
    watch_stop(lonely);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_openocd_is_a_gap),
        cmocka_unit_test(dump_of_another_client_is_a_gap),
        cmocka_unit_test(short_delay_is_counted_but_is_no_gap),
        cmocka_unit_test(reset_by_another_client_is_a_gap),
        cmocka_unit_test(reset_of_the_chip_is_a_gap_at_any_rate),
        cmocka_unit_test(chip_without_power_is_unreadable_until_power_returns),
        cmocka_unit_test(without_reconnect_the_run_ends_with_the_connection),
        cmocka_unit_test(killed_openocd_is_started_again_and_the_gap_reported),
    };

    return cmocka_run_group_tests_name("gaps", tests, start, stop);
}
