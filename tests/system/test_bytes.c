// SPDX-License-Identifier: MIT
/* Bytes in bulk: every offset and length, nothing outside the range, whatever path they take. */
#include "rig.h"

#define RAM_SIZE (2u << 20)
#define GUARD    32u

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE, .big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* Fails the test when words that are wholly inside have been accessed in smaller chunks. OpenOCD's
 * own file commands do so at the borders of their buffer. */
static void assert_wide(const struct rig *rig, bool write, uint32_t addr, uint32_t size)
{
    uint32_t first = (addr + 3) & ~3u, end = (addr + size) & ~3u;

    if (end <= first || !rig_is_text())
        return;
    assert_int_equal(rig_count(rig, write, 1, first, end - first), 0);
    assert_int_equal(rig_count(rig, write, 2, first, end - first), 0);
}

static void check_read(struct rig *rig, uint32_t addr, uint32_t size)
{
    uint8_t *want = rig_fill(rig, addr, size, size + addr);
    uint8_t *have = malloc(size + GUARD);

    assert_non_null(have);
    memset(have, 0xa5, size + GUARD);
    rig_mark(rig);
    rig_ok(rig->session, ocd_read_bytes(rig->session, addr, have, size));
    rig_assert_touched(rig, false, addr, size);
    assert_wide(rig, false, addr, size);
    if (memcmp(have, want, size) != 0) /* the comparison that prints is slow */
        assert_memory_equal(have, want, size);
    for (uint32_t i = 0; i < GUARD; i++)
        assert_int_equal(have[size + i], 0xa5);
    free(have);
    free(want);
}

static void check_write(struct rig *rig, uint32_t addr, uint32_t size)
{
    uint32_t before = addr - GUARD;
    uint8_t *want = rig_fill(rig, before, size + 2 * GUARD, 99);

    rig_pattern(want + GUARD, size, size + addr + 1);
    rig_mark(rig);
    rig_ok(rig->session, ocd_write_bytes(rig->session, addr, want + GUARD, size));
    rig_assert_touched(rig, true, addr, size);
    assert_wide(rig, true, addr, size);
    rig_assert_memory(rig, before, want, size + 2 * GUARD);
    free(want);
}

static const uint32_t sizes[] = {0,   1,   2,   3,   4,   5,   6,    7,    8,    9,    10,  11,
                                 12,  13,  14,  15,  16,  17,  31,   33,   63,   64,   65,  67,
                                 127, 129, 255, 256, 257, 511, 1021, 1024, 4095, 4096, 4097};

static void every_offset_and_length_is_read(void **state)
{
    for (uint32_t offset = 0; offset < 8; offset++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            check_read(*state, RIG_RAM + 0x1000 + offset, sizes[i]);
}

static void every_offset_and_length_is_written(void **state)
{
    for (uint32_t offset = 0; offset < 8; offset++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            check_write(*state, RIG_RAM + 0x1000 + offset, sizes[i]);
}

/* In bytes and in words: OpenOCD takes 65536 elements at the most. */
static void lengths_around_the_limits_of_a_command(void **state)
{
    static const uint32_t limits[] = {65535, 65536, 65537, 262143, 262144, 262145};

    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        check_read(*state, RIG_RAM + 0x1000, limits[i]);
        check_read(*state, RIG_RAM + 0x1003, limits[i]);
        check_write(*state, RIG_RAM + 0x1000, limits[i]);
        check_write(*state, RIG_RAM + 0x1001, limits[i]);
    }
}

static void a_mebibyte(void **state)
{
    check_read(*state, RIG_RAM, 1u << 20);
    check_write(*state, RIG_RAM + GUARD, 1u << 20);
    check_read(*state, RIG_RAM + 0x1003, (1u << 20) + 2);
    check_write(*state, RIG_RAM + 0x1003, (1u << 20) + 2);
}

static void memory_is_used_up_to_its_last_byte(void **state)
{
    for (uint32_t size = 1; size < 9; size++)
        check_read(*state, RIG_RAM + RAM_SIZE - size, size);
}

static void an_empty_range_sends_nothing(void **state)
{
    struct rig *rig = *state;
    struct sim_access log[1];

    rig_mark(rig);
    rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_NOWHERE, NULL, 0));
    rig_ok(rig->session, ocd_write_bytes(rig->session, RIG_NOWHERE, NULL, 0));
    rig_ok(rig->session, ocd_read_bytes(rig->session, UINT64_MAX, NULL, 0));
    assert_int_equal(rig_accesses(rig, log, 1), 0);
}

/* The chip's bytes do not depend on how a target names its words. */
static void a_big_endian_target_has_the_same_bytes(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call call = {.target = RIG_BIG};
    uint8_t have[5001];

    for (uint32_t offset = 0; offset < 8; offset++) {
        uint32_t addr = RIG_RAM + 0x2000 + offset;
        uint32_t size = (uint32_t)sizeof(have) - offset;
        uint8_t *want = rig_fill(rig, addr, size, offset);
        rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, addr, have, size, &call)));
        assert_memory_equal(have, want, size);
        rig_pattern(want, size, offset + 100);
        rig_ok(rig->session,
               ocd_wait(ocd_write_bytes_async(rig->session, addr, want, size, &call)));
        rig_assert_memory(rig, addr, want, size);
        free(want);
    }
}

/* Which of the two ways a run of these tests is about. */
static void bytes_move_raw_where_the_server_supports_it(void **state)
{
    struct rig_trace trace = {0};
    struct ocd_session *s =
        rig_connect(*state, &(struct ocd_options){.trace = rig_trace, .trace_user = &trace});
    bool raw = !rig_is_text();
    static uint8_t data[40000];

    rig_ok(s, ocd_read_bytes(s, RIG_RAM, data, sizeof(data)));
    assert_int_equal((ocd_features(s) & OCD_FEATURE_RAW) != 0, raw);
    assert_string_equal(ocd_text_reason(s), raw ? "" : "no temporary files");
    rig_trace_clear(&trace);
    rig_ok(s, ocd_read_bytes(s, RIG_RAM, data, sizeof(data)));
    assert_int_equal(rig_sent_with(&trace, "dump_image") > 0, raw);
    assert_int_equal(rig_sent_with(&trace, "read_memory") > 0, !raw);
    rig_trace_clear(&trace);
    rig_ok(s, ocd_wait(ocd_read_bytes_async(s, RIG_RAM, data, sizeof(data),
                                            &(struct ocd_call){.space = OCD_SPACE_PHYSICAL})));
    assert_int_equal(rig_sent_with(&trace, "dump_image"), 0);
    ocd_close(s);
    rig_trace_clear(&trace);
    free(trace.lines);
}

struct seen {
    uint64_t calls, done, total;
};

static int note_progress(uint64_t done, uint64_t total, void *user)
{
    struct seen *seen = user;

    assert_true(done > seen->done || seen->calls == 0);
    assert_true(done <= total);
    seen->calls++;
    seen->done = done;
    seen->total = total;
    return 0;
}

static void progress_rises_to_the_whole_size(void **state)
{
    struct rig *rig = *state;
    const uint32_t size = 1500001;
    uint8_t *data = malloc(size);
    struct seen seen = {0};
    struct ocd_call call = {.progress = note_progress, .user = &seen};

    assert_non_null(data);
    rig_ok(rig->session, ocd_wait(ocd_read_bytes_async(rig->session, RIG_RAM, data, size, &call)));
    assert_int_equal(seen.done, size);
    assert_int_equal(seen.total, size);
    seen = (struct seen){0};
    rig_ok(rig->session, ocd_wait(ocd_write_bytes_async(rig->session, RIG_RAM, data, size, &call)));
    assert_int_equal(seen.done, size);
    assert_int_equal(seen.total, size);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_offset_and_length_is_read),
        cmocka_unit_test(every_offset_and_length_is_written),
        cmocka_unit_test(lengths_around_the_limits_of_a_command),
        cmocka_unit_test(a_mebibyte),
        cmocka_unit_test(memory_is_used_up_to_its_last_byte),
        cmocka_unit_test(an_empty_range_sends_nothing),
        cmocka_unit_test(a_big_endian_target_has_the_same_bytes),
        cmocka_unit_test(bytes_move_raw_where_the_server_supports_it),
        cmocka_unit_test(progress_rises_to_the_whole_size),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
