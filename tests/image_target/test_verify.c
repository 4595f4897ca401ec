// SPDX-License-Identifier: MIT
/* A file against memory: every range that differs. */
#include "aux.h"

#define SIZE 70000u

static uint8_t data[SIZE];
static struct told told;
static struct ocd_verify_summary summary;
static const struct ocd_range *ignored; /* of the test under way */
static size_t ignored_count;

static struct ocd_op *verify(unsigned flags)
{
    struct ocd_call call = bench_call(flags);
    struct ocd_verify_options options = {.difference = tell_difference,
                                         .user = &told,
                                         .summary = &summary,
                                         .ignore = ignored,
                                         .ignore_count = ignored_count};

    told.count = 0;
    return ocd_verify_async(bench.rig->session, bench.path, &options, &call);
}

/* The file and memory are the same, at an odd address. */
static void prepare(void)
{
    rig_pattern(data, SIZE, 11);
    bench_file(OCD_IMAGE_IHEX,
               (struct chunk[]){{RIG_RAM + 3, data, 1000}, {RIG_RAM + 2000, data, SIZE}, {0}});
    rig_poke(bench.rig, RIG_RAM + 3, data, 1000);
    rig_poke(bench.rig, RIG_RAM + 2000, data, SIZE);
}

static void flip(uint32_t addr, size_t size)
{
    uint8_t byte;

    for (size_t i = 0; i < size; i++) {
        rig_peek(bench.rig, addr + (uint32_t)i, &byte, 1);
        byte ^= 0x55;
        rig_poke(bench.rig, addr + (uint32_t)i, &byte, 1);
    }
}

static void equal_data_have_no_difference(void **state)
{
    (void)state;
    prepare();
    bench_ends(OCD_OK, verify(0));
    assert_int_equal(told.count, 0);
    assert_int_equal(summary.bytes, SIZE + 1000);
    assert_int_equal(summary.ranges, 0);
}

static void every_different_range_is_reported_with_its_bytes(void **state)
{
    (void)state;
    prepare();
    flip(RIG_RAM + 3, 1);              /* the first byte */
    flip(RIG_RAM + 1002, 1);           /* the last before a gap */
    flip(RIG_RAM + 2000, 2);           /* the first after it */
    flip(RIG_RAM + 2003, 1);           /* one that is good between */
    flip(RIG_RAM + 2000 + 65500, 100); /* across what is read at a time */
    flip(RIG_RAM + 1500, 1);           /* not in the file */
    flip(RIG_RAM + 2000 + SIZE - 1, 1);
    bench_ends(OCD_ERR_MISMATCH, verify(0));
    static const struct {
        uint32_t addr;
        unsigned size;
    } want[] = {{3, 1}, {1002, 1}, {2000, 2}, {2003, 1}, {67500, 100}, {2000 + SIZE - 1, 1}};
    assert_int_equal(told.count, COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        uint8_t actual[64];
        size_t shown = want[i].size < 64 ? want[i].size : 64;
        assert_int_equal(told.differences[i].addr, RIG_RAM + want[i].addr);
        assert_int_equal(told.differences[i].size, want[i].size);
        assert_int_equal(told.differences[i].shown, shown);
        rig_peek(bench.rig, RIG_RAM + want[i].addr, actual, shown);
        assert_memory_equal(told.actual[i], actual, shown);
        for (size_t k = 0; k < shown; k++)
            assert_int_equal(told.expected[i][k], actual[k] ^ 0x55);
    }
    assert_int_equal(summary.differing, 106);
    assert_int_equal(summary.ranges, 6);
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_MISMATCH, RIG_RAM + 3,
                     SIZE + 1000 - 106);
}

static void unreadable_memory_ends_it_or_counts_as_different(void **state)
{
    (void)state;
    prepare();
    sim_fault(bench.rig->sim, RIG_RAM + 0x1000, 0x100);
    bench_ends(OCD_ERR_TARGET, verify(0));
    assert_int_equal(ocd_last_error(bench.rig->session)->addr, RIG_RAM + 0x1000);
    assert_int_equal(ocd_last_error(bench.rig->session)->done, summary.bytes);
    assert_int_equal(told.count, 0);
    bench_ends(OCD_ERR_MISMATCH, verify(OCD_READ_SKIP_UNREADABLE));
    assert_int_equal(told.count, 1);
    assert_int_equal(told.differences[0].addr, RIG_RAM + 0x1000);
    assert_int_equal(told.differences[0].size, 0x100);
    assert_null(told.differences[0].actual);
}

static void differences_before_unreadable_memory_are_reported(void **state)
{
    (void)state;
    prepare();
    flip(RIG_RAM + 0xff0, 16);
    sim_fault(bench.rig->sim, RIG_RAM + 0x1000, 0x100);
    bench_ends(OCD_ERR_TARGET, verify(0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, RIG_RAM + 0x1000,
                     1000 + 0x1000 - 2000);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.differences[0].addr, RIG_RAM + 0xff0);
    assert_int_equal(told.differences[0].size, 16);
}

static void checksums_find_the_same_differences(void **state)
{
    const uint32_t size = 20001; /* the simulated core computes them */

    (void)state;
    rig_pattern(data, size, 12);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{RIG_RAM + 0x8000, data, size}, {0}});
    rig_poke(bench.rig, RIG_RAM + 0x8000, data, size);
    bench_ends(OCD_OK, verify(OCD_VERIFY_FAST));
    assert_int_equal(summary.bytes, size);
    flip(RIG_RAM + 0x8001, 3);
    flip(RIG_RAM + 0x8000 + size - 1, 1);
    bench_ends(OCD_ERR_MISMATCH, verify(OCD_VERIFY_FAST));
    assert_int_equal(told.count, 2);
    assert_int_equal(told.differences[0].addr, RIG_RAM + 0x8001);
    assert_int_equal(told.differences[0].size, 3);
    assert_int_equal(told.differences[1].addr, RIG_RAM + 0x8000 + size - 1);
}

static void data_in_the_work_area_are_compared_before_it_is_overwritten(void **state)
{
    (void)state;
    prepare(); /* the work area of stm32f1x.cfg begins at RIG_RAM */
    bench_ends(OCD_OK, verify(OCD_VERIFY_FAST));
    assert_int_equal(summary.bytes, SIZE + 1000);
}

/* The checksum code is written into the work area, which must not happen before the read has ended.
 */
static void checksums_wait_for_a_read_that_continues_after_a_fault(void **state)
{
    struct ocd_session *session = bench.rig->session;
    const struct ocd_call call = {.flags = OCD_READ_SKIP_UNREADABLE};
    static uint8_t back[0x5000];
    (void)state;

    prepare();
    rig_pattern(data, sizeof(back), 14);
    rig_poke(bench.rig, RIG_RAM, data, sizeof(back));
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{RIG_RAM, data, 64}, {0}});
    rig_ok(session, ocd_command(session, RIG_CPU " configure -work-area-phys 0x20004000", NULL));
    sim_fault(bench.rig->sim, RIG_RAM + 0x100, 0x3000);
    memset(data + 0x100, 0, 0x3000);
    struct ocd_op *read = ocd_read_bytes_async(session, RIG_RAM, back, sizeof(back), &call);
    struct ocd_op *sums = verify(OCD_VERIFY_FAST);
    rig_ok(session, ocd_wait(read));
    bench_ends(OCD_OK, sums);
    sim_fault_clear(bench.rig->sim);
    rig_ok(session, ocd_command(session, RIG_CPU " configure -work-area-phys 0x20000000", NULL));
    assert_memory_equal(back, data, sizeof(back));
    rig_peek(bench.rig, RIG_RAM + 0x4000, back, 16); /* it has been written there */
    assert_memory_not_equal(back, data + 0x4000, 16);
}

static void checksums_need_a_halted_target(void **state)
{
    struct ocd_session *session = bench.rig->session;
    (void)state;

    prepare();
    rig_ok(session, ocd_resume(session));
    bench_ends(OCD_ERR_NOT_HALTED, verify(OCD_VERIFY_FAST));
    assert_false(ocd_last_error(session)->has_addr);
    bench_ends(OCD_OK, verify(0));
}

/* The code that computes the checksum cannot read there either, and its core locks up. */
static void checksums_of_unreadable_memory_leave_a_usable_target(void **state)
{
    struct ocd_session *session = bench.rig->session;
    (void)state;

    rig_pattern(data, SIZE, 13);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{RIG_RAM + 0x8000, data, 0x800}, {0}});
    rig_poke(bench.rig, RIG_RAM + 0x8000, data, 0x800);
    sim_fault(bench.rig->sim, RIG_RAM + 0x8400, 0x100);
    bench_ends(OCD_ERR_TARGET, verify(OCD_VERIFY_FAST));
    assert_int_equal(ocd_last_error(session)->addr, RIG_RAM + 0x8400);
    sim_fault_clear(bench.rig->sim);
    bench_ends(OCD_OK, verify(OCD_VERIFY_FAST));
}

static void a_file_against_another(void **state)
{
    struct ocd_image_options raw = {.has_offset = true};
    struct ocd_image *a, *b;
    (void)state;

    assert_int_equal(ocd_image_open_memory(&a, "0123456789", 10, "a", &raw), OCD_OK);
    raw.offset = 2;
    assert_int_equal(ocd_image_open_memory(&b, "23x56789ab", 10, "b", &raw), OCD_OK);
    told.count = 0;
    assert_int_equal(ocd_image_compare(a, a, NULL, NULL, NULL), OCD_ERR_ARG);
    assert_int_equal(ocd_image_compare(a, b, NULL, NULL, &summary), OCD_ERR_MISMATCH);
    assert_int_equal(summary.bytes, 12);
    assert_int_equal(summary.ranges, 3);
    assert_int_equal(summary.differing, 2 + 1 + 2);
    ocd_image_close(a);
    ocd_image_close(b);
}

/* One over the start, one across a gap between the file's ranges, two that overlap, one beside. */
static const struct ocd_range some[] = {
    {.addr = RIG_RAM + 60000, .size = 5000}, {.addr = RIG_RAM, .size = 13},
    {.addr = RIG_RAM + 990, .size = 1500},   {.addr = RIG_RAM + 62000, .size = 5000},
    {.addr = RIG_RAM + 0x18000, .size = 64}, {.addr = RIG_RAM + 5000, .size = 0}};
#define SOME_BYTES (10u + 13u + 490u + 7000u)

static void ignore(const struct ocd_range *ranges, size_t count)
{
    ignored = ranges;
    ignored_count = count;
}

static void ignored_ranges_are_not_compared(void **state)
{
    (void)state;
    prepare();
    flip(RIG_RAM + 3, 10);
    flip(RIG_RAM + 990, 13);
    flip(RIG_RAM + 2000, 490);
    flip(RIG_RAM + 60000, 7000);
    ignore(some, COUNT_OF(some));
    bench_ends(OCD_OK, verify(0));
    assert_int_equal(summary.bytes, SIZE + 1000 - SOME_BYTES);
    assert_int_equal(summary.ignored, SOME_BYTES);
    flip(RIG_RAM + 59999, 1);
    flip(RIG_RAM + 67000, 1);
    bench_ends(OCD_ERR_MISMATCH, verify(0));
    assert_int_equal(summary.differing, 2);
    assert_int_equal(told.differences[0].addr, RIG_RAM + 59999);
    assert_int_equal(told.differences[1].addr, RIG_RAM + 67000);
    flip(RIG_RAM + 59999, 1);
    flip(RIG_RAM + 67000, 1);
    bench_ends(OCD_OK, verify(OCD_VERIFY_FAST));
    assert_int_equal(summary.ignored, SOME_BYTES);
    ignore(NULL, 0);
}

static void ignored_ranges_are_not_read(void **state)
{
    static const struct ocd_range one[] = {{.addr = RIG_RAM + 5001, .size = 30}};
    (void)state;

    prepare();
    sim_fault(bench.rig->sim, RIG_RAM + 5001, 30);
    ignore(one, 1);
    bench_ends(OCD_OK, verify(0));
    ignore(NULL, 0);
}

static void a_file_that_is_ignored_completely_is_an_error(void **state)
{
    static const struct ocd_range all[] = {{.addr = 0, .size = 1u << 31}};
    static const struct ocd_range wrong[] = {{.addr = UINT64_MAX, .size = 2}};
    (void)state;

    prepare();
    ignore(all, 1);
    bench_ends(OCD_ERR_ARG, verify(0));
    ignore(wrong, 1);
    bench_ends(OCD_ERR_ARG, verify(0));
    ignore(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(ignored_ranges_are_not_compared),
        both_paths(ignored_ranges_are_not_read),
        one_path(a_file_that_is_ignored_completely_is_an_error),
        both_paths(equal_data_have_no_difference),
        both_paths(every_different_range_is_reported_with_its_bytes),
        both_paths(differences_before_unreadable_memory_are_reported),
        both_paths(unreadable_memory_ends_it_or_counts_as_different),
        both_paths(checksums_find_the_same_differences),
        both_paths(data_in_the_work_area_are_compared_before_it_is_overwritten),
        both_paths(checksums_wait_for_a_read_that_continues_after_a_fault),
        one_path(checksums_need_a_halted_target),
        one_path(checksums_of_unreadable_memory_leave_a_usable_target),
        one_path(a_file_against_another),
    };

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
