// SPDX-License-Identifier: MIT
#include "support.h"

#include "chip/thumb.h"

#define N 8u
#define Z 4u
#define C 2u
#define V 1u

/* One instruction on r0, r1, r2 with flags before, and r0 with flags after. */
struct step {
    const char *text;
    uint16_t opcode;
    uint32_t r0, r1, r2;
    uint32_t flags;
    uint32_t expected;
    uint32_t expected_flags;
};

static const struct step steps[] = {
    {"lsls r0, r1, #0", 0x0008, 9, 0x80000000, 0, C, 0x80000000, N | C},
    {"lsls r0, r1, #1", 0x0048, 0, 0x80000001, 0, 0, 2, C},
    {"lsls r0, r1, #31", 0x07c8, 0, 3, 0, 0, 0x80000000, N | C},
    {"lsrs r0, r1, #32", 0x0808, 0, 0x80000000, 0, 0, 0, Z | C},
    {"lsrs r0, r1, #4", 0x0908, 0, 0x18, 0, 0, 1, C},
    {"asrs r0, r1, #32", 0x1008, 0, 0x80000000, 0, 0, 0xffffffff, N | C},
    {"asrs r0, r1, #1", 0x1048, 0, 0xfffffffe, 0, C, 0xffffffff, N},
    {"adds r0, r1, r2", 0x1888, 0, 0x7fffffff, 1, 0, 0x80000000, N | V},
    {"adds r0, r1, r2", 0x1888, 0, 0xffffffff, 1, 0, 0, Z | C},
    {"subs r0, r1, r2", 0x1a88, 0, 5, 5, 0, 0, Z | C},
    {"subs r0, r1, r2", 0x1a88, 0, 3, 5, C, 0xfffffffe, N},
    {"subs r0, r1, r2", 0x1a88, 0, 0x80000000, 1, 0, 0x7fffffff, C | V},
    {"adds r0, r1, #7", 0x1dc8, 0, 1, 0, 0, 8, 0},
    {"subs r0, r1, #1", 0x1e48, 0, 0, 0, 0, 0xffffffff, N},
    {"movs r0, #255", 0x20ff, 1, 0, 0, C | V, 255, C | V},
    {"cmp r0, #3", 0x2803, 3, 0, 0, 0, 3, Z | C},
    {"adds r0, #200", 0x30c8, 100, 0, 0, 0, 300, 0},
    {"subs r0, #200", 0x38c8, 100, 0, 0, 0, 0xffffff9c, N},
    {"ands r0, r1", 0x4008, 0xf0f0, 0x00ff, 0, C, 0xf0, C},
    {"eors r0, r1", 0x4048, 0xff, 0xff, 0, N, 0, Z},
    {"lsls r0, r1", 0x4088, 3, 32, 0, 0, 0, Z | C},
    {"lsls r0, r1", 0x4088, 3, 33, 0, C, 0, Z},
    {"lsrs r0, r1", 0x40c8, 0x80000000, 32, 0, 0, 0, Z | C},
    {"asrs r0, r1", 0x4108, 0x80000000, 200, 0, 0, 0xffffffff, N | C},
    {"adcs r0, r1", 0x4148, 1, 2, 0, C, 4, 0},
    {"sbcs r0, r1", 0x4188, 5, 2, 0, 0, 2, C},
    {"rors r0, r1", 0x41c8, 0x80000001, 1, 0, 0, 0xc0000000, N | C},
    {"rors r0, r1", 0x41c8, 0x80000001, 32, 0, 0, 0x80000001, N | C},
    {"tst r0, r1", 0x4208, 1, 2, 0, C, 1, Z | C},
    {"rsbs r0, r1, #0", 0x4248, 0, 1, 0, 0, 0xffffffff, N},
    {"cmp r0, r1", 0x4288, 1, 2, 0, 0, 1, N},
    {"cmn r0, r1", 0x42c8, 1, 0xffffffff, 0, 0, 1, Z | C},
    {"orrs r0, r1", 0x4308, 1, 6, 0, 0, 7, 0},
    {"muls r0, r1, r0", 0x4348, 0x10000, 0x10001, 0, V, 0x10000, V},
    {"bics r0, r1", 0x4388, 0xff, 0x0f, 0, 0, 0xf0, 0},
    {"mvns r0, r1", 0x43c8, 0, 0, 0, 0, 0xffffffff, N},
    {"add r0, r1", 0x4408, 0xffffffff, 1, 0, N, 0, N},
    {"mov r0, r1", 0x4608, 0, 5, 0, Z, 5, Z},
    {"sxth r0, r1", 0xb208, 0, 0x18000, 0, 0, 0xffff8000, 0},
    {"sxtb r0, r1", 0xb248, 0, 0x17f, 0, 0, 0x7f, 0},
    {"uxth r0, r1", 0xb288, 0, 0x12345, 0, 0, 0x2345, 0},
    {"uxtb r0, r1", 0xb2c8, 0, 0x12345, 0, 0, 0x45, 0},
    {"rev r0, r1", 0xba08, 0, 0x01020304, 0, 0, 0x04030201, 0},
    {"rev16 r0, r1", 0xba48, 0, 0x01020304, 0, 0, 0x02010403, 0},
    {"revsh r0, r1", 0xbac8, 0, 0x0080, 0, 0, 0xffff8000, 0},
};

static void instructions_compute_the_results_of_the_manual(void **state)
{
    (void)state;
    struct bench *b = bench_new();

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const struct step *s = &steps[i];
        struct core *core = &b->chip.core[0];

        core->pc = SIM_RAM_BASE;
        core->r[0] = s->r0;
        core->r[1] = s->r1;
        core->r[2] = s->r2;
        core->xpsr = s->flags << 28;
        assert_true(sim__thumb_execute(&b->chip.core[0], s->opcode));
        if (core->r[0] != s->expected || core->xpsr >> 28 != s->expected_flags)
            fail_msg("%s (line %zu): r0 0x%08x, flags %x; expected 0x%08x, %x", s->text, i,
                     core->r[0], core->xpsr >> 28, s->expected, s->expected_flags);
        assert_int_equal(core->pc, SIM_RAM_BASE + 2);
    }
    free(b);
}

static void loads_and_stores_have_their_widths(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint32_t *r = b->chip.core[0].r;

    b->chip.core[0].pc = SIM_RAM_BASE;
    r[1] = SIM_RAM_BASE + 0x100;
    r[2] = 4;
    r[0] = 0x8182f384;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x6048)); /* str r0, [r1, #4] */
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x8008)); /* strh r0, [r1, #0] */
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x70c8)); /* strb r0, [r1, #3] */
    assert_memory_equal(b->ram + 0x100, "\x84\xf3\x00\x84\x84\xf3\x82\x81", 8);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x5888)); /* ldr r0, [r1, r2] */
    assert_int_equal(r[0], 0x8182f384);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x5a88)); /* ldrh r0, [r1, r2] */
    assert_int_equal(r[0], 0xf384);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x5e88)); /* ldrsh r0, [r1, r2] */
    assert_int_equal(r[0], 0xfffff384);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x5c88)); /* ldrb r0, [r1, r2] */
    assert_int_equal(r[0], 0x84);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x5688)); /* ldrsb r0, [r1, r2] */
    assert_int_equal(r[0], 0xffffff84);
    r[1] = 0x40000000; /* nothing there: the instruction is not done */
    b->chip.core[0].pc = SIM_RAM_BASE;
    assert_false(sim__thumb_execute(&b->chip.core[0], 0x6808));
    assert_int_equal(b->chip.core[0].pc, SIM_RAM_BASE);
    free(b);
}

static void pop_restores_pushed_registers(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    struct core *core = &b->chip.core[0];

    core->pc = SIM_RAM_BASE;
    core->msp = 0x20001000;
    core->r[0] = 1;
    core->r[7] = 8;
    core->lr = 0x20000201;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0xb581)); /* push {r0, r7, lr} */
    assert_int_equal(core->msp, 0x20000ff4);
    core->r[0] = core->r[7] = 0;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0xbd81)); /* pop {r0, r7, pc} */
    assert_int_equal(core->msp, 0x20001000);
    assert_int_equal(core->r[0], 1);
    assert_int_equal(core->r[7], 8);
    assert_int_equal(core->pc, 0x20000200);
    core->r[1] = 0x20000300;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0xc181)); /* stmia r1!, {r0, r7} */
    assert_int_equal(core->r[1], 0x20000308);
    assert_memory_equal(b->ram + 0x300, "\1\0\0\0\x08\0\0\0", 8);
    free(b);
}

static void branches_go_where_their_conditions_say(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    struct core *core = &b->chip.core[0];

    for (unsigned cond = 0; cond < 14; cond++) {
        for (uint32_t flags = 0; flags < 16; flags++) {
            bool n = flags & N, z = flags & Z, c = flags & C, v = flags & V;
            const bool taken[] = {z,  !z,      c,       !c,     n,      !n,           v,
                                  !v, c && !z, !c || z, n == v, n != v, !z && n == v, z || n != v};

            core->pc = SIM_RAM_BASE + 0x100;
            core->xpsr = flags << 28;
            assert_true(sim__thumb_execute(&b->chip.core[0], (uint16_t)(0xd0fc | cond << 8)));
            assert_int_equal(core->pc, SIM_RAM_BASE + (taken[cond] ? 0xfc : 0x102));
        }
    }
    core->pc = SIM_RAM_BASE + 0x100;
    core->r[0] = 0;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0xb108)); /* cbz r0, +2 */
    assert_int_equal(core->pc, SIM_RAM_BASE + 0x106);
    assert_true(sim__thumb_execute(&b->chip.core[0], 0xb908)); /* cbnz r0 */
    assert_int_equal(core->pc, SIM_RAM_BASE + 0x108);
    core->r[3] = SIM_RAM_BASE + 0x41;
    assert_true(sim__thumb_execute(&b->chip.core[0], 0x4798)); /* blx r3 */
    assert_int_equal(core->pc, SIM_RAM_BASE + 0x40);
    assert_int_equal(core->lr, SIM_RAM_BASE + 0x10b);
    assert_false(sim__thumb_execute(&b->chip.core[0], 0xde00)); /* udf */
    free(b);
}

static void code_in_flash_touches_no_memory(void **state)
{
    (void)state;
    struct bench *b = bench_new();
    uint8_t before[SIM_RAM_SIZE_DEFAULT];

    b->chip.still = true;
    memcpy(before, b->ram, sizeof(before));
    for (int i = 0; i < 200; i++) {
        advance_ms(b, 50);
        sim__core_sync(&b->chip.core[0]);
    }
    assert_memory_equal(b->ram, before, sizeof(before));
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_compute_the_results_of_the_manual),
        cmocka_unit_test(loads_and_stores_have_their_widths),
        cmocka_unit_test(pop_restores_pushed_registers),
        cmocka_unit_test(branches_go_where_their_conditions_say),
        cmocka_unit_test(code_in_flash_touches_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
