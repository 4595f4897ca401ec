// SPDX-License-Identifier: MIT
/* Memory that does not answer: the exact address, what is good before it, OpenOCD's words. */
#include "rig.h"

#include <inttypes.h>

#define RAM_SIZE (1u << 20)

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static int heal(void **state)
{
    sim_fault_clear(((struct rig *)*state)->sim);
    return 0;
}

/* What an error has to say whatever went wrong. */
static void assert_said(const struct ocd_error *e, const char *command, const char *message)
{
    rig_assert_contains(e->command, command);
    rig_assert_contains(e->message, message);
    rig_assert_contains(e->text, message);
    rig_assert_contains(e->text, "target access failed at 0x");
    assert_null(strchr(e->text, '\n'));
}

static void unmapped_memory_is_reported_with_openocds_words(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t bytes[64];
    uint32_t words[4] = {0};

    rig_fails(s, OCD_ERR_TARGET, ocd_read_bytes(s, RIG_NOWHERE, bytes, sizeof(bytes)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_said(ocd_last_error(s), "read_memory 0x60000000 ", "ailed to read memory");
    rig_assert_contains(ocd_last_error(s)->text, "read 64 bytes at 0x60000000");

    rig_fails(s, OCD_ERR_TARGET, ocd_write_bytes(s, RIG_NOWHERE, bytes, sizeof(bytes)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_said(ocd_last_error(s), "write_memory 0x60000000 ", "ailed to write memory");

    rig_fails(s, OCD_ERR_TARGET, ocd_read_u32(s, RIG_NOWHERE, words, 4));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_said(ocd_last_error(s), "read_memory 0x60000000 32 4", "ailed to read memory");

    rig_fails(s, OCD_ERR_TARGET, ocd_write_u32(s, RIG_NOWHERE, words, 4));
    rig_assert_error(ocd_last_error(s), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_said(ocd_last_error(s), "write_memory 0x60000000 32 ", "ailed to write memory");
}

/* Refused, and not an error of the connection: the next call works. */
static void a_failure_leaves_the_session_usable(void **state)
{
    struct rig *rig = *state;
    uint8_t *want = rig_fill(rig, RIG_RAM, 100, 1);
    uint8_t have[100];

    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, RIG_NOWHERE, have, 100));
    rig_ok(rig->session, ocd_read_bytes(rig->session, RIG_RAM, have, 100));
    assert_memory_equal(have, want, 100);
    assert_int_equal(ocd_last_error(rig->session)->code, OCD_ERR_TARGET); /* stays readable */
    free(want);
}

static void flash_cannot_be_written_as_memory(void **state)
{
    struct rig *rig = *state;
    uint8_t before[256], zeros[256] = {0};

    rig_peek(rig, SIM_FLASH_BASE, before, sizeof(before));
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_write_bytes(rig->session, SIM_FLASH_BASE, zeros, sizeof(zeros)));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, SIM_FLASH_BASE, 0);
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_fill(rig->session, SIM_FLASH_BASE + 16, 64, "x", 1));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, SIM_FLASH_BASE + 16, 0);
    rig_assert_memory(rig, SIM_FLASH_BASE, before, sizeof(before));
}

/* A read of `size` bytes at `addr` meets a fault at `bad`. */
static void check_read(struct rig *rig, uint32_t addr, uint32_t size, uint32_t bad, uint32_t length)
{
    uint8_t *want = rig_fill(rig, addr, size, bad);
    uint8_t *have = calloc(1, size);

    assert_non_null(have);
    sim_fault_clear(rig->sim);
    assert_int_equal(sim_fault(rig->sim, bad, length), 0);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, addr, have, size));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, bad, bad - addr);
    assert_memory_equal(have, want, bad - addr);
    free(have);
    free(want);
}

static void check_write(struct rig *rig, uint32_t addr, uint32_t size, uint32_t bad,
                        uint32_t length)
{
    uint8_t *old = rig_fill(rig, addr, size, 5);
    uint8_t *data = malloc(size);

    assert_non_null(data);
    rig_pattern(data, size, bad);
    sim_fault_clear(rig->sim);
    assert_int_equal(sim_fault(rig->sim, bad, length), 0);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_write_bytes(rig->session, addr, data, size));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, bad, bad - addr);
    rig_assert_memory(rig, addr, data, bad - addr);
    rig_assert_memory(rig, bad, old + (bad - addr), length);
    free(data);
    free(old);
}

static void the_first_unreadable_byte_is_found_exactly(void **state)
{
    static const uint32_t offsets[] = {0,    1,    2,    3,    4,    5,     63,    64,    1021,
                                       4095, 4096, 4097, 8190, 9999, 16385, 30001, 39998, 39999};

    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        uint32_t addr = RIG_RAM + 0x3001;
        uint32_t length = offsets[i] == 39999 ? 1 : 2;
        check_read(*state, addr, 40000, addr + offsets[i], length);
        check_write(*state, addr, 40000, addr + offsets[i], length);
    }
}

static void a_fault_far_into_a_large_range_is_found_exactly(void **state)
{
    static const uint32_t offsets[] = {70000, 333333, 600001, 899999};

    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        check_read(*state, RIG_RAM, 900000, RIG_RAM + offsets[i], 1);
        check_write(*state, RIG_RAM, 900000, RIG_RAM + offsets[i], 1);
    }
}

static void a_range_that_runs_out_of_memory_ends_at_its_last_byte(void **state)
{
    struct rig *rig = *state;
    uint32_t addr = RIG_RAM + RAM_SIZE - 5000;
    uint8_t *want = rig_fill(rig, addr, 5000, 3);
    uint8_t *have = calloc(1, 10000);

    assert_non_null(have);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_bytes(rig->session, addr, have, 10000));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + RAM_SIZE, 5000);
    assert_memory_equal(have, want, 5000);
    free(have);
    free(want);
}

/* OpenOCD logs the address register of the access port after a failure. When that cannot be read it
 * is that of the access before, which the first of these leaves in a debug register. */
static void typed_reads_name_the_first_unreadable_address(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint64_t values[512];
    struct ocd_item item = {.addr = 0x40008000, .count = 8, .width = 32, .values = values};

    rig_fails(s, OCD_ERR_TARGET, ocd_read_u32(s, RIG_RAM + 1, (uint32_t *)(void *)values, 1));
    assert_int_equal(ocd_last_error(s)->addr, RIG_RAM + 1);
    rig_fails(s, OCD_ERR_TARGET, ocd_read_u32(s, 0x40008000, (uint32_t *)(void *)values, 8));
    assert_int_equal(ocd_last_error(s)->addr, 0x40008010);
    rig_fails(s, OCD_ERR_TARGET, ocd_read_many(s, &item, 1, 0));
    assert_int_equal(ocd_last_error(s)->addr, 0x40008010);
    for (unsigned width = 8; width <= 64; width *= 2) {
        uint64_t from = SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT - 2048;
        size_t count = 4096 / (width / 8);
        rig_fails(s, OCD_ERR_TARGET,
                  width == 8    ? ocd_read_u8(s, from, (uint8_t *)values, count)
                  : width == 16 ? ocd_read_u16(s, from, (uint16_t *)(void *)values, count)
                  : width == 32 ? ocd_read_u32(s, from, (uint32_t *)(void *)values, count)
                                : ocd_read_u64(s, from, values, count));
        assert_int_equal(ocd_last_error(s)->addr, SIM_FLASH_BASE + SIM_FLASH_SIZE_DEFAULT);
    }
}

/* Typed calls never repeat an access, so that the address is only as exact as OpenOCD's answer. */
static void a_typed_call_counts_good_elements_and_repeats_no_access(void **state)
{
    struct rig *rig = *state;
    const size_t count = 70000;
    uint32_t bad = RIG_RAM + 4 * 68000;
    uint32_t *values = calloc(count, 4);
    uint8_t *want = rig_fill(rig, RIG_RAM, count * 4, 8);

    assert_non_null(values);
    assert_int_equal(sim_fault(rig->sim, bad, 4), 0);
    rig_mark(rig);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_read_u32(rig->session, RIG_RAM, values, count));
    const struct ocd_error *e = ocd_last_error(rig->session);
    rig_assert_error(e, OCD_ERR_TARGET, bad, e->done);
    assert_in_range(e->done, 1, 68000);
    swap_little(values, 4, count);
    assert_memory_equal(values, want, (size_t)(4 * e->done));
    assert_int_equal(rig_count(rig, false, 4, RIG_RAM, (uint32_t)count * 4), 68001);
    rig_mark(rig);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_write_u32(rig->session, RIG_RAM, values, count));
    e = ocd_last_error(rig->session);
    rig_assert_error(e, OCD_ERR_TARGET, bad, e->done);
    assert_in_range(e->done, 1, 68000);
    assert_int_equal(rig_count(rig, true, 4, RIG_RAM, (uint32_t)count * 4), 68001);
    free(values);
    free(want);
}

/* An error shows the command that failed, but not megabytes of values. */
static void the_command_of_a_failed_write_is_shown_in_short(void **state)
{
    struct rig *rig = *state;
    uint32_t *values = calloc(20000, 4);

    assert_non_null(values);
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_write_u32(rig->session, RIG_NOWHERE, values, 20000));
    const char *command = ocd_last_error(rig->session)->command;
    rig_assert_contains(command, "write_memory 0x60000000 32 ");
    assert_true(strlen(command) < 1000);
    free(values);
}

static void a_fault_in_the_middle_of_a_search_keeps_the_matches_before_it(void **state)
{
    struct rig *rig = *state;
    uint64_t *matches;
    size_t count;

    rig_poke(rig, RIG_RAM, (uint8_t[5000]){0}, 5000);
    rig_poke(rig, RIG_RAM + 100, "needle", 6);
    rig_poke(rig, RIG_RAM + 3000, "needle", 6);
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 2001, 1), 0);
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_search(rig->session, "needle", 6, RIG_RAM, RIG_RAM + 5000, &matches, &count));
    assert_int_equal(count, 1);
    assert_int_equal(matches[0], RIG_RAM + 100);
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 2001, 2001);
    ocd_free(matches);
}

static void a_hexdump_shows_what_could_be_read(void **state)
{
    struct rig *rig = *state;
    char *text;

    rig_poke(rig, RIG_RAM, "0123456789abcdefghijklmnopqrstuv", 32);
    assert_int_equal(sim_fault(rig->sim, RIG_RAM + 18, 4), 0);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_hexdump(rig->session, RIG_RAM, 64, &text));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_RAM + 18, 18);
    assert_string_equal(text, "20000000: 30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
                              "|0123456789abcdef|\n"
                              "20000010: 67 68                                             |gh|\n");
    ocd_free(text);
    rig_fails(rig->session, OCD_ERR_TARGET, ocd_hexdump(rig->session, RIG_RAM + 18, 4, &text));
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unmapped_memory_is_reported_with_openocds_words),
        cmocka_unit_test(a_failure_leaves_the_session_usable),
        cmocka_unit_test(flash_cannot_be_written_as_memory),
        cmocka_unit_test_teardown(the_first_unreadable_byte_is_found_exactly, heal),
        cmocka_unit_test_teardown(a_fault_far_into_a_large_range_is_found_exactly, heal),
        cmocka_unit_test(a_range_that_runs_out_of_memory_ends_at_its_last_byte),
        cmocka_unit_test(typed_reads_name_the_first_unreadable_address),
        cmocka_unit_test_teardown(a_typed_call_counts_good_elements_and_repeats_no_access, heal),
        cmocka_unit_test(the_command_of_a_failed_write_is_shown_in_short),
        cmocka_unit_test_teardown(a_fault_in_the_middle_of_a_search_keeps_the_matches_before_it,
                                  heal),
        cmocka_unit_test_teardown(a_hexdump_shows_what_could_be_read, heal),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
