// SPDX-License-Identifier: MIT
/* Bits set and cleared: one read and one write of the width. */
#include "rig.h"

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.big = rig_test_chip() == SIM_CHIP_CORTEX_M3});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static uint64_t peek(struct rig *rig, unsigned width)
{
    uint64_t value = 0;

    rig_peek(rig, RIG_RAM, &value, width / 8);
    swap_little(&value, sizeof(value), 1);
    return value;
}

static void bits_are_cleared_and_set_in_each_width(void **state)
{
    struct rig *rig = *state;
    static const unsigned widths[] = {8, 16, 32, 64};

    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        static const char memory[] = "\x11\x20\x30\x40\x50\x60\x70\x80\xee";
        unsigned width = widths[i];
        uint64_t all = UINT64_MAX >> (64 - width), before = 0;
        uint64_t old = UINT64_C(0x8070605040302011) & all, clear = 0x11, set = (all >> 1) + 1 + 2;
        rig_poke(rig, RIG_RAM, memory, 9);
        rig_ok(rig->session, ocd_modify(rig->session, RIG_RAM, width, clear, set, &before));
        assert_true(before == old);
        assert_true(peek(rig, width) == ((old & ~clear) | set));
        rig_assert_memory(rig, RIG_RAM + width / 8, &memory[width / 8], 9 - width / 8);
    }
}

static void a_bit_in_both_masks_is_set(void **state)
{
    struct rig *rig = *state;

    rig_poke(rig, RIG_RAM, "\xf5\xff\xff\xff", 4);
    rig_ok(rig->session, ocd_modify(rig->session, RIG_RAM, 32, 0xff, 0x0a, NULL));
    rig_assert_memory(rig, RIG_RAM, "\x0a\xff\xff\xff", 4);
}

static void there_is_one_read_and_one_write(void **state)
{
    struct rig *rig = *state;

    rig_mark(rig);
    rig_ok(rig->session, ocd_modify(rig->session, RIG_RAM + 0x20, 16, 0, 0, NULL));
    assert_int_equal(rig_count(rig, false, 2, RIG_RAM + 0x20, 2), 1);
    assert_int_equal(rig_count(rig, true, 2, RIG_RAM + 0x20, 2), 1);
}

static void a_failed_read_writes_nothing(void **state)
{
    struct rig *rig = *state;
    uint64_t before = 12345;

    rig_mark(rig);
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_modify(rig->session, RIG_NOWHERE, 32, 1, 0, &before));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 0);
    assert_true(before == 12345);
    assert_int_equal(rig_count(rig, true, 4, RIG_NOWHERE, 4), 0);
}

static void wrong_arguments_and_forbidden_writes_read_nothing(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *locked = rig_connect(rig, &(struct ocd_options){.read_only = true});

    rig_mark(rig);
    rig_fails(rig->session, OCD_ERR_ARG, ocd_modify(rig->session, RIG_RAM, 24, 1, 0, NULL));
    rig_fails(rig->session, OCD_ERR_ARG, ocd_modify(rig->session, RIG_RAM, 8, 0x100, 0, NULL));
    rig_fails(rig->session, OCD_ERR_ARG, ocd_modify(rig->session, RIG_RAM, 16, 0, 0x10000, NULL));
    rig_fails(rig->session, OCD_ERR_ARG, ocd_modify(rig->session, UINT64_MAX, 16, 0, 1, NULL));
    rig_fails(locked, OCD_ERR_READ_ONLY, ocd_modify(locked, RIG_RAM, 32, 1, 0, NULL));
    assert_int_equal(rig_count(rig, false, 4, RIG_RAM, 64), 0);
    ocd_close(locked);
}

static void a_dry_run_reads_and_shows_the_write(void **state)
{
    struct rig *rig = *state;
    struct ocd_call dry = {.flags = OCD_WRITE_DRY_RUN};
    uint64_t before;

    rig_poke(rig, RIG_RAM, "\1\0\0\0", 4);
    rig_trace_clear(&rig->trace);
    rig_ok(rig->session,
           ocd_wait(ocd_modify_async(rig->session, RIG_RAM, 32, 0, 4, &before, &dry)));
    assert_true(before == 1);
    rig_assert_memory(rig, RIG_RAM, "\1\0\0\0", 4);
    size_t shown = 0;
    for (size_t i = 0; i < rig->trace.count; i++)
        shown += rig->trace.lines[i].direction == '~' &&
                 strstr(rig->trace.lines[i].text, "write_memory 0x20000000 32 {0x5}") != NULL;
    assert_int_equal(shown, 1);
}

/* A register whose bits stay. */
static void verify_finds_bits_that_do_not_change(void **state)
{
    struct rig *rig = *state;
    struct ocd_call call = {.flags = OCD_WRITE_VERIFY};
    rig_needs_cortex_m3();

    rig_ok(rig->session, ocd_wait(ocd_modify_async(rig->session, RIG_RAM, 32, 0, 2, NULL, &call)));
    rig_fails(rig->session, OCD_ERR_MISMATCH,
              ocd_wait(ocd_modify_async(rig->session, 0xE000ED00, 32, 1, 0, NULL, &call)));
}

static void a_big_endian_target_has_its_own_byte_order(void **state)
{
    struct rig *rig = *state;
    struct ocd_call call = {.target = RIG_BIG};
    uint64_t before;
    rig_needs_cortex_m3();

    rig_poke(rig, RIG_RAM, "\1\2\3\4\5\6\7\x08", 8);
    rig_ok(rig->session,
           ocd_wait(ocd_modify_async(rig->session, RIG_RAM, 64, 0xff, 0x10, &before, &call)));
    assert_true(before == 0x0102030405060708);
    rig_assert_memory(rig, RIG_RAM, "\1\2\3\4\5\6\7\x10", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_are_cleared_and_set_in_each_width),
        cmocka_unit_test(a_bit_in_both_masks_is_set),
        cmocka_unit_test(there_is_one_read_and_one_write),
        cmocka_unit_test(a_failed_read_writes_nothing),
        cmocka_unit_test(wrong_arguments_and_forbidden_writes_read_nothing),
        cmocka_unit_test(a_dry_run_reads_and_shows_the_write),
        cmocka_unit_test(verify_finds_bits_that_do_not_change),
        cmocka_unit_test(a_big_endian_target_has_its_own_byte_order),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
