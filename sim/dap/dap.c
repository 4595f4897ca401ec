// SPDX-License-Identifier: MIT
#include "dap/dap.h"

#include <string.h>

#define DPIDR_SW   0x1ba01477u /* SW-DP of the STM32F103 (RM0008, 31.8.3) */
#define DPIDR_JTAG 0x3ba00477u
#define IDR_AHB_AP 0x14770011u
#define ROM_TABLE  0xe00ff003u

#define CDBGPWRUPREQ (1u << 28)
#define CDBGPWRUPACK (1u << 29)
#define CSYSPWRUPREQ (1u << 30)
#define CSYSPWRUPACK (1u << 31)
#define CTRL_STAT_RW 0x50ffff0du /* the power requests and the modes */
#define STICKY       (CTRL_STAT_STICKYORUN | CTRL_STAT_STICKYCMP | CTRL_STAT_STICKYERR)
#define ABORT_CLEAR  0x1eu /* ORUNERRCLR, WDERRCLR, STKERRCLR, STKCMPCLR */

#define CSW_SIZE      0x7u
#define CSW_ADDRINC   (3u << 4)
#define CSW_DEVICE_EN (1u << 6)
#define CSW_RW        0x23000037u /* no packed transfers on the Cortex-M3's AHB-AP */
#define TAR_WRAP      0xfffu      /* the bits that the increment changes (IHI0031, C2.2.2) */

void sim__dap_init(struct dap *dap, struct chip *chip, struct trace *trace)
{
    *dap = (struct dap){.chip = chip, .trace = trace};
    for (unsigned i = 0; i < SIM_CORES_MAX; i++)
        dap->ap[i].csw = 0x23000000 | CSW_DEVICE_EN;
}

void sim__dap_lose_power(struct dap *dap)
{
    bool jtag = dap->jtag; /* the probe's choice of pins */

    sim__dap_init(dap, dap->chip, dap->trace);
    dap->jtag = jtag;
    dap->dead = true;
}

unsigned sim__dap_aps(const struct dap *dap)
{
    return dap->chip->cores;
}

static void record(struct dap *dap, const struct transfer *t, uint32_t good, bool write)
{
    if (t->count == 0)
        return;
    atomic_store_explicit(&dap->trace->resets, dap->chip->resets, memory_order_relaxed);
    sim__trace_record(dap->trace, t, good, write);
}

/* After a fault TAR has the address of the access that faulted: OpenOCD reads it for its message
 * (mem_ap_read(), src/target/arm_adi_v5.c). */
static void finish(struct dap *dap, const struct transfer *t, uint32_t good, bool write)
{
    if (good < t->count)
        dap->ctrl_stat |= CTRL_STAT_STICKYERR;
    dap->ap[t->ap].tar = (uint32_t)(t->fixed ? t->addr : t->addr + good * t->width);
    record(dap, t, good, write);
}

/* Memory does not answer through the port of a refused core, nor while a core sleeps with faults.
 */
static bool is_unreachable(const struct dap *dap, const struct transfer *t)
{
    const struct chip *chip = dap->chip;

    return dap->dead || sim__chip_is_down(chip, t->ap) ||
           (chip->core[t->ap].asleep && chip->sleep == SIM_SLEEP_FAULTS &&
            !sim__chip_is_debug(t->addr));
}

/* The core sleeps: accesses succeed, reads answer zeros and writes do nothing. */
static bool is_without_effect(const struct dap *dap, const struct transfer *t)
{
    const struct chip *chip = dap->chip;

    return chip->core[t->ap].asleep && chip->sleep == SIM_SLEEP_ZEROS &&
           !sim__chip_is_debug(t->addr);
}

uint32_t sim__dap_read_memory(struct dap *dap, const struct transfer *t, uint8_t *data)
{
    struct core *core = &dap->chip->core[t->ap];
    uint32_t good = 0;

    sim__chip_catch_up(dap->chip);
    if (is_unreachable(dap, t)) {
        good = 0;
    } else if (is_without_effect(dap, t)) {
        good = t->count;
        memset(data, 0, (size_t)t->count * t->width);
    } else if (!t->fixed) {
        good = sim__bus_read(core, (uint32_t)t->addr, t->width, t->count, data);
    } else {
        while (good < t->count &&
               sim__bus_read(core, (uint32_t)t->addr, t->width, 1, data + (size_t)good * t->width))
            good++;
    }
    finish(dap, t, good, false);
    return good;
}

uint32_t sim__dap_write_memory(struct dap *dap, const struct transfer *t, const uint8_t *data)
{
    struct core *core = &dap->chip->core[t->ap];
    uint32_t good = 0;

    sim__chip_catch_up(dap->chip);
    if (is_unreachable(dap, t))
        good = 0;
    else if (is_without_effect(dap, t))
        good = t->count;
    else if (!t->fixed)
        good = sim__bus_write(core, (uint32_t)t->addr, t->width, t->count, data);
    else
        while (good < t->count &&
               sim__bus_write(core, (uint32_t)t->addr, t->width, 1, data + (size_t)good * t->width))
            good++;
    finish(dap, t, good, true);
    return good;
}

void sim__dap_clear_sticky(struct dap *dap)
{
    dap->ctrl_stat &= ~(STICKY | CTRL_STAT_WDATAERR);
}

bool sim__dp_read(struct dap *dap, unsigned reg, uint32_t *value)
{
    *value = 0;
    switch (reg) {
    case DP_DPIDR:
        *value = dap->jtag ? DPIDR_JTAG : DPIDR_SW;
        return true;
    case DP_CTRL_STAT:
        *value = dap->ctrl_stat | (dap->ctrl_stat & (CDBGPWRUPREQ | CSYSPWRUPREQ)) << 1;
        return true;
    case DP_SELECT: /* RESEND on a SW-DP */
        *value = dap->jtag ? dap->select : dap->rdbuff;
        return true;
    case DP_RDBUFF:
        *value = dap->rdbuff;
        return true;
    case 0x14: /* DLCR: the only other bank that a DPv1 has */
        *value = 0x00000040;
        return true;
    default:
        return true; /* reserved banks read as zero */
    }
}

bool sim__dp_write(struct dap *dap, unsigned reg, uint32_t value)
{
    switch (reg) {
    case DP_ABORT:
        if (value & ABORT_CLEAR & (1u << 2))
            dap->ctrl_stat &= ~CTRL_STAT_STICKYERR;
        if (value & ABORT_CLEAR & (1u << 1))
            dap->ctrl_stat &= ~CTRL_STAT_STICKYCMP;
        if (value & ABORT_CLEAR & (1u << 3))
            dap->ctrl_stat &= ~CTRL_STAT_WDATAERR;
        if (value & ABORT_CLEAR & (1u << 4))
            dap->ctrl_stat &= ~CTRL_STAT_STICKYORUN;
        break;
    case DP_CTRL_STAT:
        if (dap->jtag)
            dap->ctrl_stat &= ~(value & STICKY);
        dap->ctrl_stat = (dap->ctrl_stat & ~CTRL_STAT_RW) | (value & CTRL_STAT_RW);
        if (value & CDBGPWRUPREQ)
            dap->dead = false;
        break;
    case DP_SELECT:
        dap->select = value;
        break;
    default:
        break;
    }
    return true;
}

static unsigned csw_width(const struct dap *dap, unsigned ap)
{
    unsigned size = dap->ap[ap].csw & CSW_SIZE;

    return size > 2 ? 4 : 1u << size;
}

static void increment(struct dap *dap, unsigned ap)
{
    uint32_t *tar = &dap->ap[ap].tar;

    if ((dap->ap[ap].csw & CSW_ADDRINC) != 0)
        *tar = (*tar & ~TAR_WRAP) | ((*tar + csw_width(dap, ap)) & TAR_WRAP);
}

/* DRW carries a narrow value on the byte lanes of its address (IHI0031, C2.2.6). */
static bool access_at(struct dap *dap, struct transfer t, bool write, uint32_t *value)
{
    unsigned shift = 8 * (t.addr & 3 & ~(t.width - 1));
    uint8_t data[4] = {0};

    t.addr &= ~(t.width - 1);
    if (write) {
        for (unsigned i = 0; i < t.width; i++)
            data[i] = (uint8_t)(*value >> (shift + 8 * i));
        return sim__dap_write_memory(dap, &t, data) == 1;
    }
    *value = 0;
    if (sim__dap_read_memory(dap, &t, data) != 1)
        return false;
    for (unsigned i = 0; i < t.width; i++)
        *value |= (uint32_t)data[i] << (shift + 8 * i);
    return true;
}

static bool is_access(unsigned reg)
{
    return reg == AP_DRW || (reg >= AP_BD0 && reg <= AP_BD3);
}

static bool memory_access(struct dap *dap, unsigned ap, unsigned reg, bool write, uint32_t *value)
{
    uint32_t tar = dap->ap[ap].tar;
    bool banked = reg != AP_DRW; /* BD0-BD3: the four words around TAR, which does not change */
    struct transfer t = {
        .addr = banked ? (tar & ~0xfu) | (reg & 0xc) : tar,
        .count = 1,
        .width = banked ? 4 : csw_width(dap, ap),
        .ap = ap,
    };
    bool good = access_at(dap, t, write, value);

    dap->ap[ap].tar = tar;
    if (good && !banked)
        increment(dap, ap);
    return good;
}

bool sim__ap_read(struct dap *dap, unsigned ap, unsigned reg, uint32_t *value)
{
    *value = 0;
    if (dap->dead || (dap->ctrl_stat & STICKY))
        return false;
    if (ap >= sim__dap_aps(dap))
        return true; /* no such AP: every register reads as zero, the IDR too */
    if (is_access(reg)) {
        if (!memory_access(dap, ap, reg, false, value))
            return false;
    } else {
        switch (reg) {
        case AP_CSW:
            *value = dap->ap[ap].csw | CSW_DEVICE_EN;
            break;
        case AP_TAR:
            *value = dap->ap[ap].tar;
            break;
        case AP_BASE:
            *value = ROM_TABLE;
            break;
        case AP_IDR:
            *value = IDR_AHB_AP;
            break;
        default: /* CFG: little endian, 32-bit addresses and data */
            break;
        }
    }
    dap->rdbuff = *value;
    return true;
}

bool sim__ap_write(struct dap *dap, unsigned ap, unsigned reg, uint32_t value)
{
    if (dap->dead || (dap->ctrl_stat & STICKY))
        return false;
    if (ap >= sim__dap_aps(dap))
        return true;
    if (is_access(reg))
        return memory_access(dap, ap, reg, true, &value);
    if (reg == AP_CSW) {
        dap->ap[ap].csw = (value & CSW_RW) | CSW_DEVICE_EN;
        if ((dap->ap[ap].csw & CSW_ADDRINC) == CSW_ADDRINC) /* 0b11 is reserved */
            dap->ap[ap].csw &= ~CSW_ADDRINC;
        if ((value & CSW_ADDRINC) == 2u << 4) /* packed: not there, taken as single */
            dap->ap[ap].csw = (dap->ap[ap].csw & ~CSW_ADDRINC) | 1u << 4;
    } else if (reg == AP_TAR) {
        dap->ap[ap].tar = value;
    }
    return true;
}
