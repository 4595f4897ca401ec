// SPDX-License-Identifier: MIT
/* Sectors of flash that are erased, and what is refused before any is. */
#include "aux.h"

#define SECTOR 1024u
#define AT     (SIM_FLASH_BASE + 0x8000u)
#define END    (SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT)

static struct told told;

static struct ocd_op *erase(uint64_t addr, uint64_t size, struct ocd_erase_options options,
                            unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    told = (struct told){0};
    options.region = tell_region;
    options.user = &told;
    return ocd_erase_async(bench.rig->session, addr, size, &options, &call);
}

static void assert_erased(uint32_t addr, size_t size)
{
    uint8_t *erased = malloc(size);

    memset(erased, 0xFF, size);
    rig_assert_memory(bench.rig, addr, erased, size);
    free(erased);
}

static void only_the_reported_sectors_are_erased(void **state)
{
    uint8_t before[SECTOR], after[SECTOR];
    (void)state;

    rig_peek(bench.rig, AT - SECTOR, before, SECTOR);
    rig_peek(bench.rig, AT + 20 * SECTOR, after, SECTOR);
    bench_ends(OCD_OK, erase(AT, 20 * SECTOR, (struct ocd_erase_options){0}, 0));
    assert_erased(AT, 20 * SECTOR);
    rig_assert_memory(bench.rig, AT - SECTOR, before, SECTOR);
    rig_assert_memory(bench.rig, AT + 20 * SECTOR, after, SECTOR);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.regions[0].addr, AT);
    assert_int_equal(told.regions[0].size, 20 * SECTOR);
    assert_int_equal(told.regions[0].sectors, 20);
    /* OpenOCD answers no client during a request: so never all at once. */
    assert_int_equal(rig_sent_with(&bench.rig->trace, "flash erase_address"), 3);
}

/* Each of these has to leave flash as it was. */
static void is_refused(int code, uint64_t addr, uint64_t size, const char *words)
{
    static uint8_t before[4 * SECTOR];
    struct ocd_session *session = bench.rig->session;

    rig_peek(bench.rig, AT, before, sizeof(before));
    bench_ends(code, erase(addr, size, (struct ocd_erase_options){0}, 0));
    rig_assert_contains(ocd_last_error(session)->message, words);
    assert_int_equal(ocd_last_error(session)->done, 0);
    assert_int_equal(rig_sent_with(&bench.rig->trace, "flash erase_address"), 0);
    rig_assert_memory(bench.rig, AT, before, sizeof(before));
}

static void parts_of_sectors_are_refused_with_the_sectors(void **state)
{
    (void)state;
    is_refused(OCD_ERR_ARG, AT + 4, SECTOR, "are 0x08008000 to 0x080087FF");
    is_refused(OCD_ERR_ARG, AT, SECTOR - 1, "are 0x08008000 to 0x080083FF");
}

static void parts_of_sectors_erase_whole_sectors_on_request(void **state)
{
    (void)state;
    bench_ends(OCD_OK,
               erase(AT + SECTOR - 1, 2, (struct ocd_erase_options){.whole_sectors = true}, 0));
    assert_erased(AT, 2 * SECTOR);
    assert_int_equal(told.regions[0].addr, AT);
    assert_int_equal(told.regions[0].sectors, 2);
}

static void addresses_outside_flash_are_refused(void **state)
{
    (void)state;
    is_refused(OCD_ERR_ARG, RIG_RAM, SECTOR, "is in no flash bank");
    assert_int_equal(ocd_last_error(bench.rig->session)->addr, RIG_RAM);
    is_refused(OCD_ERR_ARG, END - SECTOR, 2 * SECTOR, "is in no flash bank");
    assert_int_equal(ocd_last_error(bench.rig->session)->addr, END);
    is_refused(OCD_ERR_ARG, UINT64_MAX - 3, 8, "wraps");
}

static void a_protected_sector_is_found_before_anything_is_erased(void **state)
{
    struct ocd_session *session = bench.rig->session;
    (void)state;

    rig_ok(session, ocd_command(session, "flash protect 0 9 9 on", NULL));
    rig_ok(session, ocd_reset(session, OCD_RESET_HALT));
    is_refused(OCD_ERR_TARGET, AT, 8 * SECTOR, "is protected");
    assert_int_equal(ocd_last_error(session)->addr, AT + 4 * SECTOR);
    rig_ok(session, ocd_command(session, "flash protect 0 9 9 off", NULL));
    rig_ok(session, ocd_reset(session, OCD_RESET_HALT));
}

static void a_running_target_is_not_halted_for_it(void **state)
{
    struct ocd_session *session = bench.rig->session;
    (void)state;

    rig_ok(session, ocd_resume(session));
    is_refused(OCD_ERR_NOT_HALTED, AT, SECTOR, "running");
    bench_ends(OCD_OK, erase(AT, SECTOR, (struct ocd_erase_options){0}, OCD_WRITE_DRY_RUN));
    assert_int_equal(told.count, 1);
}

static void all_banks_are_erased_once(void **state)
{
    (void)state;
    bench_ends(OCD_OK, erase(0, 0, (struct ocd_erase_options){.all = true}, 0));
    assert_erased(SIM_FLASH_BASE, SIM_FLASH_SIZE_DEFAULT);
    assert_int_equal(told.count, 1); /* and not the bank that is its alias */
    assert_int_equal(told.regions[0].sectors, SIM_FLASH_SIZE_DEFAULT / SECTOR);
}

static void restricted_sessions_erase_nothing_else(void **state)
{
    struct ocd_range writable = {.addr = AT, .size = 2 * SECTOR};
    struct ocd_options restricted = {.writable = &writable, .writable_count = 1};
    struct ocd_erase_options all = {.all = true}, whole = {.whole_sectors = true};
    struct ocd_session *session = rig_connect(bench.rig, &restricted);
    (void)state;

    rig_ok(session, ocd_erase(session, AT, 2 * SECTOR, NULL));
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_erase(session, AT, 3 * SECTOR, NULL));
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_erase(session, 0, 0, &all));
    ocd_close(session);
    writable.size = SECTOR + 1;
    session = rig_connect(bench.rig, &restricted);
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_erase(session, AT + SECTOR, 1, &whole));
    ocd_close(session);
    session = rig_connect(bench.rig, &(struct ocd_options){.read_only = true});
    rig_fails(session, OCD_ERR_READ_ONLY, ocd_erase(session, 0, 0, &all));
    ocd_close(session);
}

static void a_dry_run_erases_nothing(void **state)
{
    uint8_t before[SECTOR];
    (void)state;

    rig_peek(bench.rig, AT, before, SECTOR);
    bench_ends(OCD_OK, erase(AT, SECTOR, (struct ocd_erase_options){0}, OCD_WRITE_DRY_RUN));
    bench_ends(OCD_OK, erase(AT, 0, (struct ocd_erase_options){0}, 0));
    rig_assert_memory(bench.rig, AT, before, SECTOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        one_path(only_the_reported_sectors_are_erased),
        one_path(parts_of_sectors_are_refused_with_the_sectors),
        one_path(parts_of_sectors_erase_whole_sectors_on_request),
        one_path(addresses_outside_flash_are_refused),
        one_path(a_protected_sector_is_found_before_anything_is_erased),
        one_path(a_running_target_is_not_halted_for_it),
        one_path(all_banks_are_erased_once),
        one_path(restricted_sessions_erase_nothing_else),
        one_path(a_dry_run_erases_nothing),
    };

    bench_commands = "flash bank alias virtual 0x40000 0 0 0 " RIG_CPU
                     " [dict get [lindex [flash list] 0] name]";
    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
