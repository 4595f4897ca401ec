// SPDX-License-Identifier: MIT
//
// The hart as a whole: running, halted, stepped, reset, and its program buffer.
#include "riscv/hart.h"

#include "chip/chip.h"

/* The pace of the hart. */
#define NS_PER_INSTRUCTION HART_NS_PER_CYCLE
/* At most 2 ms of the hart at a time: the time that the host needs for it must not add to itself,
 * on a machine that is slower than the hart. */
#define EXECUTE_MAX 10000u

/* A program buffer that has not ended after this many instructions never will. */
#define PROGRAM_MAX 10000u
/* The address of the program buffer. The memory map has nothing there. */
#define PROGRAM_BASE 0xfffff000u

/* dcsr.cause */
#define DCSR_CAUSE_SHIFT 6u
#define DCSR_CAUSE_MASK  (7u << DCSR_CAUSE_SHIFT)

static bool is_stopped(const struct hart *hart)
{
    return hart->halted || hart->in_reset;
}

/* The hart's time may be a little ahead of the chip's while another hart catches up. */
uint64_t sim__hart_ran_ns(const struct hart *hart)
{
    uint64_t now = hart->chip->now_ns;

    return is_stopped(hart) || now < hart->since_ns ? hart->ran_ns
                                                    : hart->ran_ns + (now - hart->since_ns);
}

bool sim__hart_in_firmware(const struct hart *hart)
{
    return !is_stopped(hart) && hart->pc - SIM_RAM_BASE >= hart->chip->ram_size;
}

static void stop_clock(struct hart *hart)
{
    if (hart->id == 0)
        sim__firmware_update(hart->chip);
    hart->ran_ns = sim__hart_ran_ns(hart);
    hart->walked_ns = hart->ran_ns;
}

static void enter_debug(struct hart *hart, enum hart_cause cause)
{
    if (!is_stopped(hart))
        stop_clock(hart);
    hart->halted = true;
    hart->dpc = hart->pc;
    hart->dcsr = (hart->dcsr & ~DCSR_CAUSE_MASK) | (uint32_t)cause << DCSR_CAUSE_SHIFT;
}

/* The last 2 bytes of a memory can be an instruction of 2 bytes only. */
static bool fetch(struct hart *hart, uint32_t *instruction)
{
    uint64_t pc = sim__hart_plain(hart, hart->pc);
    const uint8_t *code = pc >> 32 ? NULL : sim__chip_memory(hart->chip, (uint32_t)pc, 4);
    bool is_short = false;

    if (!code && pc >> 32 == 0) {
        code = sim__chip_memory(hart->chip, (uint32_t)pc, 2);
        is_short = true;
    }
    if (!code)
        return false;
    *instruction = (uint32_t)code[0] | (uint32_t)code[1] << 8;
    if ((*instruction & 3) != 3)
        return true;
    if (is_short)
        return false;
    *instruction |= (uint32_t)code[2] << 16 | (uint32_t)code[3] << 24;
    return true;
}

/* Exceptions go to mtvec (Privileged, 3.1.7). mtval is set where the cause is. */
static void take_exception(struct hart *hart, enum hart_end cause)
{
    hart->mepc = hart->pc;
    hart->mcause = (uint64_t)cause;
    hart->mstatus = (hart->mstatus & 8u) << 4; /* MPIE becomes MIE, MIE 0 */
    hart->pc = hart->mtvec;
}

/* One instruction. False: it was not executed, the hart has entered debug mode instead. */
static bool advance(struct hart *hart)
{
    uint64_t pc = hart->pc;
    uint32_t instruction = 0;
    enum hart_end end = sim__trigger_check(hart, MCONTROL_EXECUTE, sim__hart_plain(hart, pc), 1);

    if (end == HART_DONE)
        end = fetch(hart, &instruction) ? sim__hart_execute(hart, instruction) : HART_FETCH_FAULT;
    switch (end) {
    case HART_DONE:
        return true;
    case HART_TRIGGER:
        enter_debug(hart, HART_CAUSE_TRIGGER);
        return false;
    case HART_EBREAK:
        if (hart->dcsr & DCSR_EBREAKM) {
            enter_debug(hart, HART_CAUSE_EBREAK);
            return false;
        }
        hart->mtval = pc;
        end = HART_BREAKPOINT;
        break;
    case HART_ILLEGAL:
        hart->mtval = instruction;
        break;
    case HART_FETCH_FAULT:
        hart->mtval = pc;
        break;
    default:
        break;
    }
    take_exception(hart, end);
    return true;
}

/* While an instruction executes, the chip's time is that of the instruction: what it waits for
 * comes to pass. */
void sim__hart_sync(struct hart *hart)
{
    struct chip *chip = hart->chip;
    uint64_t present = chip->now_ns;
    uint64_t ran = sim__hart_ran_ns(hart);
    uint64_t at;
    uint64_t due;

    if (is_stopped(hart) || hart->busy || ran < hart->walked_ns)
        return;
    due = (ran - hart->walked_ns) / NS_PER_INSTRUCTION;
    hart->walked_ns += due * NS_PER_INSTRUCTION;
    if (due > EXECUTE_MAX)
        due = EXECUTE_MAX - due % 7; /* keeps halts in a short loop from repeating */
    at = present - due * NS_PER_INSTRUCTION;
    hart->busy = true;
    for (uint64_t i = 0; i < due; i++) {
        at += NS_PER_INSTRUCTION;
        chip->now_ns = at;
        if (!advance(hart))
            break;
    }
    chip->now_ns = present;
    hart->busy = false;
}

void sim__hart_halt(struct hart *hart, enum hart_cause cause)
{
    sim__hart_sync(hart);
    if (!is_stopped(hart))
        enter_debug(hart, cause);
}

static void step(struct hart *hart)
{
    hart->halted = false;
    hart->busy = true; /* the instruction's own time is the present */
    if (advance(hart))
        enter_debug(hart, HART_CAUSE_STEP);
    hart->busy = false;
    hart->ran_ns += NS_PER_INSTRUCTION;
    hart->walked_ns = hart->ran_ns;
}

void sim__hart_resume(struct hart *hart)
{
    if (!hart->halted || hart->in_reset)
        return;
    hart->pc = hart->dpc;
    hart->since_ns = hart->chip->now_ns;
    hart->walked_ns = hart->ran_ns;
    if (hart->dcsr & DCSR_STEP)
        step(hart);
    else
        hart->halted = false;
}

bool sim__hart_run_program(struct hart *hart, const uint32_t *program, unsigned words)
{
    uint64_t pc = hart->pc;
    uint64_t base = sim__hart_extend(hart, PROGRAM_BASE);
    enum hart_end end = HART_DONE;

    hart->pc = base;
    for (unsigned i = 0; i < PROGRAM_MAX && end == HART_DONE; i++) {
        uint64_t offset = hart->pc - base;
        uint64_t index = offset / 4;
        uint32_t instruction = 0;

        if (index == words) {
            end = HART_EBREAK;
        } else if (index > words) {
            end = HART_FETCH_FAULT;
        } else {
            instruction = program[index] >> (8 * (offset & 2));
            if ((offset & 2) != 0 && index + 1 < words)
                instruction |= program[index + 1] << 16;
            end = sim__hart_execute(hart, instruction);
        }
    }
    hart->pc = pc;
    return end == HART_EBREAK;
}

static void start(struct hart *hart)
{
    hart->since_ns = hart->chip->now_ns;
    if (hart->halt_on_reset)
        enter_debug(hart, HART_CAUSE_RESET);
    else if (hart->halt_request)
        enter_debug(hart, HART_CAUSE_REQUEST);
}

/* The caller has set chip, id and xlen. */
void sim__hart_reset(struct hart *hart)
{
    *hart = (struct hart){
        .chip = hart->chip,
        .id = hart->id,
        .xlen = hart->xlen,
        .pc = HART_RESET_PC,
        .mtvec = HART_RESET_PC,
        .dcsr = DCSR_FIXED,
        .in_reset = true,
        .have_reset = true,
        .resume_ack = hart->resume_ack,
        .halt_request = hart->halt_request,
        .halt_on_reset = hart->halt_on_reset,
        .busy = hart->busy,
    };
    sim__trigger_reset(hart);
}

void sim__hart_leave_reset(struct hart *hart)
{
    if (!hart->in_reset)
        return;
    hart->in_reset = false;
    start(hart);
}

void sim__hart_power_on(struct hart *hart)
{
    sim__hart_reset(hart);
    sim__hart_leave_reset(hart);
}
