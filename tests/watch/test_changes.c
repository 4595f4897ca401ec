// SPDX-License-Identifier: MIT
/* Calls during a run: add, remove, write, end, close; and other calls of the session. */
#include "watch.h"

static struct watch *w;

static int start(void **state)
{
    (void)state;
    w = watch_start(NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    watch_stop(w);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    w->each = NULL;
    return 0;
}

static int add_and_remove(struct watch *watch, const struct ocd_frame *frame)
{
    struct ocd_session *s = watch->rig->session;

    if (frame->number == 5)
        watch_add(watch, &(struct ocd_sampler_item){.expression = "motor.speed"});
    if (frame->number == 20)
        rig_ok(s, ocd_sampler_remove(watch->sampler, watch->ids[0]));
    if (frame->number == 20)
        assert_int_equal(ocd_sampler_remove(watch->sampler, watch->ids[0]), OCD_ERR_ARG);
    return 0;
}

static void values_are_added_and_removed_between_frames(void **state)
{
    (void)state;
    static const double rates[] = {200, OCD_RATE_MAX};

    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        watch_open(w, rates[i], 400, 0, (const char *const[]){"tick", "sine", NULL});
        w->each = add_and_remove;
        watch_run(w);
        assert_int_equal(w->frames[5].count, 2);
        assert_int_equal(w->frames[20].count, i == 0 ? 3 : w->frames[20].count);
        const struct watch_frame *last = &w->frames[399];
        assert_int_equal(last->count, 2);
        assert_int_equal(last->samples[0].id, w->ids[1]);
        assert_int_equal(last->samples[1].id, w->ids[2]);
        assert_int_equal(last->samples[1].status, OCD_SAMPLE_GOOD);
    }
}

static void written(struct ocd_op *op, int result, void *user)
{
    *(int *)user = result;
    ocd_op_free(op);
}

static int results[3];

static int write_values(struct watch *watch, const struct ocd_frame *frame)
{
    static const char *const values[] = {"2.5", "0x11223344", "1 +"};

    if (frame->number == 10)
        for (size_t i = 0; i < COUNT_OF(results); i++) {
            struct ocd_call call = {.done = written, .user = &results[i]};
            uint32_t id = watch->ids[i < 2 ? i : 0];
            assert_non_null(ocd_sampler_write_async(watch->sampler, id, values[i], &call));
        }
    return 0;
}

static void values_are_written_between_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(results); i++)
        results[i] = OCD_PENDING;
    watch_open(w, 200, 40, 0, (const char *const[]){"motor.pid.kp", NULL});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM, .type = OCD_NUMBER_U32});
    w->each = write_values;
    watch_run(w);
    assert_int_equal(results[0], OCD_OK);
    assert_int_equal(results[1], OCD_OK);
    assert_int_equal(results[2], OCD_ERR_EXPRESSION);
    assert_true(w->frames[39].samples[0].real == 2.5);
    assert_int_equal(w->frames[39].samples[1].number, 0x11223344);
    rig_ok(w->rig->session, ocd_sampler_write(w->sampler, w->ids[0], "1"));
    rig_fails(w->rig->session, OCD_ERR_RANGE,
              ocd_sampler_write(w->sampler, w->ids[1], "0x100000000"));
}

static int end_at_ten(struct watch *watch, const struct ocd_frame *frame)
{
    (void)watch;
    return frame->number == 10;
}

static void run_ended_by_a_callback_can_be_repeated(void **state)
{
    (void)state;
    struct ocd_sampler_stats stats;

    watch_open(w, OCD_RATE_MAX, 0, 0, (const char *const[]){"tick", NULL});
    w->each = end_at_ten;
    for (int i = 0; i < 2; i++) {
        w->frame_count = 0;
        watch_run(w);
        assert_int_equal(w->frame_count, 11);
        assert_int_equal(ocd_sampler_get_stats(w->sampler, &stats), OCD_OK);
        assert_int_equal(stats.frames, 11);
    }
}

static int close_at_ten(struct watch *watch, const struct ocd_frame *frame)
{
    if (frame->number == 10) {
        ocd_sampler_close(watch->sampler);
        watch->sampler = NULL;
    }
    return 0;
}

static void sampler_may_be_closed_in_its_callback(void **state)
{
    (void)state;
    watch_open(w, OCD_RATE_MAX, 0, 0, (const char *const[]){"tick", "g_counter", NULL});
    w->each = close_at_ten;
    rig_fails(w->rig->session, OCD_ERR_CANCELLED, ocd_sampler_run(w->sampler));
    assert_int_equal(w->frame_count, 11);
}

static void second_run_at_the_same_time_is_refused(void **state)
{
    (void)state;
    watch_open(w, 100, 5, 0, (const char *const[]){"tick", NULL});
    struct ocd_op *first = ocd_sampler_run_async(w->sampler, NULL);
    rig_fails(w->rig->session, OCD_ERR_BUSY, ocd_sampler_run(w->sampler));
    rig_ok(w->rig->session, ocd_wait(first));
    assert_int_equal(w->frame_count, 5);
}

static void other_calls_work_during_a_run(void **state)
{
    (void)state;
    struct ocd_session *s = w->rig->session;
    uint8_t *wanted = rig_fill(w->rig, RIG_RAM, 16384, 7), got[16384];

    watch_open(w, OCD_RATE_MAX, 0, 0, (const char *const[]){"tick", NULL});
    struct ocd_op *run = ocd_sampler_run_async(w->sampler, NULL);
    for (int i = 0; i < 20; i++) {
        memset(got, 0, sizeof(got));
        rig_ok(s, ocd_read_bytes(s, RIG_RAM, got, sizeof(got)));
        assert_memory_equal(got, wanted, sizeof(got));
        rig_ok(s, ocd_write_u8(s, RIG_RAM, wanted, 1));
    }
    assert_true(w->frame_count > 20);
    ocd_cancel(run);
    assert_int_equal(ocd_op_result(run), OCD_ERR_CANCELLED);
    ocd_op_free(run);
    free(wanted);
}

static void unknown_names_are_refused_at_once(void **state)
{
    (void)state;
    uint32_t id = 7;

    watch_open(w, 100, 5, 0, (const char *const[]){NULL});
    rig_fails(w->rig->session, OCD_ERR_NO_SYMBOL,
              ocd_sampler_add(w->sampler, &(struct ocd_sampler_item){.expression = "nope"}, &id));
    rig_assert_contains(ocd_last_error(w->rig->session)->text, "nope");
    assert_int_equal(id, 0);
    rig_fails(w->rig->session, OCD_ERR_EXPRESSION,
              ocd_sampler_add(w->sampler, &(struct ocd_sampler_item){.expression = "1 +"}, &id));
}

static void unfinished_run_ends_with_the_session(void **state)
{
    (void)state;
    struct ocd_session *s = rig_connect(w->rig, NULL);
    struct ocd_sampler *sampler;

    rig_ok(s, ocd_sampler_open(&sampler, s, NULL));
    rig_ok(s, ocd_sampler_add(
                  sampler, &(struct ocd_sampler_item){.addr = TICK, .type = OCD_NUMBER_U32}, NULL));
    struct ocd_op *run = ocd_sampler_run_async(sampler, NULL);
    uint32_t value;
    rig_ok(s, ocd_read_u32(s, TICK, &value, 1));
    ocd_close(s);
    assert_int_equal(ocd_op_result(run), OCD_ERR_CANCELLED);
    ocd_op_free(run);
    ocd_sampler_close(sampler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(values_are_added_and_removed_between_frames, forget),
        cmocka_unit_test_setup(values_are_written_between_frames, forget),
        cmocka_unit_test_setup(run_ended_by_a_callback_can_be_repeated, forget),
        cmocka_unit_test_setup(sampler_may_be_closed_in_its_callback, forget),
        cmocka_unit_test_setup(second_run_at_the_same_time_is_refused, forget),
        cmocka_unit_test_setup(other_calls_work_during_a_run, forget),
        cmocka_unit_test_setup(unknown_names_are_refused_at_once, forget),
        cmocka_unit_test_setup(unfinished_run_ends_with_the_session, forget),
    };

    return cmocka_run_group_tests_name("changes", tests, start, stop);
}
