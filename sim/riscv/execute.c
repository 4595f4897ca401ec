// SPDX-License-Identifier: MIT
//
// Instructions of RV32I, RV64I, M, Zicsr and Zifencei ("The RISC-V Instruction Set Manual,
// Volume I", chapter 24 has the encodings).
#include "chip/chip.h"
#include "chip/trace.h"
#include "riscv/alu.h"

#define OP_LOAD     0x03u
#define OP_FENCE    0x0fu
#define OP_IMM      0x13u
#define OP_AUIPC    0x17u
#define OP_IMM_32   0x1bu
#define OP_STORE    0x23u
#define OP_REG      0x33u
#define OP_LUI      0x37u
#define OP_REG_32   0x3bu
#define OP_BRANCH   0x63u
#define OP_JALR     0x67u
#define OP_JAL      0x6fu
#define OP_SYSTEM   0x73u
#define FUNCT7_SUB  0x20u
#define FUNCT7_MUL  0x01u
#define INSN_ECALL  0x00000073u
#define INSN_EBREAK 0x00100073u
#define INSN_MRET   0x30200073u
#define INSN_WFI    0x10500073u

static uint64_t sign_extend(uint64_t value, unsigned bits)
{
    uint64_t sign = 1ull << (bits - 1);

    value &= (sign << 1) - 1;
    return (value ^ sign) - sign;
}

uint64_t sim__hart_extend(const struct hart *hart, uint64_t value)
{
    return hart->xlen == 32 ? sign_extend(value, 32) : value;
}

uint64_t sim__hart_plain(const struct hart *hart, uint64_t value)
{
    return hart->xlen == 32 ? (uint32_t)value : value;
}

void sim__hart_set(struct hart *hart, unsigned reg, uint64_t value)
{
    if (reg != 0)
        hart->x[reg] = sim__hart_extend(hart, value);
}

static unsigned rd(uint32_t op)
{
    return op >> 7 & 31;
}

static unsigned funct3(uint32_t op)
{
    return op >> 12 & 7;
}

static uint64_t rs1(const struct hart *hart, uint32_t op)
{
    return hart->x[op >> 15 & 31];
}

static uint64_t rs2(const struct hart *hart, uint32_t op)
{
    return hart->x[op >> 20 & 31];
}

static uint64_t immediate_i(uint32_t op)
{
    return sign_extend(op >> 20, 12);
}

static uint64_t immediate_s(uint32_t op)
{
    return sign_extend((op >> 25) << 5 | rd(op), 12);
}

static uint64_t immediate_b(uint32_t op)
{
    return sign_extend(
        (op >> 31) << 12 | (op >> 7 & 1) << 11 | (op >> 25 & 0x3f) << 5 | (op >> 8 & 0xf) << 1, 13);
}

static uint64_t immediate_j(uint32_t op)
{
    return sign_extend((op >> 31) << 20 | (op >> 12 & 0xff) << 12 | (op >> 20 & 1) << 11 |
                           (op >> 21 & 0x3ff) << 1,
                       21);
}

static uint64_t immediate_u(uint32_t op)
{
    return sign_extend(op & 0xfffff000u, 32);
}

/* A program buffer's accesses are the debugger's: they are recorded as such. */
static void record(struct hart *hart, uint64_t addr, unsigned width, bool good, bool write)
{
    struct transfer t = {.addr = addr, .count = 1, .width = width, .ap = hart->id};

    if (hart->record)
        sim__trace_record_one(hart->record, &t, good, write);
}

static enum hart_end load(struct hart *hart, uint32_t op)
{
    uint64_t addr = sim__hart_plain(hart, rs1(hart, op) + immediate_i(op));
    unsigned width = 1u << (funct3(op) & 3);
    bool is_unsigned = (funct3(op) & 4) != 0;
    uint8_t data[8] = {0};
    uint64_t value = 0;
    enum hart_end end;
    bool good;

    if (width * 8 > hart->xlen || (is_unsigned && width * 8 >= hart->xlen))
        return HART_ILLEGAL;
    if ((end = sim__trigger_check(hart, MCONTROL_LOAD, addr, width)) != HART_DONE)
        return end;
    good = sim__chip_load(hart->chip, addr, width, data);
    record(hart, addr, width, good, false);
    if (!good) {
        hart->mtval = addr;
        return addr % width != 0 ? HART_LOAD_MISALIGNED : HART_LOAD_FAULT;
    }
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)data[i] << (8 * i);
    if (!is_unsigned && width < 8)
        value = sign_extend(value, 8 * width);
    sim__hart_set(hart, rd(op), value);
    return HART_DONE;
}

static enum hart_end store(struct hart *hart, uint32_t op)
{
    uint64_t addr = sim__hart_plain(hart, rs1(hart, op) + immediate_s(op));
    uint64_t value = rs2(hart, op);
    unsigned width;
    uint8_t data[8];
    enum hart_end end;
    bool good;

    if (funct3(op) > 3 || 8u << funct3(op) > hart->xlen)
        return HART_ILLEGAL;
    width = 1u << funct3(op);
    if ((end = sim__trigger_check(hart, MCONTROL_STORE, addr, width)) != HART_DONE)
        return end;
    for (unsigned i = 0; i < 8; i++)
        data[i] = (uint8_t)(value >> (8 * i));
    good = sim__chip_store(hart->chip, addr, width, data);
    record(hart, addr, width, good, true);
    if (!good) {
        hart->mtval = addr;
        return addr % width != 0 ? HART_STORE_MISALIGNED : HART_STORE_FAULT;
    }
    return HART_DONE;
}

static bool exists_for_words(unsigned function, bool is_multiply)
{
    if (is_multiply)
        return function == 0 || function >= 4;
    return function == 0 || function == 1 || function == 5;
}

/* A hart of 32 bits shifts and divides as one of 64 bits does with words. */
static enum hart_end operate(struct hart *hart, uint32_t op, bool immediate, bool word)
{
    unsigned function = funct3(op);
    unsigned funct7 = op >> 25;
    bool is_shift = function == 1 || function == 5;
    bool half = word || hart->xlen == 32;
    uint64_t a = rs1(hart, op);
    uint64_t value;

    if (immediate) {
        uint64_t b = immediate_i(op);
        unsigned upper = half ? funct7 : funct7 & ~1u; /* bit 25 belongs to a shift of 64 bits */
        bool other = function == 5 && upper == FUNCT7_SUB;

        if (is_shift && upper != 0 && !other)
            return HART_ILLEGAL;
        if (word && !exists_for_words(function, false))
            return HART_ILLEGAL;
        value = sim__alu_basic(function, half, other, a, b);
    } else {
        bool other = funct7 == FUNCT7_SUB;
        bool is_multiply = funct7 == FUNCT7_MUL;

        if ((funct7 != 0 && !other && !is_multiply) || (other && function != 0 && function != 5) ||
            (word && !exists_for_words(function, is_multiply)))
            return HART_ILLEGAL;
        value = is_multiply ? sim__alu_multiply(function, half, a, rs2(hart, op))
                            : sim__alu_basic(function, half, other, a, rs2(hart, op));
    }
    sim__hart_set(hart, rd(op), word ? sign_extend(value, 32) : value);
    return HART_DONE;
}

/* -1: there is no such branch. */
static int is_taken(const struct hart *hart, uint32_t op)
{
    uint64_t a = rs1(hart, op);
    uint64_t b = rs2(hart, op);
    bool inverted = (funct3(op) & 1) != 0;
    bool taken;

    switch (funct3(op) >> 1) {
    case 0:
        taken = a == b;
        break;
    case 2:
        taken = (int64_t)a < (int64_t)b;
        break;
    case 3:
        taken = a < b;
        break;
    default:
        return -1;
    }
    return taken != inverted;
}

/* Zicsr (Volume I, chapter 9): a write that would change nothing is none. */
static enum hart_end access_csr(struct hart *hart, uint32_t op)
{
    unsigned number = op >> 20;
    unsigned source = op >> 15 & 31;
    uint64_t operand = funct3(op) & 4 ? source : hart->x[source];
    bool writes = (funct3(op) & 3) == 1 || source != 0;
    uint64_t old = 0;
    uint64_t value;

    if (!sim__csr_read(hart, number, &old))
        return HART_ILLEGAL;
    switch (funct3(op) & 3) {
    case 1:
        value = operand;
        break;
    case 2:
        value = old | operand;
        break;
    default:
        value = old & ~operand;
        break;
    }
    if (writes && !sim__csr_write(hart, number, value))
        return HART_ILLEGAL;
    sim__hart_set(hart, rd(op), old);
    return HART_DONE;
}

static enum hart_end system_call(struct hart *hart, uint32_t op, uint64_t *next)
{
    if ((funct3(op) & 3) != 0)
        return access_csr(hart, op);
    switch (op) {
    case INSN_ECALL:
        return HART_ECALL;
    case INSN_EBREAK:
        return HART_EBREAK;
    case INSN_WFI: /* nothing would wake it */
        return HART_DONE;
    case INSN_MRET:
        if (hart->record) /* not in debug mode (Debug, 4.1) */
            return HART_ILLEGAL;
        hart->mstatus = (hart->mstatus & ~8u) | (hart->mstatus >> 4 & 8u) | 0x80u;
        *next = hart->mepc;
        return HART_DONE;
    default:
        return HART_ILLEGAL;
    }
}

static enum hart_end jump(struct hart *hart, uint32_t op, uint64_t target, uint64_t *next)
{
    uint64_t back = *next;

    *next = target & ~1ull;
    sim__hart_set(hart, rd(op), back);
    return HART_DONE;
}

/* Jumps and branches. */
static enum hart_end transfer_control(struct hart *hart, uint32_t op, uint64_t *next)
{
    int taken;

    switch (op & 0x7f) {
    case OP_BRANCH:
        taken = is_taken(hart, op);
        if (taken > 0)
            *next = hart->pc + immediate_b(op);
        return taken < 0 ? HART_ILLEGAL : HART_DONE;
    case OP_JAL:
        return jump(hart, op, hart->pc + immediate_j(op), next);
    case OP_JALR:
        return funct3(op) == 0 ? jump(hart, op, rs1(hart, op) + immediate_i(op), next)
                               : HART_ILLEGAL;
    case OP_SYSTEM:
        return system_call(hart, op, next);
    default:
        return HART_ILLEGAL;
    }
}

static enum hart_end compute(struct hart *hart, uint32_t op, uint64_t *next)
{
    switch (op & 0x7f) {
    case OP_LOAD:
        return load(hart, op);
    case OP_STORE:
        return store(hart, op);
    case OP_IMM:
        return operate(hart, op, true, false);
    case OP_REG:
        return operate(hart, op, false, false);
    case OP_IMM_32:
    case OP_REG_32:
        return hart->xlen == 64 ? operate(hart, op, (op & 0x20) == 0, true) : HART_ILLEGAL;
    case OP_LUI:
        sim__hart_set(hart, rd(op), immediate_u(op));
        return HART_DONE;
    case OP_AUIPC:
        sim__hart_set(hart, rd(op), hart->pc + immediate_u(op));
        return HART_DONE;
    case OP_FENCE: /* memory is always in order */
        return HART_DONE;
    default:
        return transfer_control(hart, op, next);
    }
}

enum hart_end sim__hart_execute(struct hart *hart, uint32_t instruction)
{
    bool is_compressed = (instruction & 3) != 3;
    uint32_t op = is_compressed ? sim__hart_expand((uint16_t)instruction, hart->xlen) : instruction;
    uint64_t next = hart->pc + (is_compressed ? 2 : 4);
    enum hart_end end = compute(hart, op, &next);

    if (end == HART_DONE)
        hart->pc = sim__hart_extend(hart, next);
    return end;
}
