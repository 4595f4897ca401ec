// SPDX-License-Identifier: MIT
/* What is read: neighbours in RAM by one access, everything else as it is asked for. */
#include "watch.h"

static struct watch *w;

static int start(void **state)
{
    (void)state;
    rig_needs_cortex_m3();
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
    rig_mark(w->rig);
    return 0;
}

static void neighbours_in_ram_are_read_by_one_access(void **state)
{
    (void)state;
    watch_open(w, 100, 5, 0,
               (const char *const[]){"tick", "sine", "wave", "flag", "motor.speed", NULL});
    watch_run(w);
    assert_true(rig_sent_with(&w->rig->trace, "read_memory 0x20004f00 32 7") >= 5);
    rig_assert_touched(w->rig, false, TICK, 28);
    assert_int_equal(rig_count(w->rig, true, 4, 0x20000000, 0x5000), 0);
}

/* Two words with another one between them that is not requested. */
static void add_two_words(void)
{
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM, .type = OCD_NUMBER_U32});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM + 8, .type = OCD_NUMBER_U32});
}

static void gaps_between_values_are_not_read_outside_known_ram(void **state)
{
    (void)state;
    watch_open(w, 100, 5, 0, (const char *const[]){NULL});
    add_two_words();
    watch_run(w);
    assert_int_equal(rig_count(w->rig, false, 4, RIG_RAM, 4), 5);
    assert_int_equal(rig_count(w->rig, false, 4, RIG_RAM + 4, 4), 0);
    assert_int_equal(rig_count(w->rig, false, 4, RIG_RAM + 8, 4), 5);
}

static void gaps_within_ram_of_the_caller_are_read(void **state)
{
    (void)state;
    static const struct ocd_range ram = {.addr = RIG_RAM, .size = 0x100};
    struct ocd_sampler *sampler;
    struct ocd_session *s = w->rig->session;

    rig_ok(s, ocd_sampler_open(&sampler, s,
                               &(struct ocd_sampler_options){
                                   .rate = 100, .frames = 5, .ram = &ram, .ram_count = 1}));
    for (uint64_t addr = RIG_RAM; addr < RIG_RAM + 16; addr += 8)
        rig_ok(s, ocd_sampler_add(sampler,
                                  &(struct ocd_sampler_item){.addr = addr, .type = OCD_NUMBER_U32},
                                  NULL));
    rig_ok(s, ocd_sampler_run(sampler));
    ocd_sampler_close(sampler);
    rig_assert_touched(w->rig, false, RIG_RAM, 12);
}

static void registers_are_read_with_the_width_of_their_type(void **state)
{
    (void)state;
    watch_open(w, 100, 4, 0, (const char *const[]){NULL});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM + 1, .type = OCD_NUMBER_U8});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM + 2, .type = OCD_NUMBER_U16});
    watch_add(w, &(struct ocd_sampler_item){.addr = RIG_RAM + 16, .type = OCD_NUMBER_U64});
    watch_run(w);
    assert_int_equal(rig_count(w->rig, false, 1, RIG_RAM + 1, 1), 4);
    assert_int_equal(rig_count(w->rig, false, 2, RIG_RAM + 2, 2), 4);
    assert_int_equal(rig_count(w->rig, false, 4, RIG_RAM + 16, 8), 16); /* twice each */
}

static void pointer_is_followed_in_each_frame(void **state)
{
    (void)state;
    uint32_t target = RIG_RAM + 0x40;

    rig_poke_values(w->rig, RIG_RAM + 0x80, &target, 4, 1);
    rig_poke(w->rig, target, "\x07\0\0\0", 4);
    rig_poke(w->rig, target + 4, "\x08\0\0\0", 4);
    watch_open(w, 100, 10, 0, (const char *const[]){"**(uint32_t **)0x20000080", "tick", NULL});
    watch_run(w);
    assert_int_equal(w->frames[9].samples[0].status, OCD_SAMPLE_GOOD);
    assert_int_equal(w->frames[9].samples[0].number, 7);
}

static int move_pointer(struct watch *watch, const struct ocd_frame *frame)
{
    uint32_t target = RIG_RAM + 0x44;

    if (frame->number == 4)
        rig_poke_values(watch->rig, RIG_RAM + 0x80, &target, 4, 1);
    return 0;
}

static void changed_pointer_shows_its_new_target(void **state)
{
    (void)state;
    uint32_t target = RIG_RAM + 0x40;

    rig_poke_values(w->rig, RIG_RAM + 0x80, &target, 4, 1);
    watch_open(w, 100, 10, 0, (const char *const[]){"**(uint32_t **)0x20000080", NULL});
    w->each = move_pointer;
    watch_run(w);
    assert_int_equal(w->frames[3].samples[0].number, 7);
    assert_int_equal(w->frames[9].samples[0].number, 8);
}

static void unreadable_range_loses_only_its_own_value(void **state)
{
    (void)state;
    assert_int_equal(sim_fault(w->rig->sim, TICK + 4, 4), 0);
    watch_open(w, 100, 10, 0, (const char *const[]){"tick", "sine", "motor.speed", NULL});
    watch_run(w);
    sim_fault_clear(w->rig->sim);
    for (size_t i = 0; i < w->frame_count; i++) {
        assert_int_equal(w->frames[i].samples[0].status, OCD_SAMPLE_GOOD);
        assert_int_equal(w->frames[i].samples[1].status, OCD_SAMPLE_UNREADABLE);
        assert_int_equal(w->frames[i].samples[2].status, OCD_SAMPLE_GOOD);
    }
}

static long resident_pages(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size, pages = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld", &size, &pages), 2);
    fclose(f);
    return pages;
}

static long pages_after_warming_up;

static int note_pages(const struct ocd_frame *frame, void *user)
{
    (void)user;
    if (frame->number == 500)
        pages_after_warming_up = resident_pages();
    return 0;
}

static void frames_of_pointers_and_casts_take_no_more_memory(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* it keeps what is freed */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
    skip();
#endif
#endif
    static const char *const names[] = {"(*(struct motor **)0x20000080)->pid",
                                        "(*(uint32_t **)0x20000080)[0..3]",
                                        "**(uint8_t **)0x20000080 + 1", "motor", "g_log"};
    struct ocd_session *s = rig_connect(w->rig, NULL); /* the rig's keeps what it has sent */
    struct ocd_sampler_options options = {
        .rate = OCD_RATE_MAX, .frames = 3000, .symbols = w->symbols, .frame = note_pages};
    uint32_t target = RIG_RAM + 0x40;
    struct ocd_sampler *sampler;

    rig_poke_values(w->rig, RIG_RAM + 0x80, &target, 4, 1);
    rig_ok(s, ocd_sampler_open(&sampler, s, &options));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        rig_ok(s,
               ocd_sampler_add(sampler, &(struct ocd_sampler_item){.expression = names[i]}, NULL));
    rig_ok(s, ocd_sampler_run(sampler));
    long grown = resident_pages() - pages_after_warming_up;
    if (grown > 32)
        fail_msg("%ld pages more", grown);
    ocd_sampler_close(sampler);
    ocd_close(s);
}

static void constants_need_no_access(void **state)
{
    (void)state;
    watch_open(w, 100, 3, 0, (const char *const[]){"&tick", "1 + 2", NULL});
    watch_run(w);
    assert_int_equal(w->frames[2].samples[0].number, TICK);
    assert_int_equal(w->frames[2].samples[1].number, 3);
    assert_int_equal(rig_count(w->rig, false, 4, 0x20000000, 0x5000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(neighbours_in_ram_are_read_by_one_access, forget),
        cmocka_unit_test_setup(gaps_between_values_are_not_read_outside_known_ram, forget),
        cmocka_unit_test_setup(gaps_within_ram_of_the_caller_are_read, forget),
        cmocka_unit_test_setup(registers_are_read_with_the_width_of_their_type, forget),
        cmocka_unit_test_setup(pointer_is_followed_in_each_frame, forget),
        cmocka_unit_test_setup(changed_pointer_shows_its_new_target, forget),
        cmocka_unit_test_setup(unreadable_range_loses_only_its_own_value, forget),
        cmocka_unit_test_setup(frames_of_pointers_and_casts_take_no_more_memory, forget),
        cmocka_unit_test_setup(constants_need_no_access, forget),
    };

    return cmocka_run_group_tests_name("accesses", tests, start, stop);
}
