// SPDX-License-Identifier: MIT
//
// The 16-bit Thumb instructions, in the order of the encoding tables of DDI0403, A5.2.
#include "chip/thumb.h"

#define N_FLAG (1u << 31)
#define Z_FLAG (1u << 30)
#define C_FLAG (1u << 29)
#define V_FLAG (1u << 28)

static uint32_t get(const struct core *core, unsigned n)
{
    return n == REG_PC ? core->pc + 4 : sim__core_get(core, n);
}

static void set(struct core *core, unsigned n, uint32_t value)
{
    sim__core_set(core, n, value);
}

static bool flag(const struct core *core, uint32_t mask)
{
    return (core->xpsr & mask) != 0;
}

static void set_flags(struct core *core, uint32_t mask, uint32_t value)
{
    core->xpsr = (core->xpsr & ~mask) | (value & mask);
}

static void set_nz(struct core *core, uint32_t value)
{
    set_flags(core, N_FLAG | Z_FLAG, (value & N_FLAG) | (value == 0 ? Z_FLAG : 0));
}

/* AddWithCarry(): subtraction adds the complement with the carry set. */
static uint32_t add(struct core *core, uint32_t a, uint32_t b, bool carry)
{
    uint64_t wide = (uint64_t)a + b + carry;
    uint32_t sum = (uint32_t)wide;

    set_nz(core, sum);
    set_flags(core, C_FLAG | V_FLAG,
              (wide >> 32 ? C_FLAG : 0) | ((~(a ^ b) & (a ^ sum)) >> 31 ? V_FLAG : 0));
    return sum;
}

enum shift {
    LSL,
    LSR,
    ASR,
    ROR
};

static uint32_t shift(struct core *core, enum shift kind, uint32_t value, unsigned amount)
{
    uint64_t sign = value >> 31 ? ~(uint64_t)0 << 32 : 0;
    uint64_t wide;
    bool carry = flag(core, C_FLAG);

    if (amount != 0) {
        unsigned by = amount > 33 ? 33 : amount;

        switch (kind) {
        case LSL:
            wide = (uint64_t)value << by;
            carry = wide >> 32 & 1;
            value = (uint32_t)wide;
            break;
        case LSR:
            carry = (uint64_t)value >> (by - 1) & 1;
            value = (uint32_t)((uint64_t)value >> by);
            break;
        case ASR:
            by = by > 32 ? 32 : by; /* every bit is the sign then */
            wide = sign | value;
            carry = wide >> (by - 1) & 1;
            value = (uint32_t)(wide >> by);
            break;
        case ROR:
            by = amount % 32;
            if (by != 0)
                value = value >> by | value << (32 - by);
            carry = value >> 31;
            break;
        }
    }
    set_nz(core, value);
    set_flags(core, C_FLAG, carry ? C_FLAG : 0);
    return value;
}

static bool load(struct core *core, uint32_t addr, unsigned width, uint32_t *value)
{
    uint8_t d[4] = {0};

    if (sim__bus_read(core, addr, width, 1, d) != 1)
        return false;
    *value = (uint32_t)d[0] | (uint32_t)d[1] << 8 | (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24;
    return true;
}

static bool store(struct core *core, uint32_t addr, unsigned width, uint32_t value)
{
    const uint8_t d[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                          (uint8_t)(value >> 24)};

    return sim__bus_write(core, addr, width, 1, d) == 1;
}

static bool access(struct core *core, bool read, uint32_t addr, unsigned width, unsigned rt)
{
    uint32_t value;

    if (!read)
        return store(core, addr, width, get(core, rt));
    if (!load(core, addr, width, &value))
        return false;
    set(core, rt, value);
    return true;
}

static bool branch(struct core *core, uint32_t target)
{
    core->pc = target & ~1u;
    return true;
}

static bool condition(const struct core *core, unsigned cond)
{
    bool n = flag(core, N_FLAG);
    bool z = flag(core, Z_FLAG);
    bool c = flag(core, C_FLAG);
    bool v = flag(core, V_FLAG);
    const bool holds[] = {z, c, n, v, c && !z, n == v, !z && n == v};

    return holds[cond >> 1] != (cond & 1);
}

/* Shift by immediate, add, subtract, move and compare: 0b00xxxx */
static void arithmetic(struct core *core, uint16_t op)
{
    unsigned rd = op & 7;
    unsigned rn = op >> 3 & 7;
    unsigned imm5 = op >> 6 & 31;
    uint32_t operand = op & 0x0400 ? op >> 6 & 7 : get(core, op >> 6 & 7);
    unsigned wide = op >> 8 & 7;
    uint32_t imm8 = op & 0xff;

    switch (op >> 11) {
    case 0:
        set(core, rd, shift(core, LSL, get(core, rn), imm5));
        break;
    case 1:
        set(core, rd, shift(core, LSR, get(core, rn), imm5 ? imm5 : 32));
        break;
    case 2:
        set(core, rd, shift(core, ASR, get(core, rn), imm5 ? imm5 : 32));
        break;
    case 3:
        set(core, rd,
            op & 0x0200 ? add(core, get(core, rn), ~operand, true)
                        : add(core, get(core, rn), operand, false));
        break;
    case 4:
        set(core, wide, imm8);
        set_nz(core, imm8);
        break;
    case 5:
        add(core, get(core, wide), ~imm8, true);
        break;
    case 6:
        set(core, wide, add(core, get(core, wide), imm8, false));
        break;
    default:
        set(core, wide, add(core, get(core, wide), ~imm8, true));
        break;
    }
}

static void logical(struct core *core, unsigned rd, uint32_t value)
{
    set(core, rd, value);
    set_nz(core, value);
}

/* 0b010000 */
static void data_processing(struct core *core, uint16_t op)
{
    unsigned rd = op & 7;
    uint32_t a = get(core, rd);
    uint32_t b = get(core, op >> 3 & 7);
    static const enum shift kinds[] = {[2] = LSL, [3] = LSR, [4] = ASR, [7] = ROR};

    switch (op >> 6 & 15) {
    case 0:
        logical(core, rd, a & b);
        break;
    case 1:
        logical(core, rd, a ^ b);
        break;
    case 2:
    case 3:
    case 4:
    case 7:
        set(core, rd, shift(core, kinds[op >> 6 & 15], a, b & 0xff));
        break;
    case 5:
        set(core, rd, add(core, a, b, flag(core, C_FLAG)));
        break;
    case 6:
        set(core, rd, add(core, a, ~b, flag(core, C_FLAG)));
        break;
    case 8: /* TST */
        set_nz(core, a & b);
        break;
    case 9: /* RSB #0 */
        set(core, rd, add(core, ~b, 0, true));
        break;
    case 10: /* CMP */
        add(core, a, ~b, true);
        break;
    case 11: /* CMN */
        add(core, a, b, false);
        break;
    case 12:
        logical(core, rd, a | b);
        break;
    case 13:
        logical(core, rd, a * b);
        break;
    case 14:
        logical(core, rd, a & ~b);
        break;
    default:
        logical(core, rd, ~b);
        break;
    }
}

/* Registers above r7, BX, BLX: 0b010001. True when it was a branch. */
static bool special(struct core *core, uint16_t op)
{
    unsigned rd = (op & 7u) | (op >> 4 & 8u);
    uint32_t value = get(core, op >> 3 & 15);

    switch (op >> 8 & 3) {
    case 0:
        value += get(core, rd);
        break;
    case 1:
        add(core, get(core, rd), ~value, true);
        return false;
    case 2:
        break;
    default:
        if (op & 0x80)
            core->lr = (core->pc + 2) | 1;
        return branch(core, value);
    }
    if (rd == REG_PC)
        return branch(core, value);
    set(core, rd, value);
    return false;
}

/* Single loads and stores: 0b0101 to 0b1001 */
static bool load_store(struct core *core, uint16_t op)
{
    static const uint8_t width[] = {4, 2, 1, 1, 4, 2, 1, 2};
    uint32_t base = get(core, op >> 3 & 7);
    unsigned imm5 = op >> 6 & 31;
    unsigned rt = op & 7;
    bool read = (op & 0x0800) != 0;
    unsigned kind = op >> 9 & 7;
    uint32_t value;

    switch (op >> 12) {
    case 5:
        if (kind != 3 && kind != 7)
            return access(core, kind > 3, base + get(core, op >> 6 & 7), width[kind], rt);
        if (!load(core, base + get(core, op >> 6 & 7), width[kind], &value))
            return false;
        /* LDRSB, LDRSH */
        set(core, rt, kind == 3 ? (value ^ 0x80) - 0x80 : (value ^ 0x8000) - 0x8000);
        return true;
    case 6:
        return access(core, read, base + 4 * imm5, 4, rt);
    case 7:
        return access(core, read, base + imm5, 1, rt);
    case 8:
        return access(core, read, base + 2 * imm5, 2, rt);
    default:
        return access(core, read, get(core, REG_SP) + 4 * (op & 0xffu), 4, op >> 8 & 7);
    }
}

/* LDM, STM, PUSH and POP: words from `addr` up; `list` has bit 14 for LR and bit 15
 * for PC. */
static bool multiple(struct core *core, bool read, uint32_t addr, uint32_t list, bool *branched)
{
    for (unsigned n = 0; n < 16; n++) {
        uint32_t value;

        if (!(list >> n & 1))
            continue;
        if (!read) {
            if (!store(core, addr, 4, get(core, n)))
                return false;
        } else {
            if (!load(core, addr, 4, &value))
                return false;
            if (n == REG_PC)
                *branched = branch(core, value);
            else
                set(core, n, value);
        }
        addr += 4;
    }
    return true;
}

static uint32_t count_bits(uint32_t list)
{
    uint32_t count = 0;

    for (; list != 0; list &= list - 1)
        count++;
    return count;
}

static bool push_pop(struct core *core, uint16_t op, bool *branched)
{
    bool pop = (op & 0x0800) != 0;
    uint32_t list = (op & 0xffu) | (op & 0x100 ? 1u << (pop ? REG_PC : REG_LR) : 0);
    uint32_t size = 4 * count_bits(list);
    uint32_t sp = get(core, REG_SP);

    if (!multiple(core, pop, pop ? sp : sp - size, list, branched))
        return false;
    set(core, REG_SP, pop ? sp + size : sp - size);
    return true;
}

static bool load_store_multiple(struct core *core, uint16_t op)
{
    unsigned rn = op >> 8 & 7;
    bool read = (op & 0x0800) != 0;
    uint32_t list = op & 0xff;
    uint32_t base = get(core, rn);
    bool branched = false;

    if (!multiple(core, read, base, list, &branched))
        return false;
    if (!read || !(list >> rn & 1))
        set(core, rn, base + 4 * count_bits(list));
    return true;
}

static uint32_t extend(uint16_t op, uint32_t value)
{
    switch (op >> 6 & 3) {
    case 0:
        return ((value & 0xffff) ^ 0x8000) - 0x8000;
    case 1:
        return ((value & 0xff) ^ 0x80) - 0x80;
    case 2:
        return value & 0xffff;
    default:
        return value & 0xff;
    }
}

static uint32_t reverse(uint16_t op, uint32_t value)
{
    uint32_t halves = (value >> 8 & 0x00ff00ff) | (value << 8 & 0xff00ff00);

    switch (op >> 6 & 3) {
    case 0:
        return halves >> 16 | halves << 16;
    case 1:
        return halves;
    default: /* REVSH */
        return ((halves & 0xffff) ^ 0x8000) - 0x8000;
    }
}

/* 0b1011. *branched shows that the program counter has been set. */
static bool miscellaneous(struct core *core, uint16_t op, bool *branched)
{
    uint32_t sp = get(core, REG_SP);
    uint32_t imm = 4 * (op & 0x7fu);
    uint32_t rm = get(core, op >> 3 & 7);

    switch (op >> 8 & 15) {
    case 0: /* ADD SP, SUB SP */
        set(core, REG_SP, op & 0x80 ? sp - imm : sp + imm);
        return true;
    case 1:
    case 3:
    case 9:
    case 11: /* CBZ, CBNZ */
        if ((get(core, op & 7) == 0) == ((op & 0x0800) == 0))
            *branched = branch(core, core->pc + 4 + (op >> 3 & 0x40u) + (op >> 2 & 0x3eu));
        return true;
    case 2:
        set(core, op & 7, extend(op, rm));
        return true;
    case 4:
    case 5:
    case 12:
    case 13:
        return push_pop(core, op, branched);
    case 6: /* CPS: interrupts are not simulated */
        return true;
    case 10:
        if ((op >> 6 & 3) == 2)
            return false;
        set(core, op & 7, reverse(op, rm));
        return true;
    case 15: /* hints; not IT */
        return (op & 15) == 0;
    default:
        return false;
    }
}

/* Loads by literal, address generation and branches: the rest. */
static bool other(struct core *core, uint16_t op, bool *branched)
{
    unsigned rd = op >> 8 & 7;
    uint32_t imm = 4 * (op & 0xffu);
    uint32_t here = get(core, REG_PC) & ~3u;
    unsigned cond = op >> 8 & 15;

    switch (op >> 12) {
    case 4:
        return access(core, true, here + imm, 4, rd);
    case 10:
        set(core, rd, (op & 0x0800 ? get(core, REG_SP) : here) + imm);
        return true;
    case 11:
        return miscellaneous(core, op, branched);
    case 12:
        return load_store_multiple(core, op);
    case 13:
        if (cond >= 14) /* UDF, SVC: exceptions are not simulated */
            return false;
        if (condition(core, cond))
            *branched = branch(core, core->pc + 4 + (((op & 0xffu) ^ 0x80) - 0x80) * 2);
        return true;
    default:
        *branched = branch(core, core->pc + 4 + (((op & 0x7ffu) ^ 0x400) - 0x400) * 2);
        return true;
    }
}

bool sim__thumb_execute(struct core *core, uint16_t op)
{
    bool branched = false;
    bool good = true;

    if (op >> 14 == 0)
        arithmetic(core, op);
    else if (op >> 10 == 0x10)
        data_processing(core, op);
    else if (op >> 10 == 0x11)
        branched = special(core, op);
    else if (op >> 12 >= 5 && op >> 12 <= 9)
        good = load_store(core, op);
    else
        good = other(core, op, &branched);
    if (good && !branched)
        core->pc += 2;
    return good;
}
