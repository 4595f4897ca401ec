// SPDX-License-Identifier: MIT
//
// The core: running, halted, stepped, reset, and its registers. Code in flash is only
// followed, for the length of its instructions and its unconditional branches, so that
// any image can be loaded and none of it touches memory. Code in RAM, where debuggers
// put their helpers, is executed.
#include "chip/chip.h"
#include "chip/thumb.h"

/* The pace of the core, and how much of it is caught up with at a time. */
#define NS_PER_INSTRUCTION 50u
#define FOLLOW_MAX         4096u
/* At most 1 ms of the chip at a time: the time that the host needs for it must not add to itself,
 * on a machine that is slower than the chip. */
#define EXECUTE_MAX 20000u

#define XPSR_T 0x01000000u

/* The core's time may be a little ahead of the chip's while another core catches up. */
uint64_t sim__core_ran_ns(const struct core *core)
{
    const struct chip *chip = core->chip;

    if (core->halted || core->asleep || chip->nrst || chip->now_ns < core->since_ns)
        return core->ran_ns;
    return core->ran_ns + (chip->now_ns - core->since_ns);
}

static bool fetch(struct core *core, uint32_t addr, uint16_t *opcode)
{
    const uint8_t *memory = sim__chip_memory(core->chip, addr, 2);

    if (!memory)
        return false;
    *opcode = (uint16_t)(memory[0] | memory[1] << 8);
    return true;
}

/* FP_COMPn of FPB revision 1 (DDI0403, C1.11.5): a word address and which of its
 * halves break. */
static bool has_breakpoint(const struct core *core, uint32_t pc)
{
    if (!(core->ppb.fp_ctrl & 1))
        return false;
    for (unsigned i = 0; i < 6; i++) {
        uint32_t comp = core->ppb.fp_comp[i];
        uint32_t replace = comp >> 30;

        if ((comp & 1) && (comp & 0x1ffffffc) == (pc & ~3u) && (replace & (pc & 2 ? 2u : 1u)) != 0)
            return true;
    }
    return false;
}

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1u << (bits - 1);

    return (value ^ sign) - sign;
}

/* Where the 32-bit branches B.W and BL lead (DDI0403, A7.7.12 T4 and A7.7.18). */
static uint32_t wide_branch(uint32_t pc, uint16_t first, uint16_t second)
{
    uint32_t s = first >> 10 & 1;
    uint32_t i1 = (~(uint32_t)(second >> 13 & 1) ^ s) & 1;
    uint32_t i2 = (~(uint32_t)(second >> 11 & 1) ^ s) & 1;
    uint32_t offset =
        s << 24 | i1 << 23 | i2 << 22 | (first & 0x3ffu) << 12 | (second & 0x7ffu) << 1;

    return pc + 4 + sign_extend(offset, 25);
}

bool sim__core_in_ram(const struct core *core)
{
    return core->pc - SIM_RAM_BASE < core->chip->ram_size;
}

/* Moves the program counter over one instruction. False: it cannot be fetched, or
 * not be executed. */
static bool pass(struct core *core)
{
    uint16_t first;
    uint16_t second;

    if (!fetch(core, core->pc, &first))
        return false;
    if (first >> 11 < 0x1d && sim__core_in_ram(core))
        return sim__thumb_execute(core, first);
    /* 0b11101, 0b11110 and 0b11111 begin a 32-bit instruction (DDI0403, A5.1). */
    if (first >> 11 < 0x1d) {
        if (first >> 11 == 0x1c)
            core->pc += 4 + sign_extend((first & 0x7ffu) << 1, 12);
        else
            core->pc += 2;
        if ((first & 0xff80) == 0xb080) /* SUB SP: the firmware's stack frame */
            sim__core_set(core, REG_SP, sim__core_get(core, REG_SP) - (first & 0x7fu) * 4);
        return true;
    }
    if (!fetch(core, core->pc + 2, &second))
        return false;
    if (first >> 11 == 0x1e && (second & 0x9000) == 0x9000) {
        if (second & 0x4000)
            core->lr = (core->pc + 4) | 1;
        core->pc = wide_branch(core->pc, first, second);
    } else if (sim__core_in_ram(core) && first != 0xf3bf) { /* barriers have nothing to do */
        return false;
    } else {
        core->pc += 4;
    }
    return true;
}

static bool advance(struct core *core)
{
    bool good = pass(core);

    core->lockup = !good;
    return good;
}

static bool is_bkpt(struct core *core)
{
    uint16_t opcode;

    return fetch(core, core->pc, &opcode) && opcode >> 8 == 0xbe;
}

static bool in_debug(const struct core *core)
{
    return (core->ppb.dhcsr & DHCSR_C_DEBUGEN) != 0;
}

static void stop_clock(struct core *core)
{

    if (core == &core->chip->core[0])
        sim__firmware_update(core->chip);
    core->ran_ns = sim__core_ran_ns(core);
    core->since_ns = core->chip->now_ns;
    core->walked_ns = core->ran_ns;
}

static void start_clock(struct core *core)
{
    core->since_ns = core->chip->now_ns;
    core->walked_ns = core->ran_ns;
}

static void enter_debug(struct core *core, uint32_t dfsr)
{
    if (!core->halted)
        stop_clock(core);
    core->halted = true;
    core->asleep = false;
    core->ppb.dhcsr |= DHCSR_C_HALT;
    core->ppb.dfsr |= dfsr;
}

/* Moves the program counter by the time that has passed, up to a breakpoint. A long time is cut
 * short, which does not show in a loop. While an instruction executes, the chip's time is that of
 * the instruction, so that code can wait for hardware. */
void sim__core_sync(struct core *core)
{
    uint64_t present = core->chip->now_ns;
    uint64_t ran = sim__core_ran_ns(core);
    uint64_t at;
    uint64_t due;

    /* Busy: an instruction that is being executed has read a register. */
    if (core->halted || core->asleep || core->chip->nrst || core->busy || ran < core->walked_ns)
        return;
    due = (ran - core->walked_ns) / NS_PER_INSTRUCTION;
    core->walked_ns += due * NS_PER_INSTRUCTION;
    at = present - due * NS_PER_INSTRUCTION;
    if (due > EXECUTE_MAX)
        due = EXECUTE_MAX - due % 7; /* keeps halts in a short loop from repeating */
    core->busy = true;
    for (uint64_t i = 0; i < due && (i < FOLLOW_MAX + due % 7 || sim__core_in_ram(core)); i++) {
        at += NS_PER_INSTRUCTION;
        core->chip->now_ns = at;
        core->ppb.dhcsr |= DHCSR_S_RETIRE_ST;
        if (in_debug(core) && (has_breakpoint(core, core->pc) || is_bkpt(core))) {
            enter_debug(core, DFSR_BKPT);
            break;
        }
        if (!advance(core))
            break;
    }
    core->chip->now_ns = present;
    core->busy = false;
}

void sim__core_halt(struct core *core, uint32_t dfsr)
{
    sim__core_sync(core);
    if (!core->halted && !core->chip->nrst)
        enter_debug(core, dfsr);
}

void sim__core_resume(struct core *core)
{

    if (!core->halted)
        return;
    /* A breakpoint on the next instruction is met before it is executed. */
    if (in_debug(core) && (has_breakpoint(core, core->pc) || is_bkpt(core))) {
        enter_debug(core, DFSR_BKPT);
        return;
    }
    core->halted = false;
    start_clock(core);
    if (core->chip->sleep != SIM_AWAKE)
        sim__core_fall_asleep(core);
}

/* Code in RAM is a debugger's helper, which does not sleep. */
void sim__core_fall_asleep(struct core *core)
{
    sim__core_sync(core);
    if (core->halted || core->asleep || core->chip->nrst || sim__core_in_ram(core))
        return;
    stop_clock(core);
    core->asleep = true;
}

void sim__core_wake_up(struct core *core)
{
    if (!core->asleep)
        return;
    core->asleep = false;
    start_clock(core);
}

void sim__core_step(struct core *core)
{
    if (!core->halted)
        return;
    if (is_bkpt(core)) {
        enter_debug(core, DFSR_BKPT);
        return;
    }
    advance(core);
    core->ppb.dhcsr |= DHCSR_S_RETIRE_ST;
    core->ran_ns += NS_PER_INSTRUCTION;
    enter_debug(core, DFSR_HALTED);
}

static void load_vectors(struct core *core)
{
    const uint8_t *v = core->chip->flash;
    uint32_t sp =
        (uint32_t)v[0] | (uint32_t)v[1] << 8 | (uint32_t)v[2] << 16 | (uint32_t)v[3] << 24;
    uint32_t pc =
        (uint32_t)v[4] | (uint32_t)v[5] << 8 | (uint32_t)v[6] << 16 | (uint32_t)v[7] << 24;

    *core = (struct core){
        .chip = core->chip,
        .ppb = core->ppb,
        .msp = sp & ~3u,
        .pc = pc & ~1u,
        .lr = 0xffffffff,
        .xpsr = (pc & 1) ? XPSR_T : 0,
        .since_ns = core->chip->now_ns,
        .busy = core->busy,
    };
}

/* The debug registers that only a power-on resets keep what they have (DDI0403, C1.6). */
void sim__core_reset(struct core *core)
{
    load_vectors(core);
    if (core == &core->chip->core[0])
        core->chip->firmware_started = false;
    sim__ppb_reset(core);
    core->chip->resets++;
    core->ppb.dhcsr |= DHCSR_S_RESET_ST;
    if (!core->chip->nrst && in_debug(core) && (core->ppb.demcr & DEMCR_VC_CORERESET))
        enter_debug(core, DFSR_VCATCH);
}

uint32_t sim__core_get(const struct core *core, unsigned regsel)
{

    if (regsel < 13)
        return core->r[regsel];
    switch (regsel) {
    case REG_SP:
        return core->cfbp >> 24 & 2 ? core->psp : core->msp;
    case REG_LR:
        return core->lr;
    case REG_PC:
        return core->pc;
    case REG_XPSR:
        return core->xpsr;
    case REG_MSP:
        return core->msp;
    case REG_PSP:
        return core->psp;
    case REG_CFBP:
        return core->cfbp;
    default:
        return 0; /* no such register: UNKNOWN (DDI0403, C1.6.3) */
    }
}

void sim__core_set(struct core *core, unsigned regsel, uint32_t value)
{

    if (regsel < 13) {
        core->r[regsel] = value;
        return;
    }
    switch (regsel) {
    case REG_SP:
        *(core->cfbp >> 24 & 2 ? &core->psp : &core->msp) = value & ~3u;
        break;
    case REG_LR:
        core->lr = value;
        break;
    case REG_PC:
        core->pc = value & ~1u;
        break;
    case REG_XPSR:
        core->xpsr = value;
        break;
    case REG_MSP:
        core->msp = value & ~3u;
        break;
    case REG_PSP:
        core->psp = value & ~3u;
        break;
    case REG_CFBP:
        core->cfbp = value & 0x0301ff01; /* CONTROL.nPRIV/SPSEL, FAULTMASK, BASEPRI, PRIMASK */
        break;
    default:
        break;
    }
}
