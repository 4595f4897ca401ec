// SPDX-License-Identifier: MIT
//
// A RISC-V hart of 32 or 64 bits: integer, multiplication and compressed instructions (RV32IMC,
// RV64IMC), machine mode only, no interrupts. It really executes: code in flash as code in RAM.
// Pure: no I/O, and the caller sets the time.
//
// "Privileged" is The RISC-V Instruction Set Manual, Volume II; "Debug" is the RISC-V External
// Debug Support specification, version 0.13.2.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct chip;
struct trace;

#define HART_TRIGGERS 4u
#define HART_RESET_PC 0x08000000u

/* The pace: 5 MHz, an instruction each cycle. */
#define HART_NS_PER_CYCLE 200u

/* Exception codes (Privileged, 3.1.15: mcause), and what else ends an instruction early. */
enum hart_end {
    HART_ILLEGAL = 2,
    HART_FETCH_FAULT = 1,
    HART_BREAKPOINT = 3,
    HART_LOAD_MISALIGNED = 4,
    HART_LOAD_FAULT = 5,
    HART_STORE_MISALIGNED = 6,
    HART_STORE_FAULT = 7,
    HART_ECALL = 11,
    HART_DONE = -1,    /* it was executed */
    HART_EBREAK = -2,  /* an EBREAK: debug mode or an exception, as dcsr says */
    HART_TRIGGER = -3, /* a trigger has matched before the instruction */
};

/* dcsr (Debug, 4.8.1). Its privilege is machine mode, always. */
#define DCSR_STEP    (1u << 2)
#define DCSR_EBREAKM (1u << 15)
#define DCSR_RW      (DCSR_STEP | DCSR_EBREAKM)
/* xdebugver, stopcount and stoptime (a halted hart counts nothing), prv; stepie is 0. */
#define DCSR_FIXED (4u << 28 | 3u << 9 | 3u)

/* Why a hart has entered debug mode: dcsr.cause (Debug, 4.8.1). */
enum hart_cause {
    HART_CAUSE_EBREAK = 1,
    HART_CAUSE_TRIGGER = 2,
    HART_CAUSE_REQUEST = 3,
    HART_CAUSE_STEP = 4,
    HART_CAUSE_RESET = 5,
};

/* mcontrol (Debug, 5.2.9), whose upper bits follow the width of the hart. */
#define MCONTROL_LOAD    (1u << 0)
#define MCONTROL_STORE   (1u << 1)
#define MCONTROL_EXECUTE (1u << 2)

struct hart_trigger {
    uint64_t tdata1;
    uint64_t tdata2;
};

struct hart {
    struct chip *chip;
    unsigned id;
    unsigned xlen; /* 32 or 64. A hart of 32 bits holds its values sign-extended to 64. */
    uint64_t x[32];
    uint64_t pc;
    uint64_t mtvec;
    uint64_t mscratch;
    uint64_t mepc;
    uint64_t mcause;
    uint64_t mtval;
    uint64_t mie;
    uint32_t mstatus;
    uint32_t dcsr;
    uint64_t dpc; /* where a halted hart goes on */
    uint64_t dscratch[2];
    struct hart_trigger trigger[HART_TRIGGERS];
    unsigned tselect;
    uint32_t armed; /* MCONTROL_ bits that any trigger has */
    bool halted;
    bool in_reset;
    bool have_reset;
    bool resume_ack;
    bool halt_request;
    bool halt_on_reset;
    bool busy;            /* in sim__hart_sync(), which must not be entered again */
    struct trace *record; /* set while a program buffer is executed: its accesses are recorded */
    uint64_t ran_ns;      /* running time before `since_ns` */
    uint64_t since_ns;    /* when the hart was last started */
    uint64_t walked_ns;   /* how much of the running time has been executed */
};

/* hart.c. The reset keeps what the debugger has requested. */
void sim__hart_power_on(struct hart *hart);
void sim__hart_reset(struct hart *hart);
void sim__hart_leave_reset(struct hart *hart);
void sim__hart_sync(struct hart *hart); /* executes up to the present */
void sim__hart_halt(struct hart *hart, enum hart_cause cause);
void sim__hart_resume(struct hart *hart); /* or steps, as dcsr says */
uint64_t sim__hart_ran_ns(const struct hart *hart);
/* The firmware runs: not a debugger's helper in RAM. */
bool sim__hart_in_firmware(const struct hart *hart);
/* Executes a program buffer of `words` words, after which an EBREAK is implied. False: an exception
 * ended it, or it did not end. */
bool sim__hart_run_program(struct hart *hart, const uint32_t *program, unsigned words);

/* execute.c: one instruction of 2 or 4 bytes at the program counter, which it moves on. */
enum hart_end sim__hart_execute(struct hart *hart, uint32_t instruction);
void sim__hart_set(struct hart *hart, unsigned reg, uint64_t value);
uint64_t sim__hart_extend(const struct hart *hart, uint64_t value); /* to the form of `x` */
uint64_t sim__hart_plain(const struct hart *hart, uint64_t value);  /* xlen bits, others zero */

/* compressed.c: the instruction of 4 bytes that one of 2 bytes means, 0 for an illegal one. */
uint32_t sim__hart_expand(uint16_t compressed, unsigned xlen);

/* csr.c. False: there is no such register, or it cannot be written. */
bool sim__csr_read(struct hart *hart, unsigned number, uint64_t *value);
bool sim__csr_write(struct hart *hart, unsigned number, uint64_t value);

/* trigger.c */
bool sim__trigger_read(const struct hart *hart, unsigned number, uint64_t *value);
bool sim__trigger_write(struct hart *hart, unsigned number, uint64_t value);
void sim__trigger_reset(struct hart *hart);
/* An access that a trigger may match; `kind` is one of MCONTROL_LOAD, _STORE and _EXECUTE.
 * HART_DONE when none does. */
enum hart_end sim__trigger_check(struct hart *hart, uint32_t kind, uint64_t addr, unsigned width);
