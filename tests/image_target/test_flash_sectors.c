// SPDX-License-Identifier: MIT
/* What sectors of flash hold before a load: the data already, or something else. */
#include "aux.h"

#define SECTOR 1024u
#define AT     (SIM_FLASH_BASE + 0x8000u)
#define SIZE   5000u

/* A bank of two sectors of 64 KiB, which OpenOCD keeps itself; at its addresses is RAM. */
#define LARGE      (RIG_RAM + 0x10000u)
#define LARGE_SIZE 0x10000u

static uint8_t data[SIZE];

struct loading {
    struct told told;
    struct ocd_load_summary summary;
    struct ocd_load_options options;
};

static struct loading *new_loading(void)
{
    static struct loading loading;

    loading = (struct loading){0};
    loading.options = (struct ocd_load_options){
        .region = tell_region, .user = &loading.told, .summary = &loading.summary};
    return &loading;
}

static struct ocd_op *load(const struct loading *loading, unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    return ocd_load_async(bench.rig->session, bench.path, &loading->options, &call);
}

static void erase(uint32_t addr, size_t size)
{
    uint8_t *erased = malloc(size);

    memset(erased, 0xFF, size);
    rig_poke(bench.rig, addr, erased, size);
    free(erased);
}

static void program(void)
{
    rig_pattern(data, SIZE, 5);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, data, SIZE}, {0}});
    bench_ends(OCD_OK, load(new_loading(), OCD_WRITE_VERIFY));
    rig_trace_clear(&bench.rig->trace);
}

static void sectors_that_hold_their_data_are_skipped_and_counted(void **state)
{
    (void)state;

    program();
    struct loading *loading = new_loading();
    bench_ends(OCD_OK, load(loading, 0));
    assert_int_equal(loading->summary.bytes, 0);
    assert_int_equal(loading->summary.skipped_bytes, SIZE);
    assert_int_equal(loading->summary.skipped_sectors, 5);
    assert_int_equal(loading->summary.erased_sectors, 0);
    assert_int_equal(loading->told.regions[0].same_sectors, 5);
    assert_int_equal(rig_sent_with(&bench.rig->trace, "write_image"), 0);
}

static void only_the_sector_that_differs_is_written(void **state)
{
    (void)state;

    program();
    struct loading *loading = new_loading();
    rig_poke(bench.rig, AT + 2 * SECTOR + 7, "?", 1);
    bench_ends(OCD_OK, load(loading, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, AT, data, SIZE);
    assert_int_equal(loading->summary.bytes, SECTOR);
    assert_int_equal(loading->summary.skipped_bytes, SIZE - SECTOR);
    assert_int_equal(loading->summary.skipped_sectors, 4);
    assert_int_equal(loading->summary.erased_sectors, 1);
    assert_int_equal(rig_sent_with(&bench.rig->trace, "write_image"), 1);
}

static void rewrite_writes_all_of_them(void **state)
{
    (void)state;

    program();
    struct loading *loading = new_loading();
    loading->options.rewrite = true;
    bench_ends(OCD_OK, load(loading, 0));
    assert_int_equal(loading->summary.bytes, SIZE);
    assert_int_equal(loading->summary.erased_sectors, 5);
    assert_int_equal(loading->summary.skipped_sectors, 0);
}

static void other_data_of_a_sector_are_reported_before_it_is_erased(void **state)
{
    struct loading *loading = new_loading();
    (void)state;

    erase(AT, SECTOR);
    rig_poke(bench.rig, AT + 100, "other data", 10);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 104, "new", 3}, {0}});
    bench_ends(OCD_OK, load(loading, OCD_WRITE_DRY_RUN));
    assert_int_equal(loading->told.regions[0].other_bytes, 7);
    assert_int_equal(loading->told.regions[0].other_addr, AT + 100);
    rig_assert_memory(bench.rig, AT + 100, "other data", 10);
    bench_ends(OCD_OK, load(loading, 0));
    assert_int_equal(loading->summary.other_bytes, 7);
    assert_int_equal(loading->summary.restored_bytes, 0);
    rig_assert_memory(bench.rig, AT + 100, "\xff\xff\xff\xffnew\xff\xff\xff", 10);
}

static void keep_restores_other_data_of_a_sector(void **state)
{
    static uint8_t wanted[3 * SECTOR];
    struct loading *loading = new_loading();
    (void)state;

    /* Bytes at both ends, odd ones before and after the data, and two parts of data. */
    memset(wanted, 0xFF, sizeof(wanted));
    rig_pattern(wanted + SECTOR - 3, 700, 9);
    memcpy(wanted, "first", 5);
    memcpy(wanted + sizeof(wanted) - 4, "last", 4);
    rig_poke(bench.rig, AT, wanted, sizeof(wanted));
    memcpy(wanted + SECTOR + 11, "serial", 6);
    memcpy(wanted + SECTOR + 301, "number", 6);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + SECTOR - 1, wanted + SECTOR - 1, 1},
                                                {AT + SECTOR + 11, "serial", 6},
                                                {AT + SECTOR + 301, "number", 6},
                                                {AT + 2 * SECTOR, "\1", 1},
                                                {0}});
    wanted[2 * SECTOR] = 1;
    loading->options.keep = true;
    bench_ends(OCD_OK, load(loading, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, AT, wanted, sizeof(wanted));
    assert_int_equal(loading->summary.restored_bytes, loading->summary.other_bytes);
    assert_true(loading->summary.restored_bytes > 600);
    assert_int_equal(rig_directory_entries(bench.server_tmp), 0);
}

static void a_sector_that_cannot_be_read_is_not_erased(void **state)
{
    struct loading *loading = new_loading();
    (void)state;

    rig_poke(bench.rig, AT, "calibration", 11);
    sim_fault(bench.rig->sim, AT + 512, 4);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 100, "new", 3}, {0}});
    loading->options.keep = true;
    bench_ends(OCD_ERR_TARGET, load(loading, 0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, AT + 512, 0);
    sim_fault_clear(bench.rig->sim);
    rig_assert_memory(bench.rig, AT, "calibration", 11);
}

static void an_image_in_memory_is_loaded(void **state)
{
    struct ocd_image_options where = {
        .format = OCD_IMAGE_BIN, .has_offset = true, .offset = AT + 20};
    struct ocd_session *session = bench.rig->session;
    struct loading *loading = new_loading();
    struct ocd_image *image;
    (void)state;

    assert_int_equal(ocd_image_open_memory(&image, "SN-00042", 8, NULL, &where), OCD_OK);
    for (unsigned i = 0; i < 2; i++) { /* the second time from its start again */
        rig_ok(session, ocd_load_image(session, image, &loading->options));
        rig_assert_memory(bench.rig, AT + 20, "SN-00042", 8);
    }
    assert_int_equal(loading->summary.skipped_bytes, 8);
    ocd_image_close(image);
}

static void an_image_that_was_not_opened_is_refused(void **state)
{
    struct ocd_session *session = bench.rig->session;
    struct ocd_image *image;
    (void)state;

    rig_fails(session, OCD_ERR_ARG, ocd_load_image(session, NULL, NULL));
    assert_int_equal(ocd_image_open_memory(&image, "x", 1, NULL, NULL), OCD_ERR_ARG);
    rig_fails(session, OCD_ERR_ARG, ocd_load_image(session, image, NULL));
    ocd_image_close(image);
}

/* OpenOCD answers no client during a request, and a sector of 64 KiB takes seconds on some chips.
 */
static void a_large_sector_is_programmed_with_several_requests(void **state)
{
    static uint8_t large[LARGE_SIZE];
    struct loading *loading = new_loading();
    const struct rig_trace *trace = &bench.rig->trace;
    (void)state;

    rig_pattern(large, sizeof(large), 4);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{LARGE + 3, large, LARGE_SIZE - 3},
                                                {LARGE + LARGE_SIZE + 40000, "x", 1},
                                                {0}});
    bench_ends(OCD_OK, load(loading, 0));
    assert_int_equal(loading->summary.bytes, LARGE_SIZE - 2);
    assert_int_equal(loading->summary.erased_sectors, 2);
    assert_int_equal(rig_sent_with(trace, "flash erase_address 0x20010000 0x10000"), 1);
    assert_int_equal(rig_sent_with(trace, "flash erase_address 0x20020000 0x10000"), 1);
    assert_int_equal(rig_sent_with(trace, "flash write_image"), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(sectors_that_hold_their_data_are_skipped_and_counted),
        both_paths(only_the_sector_that_differs_is_written),
        one_path(rewrite_writes_all_of_them),
        both_paths(other_data_of_a_sector_are_reported_before_it_is_erased),
        both_paths(keep_restores_other_data_of_a_sector),
        one_path(a_sector_that_cannot_be_read_is_not_erased),
        one_path(an_image_in_memory_is_loaded),
        one_path(an_image_that_was_not_opened_is_refused),
        one_path(a_large_sector_is_programmed_with_several_requests),
    };

    bench_commands = "flash bank large faux 0x20010000 0x20000 0 0 " RIG_CPU " none";
    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
