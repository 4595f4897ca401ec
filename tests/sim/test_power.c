// SPDX-License-Identifier: MIT
/* Sleep and loss of power, as the probe's commands meet them. */
#include "support.h"

#include "probe/bytes.h"
#include "probe/probe.h"

#define READ32    0x07
#define WRITE32   0x08
#define READ_WORD 0x36 /* a debug register */
#define ENTER     0x30
#define SWD       0xa3

#define DHCSR_KEY 0xa05f0000u

struct rig {
    struct bench *bench;
    struct probe probe;
};

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof(*rig));

    assert_non_null(rig);
    rig->bench = bench_new();
    sim__probe_init(&rig->probe, &rig->bench->dap);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    free(rig->bench);
    free(rig);
    return 0;
}

static uint8_t enter(struct rig *rig)
{
    const uint8_t command[PROBE_COMMAND_SIZE] = {0xf2, ENTER, SWD};
    uint8_t in[2];

    sim__probe_read(&rig->probe, command, in, sizeof(in));
    return in[0];
}

static uint8_t transfer_status(struct rig *rig)
{
    const uint8_t command[PROBE_COMMAND_SIZE] = {0xf2, 0x3e};
    uint8_t in[12];

    sim__probe_read(&rig->probe, command, in, sizeof(in));
    return in[0];
}

static void make_command(uint8_t *command, uint8_t kind, uint32_t addr)
{
    memset(command, 0, PROBE_COMMAND_SIZE);
    command[0] = 0xf2;
    command[1] = kind;
    put_le32(command + 2, addr);
    put_le16(command + 6, 4);
}

static uint8_t read_word(struct rig *rig, uint32_t addr, uint32_t *value)
{
    uint8_t command[PROBE_COMMAND_SIZE];
    uint8_t in[4];

    make_command(command, READ32, addr);
    sim__probe_read(&rig->probe, command, in, sizeof(in));
    *value = get_le32(in);
    return transfer_status(rig);
}

static uint8_t write_word(struct rig *rig, uint32_t addr, uint32_t value)
{
    uint8_t command[PROBE_COMMAND_SIZE];
    uint8_t out[4];

    make_command(command, WRITE32, addr);
    put_le32(out, value);
    sim__probe_write(&rig->probe, command, out, sizeof(out));
    return transfer_status(rig);
}

static void expect_word(struct rig *rig, uint32_t addr, uint32_t expected)
{
    uint32_t value;

    assert_int_equal(read_word(rig, addr, &value), PROBE_OK);
    assert_int_equal(value, expected);
}

static uint32_t dhcsr(struct rig *rig)
{
    uint32_t value;

    assert_int_equal(read_word(rig, SCS_DHCSR, &value), PROBE_OK);
    return value;
}

static uint32_t voltage(struct rig *rig)
{
    const uint8_t command[PROBE_COMMAND_SIZE] = {0xf7};
    uint8_t in[8];

    sim__probe_read(&rig->probe, command, in, sizeof(in));
    return get_le32(in + 4);
}

static void asleep_memory_reads_as_zeros_and_takes_no_writes(void **state)
{
    struct rig *rig = *state;
    struct chip *chip = &rig->bench->chip;

    assert_int_equal(enter(rig), PROBE_OK);
    assert_int_equal(write_word(rig, SIM_RAM_BASE, 0x12345678), PROBE_OK);
    sim__chip_set_sleep(chip, SIM_SLEEP_ZEROS);
    expect_word(rig, SIM_RAM_BASE, 0);
    expect_word(rig, SIM_FLASH_BASE, 0);
    assert_int_equal(write_word(rig, SIM_RAM_BASE, 0xffffffff), PROBE_OK);
    sim__chip_set_sleep(chip, SIM_AWAKE);
    expect_word(rig, SIM_RAM_BASE, 0x12345678);
    expect_word(rig, SIM_FLASH_BASE, 0x20005000);
}

static void asleep_accesses_to_memory_can_fail_too(void **state)
{
    struct rig *rig = *state;
    uint32_t value;

    assert_int_equal(enter(rig), PROBE_OK);
    sim__chip_set_sleep(&rig->bench->chip, SIM_SLEEP_FAULTS);
    assert_int_equal(read_word(rig, SIM_RAM_BASE, &value), PROBE_AP_FAULT);
    assert_int_equal(write_word(rig, SIM_RAM_BASE, 1), PROBE_AP_FAULT);
    expect_word(rig, 0xe000ed00, 0x411fc231); /* the debug registers answer */
}

static void sleep_shows_in_dhcsr_until_a_halt_or_a_reset(void **state)
{
    struct rig *rig = *state;
    struct chip *chip = &rig->bench->chip;
    const uint32_t debug = DHCSR_KEY | DHCSR_C_DEBUGEN;

    assert_int_equal(enter(rig), PROBE_OK);
    assert_int_equal(dhcsr(rig) & DHCSR_S_SLEEP, 0);
    sim__chip_set_sleep(chip, SIM_SLEEP_ZEROS);
    assert_int_equal(dhcsr(rig) & (DHCSR_S_SLEEP | DHCSR_S_HALT), DHCSR_S_SLEEP);
    assert_int_equal(write_word(rig, SCS_DHCSR, debug | DHCSR_C_HALT), PROBE_OK);
    assert_int_equal(dhcsr(rig) & (DHCSR_S_SLEEP | DHCSR_S_HALT), DHCSR_S_HALT);
    expect_word(rig, SIM_FLASH_BASE, 0x20005000);
    assert_int_equal(write_word(rig, SCS_DHCSR, debug), PROBE_OK);
    assert_int_equal(dhcsr(rig) & DHCSR_S_SLEEP, DHCSR_S_SLEEP);
    sim__chip_reset(chip);
    assert_int_equal(dhcsr(rig) & DHCSR_S_SLEEP, 0);
    expect_word(rig, SIM_FLASH_BASE, 0x20005000);
}

static void asleep_the_firmware_does_not_run(void **state)
{
    struct rig *rig = *state;
    struct bench *b = rig->bench;

    assert_int_equal(enter(rig), PROBE_OK);
    advance_ms(b, 100);
    expect_word(rig, SIM_VAR_TICK, 100);
    sim__chip_set_sleep(&b->chip, SIM_SLEEP_ZEROS);
    advance_ms(b, 1000);
    sim__chip_set_sleep(&b->chip, SIM_AWAKE);
    expect_word(rig, SIM_VAR_TICK, 100);
    advance_ms(b, 5);
    expect_word(rig, SIM_VAR_TICK, 105);
}

static void without_power_the_voltage_is_0_and_nothing_answers(void **state)
{
    struct rig *rig = *state;
    uint8_t command[PROBE_COMMAND_SIZE];
    uint8_t in[8];
    uint32_t value;

    assert_int_equal(enter(rig), PROBE_OK);
    assert_int_equal(voltage(rig), 2048);
    sim__dap_lose_power(&rig->bench->dap);
    sim__chip_set_power(&rig->bench->chip, false);
    assert_int_equal(voltage(rig), 0);
    assert_int_equal(read_word(rig, SIM_FLASH_BASE, &value), PROBE_DP_ERROR);
    assert_int_equal(value, 0);
    assert_int_equal(write_word(rig, SIM_RAM_BASE, 1), PROBE_DP_ERROR);
    make_command(command, READ_WORD, SCS_DHCSR);
    sim__probe_read(&rig->probe, command, in, sizeof(in));
    assert_int_equal(in[0], PROBE_DP_ERROR);
    assert_int_equal(enter(rig), PROBE_IDCODE_ERROR);
}

static void return_of_power_resets_and_keeps_only_the_flash(void **state)
{
    struct rig *rig = *state;
    struct bench *b = rig->bench;
    uint32_t value;
    uint32_t counter;

    b->chip.still = true;
    assert_int_equal(enter(rig), PROBE_OK);
    assert_int_equal(write_word(rig, SIM_RAM_BASE, 0x12345678), PROBE_OK);
    assert_int_equal(write_word(rig, SCS_DHCSR, DHCSR_KEY | DHCSR_C_DEBUGEN | DHCSR_C_HALT),
                     PROBE_OK);
    advance_ms(b, 50);
    sim__dap_lose_power(&b->dap);
    sim__chip_set_power(&b->chip, false);
    advance_ms(b, 50);
    sim__chip_set_power(&b->chip, true);
    /* The debug power has not been requested since. */
    assert_int_equal(read_word(rig, SIM_FLASH_BASE, &value), PROBE_AP_FAULT);
    assert_int_equal(enter(rig), PROBE_OK);
    expect_word(rig, SIM_FLASH_BASE, 0x20005000);
    assert_int_equal(read_word(rig, SIM_RAM_BASE, &value), PROBE_OK);
    assert_int_not_equal(value, 0x12345678);
    assert_int_not_equal(value, 0);
    assert_int_equal(dhcsr(rig) & (DHCSR_S_RESET_ST | DHCSR_S_HALT | DHCSR_C_DEBUGEN),
                     DHCSR_S_RESET_ST);
    assert_int_equal(read_word(rig, SIM_COUNTER, &counter), PROBE_OK);
    assert_int_equal(counter, 0); /* it counts from the return of the power */
}

static void power_that_is_lost_ends_the_sleep(void **state)
{
    struct rig *rig = *state;
    struct chip *chip = &rig->bench->chip;

    sim__chip_set_sleep(chip, SIM_SLEEP_FAULTS);
    sim__chip_set_power(chip, false);
    sim__chip_set_power(chip, true);
    assert_int_equal(enter(rig), PROBE_OK);
    expect_word(rig, SIM_FLASH_BASE, 0x20005000);
}

static void the_reset_pin_has_no_effect_without_power(void **state)
{
    struct rig *rig = *state;
    struct chip *chip = &rig->bench->chip;
    uint64_t resets;

    sim__chip_set_power(chip, false);
    resets = chip->resets;
    sim__chip_set_nrst(chip, true);
    sim__chip_set_nrst(chip, false);
    assert_int_equal(chip->resets, resets);
}

static void protection_takes_effect_at_once_and_lasts(void **state)
{
    struct rig *rig = *state;
    struct chip *chip = &rig->bench->chip;
    uint32_t value;

    assert_int_equal(enter(rig), PROBE_OK);
    sim__fpec_protect(chip);
    assert_int_equal(read_word(rig, SIM_FLASH_BASE, &value), PROBE_AP_FAULT);
    sim__chip_reset(chip);
    assert_int_equal(read_word(rig, SIM_FLASH_BASE, &value), PROBE_AP_FAULT);
    expect_word(rig, SIM_RAM_BASE, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(asleep_memory_reads_as_zeros_and_takes_no_writes),
        TEST(asleep_accesses_to_memory_can_fail_too),
        TEST(sleep_shows_in_dhcsr_until_a_halt_or_a_reset),
        TEST(asleep_the_firmware_does_not_run),
        TEST(without_power_the_voltage_is_0_and_nothing_answers),
        TEST(return_of_power_resets_and_keeps_only_the_flash),
        TEST(power_that_is_lost_ends_the_sleep),
        TEST(the_reset_pin_has_no_effect_without_power),
        TEST(protection_takes_effect_at_once_and_lasts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
