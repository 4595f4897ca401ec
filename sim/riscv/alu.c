// SPDX-License-Identifier: MIT
#include "riscv/alu.h"

/* By halves: hosts of 32 bits have no integers of 128. */
static uint64_t high_unsigned(uint64_t a, uint64_t b)
{
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    uint64_t other = a_low * b_high + (uint32_t)middle;

    return a_high * b_high + (middle >> 32) + (other >> 32);
}

/* The upper half of a product; MULHSU takes the second factor as unsigned. */
static uint64_t multiply_high(unsigned function, bool word, uint64_t a, uint64_t b)
{
    uint64_t unsigned_a = word ? (uint32_t)a : a;
    uint64_t unsigned_b = word ? (uint32_t)b : b;

    if (word) /* both factors fit into 64 bits, and so does the product */
        return (function == 3   ? unsigned_a * unsigned_b
                : function == 2 ? a * unsigned_b
                                : a * b) >>
               32;
    return high_unsigned(a, b) - (function < 3 && (int64_t)a < 0 ? b : 0) -
           (function == 1 && (int64_t)b < 0 ? a : 0);
}

/* Division by zero and overflow have results, no exceptions (Volume I, 7.2). */
static uint64_t divide(unsigned function, bool word, uint64_t a, uint64_t b)
{
    bool is_signed = (function & 1) == 0;
    bool remainder = (function & 2) != 0;

    if (word) {
        a = is_signed ? (uint64_t)(int32_t)a : (uint32_t)a;
        b = is_signed ? (uint64_t)(int32_t)b : (uint32_t)b;
    }
    if (b == 0)
        return remainder ? a : UINT64_MAX;
    if (!is_signed)
        return remainder ? a % b : a / b;
    if (b == UINT64_MAX) /* -1: the quotient of the least value would overflow */
        return remainder ? 0 : 0 - a;
    return (uint64_t)(remainder ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
}

uint64_t sim__alu_multiply(unsigned function, bool word, uint64_t a, uint64_t b)
{
    if (function == 0)
        return a * b;
    return function < 4 ? multiply_high(function, word, a, b) : divide(function, word, a, b);
}

static uint64_t shift_right(bool word, bool arithmetic, uint64_t a, unsigned amount)
{
    if (word)
        return arithmetic ? (uint64_t)((int64_t)(int32_t)a >> amount) : (uint32_t)a >> amount;
    return arithmetic ? (uint64_t)((int64_t)a >> amount) : a >> amount;
}

uint64_t sim__alu_basic(unsigned function, bool word, bool other, uint64_t a, uint64_t b)
{
    unsigned amount = (unsigned)b & (word ? 31 : 63);

    switch (function) {
    case 0:
        return other ? a - b : a + b;
    case 1:
        return a << amount;
    case 2:
        return (int64_t)a < (int64_t)b;
    case 3:
        return a < b;
    case 4:
        return a ^ b;
    case 5:
        return shift_right(word, other, a, amount);
    case 6:
        return a | b;
    default:
        return a & b;
    }
}
