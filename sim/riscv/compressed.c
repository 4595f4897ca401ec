// SPDX-License-Identifier: MIT
//
// Instructions of 2 bytes (C, without floating point), each as the one of 4 bytes that it is
// for
// ("The RISC-V Instruction Set Manual, Volume I", chapter 16; tables 16.5 to 16.7).
#include "riscv/hart.h"

#define SP 2u
#define RA 1u

/* Bits `high` to `low` of the instruction, moved to bit `to`. */
static uint32_t field(uint16_t c, unsigned high, unsigned low, unsigned to)
{
    return ((uint32_t)c >> low & ((1u << (high - low + 1)) - 1)) << to;
}

/* A number whose sign is bit 12 of the instruction, which becomes bit `to` and those above. */
static uint32_t with_sign(uint16_t c, unsigned to, uint32_t rest)
{
    return (c >> 12 & 1 ? ~0u << to : 0) | rest;
}

static uint32_t type_i(uint32_t opcode, uint32_t function, uint32_t rd, uint32_t rs1, uint32_t imm)
{
    return imm << 20 | rs1 << 15 | function << 12 | rd << 7 | opcode;
}

static uint32_t type_r(uint32_t opcode, uint32_t function, uint32_t funct7, uint32_t rd,
                       uint32_t rs1, uint32_t rs2)
{
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | function << 12 | rd << 7 | opcode;
}

static uint32_t type_s(uint32_t function, uint32_t rs1, uint32_t rs2, uint32_t imm)
{
    return (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | function << 12 | (imm & 0x1f) << 7 |
           0x23;
}

static uint32_t type_j(uint32_t rd, uint32_t imm)
{
    return (imm >> 20 & 1) << 31 | (imm >> 1 & 0x3ff) << 21 | (imm >> 11 & 1) << 20 |
           (imm >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

static uint32_t type_b(uint32_t function, uint32_t rs1, uint32_t imm)
{
    return (imm >> 12 & 1) << 31 | (imm >> 5 & 0x3f) << 25 | rs1 << 15 | function << 12 |
           (imm >> 1 & 0xf) << 8 | (imm >> 11 & 1) << 7 | 0x63;
}

/* A field of three bits names one of eight registers. */
static uint32_t short_register(uint16_t c, unsigned low)
{
    return 8 + field(c, low + 2, low, 0);
}

static uint32_t immediate(uint16_t c)
{
    return with_sign(c, 5, field(c, 6, 2, 0));
}

/* The loads and stores differ in the width only: 4 or 8 bytes. */
static uint32_t offset_in_structure(uint16_t c, bool wide)
{
    return wide ? field(c, 12, 10, 3) | field(c, 6, 5, 6)
                : field(c, 12, 10, 3) | field(c, 6, 6, 2) | field(c, 5, 5, 6);
}

static uint32_t quadrant_0(uint16_t c, unsigned xlen)
{
    unsigned function = c >> 13;
    bool wide = (function & 3) == 3;
    uint32_t offset = offset_in_structure(c, wide);

    if (function == 0) { /* C.ADDI4SPN */
        uint32_t imm =
            field(c, 12, 11, 4) | field(c, 10, 7, 6) | field(c, 6, 6, 2) | field(c, 5, 5, 3);

        return imm == 0 ? 0 : type_i(0x13, 0, short_register(c, 2), SP, imm);
    }
    if ((function & 3) < 2 || (wide && xlen == 32)) /* floating point */
        return 0;
    return function < 4
               ? type_i(0x03, wide ? 3 : 2, short_register(c, 2), short_register(c, 7), offset)
               : type_s(wide ? 3 : 2, short_register(c, 7), short_register(c, 2), offset);
}

/* C.SRLI to C.ADDW: on one of the eight registers. */
static uint32_t register_arithmetic(uint16_t c, unsigned xlen)
{
    static const struct {
        uint8_t function;
        uint8_t funct7;
    } by_field[4] = {{0, 0x20}, {4, 0}, {6, 0}, {7, 0}}; /* SUB, XOR, OR, AND */
    uint32_t r = short_register(c, 7);
    uint32_t amount = field(c, 12, 12, 5) | field(c, 6, 2, 0);
    unsigned which = c >> 5 & 3;

    switch (c >> 10 & 3) {
    case 0:
    case 1:
        if (xlen == 32 && amount >= 32)
            return 0;
        return type_i(0x13, 5, r, r, amount | (c & 0x400u)); /* bit 10 shows SRA in both */
    case 2:
        return type_i(0x13, 7, r, r, immediate(c));
    default:
        if ((c >> 12 & 1) == 0)
            return type_r(0x33, by_field[which].function, by_field[which].funct7, r, r,
                          short_register(c, 2));
        if (xlen == 32 || which > 1)
            return 0;
        return type_r(0x3b, 0, which == 0 ? 0x20 : 0, r, r, short_register(c, 2));
    }
}

static uint32_t quadrant_1(uint16_t c, unsigned xlen)
{
    uint32_t r = field(c, 11, 7, 0);
    uint32_t jump = with_sign(c, 11,
                              field(c, 11, 11, 4) | field(c, 10, 9, 8) | field(c, 8, 8, 10) |
                                  field(c, 7, 7, 6) | field(c, 6, 6, 7) | field(c, 5, 3, 1) |
                                  field(c, 2, 2, 5));
    uint32_t branch = with_sign(
        c, 8, field(c, 11, 10, 3) | field(c, 6, 5, 6) | field(c, 4, 3, 1) | field(c, 2, 2, 5));
    uint32_t stack = with_sign(
        c, 9, field(c, 6, 6, 4) | field(c, 5, 5, 6) | field(c, 4, 3, 7) | field(c, 2, 2, 5));

    switch (c >> 13) {
    case 0: /* C.ADDI, C.NOP */
        return type_i(0x13, 0, r, r, immediate(c));
    case 1: /* C.JAL, C.ADDIW */
        if (xlen == 32)
            return type_j(RA, jump);
        return r == 0 ? 0 : type_i(0x1b, 0, r, r, immediate(c));
    case 2: /* C.LI */
        return type_i(0x13, 0, r, 0, immediate(c));
    case 3: /* C.ADDI16SP, C.LUI */
        if (r == SP)
            return stack == 0 ? 0 : type_i(0x13, 0, SP, SP, stack);
        return immediate(c) == 0 ? 0 : immediate(c) << 12 | r << 7 | 0x37;
    case 4:
        return register_arithmetic(c, xlen);
    case 5: /* C.J */
        return type_j(0, jump);
    default: /* C.BEQZ, C.BNEZ */
        return type_b(c >> 13 & 1, short_register(c, 7), branch);
    }
}

/* C.JR, C.MV, C.EBREAK, C.JALR, C.ADD */
static uint32_t moves_and_jumps(uint16_t c)
{
    uint32_t r = field(c, 11, 7, 0);
    uint32_t other = field(c, 6, 2, 0);
    bool links = (c >> 12 & 1) != 0;

    if (other != 0)
        return type_r(0x33, 0, 0, r, links ? r : 0, other);
    if (r == 0)
        return links ? 0x00100073 : 0;
    return type_i(0x67, 0, links ? RA : 0, r, 0);
}

static uint32_t quadrant_2(uint16_t c, unsigned xlen)
{
    uint32_t r = field(c, 11, 7, 0);
    uint32_t amount = field(c, 12, 12, 5) | field(c, 6, 2, 0);

    switch (c >> 13) {
    case 0: /* C.SLLI */
        return xlen == 32 && amount >= 32 ? 0 : type_i(0x13, 1, r, r, amount);
    case 2: /* C.LWSP */
        return r == 0 ? 0
                      : type_i(0x03, 2, r, SP,
                               field(c, 12, 12, 5) | field(c, 6, 4, 2) | field(c, 3, 2, 6));
    case 3: /* C.LDSP */
        return r == 0 || xlen == 32
                   ? 0
                   : type_i(0x03, 3, r, SP,
                            field(c, 12, 12, 5) | field(c, 6, 5, 3) | field(c, 4, 2, 6));
    case 4:
        return moves_and_jumps(c);
    case 6: /* C.SWSP */
        return type_s(2, SP, field(c, 6, 2, 0), field(c, 12, 9, 2) | field(c, 8, 7, 6));
    case 7: /* C.SDSP */
        return xlen == 32
                   ? 0
                   : type_s(3, SP, field(c, 6, 2, 0), field(c, 12, 10, 3) | field(c, 9, 7, 6));
    default: /* floating point */
        return 0;
    }
}

uint32_t sim__hart_expand(uint16_t compressed, unsigned xlen)
{
    switch (compressed & 3) {
    case 0:
        return quadrant_0(compressed, xlen);
    case 1:
        return quadrant_1(compressed, xlen);
    default:
        return quadrant_2(compressed, xlen);
    }
}
