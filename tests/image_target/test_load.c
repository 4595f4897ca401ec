// SPDX-License-Identifier: MIT
/* Files into RAM, and what is refused before anything is written. */
#include "aux.h"

#define SIZE 70000u

static uint8_t data[SIZE];

static struct ocd_op *load(const struct ocd_load_options *options, unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    return ocd_load_async(bench.rig->session, bench.path, options, &call);
}

static void every_format_is_written_to_its_addresses(void **state)
{
    static const enum ocd_image_format formats[] = {OCD_IMAGE_IHEX, OCD_IMAGE_SREC,
                                                    OCD_IMAGE_HEXDUMP};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        rig_pattern(data, SIZE, (uint32_t)i + 1);
        bench_file(formats[i], (struct chunk[]){{RIG_RAM + 1, data, 17},
                                                {RIG_RAM + 0x2003, data + 17, SIZE - 17},
                                                {0}});
        bench_ends(OCD_OK, load(NULL, OCD_WRITE_VERIFY));
        rig_assert_memory(bench.rig, RIG_RAM + 1, data, 17);
        rig_assert_memory(bench.rig, RIG_RAM + 0x2003, data + 17, SIZE - 17);
    }
}

static void a_raw_file_goes_to_the_offset_and_nowhere_else(void **state)
{
    struct ocd_load_options options = {.image = {.has_offset = true, .offset = RIG_RAM + 5}};
    (void)state;

    rig_pattern(data, SIZE, 9);
    bench_file(OCD_IMAGE_BIN, (struct chunk[]){{0, data, SIZE}, {0}});
    rig_mark(bench.rig);
    bench_ends(OCD_OK, load(&options, 0));
    rig_assert_memory(bench.rig, RIG_RAM + 5, data, SIZE);
    rig_assert_touched(bench.rig, true, RIG_RAM + 5, SIZE);
}

static void a_raw_file_without_an_address_is_refused(void **state)
{
    (void)state;
    bench_file(OCD_IMAGE_BIN, (struct chunk[]){{0, "abc", 3}, {0}});
    bench_ends(OCD_ERR_ARG, load(NULL, 0));
}

static void a_malformed_file_sends_nothing(void **state)
{
    (void)state;
    bench_text(":0400000001020304F2\n:040010000102030400\n:00000001FF\n");
    bench_ends(OCD_ERR_FORMAT, load(NULL, 0));
    rig_assert_contains(ocd_last_error(bench.rig->session)->message, "line 2");
    assert_int_equal(rig_sent(&bench.rig->trace), 0);
}

static void a_missing_file_is_a_file_error(void **state)
{
    (void)state;
    bench_ends(OCD_ERR_FILE, load(NULL, 0));
    assert_int_equal(rig_sent(&bench.rig->trace), 0);
}

static void regions_are_reported_before_anything_is_written(void **state)
{
    struct told told = {0};
    struct ocd_load_options options = {.region = tell_region, .user = &told};
    (void)state;

    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{RIG_RAM, "ab", 2}, {RIG_RAM + 8, "cde", 3}, {0}});
    rig_mark(bench.rig);
    bench_ends(OCD_OK, load(&options, OCD_WRITE_DRY_RUN));
    assert_int_equal(rig_count(bench.rig, true, 8, RIG_RAM, 16), 0);
    rig_assert_memory(bench.rig, RIG_RAM, "\0\0", 2);
    assert_int_equal(told.count, 2);
    assert_false(told.regions[0].flash);
    assert_int_equal(told.regions[0].addr, RIG_RAM);
    assert_int_equal(told.regions[0].size, 2);
    assert_int_equal(told.regions[1].addr, RIG_RAM + 8);
    assert_int_equal(told.regions[1].bytes, 3);
}

static int refuse(const struct ocd_region *region, void *user)
{
    (void)region, (void)user;
    return 1;
}

static void a_region_can_be_refused(void **state)
{
    struct ocd_load_options options = {.region = refuse};
    (void)state;

    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{RIG_RAM, "ab", 2}, {0}});
    bench_ends(OCD_ERR_CANCELLED, load(&options, 0));
    rig_assert_memory(bench.rig, RIG_RAM, "\0\0", 2);
}

static void a_fault_reports_the_bytes_written_before_it(void **state)
{
    struct ocd_load_options options = {.image = {.has_offset = true, .offset = RIG_RAM}};
    (void)state;

    rig_pattern(data, SIZE, 3);
    bench_file(OCD_IMAGE_BIN, (struct chunk[]){{0, data, SIZE}, {0}});
    sim_fault(bench.rig->sim, RIG_RAM + 0x9000, 0x100);
    bench_ends(OCD_ERR_TARGET, load(&options, 0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, RIG_RAM + 0x9000, 0x9000);
    rig_assert_memory(bench.rig, RIG_RAM, data, 0x9000);
}

static void a_restricted_session_refuses_other_addresses(void **state)
{
    struct ocd_range writable = {.addr = RIG_RAM, .size = 0x100};
    struct ocd_options restricted = {.writable = &writable, .writable_count = 1};
    struct ocd_session *session = rig_connect(bench.rig, &restricted);
    (void)state;

    bench_file(OCD_IMAGE_IHEX,
               (struct chunk[]){{RIG_RAM, "ab", 2}, {RIG_RAM + 0x100, "c", 1}, {0}});
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_load(session, bench.path, NULL));
    rig_assert_memory(bench.rig, RIG_RAM, "\0\0", 2);
    ocd_close(session);
}

static void addresses_that_the_target_does_not_have_are_refused(void **state)
{
    (void)state;
    bench_file(OCD_IMAGE_HEXDUMP,
               (struct chunk[]){{RIG_RAM, "ab", 2}, {UINT64_C(0x120000000), "cd", 2}, {0}});
    bench_ends(OCD_ERR_ARG, load(NULL, 0));
    rig_assert_memory(bench.rig, RIG_RAM, "\0\0", 2);
}

static void an_empty_file_is_refused_unless_allowed(void **state)
{
    (void)state;
    bench_text(":00000001FF\n");
    bench_ends(OCD_ERR_FORMAT, load(NULL, OCD_WRITE_VERIFY));
    bench_ends(OCD_OK,
               load(&(struct ocd_load_options){.image.allow_empty = true}, OCD_WRITE_VERIFY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(every_format_is_written_to_its_addresses),
        both_paths(a_raw_file_goes_to_the_offset_and_nowhere_else),
        one_path(a_raw_file_without_an_address_is_refused),
        one_path(a_malformed_file_sends_nothing),
        one_path(a_missing_file_is_a_file_error),
        one_path(regions_are_reported_before_anything_is_written),
        one_path(a_region_can_be_refused),
        both_paths(a_fault_reports_the_bytes_written_before_it),
        one_path(a_restricted_session_refuses_other_addresses),
        one_path(addresses_that_the_target_does_not_have_are_refused),
        one_path(an_empty_file_is_refused_unless_allowed),
    };

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
