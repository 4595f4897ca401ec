// SPDX-License-Identifier: MIT
/* Waiting for a value in memory. */
#include "rig.h"

#define AT (RIG_RAM + 0x100)

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = 2u << 20});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void a_value_that_is_there_is_found_at_once_in_each_width(void **state)
{
    static const struct {
        unsigned width;
        uint64_t value;
    } cases[] = {{8, 0x11}, {16, 0x2211}, {32, 0x44332211}, {64, UINT64_C(0x8877665544332211)}};
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_poke(rig, AT, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t last = 0;
        rig_ok(s, ocd_wait_value(s, AT, cases[i].width, UINT64_MAX, cases[i].value, &last, 0));
        assert_int_equal(last, cases[i].value);
    }
    rig_mark(rig);
    rig_ok(s, ocd_wait_value(s, AT, 16, 0x0F00, 0x0200, NULL, 0));
    rig_assert_touched(rig, false, AT, 2);
}

static void a_missing_value_times_out_and_the_error_has_the_last_one(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint64_t last = 0;
    long before = rig_now_ms();

    rig_poke(rig, AT, "\1\2\3\4", 4);
    rig_trace_clear(&rig->trace);
    rig_fails(s, OCD_ERR_TIMEOUT, ocd_wait_value(s, AT, 32, UINT64_MAX, 5, &last, 300));
    assert_in_range(rig_now_ms() - before, 299, RIG_SOON_MS);
    assert_int_equal(last, 0x04030201);
    assert_int_equal(ocd_last_error(s)->addr, AT);
    rig_assert_contains(ocd_last_error(s)->message, "the last value read was 0x04030201");
    /* Not more often than every 10 ms. */
    assert_in_range(rig_sent(&rig->trace), 2,
                    (size_t)(rig_now_ms() - before) / OCD_WAIT_VALUE_MS + 2);
}

/* Long reads and later operations run while it waits, and it is not delayed by them. */
static void other_operations_and_the_wait_do_not_block_each_other(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;
    uint8_t *want = rig_fill(rig, RIG_RAM + 0x1000, 1u << 20, 3), *have = malloc(1u << 20);
    uint32_t value = 7;

    assert_non_null(have);
    rig_poke(rig, AT, "\0\0\0\0", 4);
    struct ocd_op *wait = ocd_wait_value_async(s, AT, 32, UINT64_MAX, 7, NULL, NULL);
    struct ocd_op *read = ocd_read_bytes_async(s, RIG_RAM + 0x1000, have, 1u << 20, NULL);
    rig_ok(s, ocd_wait(read));
    assert_memory_equal(have, want, 1u << 20);
    assert_int_equal(ocd_op_result(wait), OCD_PENDING);
    rig_ok(s, ocd_write_u32(s, AT, &value, 1));
    rig_ok(s, ocd_wait(wait));
    free(want);
    free(have);
}

static void invalid_arguments_are_an_error_at_once(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig->session;

    rig_fails(s, OCD_ERR_ARG, ocd_wait_value(s, AT, 24, UINT64_MAX, 1, NULL, 0));
    rig_fails(s, OCD_ERR_ARG, ocd_wait_value(s, AT, 0, UINT64_MAX, 1, NULL, 0));
    rig_fails(s, OCD_ERR_ARG, ocd_wait_value(s, AT, 8, UINT64_MAX, 256, NULL, 0));
    rig_fails(s, OCD_ERR_ARG, ocd_wait_value(s, AT, 8, 1, 2, NULL, 0));
    rig_fails(s, OCD_ERR_TARGET, ocd_wait_value(s, RIG_NOWHERE, 32, 1, 1, NULL, 0));
    assert_int_equal(ocd_last_error(s)->addr, RIG_NOWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_that_is_there_is_found_at_once_in_each_width),
        cmocka_unit_test(a_missing_value_times_out_and_the_error_has_the_last_one),
        cmocka_unit_test(other_operations_and_the_wait_do_not_block_each_other),
        cmocka_unit_test(invalid_arguments_are_an_error_at_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
