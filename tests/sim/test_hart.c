// SPDX-License-Identifier: MIT
/* Instructions of 4 bytes one by one, exceptions, and the hart as it runs, steps and halts. */
#include "riscv.h"

#define A0 10u
#define A1 11u
#define A2 12u

struct sum {
    uint32_t instruction; /* a0 from a1 and a2 */
    uint64_t a1;
    uint64_t a2;
    uint64_t a0;
    const char *text;
};

static void check(struct hart *hart, const struct sum *sums, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t pc = hart->pc;

        sim__hart_set(hart, A0, 0x5555);
        sim__hart_set(hart, A1, sums[i].a1);
        sim__hart_set(hart, A2, sums[i].a2);
        assert_int_equal(sim__hart_execute(hart, sums[i].instruction), HART_DONE);
        if (sim__hart_plain(hart, hart->x[A0]) != sums[i].a0)
            fail_msg("%s: 0x%llx, not 0x%llx", sums[i].text,
                     (unsigned long long)sim__hart_plain(hart, hart->x[A0]),
                     (unsigned long long)sums[i].a0);
        assert_int_equal(hart->pc, pc + 4);
    }
}

static void arithmetic_of_32_bits(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    static const struct sum sums[] = {
        {0x00c58533, 0xffffffff, 2, 1, "add"},
        {0x40c58533, 1, 2, 0xffffffff, "sub"},
        {0x00c59533, 0x80000001, 33, 2, "sll by 33"},
        {0x00c5d533, 0x80000000, 31, 1, "srl"},
        {0x40c5d533, 0x80000000, 31, 0xffffffff, "sra"},
        {0x00c5a533, 0x80000000, 0, 1, "slt"},
        {0x00c5b533, 0x80000000, 0, 0, "sltu"},
        {0x00c5c533, 0xff00ff00, 0x0ff00ff0, 0xf0f0f0f0, "xor"},
        {0x00c5e533, 0xf0, 0x0f, 0xff, "or"},
        {0x00c5f533, 0xfc, 0x3f, 0x3c, "and"},
        {0xfff58513, 0, 0, 0xffffffff, "addi -1"},
        {0x41f5d513, 0x80000000, 0, 0xffffffff, "srai 31"},
        {0x02c58533, 0x10000, 0x10001, 0x00010000, "mul"},
        {0x02c59533, 0xffffffff, 0xffffffff, 0, "mulh"},
        {0x02c5a533, 0xffffffff, 0xffffffff, 0xffffffff, "mulhsu"},
        {0x02c5b533, 0xffffffff, 0xffffffff, 0xfffffffe, "mulhu"},
        {0x02c5c533, 0xfffffff9, 2, 0xfffffffd, "div"},
        {0x02c5c533, 7, 0, 0xffffffff, "div by 0"},
        {0x02c5c533, 0x80000000, 0xffffffff, 0x80000000, "div that overflows"},
        {0x02c5d533, 0xfffffff9, 2, 0x7ffffffc, "divu"},
        {0x02c5e533, 0xfffffff9, 2, 0xffffffff, "rem"},
        {0x02c5e533, 0x80000000, 0xffffffff, 0, "rem that overflows"},
        {0x02c5f533, 7, 0, 7, "remu by 0"},
        {0xfffff537, 0, 0, 0xfffff000, "lui"},
    };

    check(hart_of(b), sums, COUNT_OF(sums));
    free(b);
}

static void arithmetic_of_64_bits(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV64, 1);
    static const struct sum sums[] = {
        {0x00c58533, 0xffffffff, 1, 0x100000000, "add"},
        {0x00c5853b, 0x7fffffff, 1, 0xffffffff80000000, "addw"},
        {0x40c5853b, 0, 1, UINT64_MAX, "subw"},
        {0x00c5953b, 1, 31, 0xffffffff80000000, "sllw"},
        {0x00c5d53b, 0xffffffff80000000, 31, 1, "srlw"},
        {0x40c5d53b, 0x80000000, 31, UINT64_MAX, "sraw"},
        {0x03f59513, 1, 0, 0x8000000000000000, "slli 63"},
        {0x43f5d513, 0x8000000000000000, 0, UINT64_MAX, "srai 63"},
        {0x0015851b, 0x7fffffff, 0, 0xffffffff80000000, "addiw"},
        {0x02c59533, UINT64_MAX, UINT64_MAX, 0, "mulh"},
        {0x02c5a533, UINT64_MAX, UINT64_MAX, UINT64_MAX, "mulhsu"},
        {0x02c5b533, UINT64_MAX, UINT64_MAX, UINT64_MAX - 1, "mulhu"},
        {0x02c59533, 0xfedcba9876543210, 0x123456789abcdef0, 0xffeb49923cc09532, "mulh"},
        {0x02c59533, 0xfedcba9876543210, 0x923456789abcdef0, 0x007cec4601967c2a, "mulh"},
        {0x02c5a533, 0xfedcba9876543210, 0x923456789abcdef0, 0xff59a6de77eaae3a, "mulhsu"},
        {0x02c5b533, 0xfedcba9876543210, 0x923456789abcdef0, 0x918dfd5712a78d2a, "mulhu"},
        {0x02c5853b, 0x10000, 0x8000, 0xffffffff80000000, "mulw"},
        {0x02c5c53b, 0x80000000, 0xffffffff, 0xffffffff80000000, "divw that overflows"},
        {0x02c5d53b, 0xffffffff, 1, UINT64_MAX, "divuw"},
        {0x02c5e53b, 7, 0, 7, "remw by 0"},
        {0x02c5c533, 0x8000000000000000, UINT64_MAX, 0x8000000000000000, "div that overflows"},
        {0x80000537, 0, 0, 0xffffffff80000000, "lui"},
    };

    check(hart_of(b), sums, COUNT_OF(sums));
    free(b);
}

static void loads_extend_and_stores_truncate(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV64, 1);
    struct hart *hart = hart_of(b);
    const uint64_t at = SIM_RAM_BASE;
    const struct sum loads[] = {
        {0x00058503, at, 0, 0xfffffffffffffff0, "lb"}, {0x0005c503, at, 0, 0xf0, "lbu"},
        {0x00059503, at, 0, 0xffffffffffff80f0, "lh"}, {0x0005d503, at, 0, 0x80f0, "lhu"},
        {0x0005a503, at, 0, 0xffffffffa0b080f0, "lw"}, {0x0005e503, at, 0, 0xa0b080f0, "lwu"},
        {0x0005b503, at, 0, 0x1234c0d0a0b080f0, "ld"},
    };

    memcpy(b->ram, "\xf0\x80\xb0\xa0\xd0\xc0\x34\x12", 8);
    check(hart, loads, COUNT_OF(loads));
    sim__hart_set(hart, A1, at);
    sim__hart_set(hart, A2, 0x1122334455667788);
    assert_int_equal(sim__hart_execute(hart, 0x00c58023), HART_DONE); /* sb a2, 0(a1) */
    assert_memory_equal(b->ram, "\x88\x80\xb0\xa0", 4);
    assert_int_equal(sim__hart_execute(hart, 0x00c5b423), HART_DONE); /* sd a2, 8(a1) */
    assert_memory_equal(b->ram + 8, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
    free(b);
}

static void branches_and_jumps_go_to_their_targets(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct hart *hart = hart_of(b);
    static const struct {
        uint32_t instruction;
        uint32_t a1;
        uint32_t a2;
        bool taken;
    } branches[] = {
        {0x00c58863, 5, 5, true},           /* beq a1, a2, . + 16 */
        {0x00c58863, 5, 6, false},          /* */
        {0x00c59863, 5, 6, true},           /* bne */
        {0x00c5c863, 0xffffffff, 0, true},  /* blt */
        {0x00c5d863, 0xffffffff, 0, false}, /* bge */
        {0x00c5e863, 0xffffffff, 0, false}, /* bltu */
        {0x00c5f863, 0xffffffff, 0, true},  /* bgeu */
    };

    for (size_t i = 0; i < COUNT_OF(branches); i++) {
        hart->pc = 0x08000100;
        sim__hart_set(hart, A1, branches[i].a1);
        sim__hart_set(hart, A2, branches[i].a2);
        assert_int_equal(sim__hart_execute(hart, branches[i].instruction), HART_DONE);
        assert_int_equal(hart->pc, branches[i].taken ? 0x08000110 : 0x08000104);
    }
    hart->pc = 0x08000100;
    assert_int_equal(sim__hart_execute(hart, 0xff1ff56f), HART_DONE); /* jal a0, . - 16 */
    assert_int_equal(hart->pc, 0x080000f0);
    assert_int_equal(hart->x[A0], 0x08000104);
    sim__hart_set(hart, A1, 0x08000201);
    assert_int_equal(sim__hart_execute(hart, 0x00258567), HART_DONE); /* jalr a0, 2(a1) */
    assert_int_equal(hart->pc, 0x08000202);
    free(b);
}

static void register_zero_stays_zero(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);

    assert_int_equal(sim__hart_execute(hart_of(b), 0x00100013), HART_DONE); /* addi zero, zero, 1 */
    assert_int_equal(hart_of(b)->x[0], 0);
    free(b);
}

static void unknown_instructions_are_illegal(void **state)
{
    (void)state;
    struct board *b32 = board_new(SIM_CHIP_RISCV32, 1);
    struct board *b64 = board_new(SIM_CHIP_RISCV64, 1);
    static const uint32_t on_32_bits[] = {
        0x0005b503, /* ld */
        0x00c5853b, /* addw */
        0x02059513, /* slli by 32 */
        0xffffffff, /* */
        0x00000000, /* */
        0x00053507, /* fld */
        0x40c5c533, /* xor with the bit of sub */
    };

    for (size_t i = 0; i < COUNT_OF(on_32_bits); i++)
        assert_int_equal(sim__hart_execute(hart_of(b32), on_32_bits[i]), HART_ILLEGAL);
    assert_int_equal(sim__hart_execute(hart_of(b64), 0x02c5953b), HART_ILLEGAL); /* mulhw */
    assert_int_equal(sim__hart_execute(hart_of(b32), 0x12302573), HART_ILLEGAL); /* no such CSR */
    assert_int_equal(sim__hart_execute(hart_of(b32), 0xf1401073), HART_ILLEGAL); /* mhartid = 0 */
    assert_int_equal(sim__hart_execute(hart_of(b32), 0x7b102573), HART_ILLEGAL); /* dpc, running */
    free(b32);
    free(b64);
}

static void an_exception_goes_to_mtvec_and_mret_returns(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct hart *hart = hart_of(b);
    static const uint32_t code[] = {0x0005a503};    /* lw a0, 0(a1) */
    static const uint32_t handler[] = {0x30200073}; /* mret */

    put_code(b, 0x20000000, code, 1);
    put_code(b, 0x20000100, handler, 1);
    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    hart->dpc = 0x20000000;
    hart->mtvec = 0x20000100;
    hart->dcsr |= DCSR_STEP;
    sim__hart_set(hart, A1, 0x60000000);
    sim__hart_resume(hart);
    assert_int_equal(hart->dpc, 0x20000100);
    assert_int_equal(hart->mcause, HART_LOAD_FAULT);
    assert_int_equal(hart->mtval, 0x60000000);
    assert_int_equal(hart->mepc, 0x20000000);
    sim__hart_resume(hart);
    assert_int_equal(hart->dpc, 0x20000000);
    sim__hart_set(hart, A1, 0x20000002);
    sim__hart_resume(hart);
    assert_int_equal(hart->mcause, HART_LOAD_MISALIGNED);
    free(b);
}

static void the_firmware_counts_its_rounds(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 2);
    uint32_t rounds[2];

    board_advance_us(b, 1000); /* 5000 instructions, 9 in a round */
    sim__hart_sync(&b->chip.hart[0]);
    sim__hart_sync(&b->chip.hart[1]);
    memcpy(rounds, b->ram + (SIM_VAR_ROUNDS - SIM_RAM_BASE), sizeof(rounds));
    swap_little(rounds, 4, 2);
    assert_int_equal(rounds[0], (5000 - 12) / 9);
    assert_int_equal(rounds[1], rounds[0]);
    free(b);
}

static void variables_change_while_the_firmware_runs(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV64, 1);
    struct hart *hart = hart_of(b);
    uint8_t tick[4];

    board_advance_us(b, 250000);
    assert_true(sim__chip_load(&b->chip, SIM_VAR_TICK, 4, tick));
    assert_memory_equal(tick, "\xfa\0\0\0", 4);
    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    board_advance_us(b, 50000);
    assert_true(sim__chip_load(&b->chip, SIM_VAR_TICK, 4, tick));
    assert_memory_equal(tick, "\xfa\0\0\0", 4);
    sim__hart_resume(hart);
    board_advance_us(b, 10000);
    assert_true(sim__chip_load(&b->chip, SIM_VAR_TICK, 4, tick));
    assert_memory_equal(tick, "\x04\x01\0\0", 4);
    free(b);
}

static void steps_go_through_a_call(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct hart *hart = hart_of(b);
    static const uint32_t expected[] = {0x08000204, 0x08000208, 0x0800020c, 0x08000240, 0x08000244,
                                        0x08000248, 0x0800024c, 0x08000210, 0x08000200};

    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    hart->dcsr |= DCSR_STEP;
    hart->dpc = 0x08000200;
    sim__hart_set(hart, 8, SIM_VAR_ROUNDS + 8); /* s0, which the reset handler sets */
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        sim__hart_resume(hart);
        assert_true(hart->halted);
        assert_int_equal(hart->dcsr >> 6 & 7, HART_CAUSE_STEP);
        assert_int_equal(hart->dpc, expected[i]);
    }
    free(b);
}

static void an_ebreak_halts_when_dcsr_says_so(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct hart *hart = hart_of(b);
    static const uint32_t code[] = {0x00000013, 0x00100073}; /* nop, ebreak */

    put_code(b, 0x20000000, code, 2);
    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    hart->dpc = 0x20000000;
    sim__hart_resume(hart);
    board_advance_us(b, 10);
    sim__hart_sync(hart);
    assert_false(hart->halted);
    assert_int_equal(hart->mcause, HART_BREAKPOINT);
    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    hart->dpc = 0x20000000;
    hart->dcsr |= DCSR_EBREAKM;
    sim__hart_resume(hart);
    board_advance_us(b, 10);
    sim__hart_sync(hart);
    assert_true(hart->halted);
    assert_int_equal(hart->dcsr >> 6 & 7, HART_CAUSE_EBREAK);
    assert_int_equal(hart->dpc, 0x20000004);
    free(b);
}

/* Bits that cannot be written say what the hart does: it counts nothing while it is halted, and
 * takes no interrupts in a step (Debug, 4.8.1). */
static void dcsr_keeps_what_the_hart_cannot_change(void **state)
{
    (void)state;
    struct board *b = board_new(SIM_CHIP_RISCV32, 1);
    struct hart *hart = hart_of(b);
    uint64_t value = 0;

    sim__hart_halt(hart, HART_CAUSE_REQUEST);
    assert_true(sim__csr_write(hart, 0x7b0, 0xffffffff));
    assert_true(sim__csr_read(hart, 0x7b0, &value));
    assert_int_equal(value, 0x400086c7);
    assert_true(sim__csr_write(hart, 0x7b0, 0));
    assert_true(sim__csr_read(hart, 0x7b0, &value));
    assert_int_equal(value, 0x400006c3);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_of_32_bits),
        cmocka_unit_test(arithmetic_of_64_bits),
        cmocka_unit_test(loads_extend_and_stores_truncate),
        cmocka_unit_test(branches_and_jumps_go_to_their_targets),
        cmocka_unit_test(register_zero_stays_zero),
        cmocka_unit_test(unknown_instructions_are_illegal),
        cmocka_unit_test(an_exception_goes_to_mtvec_and_mret_returns),
        cmocka_unit_test(the_firmware_counts_its_rounds),
        cmocka_unit_test(variables_change_while_the_firmware_runs),
        cmocka_unit_test(steps_go_through_a_call),
        cmocka_unit_test(an_ebreak_halts_when_dcsr_says_so),
        cmocka_unit_test(dcsr_keeps_what_the_hart_cannot_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
