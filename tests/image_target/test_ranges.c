// SPDX-License-Identifier: MIT
/* Several ranges into one file, and back. */
#include "aux.h"

static struct ocd_op *dump(const struct ocd_range *ranges, size_t count,
                           const struct ocd_image_layout *layout, unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    call.fill = 0xEE;
    return ocd_dump_ranges_async(bench.rig->session, ranges, count, bench.path, layout, &call);
}

static void dumps_of_every_format_load_back(void **state)
{
    static const enum ocd_image_format formats[] = {OCD_IMAGE_IHEX, OCD_IMAGE_SREC,
                                                    OCD_IMAGE_HEXDUMP};
    static const struct ocd_range ranges[] = {{.addr = RIG_RAM + 0xFFFF, .size = 3},
                                              {.addr = RIG_RAM + 7, .size = 40000},
                                              {.addr = RIG_RAM + 0x10100, .size = 5000}};
    static uint8_t zero[0x12000];
    (void)state;

    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct ocd_image_layout layout = {.format = formats[f]};
        uint8_t *want = rig_fill(bench.rig, RIG_RAM, sizeof(zero), (uint32_t)f + 1);
        bench_ends(OCD_OK, dump(ranges, COUNT_OF(ranges), &layout, 0));
        rig_poke(bench.rig, RIG_RAM, zero, sizeof(zero));
        rig_ok(bench.rig->session, ocd_load(bench.rig->session, bench.path, NULL));
        for (size_t i = 0; i < COUNT_OF(ranges); i++)
            rig_assert_memory(bench.rig, (uint32_t)ranges[i].addr,
                              want + (ranges[i].addr - RIG_RAM), (size_t)ranges[i].size);
        rig_assert_memory(bench.rig, RIG_RAM, zero, 7); /* gaps stay gaps */
        free(want);
    }
    assert_int_equal(rig_directory_entries(bench.dir), 1);
}

static void a_raw_file_has_fill_bytes_between_ranges(void **state)
{
    static const struct ocd_range ranges[] = {{.addr = RIG_RAM, .size = 2},
                                              {.addr = RIG_RAM + 4, .size = 1}};
    struct ocd_image_layout layout = {.format = OCD_IMAGE_BIN, .fill = '.'};
    size_t size;
    (void)state;

    rig_poke(bench.rig, RIG_RAM, "abcdef", 6);
    bench_ends(OCD_OK, dump(ranges, 2, &layout, 0));
    uint8_t *have = rig_read_file(bench.path, &size);
    assert_int_equal(size, 5);
    assert_memory_equal(have, "ab..e", 5);
    free(have);
}

static void refused_before_anything_is_read(const struct ocd_range *ranges, size_t count,
                                            const struct ocd_image_layout *layout, int code)
{
    rig_mark(bench.rig);
    rig_trace_clear(&bench.rig->trace);
    bench_ends(code, dump(ranges, count, layout, 0));
    assert_int_equal(rig_sent(&bench.rig->trace), 0);
    assert_int_equal(rig_directory_entries(bench.dir), 0);
}

static void a_range_beyond_the_format_is_refused_before_anything_is_read(void **state)
{
    static const struct ocd_range one[] = {{.addr = 0xFFF0, .size = 0x20}};
    static const struct ocd_range far[] = {{.addr = SIM_FLASH_BASE, .size = 4},
                                           {.addr = RIG_RAM, .size = 4}};
    static const struct ocd_range overlap[] = {{.addr = RIG_RAM + 4, .size = 4},
                                               {.addr = RIG_RAM, .size = 5}};
    static const struct ocd_range wrap[] = {{.addr = UINT64_MAX, .size = 2}};
    (void)state;

    refused_before_anything_is_read(
        one, 1, &(struct ocd_image_layout){.format = OCD_IMAGE_SREC, .addr_bits = 16},
        OCD_ERR_FORMAT);
    refused_before_anything_is_read(far, 2, &(struct ocd_image_layout){.format = OCD_IMAGE_BIN},
                                    OCD_ERR_FORMAT);
    refused_before_anything_is_read(
        overlap, 2, &(struct ocd_image_layout){.format = OCD_IMAGE_IHEX}, OCD_ERR_ARG);
    refused_before_anything_is_read(wrap, 1, &(struct ocd_image_layout){.format = OCD_IMAGE_IHEX},
                                    OCD_ERR_ARG);
    refused_before_anything_is_read(one, 1, &(struct ocd_image_layout){.format = OCD_IMAGE_ELF},
                                    OCD_ERR_ARG);
}

static void unreadable_memory_becomes_a_gap_if_the_format_has_gaps(void **state)
{
    static const struct ocd_range range = {.addr = RIG_RAM, .size = 0x300};
    struct ocd_image *image;
    size_t size;
    (void)state;

    rig_poke(bench.rig, RIG_RAM, "begin", 5);
    sim_fault(bench.rig->sim, RIG_RAM + 0x100, 0x200);
    bench_ends(OCD_OK, dump(&range, 1, &(struct ocd_image_layout){.format = OCD_IMAGE_IHEX},
                            OCD_READ_SKIP_UNREADABLE));
    assert_int_equal(ocd_image_open(&image, bench.path, NULL), OCD_OK);
    assert_int_equal(ocd_image_get_info(image)->bytes, 0x100);
    ocd_image_close(image);
    bench_ends(OCD_OK, dump(&range, 1, &(struct ocd_image_layout){.format = OCD_IMAGE_BIN},
                            OCD_READ_SKIP_UNREADABLE));
    uint8_t *have = rig_read_file(bench.path, &size);
    assert_int_equal(size, 0x300);
    assert_int_equal(have[0x100], 0xEE);
    assert_int_equal(have[0x2FF], 0xEE);
    free(have);
}

static void a_failure_does_not_change_the_file(void **state)
{
    static const struct ocd_range ranges[] = {{.addr = RIG_RAM, .size = 16},
                                              {.addr = RIG_NOWHERE, .size = 16}};
    size_t size;
    (void)state;

    bench_text("before");
    bench_ends(OCD_ERR_TARGET,
               dump(ranges, 2, &(struct ocd_image_layout){.format = OCD_IMAGE_IHEX}, 0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 16);
    uint8_t *have = rig_read_file(bench.path, &size);
    assert_int_equal(size, 6);
    assert_memory_equal(have, "before", 6);
    free(have);
    assert_int_equal(rig_directory_entries(bench.dir), 1);
}

static int collect(const void *data, size_t size, void *user)
{
    char *text = user;

    strncat(text, data, size);
    return 0;
}

static void a_writer_of_the_callers_is_finished_by_the_dump(void **state)
{
    static const struct ocd_range range = {.addr = RIG_RAM, .size = 3};
    struct ocd_image_layout layout = {.format = OCD_IMAGE_IHEX};
    struct ocd_image_writer *writer;
    char text[256] = "";
    (void)state;

    rig_poke(bench.rig, RIG_RAM, "abc", 3);
    assert_int_equal(ocd_image_writer_to_sink(&writer, collect, text, &layout), OCD_OK);
    rig_ok(bench.rig->session, ocd_dump_writer(bench.rig->session, &range, 1, writer));
    ocd_image_writer_close(writer);
    assert_string_equal(text, ":020000042000DA\n:03000000616263D7\n:00000001FF\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(dumps_of_every_format_load_back),
        both_paths(a_raw_file_has_fill_bytes_between_ranges),
        one_path(a_range_beyond_the_format_is_refused_before_anything_is_read),
        both_paths(unreadable_memory_becomes_a_gap_if_the_format_has_gaps),
        both_paths(a_failure_does_not_change_the_file),
        one_path(a_writer_of_the_callers_is_finished_by_the_dump),
    };

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
