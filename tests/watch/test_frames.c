// SPDX-License-Identifier: MIT
/* Frames: their values, their times, what is torn and what cannot be read. */
#include "watch.h"

#include <math.h>

#define TAU 6.283185307179586

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
    rig_trace_clear(&w->rig->trace);
    return 0;
}

static void frames_have_the_values_of_their_moment(void **state)
{
    (void)state;
    static const char *const names[] = {"tick", "sine", "motor.speed", "motor.pid.kp", NULL};

    watch_open(w, 100, 30, 0, names);
    watch_run(w);
    assert_int_equal(w->frame_count, 30);
    for (size_t i = 0; i < w->frame_count; i++) {
        const struct watch_frame *f = &w->frames[i];
        assert_int_equal(f->count, 4);
        assert_int_equal(f->state, OCD_STATE_RUNNING);
        for (size_t k = 0; k < f->count; k++) {
            assert_int_equal(f->samples[k].id, w->ids[k]);
            assert_int_equal(f->samples[k].status, OCD_SAMPLE_GOOD);
        }
        double sine = sin(TAU * (double)(f->samples[0].number % 1000) / 1000);
        assert_true(fabs(f->samples[1].real - sine) < 1e-5);
        assert_true(fabs(f->samples[3].real - 1.0) < 1e-9);
    }
}

/* `tick` counts milliseconds: it says how far apart two frames really were. */
static void times_of_frames_are_correct(void **state)
{
    (void)state;
    static const char *const names[] = {"tick", NULL};
    const double rates[] = {50, 1000, OCD_RATE_MAX};

    for (size_t r = 0; r < COUNT_OF(rates); r++) {
        watch_open(w, rates[r], rates[r] < 100 ? 25 : 400, OCD_SAMPLER_SERVER_TIME, names);
        watch_run(w);
        const struct watch_frame *first = &w->frames[0], *before = first;
        for (size_t i = 1; i < w->frame_count; before = &w->frames[i++]) {
            const struct watch_frame *f = &w->frames[i];
            int64_t ticks = (int64_t)(f->samples[0].number - first->samples[0].number) * 1000;
            int64_t off = f->host_us - first->host_us - ticks;
            int64_t allowed = 1000 + f->error_us + first->error_us + 200;
            if (off > allowed || off < -allowed)
                fail_msg("frame %zu is %lld us off, %lld are allowed", i, (long long)off,
                         (long long)allowed);
            assert_true(f->server_us >= before->server_us);
        }
    }
}

static void checked_counter_of_two_halves_is_flagged_or_correct(void **state)
{
    (void)state;
    static const char *const names[] = {"g_counter", "tick", NULL};

    watch_open(w, OCD_RATE_MAX, 6000, 0, names);
    watch_run(w);
    for (size_t i = 0; i < w->frame_count; i++) {
        const struct watch_sample *s = &w->frames[i].samples[0];
        if (s->status == OCD_SAMPLE_TORN)
            continue;
        assert_int_equal(s->status, OCD_SAMPLE_GOOD);
        if ((uint32_t)s->number != s->number >> 32)
            fail_msg("frame %zu: 0x%llx", i, (unsigned long long)s->number);
    }
}

static void unchecked_values_are_flagged(void **state)
{
    (void)state;
    static const char *const names[] = {"motor", "motor.speed", NULL};

    watch_open(w, 100, 3, 0, names);
    watch_add(w, &(struct ocd_sampler_item){.expression = "g_counter", .tear = OCD_TEAR_IGNORE});
    watch_add(w, &(struct ocd_sampler_item){.expression = "motor.pid", .tear = OCD_TEAR_CHECK});
    watch_run(w);
    assert_int_equal(w->frames[2].samples[0].status, OCD_SAMPLE_UNCHECKED);
    assert_int_equal(w->frames[2].samples[1].status, OCD_SAMPLE_GOOD);
    assert_int_equal(w->frames[2].samples[2].status, OCD_SAMPLE_UNCHECKED);
    assert_true(w->frames[2].samples[3].status == OCD_SAMPLE_GOOD ||
                w->frames[2].samples[3].status == OCD_SAMPLE_TORN);
}

static void core_is_halted_only_on_request(void **state)
{
    (void)state;
    static const char *const names[] = {"g_counter", NULL};

    watch_open(w, 50, 10, 0, names);
    watch_run(w);
    assert_int_equal(w->frames[9].halted_us, 0);
    assert_int_equal(rig_sent_with(&w->rig->trace, "halt"), 0);
    watch_open(w, 50, 10, 0, (const char *const[]){"tick", NULL});
    watch_add(w, &(struct ocd_sampler_item){.expression = "g_counter", .tear = OCD_TEAR_HALT});
    watch_run(w);
    for (size_t i = 0; i < w->frame_count; i++) {
        assert_true(w->frames[i].halted_us > 0);
        assert_int_equal(w->frames[i].state, OCD_STATE_RUNNING);
        assert_int_equal(w->frames[i].samples[1].status, OCD_SAMPLE_GOOD);
    }
    enum ocd_target_state after;
    rig_ok(w->rig->session, ocd_state(w->rig->session, &after));
    assert_int_equal(after, OCD_STATE_RUNNING);
}

static void halted_core_is_reported_and_stays_halted(void **state)
{
    (void)state;
    static const char *const names[] = {"tick", NULL};

    rig_ok(w->rig->session, ocd_halt(w->rig->session));
    watch_open(w, 100, 5, 0, names);
    watch_add(w, &(struct ocd_sampler_item){.expression = "g_counter", .tear = OCD_TEAR_HALT});
    watch_run(w);
    assert_int_equal(w->gap_count, 0);
    for (size_t i = 0; i < w->frame_count; i++) {
        assert_int_equal(w->frames[i].state, OCD_STATE_HALTED);
        assert_int_equal(w->frames[i].samples[1].status, OCD_SAMPLE_GOOD);
    }
    enum ocd_target_state after;
    rig_ok(w->rig->session, ocd_state(w->rig->session, &after));
    assert_int_equal(after, OCD_STATE_HALTED);
    rig_ok(w->rig->session, ocd_resume(w->rig->session));
}

static int remember_error(struct watch *watch, const struct ocd_frame *frame)
{
    snprintf(watch->user, 300, "%s|%s", frame->samples[1].error->text,
             frame->samples[1].error->hint);
    return 0;
}

static void unreadable_value_has_an_error_and_others_are_read(void **state)
{
    (void)state;
    char why[300] = "";

    watch_open(w, OCD_RATE_MAX, 200, 0, (const char *const[]){"tick", NULL});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_NOWHERE, .type = OCD_NUMBER_U32});
    watch_add(w, &(struct ocd_sampler_item){.expression = "motor.speed"});
    w->user = why;
    w->each = remember_error;
    watch_run(w);
    for (size_t i = 0; i < w->frame_count; i++) {
        assert_int_equal(w->frames[i].samples[0].status, OCD_SAMPLE_GOOD);
        assert_int_equal(w->frames[i].samples[1].status, OCD_SAMPLE_UNREADABLE);
        assert_int_equal(w->frames[i].samples[1].error, OCD_ERR_TARGET);
        assert_int_equal(w->frames[i].samples[2].status, OCD_SAMPLE_GOOD);
    }
    rig_assert_contains(why, "0x60000000: target access failed at 0x60000000");
    rig_assert_contains(why, "is there memory");
}

static void numbers_at_addresses_have_their_type(void **state)
{
    (void)state;
    static const struct ocd_sampler_item items[] = {
        {.addr = RIG_RAM, .type = OCD_NUMBER_U8},
        {.addr = RIG_RAM, .type = OCD_NUMBER_S8},
        {.addr = RIG_RAM, .type = OCD_NUMBER_S16},
        {.addr = RIG_RAM, .type = OCD_NUMBER_U32},
        {.addr = RIG_RAM, .type = OCD_NUMBER_U64},
        {.addr = RIG_RAM + 8, .type = OCD_NUMBER_F32},
        {.addr = RIG_RAM + 16, .type = OCD_NUMBER_F64},
    };
    const float single = 1.5f;
    const double real = -0.1;

    rig_poke(w->rig, RIG_RAM, "\xfe\xff\x03\x04\x05\x06\x07\x08", 8);
    rig_poke_values(w->rig, RIG_RAM + 8, &single, 4, 1);
    rig_poke_values(w->rig, RIG_RAM + 16, &real, 8, 1);
    watch_open(w, 0, 1, 0, (const char *const[]){NULL});
    for (size_t i = 0; i < COUNT_OF(items); i++)
        watch_add(w, &items[i]);
    watch_run(w);
    const struct watch_sample *s = w->frames[0].samples;
    assert_int_equal(s[0].number, 0xfe);
    assert_int_equal(s[1].number, (uint64_t)-2);
    assert_int_equal(s[2].number, (uint64_t)-2);
    assert_int_equal(s[3].number, 0x0403fffe);
    assert_int_equal(s[4].number, 0x080706050403fffe);
    assert_true(s[5].real == 1.5);
    assert_true(s[6].real == (double)-0.1); /* constants can have more digits: FLT_EVAL_METHOD */
}

static int check_array(struct watch *watch, const struct ocd_frame *frame)
{
    const struct ocd_value *v = frame->samples[0].value;
    char *text;

    (void)watch;
    assert_int_equal(v->child_count, 3);
    assert_int_equal(ocd_value_child(v, 2)->number, 0x0605);
    assert_int_equal(ocd_value_json(v, &text), OCD_OK);
    assert_string_equal(text, "[513, 1027, 1541]");
    ocd_free(text);
    assert_int_equal(frame->samples[0].size, 6);
    return 0;
}

static void array_at_an_address_has_elements(void **state)
{
    (void)state;
    rig_poke(w->rig, RIG_RAM, "\x01\x02\x03\x04\x05\x06", 6);
    watch_open(w, 0, 1, 0, (const char *const[]){NULL});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM, .type = OCD_NUMBER_U16, .count = 3});
    w->each = check_array;
    watch_run(w);
    assert_int_equal(w->frame_count, 1);
}

static uint32_t word_at(uint32_t addr)
{
    uint32_t value;

    rig_ok(w->rig->session, ocd_read_u32(w->rig->session, addr, &value, 1));
    return value;
}

static void cycle_counter_runs_only_while_it_is_needed(void **state)
{
    (void)state;
    rig_needs_cortex_m3();
    uint32_t demcr = word_at(0xE000EDFC), ctrl = word_at(0xE0001000);

    watch_open(w, 100, 20, OCD_SAMPLER_TARGET_TIME, (const char *const[]){"tick", NULL});
    watch_run(w);
    for (size_t i = 0; i < w->frame_count; i++) {
        assert_true(w->frames[i].after > w->frames[i].before);
        if (i > 0)
            assert_true(w->frames[i].before > w->frames[i - 1].after);
    }
    assert_int_equal(word_at(0xE000EDFC), demcr);
    assert_int_equal(word_at(0xE0001000), ctrl);
    assert_int_equal(ctrl & 1, 0);
}

static void cycle_counter_is_refused_to_a_session_that_may_not_write(void **state)
{
    (void)state;
    struct ocd_session *s = rig_connect(w->rig, &(struct ocd_options){.read_only = true});
    struct ocd_sampler *sampler;

    rig_ok(s, ocd_sampler_open(&sampler, s,
                               &(struct ocd_sampler_options){.flags = OCD_SAMPLER_TARGET_TIME}));
    rig_fails(s, OCD_ERR_READ_ONLY, ocd_sampler_run(sampler));
    ocd_sampler_close(sampler);
    ocd_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(frames_have_the_values_of_their_moment, forget),
        cmocka_unit_test_setup(times_of_frames_are_correct, forget),
        cmocka_unit_test_setup(checked_counter_of_two_halves_is_flagged_or_correct, forget),
        cmocka_unit_test_setup(unchecked_values_are_flagged, forget),
        cmocka_unit_test_setup(core_is_halted_only_on_request, forget),
        cmocka_unit_test_setup(halted_core_is_reported_and_stays_halted, forget),
        cmocka_unit_test_setup(unreadable_value_has_an_error_and_others_are_read, forget),
        cmocka_unit_test_setup(numbers_at_addresses_have_their_type, forget),
        cmocka_unit_test_setup(array_at_an_address_has_elements, forget),
        cmocka_unit_test_setup(cycle_counter_runs_only_while_it_is_needed, forget),
        cmocka_unit_test_setup(cycle_counter_is_refused_to_a_session_that_may_not_write, forget),
    };

    return cmocka_run_group_tests_name("frames", tests, start, stop);
}
