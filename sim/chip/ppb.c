// SPDX-License-Identifier: MIT
//
// The private peripheral bus, 0xE0000000-0xE00FFFFF: system control space, debug
// registers, FPB, DWT, ITM, TPIU, DBGMCU and the ROM table.
#include "chip/chip.h"

#include <string.h>

#define DWT_CTRL_CYCCNTENA (1u << 0)
#define AIRCR_VECTKEY      0x05fa0000u
#define AIRCR_VECTRESET    (1u << 0)
#define AIRCR_SYSRESETREQ  (1u << 2)
#define DHCSR_DBGKEY       0xa05f0000u
#define KEY_MASK           0xffff0000u
#define SCB_BASE           0xe000ed00u
#define CORE_HZ            8000000u /* HSI, the clock after reset */
#define DHCSR_C_ALL                                                                                \
    (DHCSR_C_DEBUGEN | DHCSR_C_HALT | DHCSR_C_STEP | DHCSR_C_MASKINTS | DHCSR_C_SNAPSTALL)

void sim__ppb_power_on(struct core *core)
{
    struct ppb *ppb = &core->ppb;

    memset(ppb, 0, sizeof(*ppb));
    ppb->fp_ctrl = 0x00000260;  /* FPB revision 1, 6 code and 2 literal comparators */
    ppb->dwt_ctrl = 0x40000000; /* 4 comparators */
}

/* What a reset of the system clears; the debug registers survive it. */
void sim__ppb_reset(struct core *core)
{
    struct ppb *ppb = &core->ppb;

    ppb->dhcsr &=
        ~(DHCSR_C_HALT | DHCSR_C_STEP | DHCSR_C_MASKINTS | DHCSR_C_SNAPSTALL | DHCSR_S_RETIRE_ST);
    ppb->cfsr = 0;
    ppb->hfsr = 0;
    memset(ppb->scb, 0, sizeof(ppb->scb));
    memset(ppb->nvic, 0, sizeof(ppb->nvic));
    ppb->scb[0x14 / 4] = 0x00000200; /* CCR: STKALIGN, as revision r1p1 has it */
}

static uint32_t cyccnt(const struct core *core)
{
    uint64_t ns = sim__core_ran_ns(core) - core->ppb.dwt_from_ns;

    if (!(core->ppb.dwt_ctrl & DWT_CTRL_CYCCNTENA) || !(core->ppb.demcr & DEMCR_TRCENA))
        return core->ppb.dwt_cyccnt;
    return core->ppb.dwt_cyccnt + (uint32_t)(ns * (CORE_HZ / 1000000) / 1000);
}

static void set_cyccnt(struct core *core, uint32_t value)
{
    core->ppb.dwt_cyccnt = value;
    core->ppb.dwt_from_ns = sim__core_ran_ns(core);
}

/* CoreSight identification, 0xFD0-0xFFC of each 4 KiB block: Arm's part numbers of
 * the Cortex-M3, ST's for the chip's own ROM table. */
static uint32_t identification(uint32_t addr)
{
    static const struct {
        uint32_t base;
        uint32_t part;
        uint32_t designer; /* JEP106: 0x43b Arm, 0x020 ST */
        uint32_t class_of;
    } component[] = {
        {0xe0000000, 0x001, 0x43b, 0xe}, {0xe0001000, 0x002, 0x43b, 0xe},
        {0xe0002000, 0x003, 0x43b, 0xe}, {0xe000e000, 0x000, 0x43b, 0xe},
        {0xe0040000, 0x923, 0x43b, 0x9}, {0xe00ff000, 0x410, 0x020, 0x1},
    };
    static const uint8_t preamble[4] = {0x0d, 0x00, 0x05, 0xb1};
    uint32_t offset = addr & 0xfff;

    for (size_t i = 0; i < sizeof(component) / sizeof(component[0]); i++) {
        uint32_t part = component[i].part;
        uint32_t designer = component[i].designer;

        if (component[i].base != (addr & ~0xfffu))
            continue;
        switch (offset) {
        case 0xfd0:
            return designer >> 8; /* continuation code */
        case 0xfe0:
            return part & 0xff;
        case 0xfe4:
            return part >> 8 | (designer & 0xf) << 4;
        case 0xfe8:
            return 0x08 | (designer >> 4 & 0x7); /* JEDEC-assigned */
        case 0xff4:
            return component[i].class_of << 4;
        default:
            return offset >= 0xff0 ? preamble[(offset - 0xff0) / 4] : 0;
        }
    }
    return 0;
}

static uint32_t rom_table(uint32_t offset)
{
    /* SCS, DWT, FPB, ITM, TPIU present; ETM not (DDI0337, 4.1). */
    static const uint32_t entry[] = {
        0xfff0f003, 0xfff02003, 0xfff03003, 0xfff01003, 0xfff41003, 0xfff42002,
    };

    if (offset / 4 < sizeof(entry) / sizeof(entry[0]))
        return entry[offset / 4];
    return offset == 0xfcc ? 1 : 0; /* MEMTYPE: system memory is on this bus */
}

static uint32_t dhcsr_read(struct core *core)
{
    struct ppb *ppb = &core->ppb;
    uint32_t value;

    sim__core_sync(core);
    if (!core->halted && !core->asleep && !core->chip->nrst)
        ppb->dhcsr |= DHCSR_S_RETIRE_ST;
    value = ppb->dhcsr | DHCSR_S_REGRDY | (core->halted ? DHCSR_S_HALT : 0) |
            (core->asleep ? DHCSR_S_SLEEP : 0) |
            (core->lockup && !core->halted ? DHCSR_S_LOCKUP : 0); /* 0 in Debug state */
    ppb->dhcsr &= ~DHCSR_S_RETIRE_ST;
    /* Sticky until read after the reset is over (DDI0403, C1.6.2). */
    if (!core->chip->nrst)
        ppb->dhcsr &= ~DHCSR_S_RESET_ST;
    return value;
}

static void dhcsr_write(struct core *core, uint32_t value)
{
    struct ppb *ppb = &core->ppb;

    if ((value & KEY_MASK) != DHCSR_DBGKEY)
        return;
    /* Without C_DEBUGEN the core is not halted (DDI0403, C1.6.2). */
    if (!(value & DHCSR_C_DEBUGEN)) {
        ppb->dhcsr &= ~DHCSR_C_ALL;
        sim__core_resume(core);
        return;
    }
    ppb->dhcsr = (ppb->dhcsr & ~DHCSR_C_ALL) | (value & DHCSR_C_ALL);
    if (value & DHCSR_C_HALT)
        sim__core_halt(core, DFSR_HALTED);
    else if (value & DHCSR_C_STEP)
        sim__core_step(core);
    else
        sim__core_resume(core);
}

static void dcrsr_write(struct core *core, uint32_t value)
{
    unsigned regsel = value & 0x7f;

    /* A running core does not transfer registers: S_REGRDY stays as it is. */
    if (!core->halted)
        return;
    if (value & DCRSR_REGWNR)
        sim__core_set(core, regsel, core->ppb.dcrdr);
    else
        core->ppb.dcrdr = sim__core_get(core, regsel);
}

static void aircr_write(struct core *core, uint32_t value)
{
    if ((value & KEY_MASK) != AIRCR_VECTKEY)
        return;
    core->ppb.scb[0x0c / 4] = value & 0x0700; /* PRIGROUP */
    if (value & AIRCR_SYSRESETREQ)
        sim__chip_reset(core->chip);
    else if (value & AIRCR_VECTRESET)
        sim__core_reset(core);
}

static uint32_t scs_read(struct core *core, uint32_t addr)
{
    switch (addr) {
    case 0xe000e004:
        return 1; /* ICTR: 64 interrupt lines */
    case 0xe000ed00:
        return 0x411fc231; /* CPUID: Cortex-M3 r1p1 */
    case SCS_AIRCR:
        return 0xfa050000u | core->ppb.scb[0x0c / 4];
    case 0xe000ed28:
        return core->ppb.cfsr;
    case 0xe000ed2c:
        return core->ppb.hfsr;
    case 0xe000ed30:
        sim__core_sync(core);
        return core->ppb.dfsr;
    case SCS_DHCSR:
        return dhcsr_read(core);
    case SCS_DCRDR:
        return core->ppb.dcrdr;
    case SCS_DEMCR:
        return core->ppb.demcr;
    default:
        break;
    }
    if (addr - SCB_BASE < sizeof(core->ppb.scb))
        return core->ppb.scb[(addr - SCB_BASE) / 4];
    if (addr - 0xe000e100u < sizeof(core->ppb.nvic))
        return core->ppb.nvic[(addr - 0xe000e100u) / 4];
    return identification(addr);
}

static void scs_write(struct core *core, uint32_t addr, uint32_t value)
{
    switch (addr) {
    case 0xe000ed00: /* CPUID, read-only */
        return;
    case SCS_AIRCR:
        aircr_write(core, value);
        return;
    case 0xe000ed28:
        core->ppb.cfsr &= ~value;
        return;
    case 0xe000ed2c:
        core->ppb.hfsr &= ~value;
        return;
    case 0xe000ed30:
        core->ppb.dfsr &= ~value;
        return;
    case SCS_DHCSR:
        dhcsr_write(core, value);
        return;
    case SCS_DCRSR:
        dcrsr_write(core, value);
        return;
    case SCS_DCRDR:
        core->ppb.dcrdr = value;
        return;
    case SCS_DEMCR:
        core->ppb.demcr = value & 0x010f07f1;
        return;
    default:
        break;
    }
    if (addr - SCB_BASE < 0x40)
        core->ppb.scb[(addr - SCB_BASE) / 4] = value;
    else if (addr - 0xe000e100u < sizeof(core->ppb.nvic))
        core->ppb.nvic[(addr - 0xe000e100u) / 4] = value;
}

static uint32_t dwt_read(struct core *core, uint32_t addr)
{
    struct ppb *ppb = &core->ppb;
    uint32_t offset = addr & 0xfff;
    uint32_t n = (offset - 0x20) / 16;

    switch (offset) {
    case 0x00:
        return ppb->dwt_ctrl;
    case 0x04:
        return cyccnt(core);
    case 0x1c: /* PCSR: where the core is, or all ones while it is halted */
        sim__core_sync(core);
        return core->halted ? 0xffffffff : core->pc;
    default:
        break;
    }
    if (offset < 0x20 || n >= DWT_COMPARATORS)
        return identification(addr);
    switch (offset & 0xf) {
    case 0x0:
        return ppb->dwt_comp[n];
    case 0x4:
        return ppb->dwt_mask[n];
    case 0x8:
        return ppb->dwt_function[n];
    default:
        return 0;
    }
}

static void dwt_write(struct core *core, uint32_t addr, uint32_t value)
{
    struct ppb *ppb = &core->ppb;
    uint32_t offset = addr & 0xfff;
    uint32_t n = (offset - 0x20) / 16;

    if (offset == 0x00) {
        set_cyccnt(core, cyccnt(core));
        ppb->dwt_ctrl = (ppb->dwt_ctrl & 0xf0000000) | (value & 0x007f1fff);
    } else if (offset == 0x04) {
        set_cyccnt(core, value);
    } else if (offset >= 0x20 && n < DWT_COMPARATORS) {
        if ((offset & 0xf) == 0x0)
            ppb->dwt_comp[n] = value;
        else if ((offset & 0xf) == 0x4)
            ppb->dwt_mask[n] = value & 0x1f;
        else if ((offset & 0xf) == 0x8)
            ppb->dwt_function[n] = value & 0x000fffbf; /* MATCHED is read-only */
    }
}

static uint32_t fpb_read(const struct core *core, uint32_t addr)
{
    uint32_t offset = addr & 0xfff;

    if (offset == 0)
        return core->ppb.fp_ctrl;
    if (offset == 4)
        return core->ppb.fp_remap;
    if (offset >= 8 && (offset - 8) / 4 < FPB_COMPARATORS)
        return core->ppb.fp_comp[(offset - 8) / 4];
    return identification(addr);
}

static void fpb_write(struct core *core, uint32_t addr, uint32_t value)
{
    uint32_t offset = addr & 0xfff;

    sim__core_sync(core);
    if (offset == 0 && (value & 2)) /* KEY */
        core->ppb.fp_ctrl = (core->ppb.fp_ctrl & ~1u) | (value & 1);
    else if (offset == 4)
        core->ppb.fp_remap = value & 0x1fffffe0;
    else if (offset >= 8 && (offset - 8) / 4 < FPB_COMPARATORS)
        core->ppb.fp_comp[(offset - 8) / 4] = value & 0xdffffffd;
}

bool sim__ppb_read(struct core *core, uint32_t addr, uint32_t *value)
{
    switch (addr & ~0xfffu) {
    case 0xe0000000: /* ITM */
    case 0xe0040000: /* TPIU */
        *value = identification(addr);
        return true;
    case 0xe0001000:
        *value = dwt_read(core, addr);
        return true;
    case 0xe0002000:
        *value = fpb_read(core, addr);
        return true;
    case 0xe000e000:
        *value = scs_read(core, addr);
        return true;
    case 0xe0042000: /* DBGMCU_IDCODE: medium density, revision Y; DBGMCU_CR (RM0008, 31.6) */
        *value = addr == 0xe0042000 ? 0x20036410 : addr == 0xe0042004 ? core->chip->dbgmcu_cr : 0;
        return true;
    case 0xe00ff000:
        *value = (addr & 0xfff) < 0xfd0 ? rom_table(addr & 0xfff) : identification(addr);
        return true;
    default:
        return false;
    }
}

bool sim__ppb_write(struct core *core, uint32_t addr, uint32_t value)
{
    switch (addr & ~0xfffu) {
    case 0xe0000000: /* ITM */
    case 0xe0040000: /* TPIU */
    case 0xe00ff000:
        return true;
    case 0xe0001000:
        dwt_write(core, addr, value);
        return true;
    case 0xe0002000:
        fpb_write(core, addr, value);
        return true;
    case 0xe000e000:
        scs_write(core, addr, value);
        return true;
    case 0xe0042000:
        if (addr == 0xe0042004)
            core->chip->dbgmcu_cr = value;
        return true;
    default:
        return false;
    }
}
