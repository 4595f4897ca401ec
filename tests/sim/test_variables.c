// SPDX-License-Identifier: MIT
/* The variables of the simulated firmware. Their chip's time is the test's. */
#include "support.h"

#include <math.h>

static float read_float(struct bench *bench, uint32_t addr)
{
    uint32_t bits = read32(bench, addr);
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static void write_float(struct bench *bench, uint32_t addr, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof(bits));
    write32(bench, addr, bits);
}

static uint64_t read_counter(struct bench *bench)
{
    return read32(bench, SIM_VAR_COUNTER) | (uint64_t)read32(bench, SIM_VAR_COUNTER + 4) << 32;
}

static void the_high_half_of_the_counter_follows_after_the_low_half(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    advance_ms(b, 7);
    assert_int_equal(read_counter(b), 0x0000000600000007);
    advance_us(b, SIM_VAR_TORN_US - 1);
    assert_int_equal(read_counter(b), 0x0000000600000007);
    advance_us(b, 1);
    assert_int_equal(read_counter(b), 0x0000000700000007);
    advance_us(b, 1000 - SIM_VAR_TORN_US - 1);
    assert_int_equal(read_counter(b), 0x0000000700000007);
    advance_us(b, 1);
    assert_int_equal(read_counter(b), 0x0000000700000008);
    free(b);
}

static void halves_read_at_two_moments_may_differ(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t low;
    uint32_t high;

    advance_us(b, 5990);
    low = read32(b, SIM_VAR_COUNTER);
    advance_us(b, 20);
    high = read32(b, SIM_VAR_COUNTER + 4);
    assert_int_equal(low, 5);
    assert_int_equal(high, 6);
    free(b);
}

static void the_motor_turns_and_its_error_shrinks_with_the_gain(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    advance_ms(b, 500); /* a quarter of the period */
    assert_true(read_float(b, SIM_VAR_MOTOR) == 1450.0f);
    assert_true(read_float(b, SIM_VAR_MOTOR + 4) == 1.0f);
    assert_true(read_float(b, SIM_VAR_MOTOR + 8) == 0.5f);
    assert_true(read_float(b, SIM_VAR_MOTOR + 12) == 0.125f);
    assert_true(read_float(b, SIM_VAR_MOTOR + 16) == 50.0f);
    write_float(b, SIM_VAR_MOTOR + 4, 3.0f);
    advance_ms(b, 2000);
    assert_true(read_float(b, SIM_VAR_MOTOR + 4) == 3.0f); /* what was written stays */
    assert_true(read_float(b, SIM_VAR_MOTOR + 16) == 25.0f);
    assert_true(read_float(b, SIM_VAR_MOTOR) == 1475.0f);
    free(b);
}

static void the_log_text_has_the_seconds_since_the_reset(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    char text[SIM_VAR_LOG_BYTES];

    advance_ms(b, 12345);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_VAR_LOG, 1, sizeof(text), (uint8_t *)text),
                     sizeof(text));
    assert_string_equal(text, "started\nup 12 s\n");
    assert_int_equal(text[sizeof(text) - 1], 0);
    free(b);
}

static void a_reset_restarts_the_firmware(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    advance_ms(b, 100);
    write_float(b, SIM_VAR_MOTOR + 4, 3.0f);
    sim__chip_reset(&b->chip);
    advance_ms(b, 2);
    assert_true(read_float(b, SIM_VAR_MOTOR + 4) == 1.0f);
    assert_int_equal(read32(b, SIM_VAR_TICK), 2);
    free(b);
}

static void a_chip_that_is_halted_at_its_reset_has_not_run_its_firmware(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    struct core *core = &b->chip.core[0];

    advance_ms(b, 100);
    write_float(b, SIM_VAR_MOTOR + 4, 3.0f);
    core->ppb.dhcsr |= DHCSR_C_DEBUGEN;
    core->ppb.demcr |= DEMCR_VC_CORERESET;
    sim__chip_reset(&b->chip);
    advance_ms(b, 2);
    assert_true(read_float(b, SIM_VAR_MOTOR + 4) == 3.0f);
    free(b);
}

static void variables_of_a_still_chip_are_not_written(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    static const uint8_t zeros[SIM_VAR_BYTES];
    uint8_t data[SIM_VAR_BYTES];

    b->chip.still = true;
    advance_ms(b, 100);
    assert_int_equal(sim__bus_read(&b->chip.core[0], SIM_VAR_BASE, 1, sizeof(data), data),
                     sizeof(data));
    assert_memory_equal(data, zeros, sizeof(data));
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_high_half_of_the_counter_follows_after_the_low_half),
        cmocka_unit_test(halves_read_at_two_moments_may_differ),
        cmocka_unit_test(the_motor_turns_and_its_error_shrinks_with_the_gain),
        cmocka_unit_test(the_log_text_has_the_seconds_since_the_reset),
        cmocka_unit_test(a_reset_restarts_the_firmware),
        cmocka_unit_test(a_chip_that_is_halted_at_its_reset_has_not_run_its_firmware),
        cmocka_unit_test(variables_of_a_still_chip_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
