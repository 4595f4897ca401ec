// SPDX-License-Identifier: MIT
//
// What the arithmetic instructions compute ("The RISC-V Instruction Set Manual, Volume I", 2.4, 5.2
// and chapter 7). `function` is the instruction's funct3. `word` chooses operands of 32 bits,
// sign-extended to 64, of which the lower 32 bits of the result count.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* ADD, SLL, SLT, SLTU, XOR, SRL, OR, AND; with `other` SUB and SRA. */
uint64_t sim__alu_basic(unsigned function, bool word, bool other, uint64_t a, uint64_t b);

/* MUL, MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU. */
uint64_t sim__alu_multiply(unsigned function, bool word, uint64_t a, uint64_t b);
