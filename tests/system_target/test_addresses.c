// SPDX-License-Identifier: MIT
/* Addresses that a target does not have. OpenOCD cuts them to 32 bits and accesses what is there.
 */
#include "aux.h"

#include <inttypes.h>

#define HIGH UINT64_C(0x100000000)

static int mark(void **state)
{
    struct rig *rig = *state;
    uint32_t word;

    rig_ok(rig->session, ocd_read_u32(rig->session, RIG_RAM, &word, 1)); /* the target is known */
    rig_mark(rig);
    rig_trace_clear(&rig->trace);
    return 0;
}

static void assert_untouched(const struct rig *rig)
{
    struct sim_access log[8];

    assert_int_equal(rig_accesses(rig, log, COUNT_OF(log)), 0);
    assert_int_equal(rig_sent(&rig->trace), 0);
}

static void openocd_truncates_addresses(void **state)
{
    struct rig *rig = *state;

    rig_poke(rig, RIG_RAM, "\x78\x56\x34\x12", 4);
    assert_command(rig->session, "read_memory 0x120000000 32 1", "0x12345678");
}

static int take(uint64_t addr, const void *data, size_t size, void *user)
{
    (void)data;
    (void)user;
    fail_msg("%zu bytes at 0x%" PRIx64, size, addr);
    return 0;
}

static void no_read_reaches_beyond_32_bits(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint64_t values[8];
    uint64_t *matches;
    size_t count;
    char *text;

    rig_fails(s, OCD_ERR_ARG, ocd_read_u8(s, HIGH + RIG_RAM, (uint8_t *)values, 1));
    rig_assert_contains(ocd_last_error(s)->text,
                        "0x120000000 to 0x120000000 is not inside the 32-bit addresses of a "
                        "cortex_m");
    rig_fails(s, OCD_ERR_ARG, ocd_read_u16(s, HIGH, (uint16_t *)values, 1));
    rig_fails(s, OCD_ERR_ARG, ocd_read_u32(s, UINT64_C(0xffffffff00000000), (uint32_t *)values, 1));
    rig_fails(s, OCD_ERR_ARG, ocd_read_u64(s, UINT64_MAX - 7, values, 1));
    /* Its last byte only. */
    rig_fails(s, OCD_ERR_ARG, ocd_read_u32(s, HIGH - 4, (uint32_t *)values, 2));
    rig_fails(s, OCD_ERR_ARG, ocd_read_bytes(s, HIGH - 3, values, 4));
    rig_fails(s, OCD_ERR_ARG, ocd_hexdump(s, HIGH + RIG_RAM, 16, &text));
    rig_fails(s, OCD_ERR_ARG, ocd_search(s, "ab", 2, RIG_RAM, HIGH + 1, &matches, &count));
    rig_fails(s, OCD_ERR_ARG, ocd_dump_data(s, HIGH + RIG_RAM, 16, take, NULL));
    rig_assert_contains(ocd_last_error(s)->text, "32-bit addresses");
    assert_untouched(rig);
}

static void no_write_reaches_beyond_32_bits(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    const uint64_t values[2] = {1, 2};

    rig_fails(s, OCD_ERR_ARG, ocd_write_u8(s, HIGH + RIG_RAM, (const uint8_t *)values, 1));
    rig_fails(s, OCD_ERR_ARG, ocd_write_u32(s, HIGH + RIG_RAM, (const uint32_t *)values, 1));
    rig_fails(s, OCD_ERR_ARG, ocd_write_bytes(s, HIGH - 1, values, 2));
    rig_fails(s, OCD_ERR_ARG, ocd_fill(s, HIGH + RIG_RAM, 64, "x", 1));
    assert_untouched(rig);
}

static void one_item_beyond_32_bits_fails_the_call(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint32_t words[2];
    struct ocd_item items[] = {
        {.addr = RIG_RAM, .count = 1, .width = 32, .values = &words[0]},
        {.addr = HIGH + RIG_RAM, .count = 1, .width = 32, .values = &words[1]},
    };

    for (uint64_t gap = 0; gap <= 64; gap += 64) {
        rig_fails(s, OCD_ERR_ARG, ocd_read_many(s, items, 2, gap));
        assert_int_equal(items[0].result, OCD_ERR_ARG);
        assert_int_equal(items[1].result, OCD_ERR_ARG);
    }
    assert_untouched(rig);
}

static void the_last_address_can_be_accessed(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t bytes[4];

    /* Nothing answers there, which the target says, not we. */
    rig_fails(s, OCD_ERR_TARGET, ocd_read_bytes(s, HIGH - 4, bytes, 4));
    rig_ok(s, ocd_read_bytes(s, HIGH, bytes, 0));
}

static void addresses_are_checked_before_the_target_is_known(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    struct ocd_call call = {.target = RIG_CPU};
    uint32_t word;

    rig_fails(s, OCD_ERR_ARG, ocd_wait(ocd_read_u32_async(s, HIGH, &word, 1, &call)));
    rig_ok(s, ocd_command(s, "targets " RIG_CPU, NULL)); /* forgotten */
    rig_fails(s, OCD_ERR_ARG, ocd_read_u32(s, HIGH, &word, 1));
    rig_assert_contains(ocd_last_error(s)->text, "cortex_m");
    rig_ok(s, ocd_read_u32(s, RIG_RAM, &word, 1));
}

/* OpenOCD calls both "riscv"; the width of the registers decides. */
static void a_32_bit_riscv_has_32_bit_addresses(void **state)
{
    static const struct {
        const char *chip;
        bool wide;
    } chips[] = {{"riscv32", false}, {"riscv64", true}};
    const struct ocd_call physical = {.space = OCD_SPACE_PHYSICAL};
    uint32_t word;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        setenv("OCD_TEST_CHIP", chips[i].chip, 1);
        struct rig *rig = rig_start(NULL);
        unsetenv("OCD_TEST_CHIP");
        struct ocd_session *s = rig->session;
        rig_fails(s, chips[i].wide ? OCD_ERR_TARGET : OCD_ERR_ARG, ocd_read_u32(s, HIGH, &word, 1));
        rig_ok(s, ocd_halt(s));
        bool refused = ocd_set_breakpoint(s, HIGH, 2, OCD_BREAKPOINT_HARD) == OCD_ERR_ARG;
        assert_int_equal(refused, !chips[i].wide);
        rig_fails(s, OCD_ERR_TARGET, ocd_wait(ocd_read_u32_async(s, HIGH, &word, 1, &physical)));
        rig_stop(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openocd_truncates_addresses),
        cmocka_unit_test_setup(no_read_reaches_beyond_32_bits, mark),
        cmocka_unit_test_setup(no_write_reaches_beyond_32_bits, mark),
        cmocka_unit_test_setup(one_item_beyond_32_bits_fails_the_call, mark),
        cmocka_unit_test_setup(the_last_address_can_be_accessed, mark),
        cmocka_unit_test_setup(addresses_are_checked_before_the_target_is_known, mark),
        cmocka_unit_test(a_32_bit_riscv_has_32_bit_addresses),
    };

    return cmocka_run_group_tests_name("addresses beyond 32 bits", tests, aux_start, aux_stop);
}
