// SPDX-License-Identifier: MIT
//
// The start of the simulated flash of the RISC-V chips: a test compares the two. What is between
// the parts is erased.
    .option norvc
    .option norelax

    .macro function name
    .globl \name
    .type \name, @function
\name:
    .endm

    .text
    function vector
    j reset_handler
    .size vector, . - vector
    .org 0x1a0, 0xff

    function reset_handler
    lui t0, 0x08000
    addi t0, t0, 0x1e0
    csrw mtvec, t0
    lui s0, 0x20005
    mv sp, s0
    csrr t0, mhartid
    slli t0, t0, 2
    add s0, s0, t0
    li a0, 0
    li a1, 0
    j main
    .size reset_handler, . - reset_handler
    .org 0x1e0, 0xff

    function exception
    j .
    .size exception, . - exception
    .org 0x200, 0xff

    function main
    addi a0, a0, 1
    xor a1, a1, a0
    nop
    jal ra, main + 0x40 /* counts the rounds */
    j main
    .size main, . - main
