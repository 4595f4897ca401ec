// SPDX-License-Identifier: MIT
#include "support.h"

#define DBGKEY  0xa05f0000u
#define FP_CTRL 0xe0002000u
#define DFSR    0xe000ed30u

static void halt(struct bench *b)
{
    write32(b, SCS_DHCSR, DBGKEY | DHCSR_C_DEBUGEN | DHCSR_C_HALT);
}

static void resume(struct bench *b)
{
    write32(b, SCS_DHCSR, DBGKEY | DHCSR_C_DEBUGEN);
}

static uint32_t get_reg(struct bench *b, unsigned regsel)
{
    write32(b, SCS_DCRSR, regsel);
    return read32(b, SCS_DCRDR);
}

static void set_reg(struct bench *b, unsigned regsel, uint32_t value)
{
    write32(b, SCS_DCRDR, value);
    write32(b, SCS_DCRSR, DCRSR_REGWNR | regsel);
}

static bool is_halted(struct bench *b)
{
    return (read32(b, SCS_DHCSR) & DHCSR_S_HALT) != 0;
}

static void a_halt_stops_in_flash_with_the_stack_in_ram(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    advance_ms(b, 20);
    assert_false(is_halted(b));
    halt(b);
    assert_true(is_halted(b));
    assert_in_range(get_reg(b, REG_PC), SIM_FLASH_BASE, SIM_FLASH_BASE + 0x1ffff);
    assert_in_range(get_reg(b, REG_SP), SIM_RAM_BASE, SIM_RAM_BASE + 0x4fff);
    assert_int_equal(read32(b, DFSR), DFSR_HALTED);
    write32(b, DFSR, DFSR_HALTED);
    assert_int_equal(read32(b, DFSR), 0);
    resume(b);
    assert_false(is_halted(b));
    free(b);
}

static void dhcsr_halts_only_with_its_key_and_debugen(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    write32(b, SCS_DHCSR, DHCSR_C_DEBUGEN | DHCSR_C_HALT);
    assert_false(is_halted(b));
    write32(b, SCS_DHCSR, DBGKEY | DHCSR_C_HALT);
    assert_false(is_halted(b));
    halt(b);
    write32(b, SCS_DHCSR, DBGKEY); /* debugging is over: the core goes on */
    assert_false(is_halted(b));
    free(b);
}

static void sticky_bits_are_cleared_by_reading(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_RESET_ST);
    assert_false(read32(b, SCS_DHCSR) & DHCSR_S_RESET_ST);
    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_RETIRE_ST); /* it runs */
    halt(b);
    read32(b, SCS_DHCSR);
    assert_false(read32(b, SCS_DHCSR) & DHCSR_S_RETIRE_ST);
    free(b);
}

static void a_step_moves_by_the_length_of_the_instruction(void **state)
{
    (void)state;
    /* The reset handler and one round of the main loop, as assembled. */
    static const uint32_t path[] = {
        0x080001a0, 0x080001a2, 0x080001a4, 0x080001a6, 0x08000200, 0x08000204, 0x08000208,
        0x0800020a, 0x0800020c, 0x0800020e, 0x08000212, 0x08000214, 0x08000216, 0x08000200,
    };
    struct bench *b = bench_new();

    halt(b);
    set_reg(b, REG_PC, path[0]);
    for (size_t i = 0; i + 1 < COUNT_OF(path); i++) {
        assert_int_equal(get_reg(b, REG_PC), path[i]);
        write32(b, SCS_DHCSR, DBGKEY | DHCSR_C_DEBUGEN | DHCSR_C_STEP);
        assert_true(is_halted(b));
    }
    assert_int_equal(get_reg(b, REG_PC), path[COUNT_OF(path) - 1]);
    free(b);
}

static void registers_keep_written_values(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    halt(b);
    for (unsigned i = 0; i < 13; i++)
        set_reg(b, i, 0x11111111u * (i + 1));
    set_reg(b, REG_LR, 0x0800abcd);
    set_reg(b, REG_MSP, 0x20001000);
    set_reg(b, REG_PSP, 0x20002000);
    for (unsigned i = 0; i < 13; i++)
        assert_int_equal(get_reg(b, i), 0x11111111u * (i + 1));
    assert_int_equal(get_reg(b, REG_LR), 0x0800abcd);
    assert_int_equal(get_reg(b, REG_SP), 0x20001000);
    set_reg(b, REG_CFBP, 0x02000001); /* CONTROL.SPSEL, PRIMASK */
    assert_int_equal(get_reg(b, REG_SP), 0x20002000);
    assert_int_equal(get_reg(b, REG_CFBP), 0x02000001);
    free(b);
}

static void a_breakpoint_stops_the_running_core(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    halt(b);
    write32(b, DFSR, 0x1f);
    write32(b, FP_CTRL, 3);
    write32(b, FP_CTRL + 8, 2u << 30 | 0x0800020c | 1); /* the upper half of the word */
    resume(b);
    advance_ms(b, 1);
    assert_true(is_halted(b));
    assert_int_equal(get_reg(b, REG_PC), 0x0800020e);
    assert_int_equal(read32(b, DFSR), DFSR_BKPT);
    resume(b); /* still on it: met again before the instruction is executed */
    assert_true(is_halted(b));
    write32(b, FP_CTRL + 8, 0);
    resume(b);
    advance_ms(b, 100);
    assert_false(is_halted(b));
    free(b);
}

static void a_bkpt_instruction_stops_it_too(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    static const uint8_t code[] = {0x00, 0xbf, 0x00, 0xbf, 0x00, 0xbe}; /* nop, nop, bkpt */

    memcpy(b->ram, code, sizeof(code));
    halt(b);
    set_reg(b, REG_PC, SIM_RAM_BASE);
    resume(b);
    advance_ms(b, 1);
    assert_true(is_halted(b));
    assert_int_equal(get_reg(b, REG_PC), SIM_RAM_BASE + 4);
    free(b);
}

static void a_program_counter_outside_memory_locks_up(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    halt(b);
    set_reg(b, REG_PC, 0x60000000);
    resume(b);
    advance_ms(b, 1);
    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_LOCKUP);
    halt(b);
    assert_true(is_halted(b));
    assert_false(read32(b, SCS_DHCSR) & DHCSR_S_LOCKUP); /* DDI0403, C1.6.2 */
    assert_int_equal(get_reg(b, REG_PC), 0x60000000);
    free(b);
}

static void a_reset_starts_at_the_vector_and_keeps_the_debug_registers(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    halt(b);
    set_reg(b, REG_PC, 0x08000300);
    write32(b, 0xe0001020, 0x1234); /* DWT_COMP0 */
    write32(b, SCS_DEMCR, DEMCR_TRCENA | DEMCR_VC_CORERESET);
    read32(b, SCS_DHCSR);
    write32(b, SCS_AIRCR, 0x12340004); /* wrong key: nothing happens */
    assert_int_equal(get_reg(b, REG_PC), 0x08000300);
    write32(b, SCS_AIRCR, 0x05fa0004);
    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_RESET_ST);
    assert_true(is_halted(b));
    assert_int_equal(get_reg(b, REG_PC), 0x080001a0);
    assert_int_equal(get_reg(b, REG_SP), 0x20005000);
    assert_true(read32(b, DFSR) & DFSR_VCATCH);
    assert_int_equal(read32(b, 0xe0001020), 0x1234);
    write32(b, SCS_DEMCR, DEMCR_TRCENA);
    write32(b, SCS_AIRCR, 0x05fa0001); /* VECTRESET, without a vector catch */
    assert_false(is_halted(b));
    free(b);
}

static void a_core_held_in_reset_neither_runs_nor_halts(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    sim__chip_set_nrst(&b->chip, true);
    advance_ms(b, 50);
    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_RESET_ST);
    assert_true(read32(b, SCS_DHCSR) & DHCSR_S_RESET_ST); /* until it is over */
    assert_int_equal(sim__core_ran_ns(&b->chip.core[0]), 0);
    write32(b, SCS_DHCSR, DBGKEY | DHCSR_C_DEBUGEN);
    write32(b, SCS_DEMCR, DEMCR_VC_CORERESET);
    sim__chip_set_nrst(&b->chip, false);
    assert_true(is_halted(b));
    assert_int_equal(get_reg(b, REG_PC), 0x080001a0);
    free(b);
}

static void the_cycle_counter_follows_the_running_core(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    write32(b, SCS_DEMCR, DEMCR_TRCENA);
    write32(b, 0xe0001000, 1);
    write32(b, 0xe0001004, 0);
    advance_ms(b, 2);
    assert_int_equal(read32(b, 0xe0001004), 16000); /* 8 MHz */
    halt(b);
    advance_ms(b, 2);
    assert_int_equal(read32(b, 0xe0001004), 16000);
    assert_int_equal(read32(b, 0xe000101c), 0xffffffff); /* DWT_PCSR of a halted core */
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_halt_stops_in_flash_with_the_stack_in_ram),
        cmocka_unit_test(dhcsr_halts_only_with_its_key_and_debugen),
        cmocka_unit_test(sticky_bits_are_cleared_by_reading),
        cmocka_unit_test(a_step_moves_by_the_length_of_the_instruction),
        cmocka_unit_test(registers_keep_written_values),
        cmocka_unit_test(a_breakpoint_stops_the_running_core),
        cmocka_unit_test(a_bkpt_instruction_stops_it_too),
        cmocka_unit_test(a_program_counter_outside_memory_locks_up),
        cmocka_unit_test(a_reset_starts_at_the_vector_and_keeps_the_debug_registers),
        cmocka_unit_test(a_core_held_in_reset_neither_runs_nor_halts),
        cmocka_unit_test(the_cycle_counter_follows_the_running_core),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
