// SPDX-License-Identifier: MIT
/* Instructions of 2 bytes. What each means is what GNU as makes of both spellings. */
#include "support.h"

struct pair {
    uint16_t compressed;
    uint32_t expanded;
    const char *text;
};

static void check(const struct pair *pairs, size_t count, unsigned xlen)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t found = sim__hart_expand(pairs[i].compressed, xlen);

        if (found != pairs[i].expanded)
            fail_msg("%s on %u bits: 0x%08x, not 0x%08x", pairs[i].text, xlen, (unsigned)found,
                     (unsigned)pairs[i].expanded);
    }
}

static void each_expands_to_an_instruction_of_4_bytes(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {0x1fe8, 0x3fc10513, "c.addi4spn a0, sp, 1020"},
        {0x0024, 0x00810493, "c.addi4spn s1, sp, 8"},
        {0x5c68, 0x07c42503, "c.lw a0, 124(s0)"},
        {0x433c, 0x04072783, "c.lw a5, 64(a4)"},
        {0xc35c, 0x00f72223, "c.sw a5, 4(a4)"},
        {0xdce0, 0x0684ae23, "c.sw s0, 124(s1)"},
        {0x0001, 0x00000013, "c.nop"},
        {0x1281, 0xfe028293, "c.addi t0, -32"},
        {0x08fd, 0x01f88893, "c.addi a7, 31"},
        {0x5dfd, 0xfff00d93, "c.li s11, -1"},
        {0x457d, 0x01f00513, "c.li a0, 31"},
        {0x7101, 0xe0010113, "c.addi16sp sp, -512"},
        {0x617d, 0x1f010113, "c.addi16sp sp, 496"},
        {0x7505, 0xfffe1537, "c.lui a0, 0xfffe1"},
        {0x6ffd, 0x0001ffb7, "c.lui t6, 31"},
        {0x817d, 0x01f55513, "c.srli a0, 31"},
        {0x8485, 0x4014d493, "c.srai s1, 1"},
        {0x9a01, 0xfe067613, "c.andi a2, -32"},
        {0x8d0d, 0x40b50533, "c.sub a0, a1"},
        {0x8c25, 0x00944433, "c.xor s0, s1"},
        {0x8e55, 0x00d66633, "c.or a2, a3"},
        {0x8f7d, 0x00f77733, "c.and a4, a5"},
        {0xaffd, 0x7fe0006f, "c.j . + 2046"},
        {0xb001, 0x801ff06f, "c.j . - 2048"},
        {0xcd7d, 0x0e050f63, "c.beqz a0, . + 254"},
        {0xf081, 0xf00490e3, "c.bnez s1, . - 256"},
        {0x0e7e, 0x01fe1e13, "c.slli t3, 31"},
        {0x50fe, 0x0fc12083, "c.lwsp ra, 252(sp)"},
        {0xdfee, 0x0fb12e23, "c.swsp s11, 252(sp)"},
        {0x8082, 0x00008067, "c.jr ra"},
        {0x9302, 0x000300e7, "c.jalr t1"},
        {0x82fe, 0x01f002b3, "c.mv t0, t6"},
        {0x9daa, 0x00ad8db3, "c.add s11, a0"},
        {0x9002, 0x00100073, "c.ebreak"},
    };

    check(pairs, COUNT_OF(pairs), 32);
    check(pairs, COUNT_OF(pairs), 64);
}

static void a_call_exists_on_32_bits_only(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {0x2201, 0x100000ef, "c.jal . + 256"},
        {0x3ffd, 0xfffff0ef, "c.jal . - 2"},
    };

    check(pairs, COUNT_OF(pairs), 32);
    assert_int_not_equal(sim__hart_expand(0x2201, 64), 0x100000ef); /* C.ADDIW there */
}

static void double_words_exist_on_64_bits_only(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {0x7c68, 0x0f843503, "c.ld a0, 248(s0)"},   {0xe784, 0x0097b423, "c.sd s1, 8(a5)"},
        {0x357d, 0xfff5051b, "c.addiw a0, -1"},     {0x9d0d, 0x40b5053b, "c.subw a0, a1"},
        {0x9c25, 0x0094043b, "c.addw s0, s1"},      {0x917d, 0x03f55513, "c.srli a0, 63"},
        {0x9501, 0x42055513, "c.srai a0, 32"},      {0x197e, 0x03f91913, "c.slli s2, 63"},
        {0x70fe, 0x1f813083, "c.ldsp ra, 504(sp)"}, {0xffee, 0x1fb13c23, "c.sdsp s11, 504(sp)"},
    };

    check(pairs, COUNT_OF(pairs), 64);
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (strcmp(pairs[i].text, "c.addiw a0, -1") != 0) /* C.JAL there */
            assert_int_equal(sim__hart_expand(pairs[i].compressed, 32), 0);
}

static void reserved_instructions_are_illegal(void **state)
{
    (void)state;
    static const uint16_t reserved[] = {
        0x0000, /* defined as illegal */
        0x0004, /* c.addi4spn with 0 */
        0x2000, /* c.fld: no floating point */
        0x6101, /* c.addi16sp with 0 */
        0x6501, /* c.lui with 0 */
        0x8002, /* c.jr zero */
        0x4002, /* c.lwsp to zero */
        0x9c41, /* of the word forms one that does not exist */
    };

    for (size_t i = 0; i < COUNT_OF(reserved); i++) {
        assert_int_equal(sim__hart_expand(reserved[i], 32), 0);
        assert_int_equal(sim__hart_expand(reserved[i], 64), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_expands_to_an_instruction_of_4_bytes),
        cmocka_unit_test(a_call_exists_on_32_bits_only),
        cmocka_unit_test(double_words_exist_on_64_bits_only),
        cmocka_unit_test(reserved_instructions_are_illegal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
