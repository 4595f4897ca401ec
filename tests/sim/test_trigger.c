// SPDX-License-Identifier: MIT
/* Triggers: what a debugger finds of them, and what they match. */
#include "riscv.h"

#define TSELECT 0x7a0u
#define TDATA1  0x7a1u
#define TDATA2  0x7a2u

/* mcontrol as OpenOCD sets it: debug mode, machine mode, equality. */
#define CONTROL32 (2u << 28 | 1u << 27 | 1u << 12 | 1u << 6)

static uint64_t read_csr(struct hart *hart, unsigned number)
{
    uint64_t value = 0;

    assert_true(sim__csr_read(hart, number, &value));
    return sim__hart_plain(hart, value);
}

static void write_csr(struct hart *hart, unsigned number, uint64_t value)
{
    assert_true(sim__csr_write(hart, number, value));
}

static struct board *halted_board(enum sim_chip kind)
{
    struct board *b = board_new(kind, 1);

    board_advance_us(b, 100);
    sim__hart_halt(hart_of(b), HART_CAUSE_REQUEST);
    return b;
}

static void run(struct board *b)
{
    sim__hart_resume(hart_of(b));
    board_advance_us(b, 100);
    sim__hart_sync(hart_of(b));
}

static void assert_stopped(struct board *b, enum hart_cause cause, uint64_t pc)
{
    assert_true(hart_of(b)->halted);
    assert_int_equal(hart_of(b)->dcsr >> 6 & 7, cause);
    assert_int_equal(hart_of(b)->dpc, pc);
}

static void there_are_four_of_type_2(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct board *b = halted_board(wide ? SIM_CHIP_RISCV64 : SIM_CHIP_RISCV32);
        struct hart *hart = hart_of(b);

        for (unsigned i = 0; i < 6; i++) {
            write_csr(hart, TSELECT, i);
            assert_int_equal(read_csr(hart, TSELECT), i < 4 ? i : 3);
            assert_int_equal(read_csr(hart, TDATA1) >> (hart->xlen - 4), 2);
        }
        free(b);
    }
}

static void unsupported_fields_read_back_as_zero(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, 0xffffffff);
    /* Type, dmode, the mask of 4 KiB, action 1, match 1, machine mode, the three kinds, hit. */
    assert_int_equal(read_csr(hart, TDATA1),
                     2u << 28 | 1u << 27 | 12u << 21 | 1u << 20 | 1u << 12 | 1u << 7 | 1u << 6 | 7);
    free(b);
}

static void an_instruction_stops_before_it_is_executed(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, CONTROL32 | MCONTROL_EXECUTE);
    write_csr(hart, TDATA2, 0x08000248);
    run(b);
    assert_stopped(b, HART_CAUSE_TRIGGER, 0x08000248);
    run(b); /* the first thing it meets is the same instruction */
    assert_stopped(b, HART_CAUSE_TRIGGER, 0x08000248);
    free(b);
}

static void stores_and_loads_stop_before_they_are_made(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct board *b = halted_board(wide ? SIM_CHIP_RISCV64 : SIM_CHIP_RISCV32);
        struct hart *hart = hart_of(b);
        uint64_t control = wide ? 2ull << 60 | 1ull << 59 | 1u << 12 | 1u << 6 : CONTROL32;

        write_csr(hart, TDATA1, control | MCONTROL_STORE);
        write_csr(hart, TDATA2, SIM_VAR_ROUNDS);
        run(b);
        assert_stopped(b, HART_CAUSE_TRIGGER, 0x08000248);
        assert_true(read_csr(hart, TDATA1) & 1u << 20); /* hit */
        write_csr(hart, TDATA1, control | MCONTROL_LOAD);
        run(b);
        assert_stopped(b, HART_CAUSE_TRIGGER, 0x08000240);
        free(b);
    }
}

static void any_byte_of_an_access_matches(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, CONTROL32 | MCONTROL_STORE);
    write_csr(hart, TDATA2, SIM_VAR_ROUNDS + 3);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_STORE, SIM_VAR_ROUNDS, 4), HART_DONE);
    hart->halted = false; /* in debug mode nothing matches */
    assert_int_equal(sim__trigger_check(hart, MCONTROL_STORE, SIM_VAR_ROUNDS, 4), HART_TRIGGER);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_LOAD, SIM_VAR_ROUNDS, 4), HART_DONE);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_STORE, SIM_VAR_ROUNDS + 4, 4), HART_DONE);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_STORE, SIM_VAR_ROUNDS, 2), HART_DONE);
    free(b);
}

static void a_power_of_two_matches_its_range(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, CONTROL32 | 1u << 7 | MCONTROL_LOAD);
    write_csr(hart, TDATA2, 0x20000100 | 0x7); /* 16 bytes */
    hart->halted = false;
    assert_int_equal(sim__trigger_check(hart, MCONTROL_LOAD, 0x200000ff, 1), HART_DONE);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_LOAD, 0x20000100, 1), HART_TRIGGER);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_LOAD, 0x2000010f, 1), HART_TRIGGER);
    assert_int_equal(sim__trigger_check(hart, MCONTROL_LOAD, 0x20000110, 1), HART_DONE);
    free(b);
}

static void the_firmware_cannot_change_the_debuggers_trigger(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, CONTROL32 | MCONTROL_STORE);
    hart->halted = false;
    write_csr(hart, TDATA1, 0);
    assert_true(read_csr(hart, TDATA1) & MCONTROL_STORE);
    write_csr(hart, TSELECT, 1);
    write_csr(hart, TDATA1, 1u << 27 | MCONTROL_STORE);
    assert_false(read_csr(hart, TDATA1) & 1u << 27); /* nor make one */
    assert_true(read_csr(hart, TDATA1) & MCONTROL_STORE);
    free(b);
}

static void without_an_action_it_is_an_exception(void **state)
{
    (void)state;
    struct board *b = halted_board(SIM_CHIP_RISCV32);
    struct hart *hart = hart_of(b);

    write_csr(hart, TDATA1, 1u << 6 | MCONTROL_STORE);
    write_csr(hart, TDATA2, SIM_VAR_ROUNDS);
    run(b);
    assert_false(hart->halted);
    assert_int_equal(hart->mcause, HART_BREAKPOINT);
    assert_int_equal(hart->mepc, 0x08000248);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_four_of_type_2),
        cmocka_unit_test(unsupported_fields_read_back_as_zero),
        cmocka_unit_test(an_instruction_stops_before_it_is_executed),
        cmocka_unit_test(stores_and_loads_stop_before_they_are_made),
        cmocka_unit_test(any_byte_of_an_access_matches),
        cmocka_unit_test(a_power_of_two_matches_its_range),
        cmocka_unit_test(the_firmware_cannot_change_the_debuggers_trigger),
        cmocka_unit_test(without_an_action_it_is_an_exception),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
