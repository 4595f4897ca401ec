// SPDX-License-Identifier: MIT
//
// The start of the simulated flash, as sim/chip/firmware.c fills it: a test compares the two.
    .syntax unified
    .cpu cortex-m3
    .thumb

    .text
    .globl vectors
    .type vectors, %object
vectors:
    .word 0x20005000
    .word reset_handler
    .word nmi_handler
    .word hard_fault_handler
    .word mem_manage_handler
    .word bus_fault_handler
    .word usage_fault_handler
    .word 0, 0, 0, 0
    .word sv_call_handler
    .word debug_monitor_handler
    .word 0
    .word pend_sv_handler
    .word sys_tick_handler
    .rept 43
    .word interrupt_handler
    .endr
    .size vectors, . - vectors
    .org 0x1a0, 0

    .macro function name
    .globl \name
    .type \name, %function
    .thumb_func
\name:
    .endm

    .macro endless name
    function \name
    b .
    .size \name, . - \name
    .endm

    .macro empty name
    function \name
    bx lr
    .size \name, . - \name
    .endm

    function reset_handler
    movs r0, #0
    sub sp, #32
    cpsie i
    b.w main
    .size reset_handler, . - reset_handler

    endless nmi_handler
    endless hard_fault_handler
    endless mem_manage_handler
    endless bus_fault_handler
    endless usage_fault_handler
    empty sv_call_handler
    empty debug_monitor_handler
    empty pend_sv_handler
    empty sys_tick_handler
    empty interrupt_handler

    .rept 0x21
    nop
    .endr

    function main
1:
    movw r3, #0x4f00
    movt r3, #0x2000
    ldr r2, [r3, #0]
    adds r2, #1
    str r2, [r3, #0]
    add.w r0, r0, #1
    eors r1, r0
    nop
    b 1b
    .size main, . - main
