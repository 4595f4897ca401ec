// SPDX-License-Identifier: MIT
/* Files into flash, by OpenOCD's own driver, over both paths. */
#include <inttypes.h>

#include "aux.h"

#define SECTOR 1024u
#define AT     (SIM_FLASH_BASE + 0x8000u)
#define SIZE   20001u

static uint8_t data[SIZE];

static struct ocd_op *load(const struct ocd_load_options *options, unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    return ocd_load_async(bench.rig->session, bench.path, options, &call);
}

static void a_file_is_programmed_and_the_rest_of_its_sectors_erased(void **state)
{
    uint8_t erased[3];
    (void)state;

    memset(erased, 0xFF, sizeof(erased));
    rig_pattern(data, SIZE, 5);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 3, data, SIZE}, {0}});
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, AT + 3, data, SIZE);
    rig_assert_memory(bench.rig, AT, erased, 3);
    assert_int_equal(rig_directory_entries(bench.server_tmp), 0);
}

static void sectors_around_stay(void **state)
{
    uint8_t before[SECTOR], after[SECTOR];
    (void)state;

    rig_peek(bench.rig, AT - SECTOR, before, SECTOR);
    rig_peek(bench.rig, AT + SECTOR, after, SECTOR);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 16, "flash", 5}, {0}});
    bench_ends(OCD_OK, load(NULL, 0));
    rig_assert_memory(bench.rig, AT + 16, "flash", 5);
    rig_assert_memory(bench.rig, AT - SECTOR, before, SECTOR);
    rig_assert_memory(bench.rig, AT + SECTOR, after, SECTOR);
}

static void two_ranges_of_a_sector_are_written_with_one_erase(void **state)
{
    (void)state;
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 1, "one", 3},
                                                {AT + 101, "two", 3},
                                                {AT + SECTOR - 2, "over", 4},
                                                {AT + 8 * SECTOR, "far", 3},
                                                {0}});
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, AT + 1, "one", 3);
    rig_assert_memory(bench.rig, AT + 101, "two", 3);
    rig_assert_memory(bench.rig, AT + SECTOR - 2, "over", 4);
    rig_assert_memory(bench.rig, AT + 8 * SECTOR, "far", 3);
    /* Two groups: the sectors between them have no data. */
    assert_int_equal(rig_sent_with(&bench.rig->trace, "write_image erase"), 2);
}

static void more_ranges_than_openocd_has_room_for(void **state)
{
    struct chunk chunks[401] = {0};
    (void)state;

    rig_pattern(data, SIZE, 8);
    for (unsigned i = 0; i < 400; i++)
        chunks[i] = (struct chunk){AT + 2 * i, data + i, 1};
    bench_file(OCD_IMAGE_IHEX, chunks);
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_VERIFY));
    for (unsigned i = 0; i < 400; i++)
        rig_assert_memory(bench.rig, AT + 2 * i, data + i, 1);
}

static void one_file_is_written_to_flash_and_ram(void **state)
{
    struct told told = {0};
    struct ocd_load_options options = {.region = tell_region, .user = &told};
    (void)state;

    /* In RAM: where OpenOCD's loader works. */
    rig_pattern(data, 5000, 6);
    bench_file(OCD_IMAGE_SREC, (struct chunk[]){{AT, data, 3000}, {RIG_RAM, data, 5000}, {0}});
    bench_ends(OCD_OK, load(&options, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, AT, data, 3000);
    rig_assert_memory(bench.rig, RIG_RAM, data, 5000);
    assert_int_equal(told.count, 2);
    assert_true(told.regions[0].flash);
    assert_int_equal(told.regions[0].bytes, 3000);
    assert_int_equal(told.regions[0].erase_addr, AT);
    assert_int_equal(told.regions[0].erase_size, 3 * SECTOR);
    assert_int_equal(told.regions[0].sectors, 3);
    assert_false(told.regions[1].flash);
}

static void a_running_target_is_refused_and_not_halted(void **state)
{
    enum ocd_target_state now;
    struct ocd_session *session = bench.rig->session;
    (void)state;

    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, "flash", 5}, {0}});
    rig_ok(session, ocd_resume(session));
    rig_mark(bench.rig);
    bench_ends(OCD_ERR_NOT_HALTED, load(NULL, 0));
    rig_ok(session, ocd_state(session, &now));
    assert_int_equal(now, OCD_STATE_RUNNING);
    assert_int_equal(rig_count(bench.rig, true, 2, AT, SECTOR), 0);
}

static void ram_where_flash_is_asked_for_is_refused(void **state)
{
    struct ocd_load_options options = {.where = OCD_LOAD_FLASH};
    (void)state;

    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, "flash", 5}, {RIG_RAM, "ram", 3}, {0}});
    bench_ends(OCD_ERR_ARG, load(&options, 0));
    rig_assert_contains(ocd_last_error(bench.rig->session)->message, "0x20000000");
}

static void a_protected_sector_is_found_before_anything_is_erased(void **state)
{
    struct ocd_session *session = bench.rig->session;
    uint8_t before[8];
    (void)state;

    rig_peek(bench.rig, AT, before, sizeof(before));
    rig_ok(session, ocd_command(session, "flash protect 0 0 last on", NULL));
    rig_ok(session, ocd_reset(session, OCD_RESET_HALT));
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT + 4, "flash", 5}, {0}});
    bench_ends(OCD_ERR_TARGET, load(NULL, 0));
    rig_assert_error(ocd_last_error(session), OCD_ERR_TARGET, AT, 0);
    rig_assert_contains(ocd_last_error(session)->message, "protected");
    rig_assert_memory(bench.rig, AT, before, sizeof(before));
    bench_ends(OCD_ERR_TARGET, load(NULL, OCD_WRITE_DRY_RUN));
    rig_ok(session, ocd_command(session, "flash protect 0 0 last off", NULL));
    rig_ok(session, ocd_reset(session, OCD_RESET_HALT));
}

static void a_dry_run_shows_the_commands_and_writes_nothing(void **state)
{
    uint8_t before[16];
    (void)state;

    rig_peek(bench.rig, AT, before, sizeof(before));
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, "flash", 5}, {0}});
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_DRY_RUN));
    rig_assert_memory(bench.rig, AT, before, sizeof(before));
    assert_int_equal(rig_sent_with(&bench.rig->trace, "flash info"), 1);
}

static void a_session_that_may_not_write_the_whole_sector_is_refused(void **state)
{
    struct ocd_range writable = {.addr = AT, .size = SECTOR - 1};
    struct ocd_options restricted = {.writable = &writable, .writable_count = 1};
    struct ocd_session *session = rig_connect(bench.rig, &restricted);
    (void)state;

    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, "flash", 5}, {0}});
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_load(session, bench.path, NULL));
    ocd_close(session);
}

/* The file's first part would be erased and written; it is the second that cannot be. */
static void nothing_is_erased_for(int code, uint64_t addr, const char *words,
                                  const struct chunk *chunks)
{
    struct ocd_session *session = bench.rig->session;
    uint8_t before[SECTOR];

    rig_peek(bench.rig, AT, before, SECTOR);
    bench_file(OCD_IMAGE_IHEX, chunks);
    for (int i = 0; i < 2; i++) {
        bench_ends(code, load(NULL, i == 0 ? 0 : OCD_WRITE_DRY_RUN));
        rig_assert_error(ocd_last_error(session), code, addr, 0);
        rig_assert_contains(ocd_last_error(session)->message, words);
    }
    rig_assert_memory(bench.rig, AT, before, SECTOR);
    assert_int_equal(rig_sent_with(&bench.rig->trace, "write_image"), 0);
}

static void a_range_over_the_end_of_a_bank_erases_nothing(void **state)
{
    uint32_t end = SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT;
    (void)state;

    rig_pattern(data, 16, 3);
    nothing_is_erased_for(OCD_ERR_ARG, end, "runs over the end of flash bank 0",
                          (struct chunk[]){{AT, "flash", 5}, {end - 8, data, 16}, {0}});
}

static void a_range_into_a_bank_erases_nothing(void **state)
{
    (void)state;
    rig_pattern(data, 16, 3);
    nothing_is_erased_for(OCD_ERR_ARG, SIM_FLASH_BASE, "runs into flash bank 0",
                          (struct chunk[]){{SIM_FLASH_BASE - 8, data, 16}, {AT, "flash", 5}, {0}});
}

static void unmapped_addresses_outside_of_flash_erase_nothing(void **state)
{
    (void)state;
    nothing_is_erased_for(OCD_ERR_TARGET, RIG_NOWHERE, "",
                          (struct chunk[]){{AT, "flash", 5}, {RIG_NOWHERE, "word", 4}, {0}});
}

static void a_range_with_an_unmapped_end_erases_nothing(void **state)
{
    uint32_t end = RIG_RAM + BENCH_RAM_SIZE;
    (void)state;

    rig_pattern(data, 32, 3);
    nothing_is_erased_for(OCD_ERR_TARGET, end + 4, "",
                          (struct chunk[]){{AT, "flash", 5}, {end - 24, data, 32}, {0}});
}

/* Reads of a register can do things: there are the two that the header names, and no more. */
static void the_ends_of_other_ranges_are_read_and_nothing_else(void **state)
{
    struct chunk chunks[] = {{AT, "flash", 5}, {RIG_RAM + 0x8001, data, 30}, {0}};
    struct sim_access log[1024];
    (void)state;

    rig_pattern(data, 30, 3);
    bench_file(OCD_IMAGE_IHEX, chunks);
    rig_mark(bench.rig);
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_DRY_RUN));
    for (size_t i = 0, n = rig_accesses(bench.rig, log, COUNT_OF(log)); i < n; i++) {
        uint64_t from = log[i].addr, until = from + (uint64_t)log[i].count * log[i].width;
        bool begins = from >= RIG_RAM + 0x8001 && until <= RIG_RAM + 0x8005;
        bool ends = from >= RIG_RAM + 0x801b && until <= RIG_RAM + 0x801f;
        if (from >= RIG_RAM + 0x8000 && from < RIG_RAM + 0x9000 && !begins && !ends)
            fail_msg("an access from 0x%08" PRIx64 " to 0x%08" PRIx64, from, until);
    }
    assert_true(rig_count(bench.rig, false, 1, RIG_RAM + 0x8001, 1) > 0);
    rig_mark(bench.rig);
    bench_file(OCD_IMAGE_IHEX, chunks + 1);
    bench_ends(OCD_OK, load(NULL, OCD_WRITE_DRY_RUN));
    for (unsigned width = 1; width <= 4; width *= 2)
        assert_int_equal(rig_count(bench.rig, false, width, RIG_RAM + 0x8000, 64), 0);
}

static int stop_early(uint64_t done, uint64_t total, void *user)
{
    (void)total, (void)user;
    return done > 20u * SECTOR; /* which are read before */
}

static void cancelling_between_groups_leaves_no_file_on_the_server(void **state)
{
    struct ocd_call call = bench_call(0);
    (void)state;

    rig_pattern(data, SIZE, 7);
    bench_file(OCD_IMAGE_IHEX, (struct chunk[]){{AT, data, SIZE}, {0}});
    call.progress = stop_early;
    bench_ends(OCD_ERR_CANCELLED, ocd_load_async(bench.rig->session, bench.path, NULL, &call));
    rig_assert_memory(bench.rig, AT, data, 8u << 10);
    assert_int_equal(rig_directory_entries(bench.server_tmp), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(a_file_is_programmed_and_the_rest_of_its_sectors_erased),
        both_paths(sectors_around_stay),
        both_paths(two_ranges_of_a_sector_are_written_with_one_erase),
        both_paths(more_ranges_than_openocd_has_room_for),
        both_paths(one_file_is_written_to_flash_and_ram),
        both_paths(cancelling_between_groups_leaves_no_file_on_the_server),
        one_path(a_running_target_is_refused_and_not_halted),
        one_path(ram_where_flash_is_asked_for_is_refused),
        one_path(a_protected_sector_is_found_before_anything_is_erased),
        one_path(a_range_over_the_end_of_a_bank_erases_nothing),
        one_path(a_range_into_a_bank_erases_nothing),
        one_path(unmapped_addresses_outside_of_flash_erase_nothing),
        one_path(a_range_with_an_unmapped_end_erases_nothing),
        one_path(the_ends_of_other_ranges_are_read_and_nothing_else),
        one_path(a_dry_run_shows_the_commands_and_writes_nothing),
        one_path(a_session_that_may_not_write_the_whole_sector_is_refused),
    };

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
