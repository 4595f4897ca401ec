// SPDX-License-Identifier: MIT
/* Filling, and writes that are read back and compared. */
#include "rig.h"

#define RAM_SIZE (512u << 10)
#define FLASH    SIM_FLASH_BASE

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE, .big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

static void check_fill(struct rig *rig, uint32_t addr, uint32_t size, size_t length,
                       const struct ocd_call *call)
{
    uint8_t *want = rig_fill(rig, addr - 16, size + 32, 3);
    uint8_t *pattern = malloc(length);

    assert_non_null(pattern);
    rig_pattern(pattern, length, (uint32_t)length);
    for (uint32_t i = 0; i < size; i++)
        want[16 + i] = pattern[i % length];
    rig_mark(rig);
    rig_ok(rig->session, ocd_wait(ocd_fill_async(rig->session, addr, size, pattern, length, call)));
    if (call == NULL || (call->flags & OCD_WRITE_VERIFY) == 0)
        rig_assert_touched(rig, true, addr, size);
    rig_assert_memory(rig, addr - 16, want, size + 32);
    free(pattern);
    free(want);
}

static void a_pattern_is_repeated_and_cut_at_the_end(void **state)
{
    static const size_t lengths[] = {1, 2, 3, 4, 5, 7, 8, 13, 64, 100, 4095, 4096};
    static const uint32_t sizes[] = {1, 3, 4, 17, 64, 1001, 4097, 20000};

    for (size_t l = 0; l < COUNT_OF(lengths); l++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++)
            check_fill(*state, RIG_RAM + 0x1001 + (uint32_t)i, sizes[i], lengths[l], NULL);
}

static void a_large_fill(void **state)
{
    check_fill(*state, RIG_RAM + 17, RAM_SIZE - 64, 4093, NULL);
    check_fill(*state, RIG_RAM + 16, RAM_SIZE - 64, 4,
               &(struct ocd_call){.flags = OCD_WRITE_VERIFY});
}

static void a_fill_through_a_big_endian_target(void **state)
{
    check_fill(*state, RIG_RAM + 17, 5000, 6, &(struct ocd_call){.target = RIG_BIG});
    check_fill(*state, RIG_RAM + 16, 5000, 4, &(struct ocd_call){.target = RIG_BIG});
}

static void a_fill_of_nothing_writes_nothing(void **state)
{
    struct rig *rig = *state;
    struct sim_access log[1];

    rig_mark(rig);
    rig_ok(rig->session, ocd_fill(rig->session, RIG_NOWHERE, 0, "x", 1));
    assert_int_equal(rig_accesses(rig, log, 1), 0);
}

static void verified_writes_succeed_where_memory_keeps_them(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};
    const struct ocd_call big = {.flags = OCD_WRITE_VERIFY, .target = RIG_BIG};
    struct ocd_session *s = rig->session;
    uint8_t *data = malloc(100000);

    assert_non_null(data);
    rig_pattern(data, 100000, 21);
    rig_ok(s, ocd_wait(ocd_write_bytes_async(s, RIG_RAM + 1, data, 99999, &verify)));
    rig_assert_memory(rig, RIG_RAM + 1, data, 99999);
    rig_ok(s, ocd_wait(ocd_write_bytes_async(s, RIG_RAM + 2, data, 9999, &big)));
    rig_assert_memory(rig, RIG_RAM + 2, data, 9999);
    rig_ok(s, ocd_wait(ocd_write_u8_async(s, RIG_RAM, data, 9, &verify)));
    rig_ok(s, ocd_wait(ocd_write_u16_async(s, RIG_RAM, (uint16_t *)(void *)data, 9, &verify)));
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, RIG_RAM, (uint32_t *)(void *)data, 9, &verify)));
    rig_ok(s, ocd_wait(ocd_write_u64_async(s, RIG_RAM, (uint64_t *)(void *)data, 9, &verify)));
    rig_ok(s, ocd_wait(ocd_write_u16_async(s, RIG_RAM, (uint16_t *)(void *)data, 9, &big)));
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, RIG_RAM, (uint32_t *)(void *)data, 9, &big)));
    rig_ok(s, ocd_wait(ocd_write_u64_async(s, RIG_RAM, (uint64_t *)(void *)data, 9, &big)));
    free(data);
}

static void empty_registers(struct ocd_session *s)
{
    uint32_t level = 0, value;

    rig_ok(s, ocd_read_u32(s, SIM_STATUS, &value, 1));
    rig_ok(s, ocd_read_u32(s, SIM_FIFO_LEVEL, &level, 1));
    while (level-- > 0)
        rig_ok(s, ocd_read_u32(s, SIM_FIFO, &value, 1));
}

/* A FIFO answers what was pushed first; the register before it keeps what it is given. */
static void a_register_that_does_not_keep_its_value_is_found(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};
    struct ocd_session *s = rig->session;
    const uint32_t values[2] = {0x80, 0x12345678};

    empty_registers(s);
    rig_ok(s, ocd_wait(ocd_write_u32_async(s, SIM_STATUS, values, 2, &verify)));
    rig_ok(s, ocd_write_u32(s, SIM_FIFO, &(uint32_t){77}, 1));
    rig_fails(s, OCD_ERR_MISMATCH,
              ocd_wait(ocd_write_u32_async(s, SIM_STATUS, values, 2, &verify)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_MISMATCH, SIM_FIFO, 1);
    rig_assert_contains(ocd_last_error(s)->message, "0x12345678");
    rig_assert_contains(ocd_last_error(s)->message, "0x0000004d");
}

static void the_first_byte_that_differs_is_found(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};
    struct ocd_session *s = rig->session;

    empty_registers(s);
    rig_ok(s, ocd_write_u32(s, SIM_FIFO, &(uint32_t){0x04030201}, 1));
    rig_fails(s, OCD_ERR_MISMATCH,
              ocd_wait(ocd_write_bytes_async(s, SIM_STATUS, "\1\0\0\0\1\2\x73\4", 8, &verify)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_MISMATCH, SIM_FIFO + 2, 6);
    empty_registers(s);
    rig_ok(s, ocd_write_u32(s, SIM_FIFO, &(uint32_t){0x55005555}, 1));
    rig_fails(s, OCD_ERR_MISMATCH, ocd_wait(ocd_fill_async(s, SIM_FIFO, 4, "\x55", 1, &verify)));
    rig_assert_error(ocd_last_error(s), OCD_ERR_MISMATCH, SIM_FIFO + 2, 2);
}

static void a_verified_write_that_is_refused_is_not_read_back(void **state)
{
    struct rig *rig = *state;
    const struct ocd_call verify = {.flags = OCD_WRITE_VERIFY};
    uint32_t value = 0;

    rig_mark(rig);
    rig_fails(rig->session, OCD_ERR_TARGET,
              ocd_wait(ocd_write_u32_async(rig->session, FLASH, &value, 1, &verify)));
    rig_assert_error(ocd_last_error(rig->session), OCD_ERR_TARGET, FLASH, 0);
    assert_int_equal(rig_count(rig, false, 4, FLASH, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_is_repeated_and_cut_at_the_end),
        cmocka_unit_test(a_large_fill),
        cmocka_unit_test(a_fill_through_a_big_endian_target),
        cmocka_unit_test(a_fill_of_nothing_writes_nothing),
        cmocka_unit_test(verified_writes_succeed_where_memory_keeps_them),
        cmocka_unit_test(a_register_that_does_not_keep_its_value_is_found),
        cmocka_unit_test(the_first_byte_that_differs_is_found),
        cmocka_unit_test(a_verified_write_that_is_refused_is_not_read_back),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
