// SPDX-License-Identifier: MIT
#include "riscv/dm.h"

/* dmcontrol (Debug, 3.12.2) */
#define DMCONTROL_HALTREQ         (1u << 31)
#define DMCONTROL_RESUMEREQ       (1u << 30)
#define DMCONTROL_HARTRESET       (1u << 29)
#define DMCONTROL_ACKHAVERESET    (1u << 28)
#define DMCONTROL_HARTSELLO       16u
#define DMCONTROL_SETRESETHALTREQ (1u << 3)
#define DMCONTROL_CLRRESETHALTREQ (1u << 2)
#define DMCONTROL_NDMRESET        (1u << 1)
#define DMCONTROL_DMACTIVE        (1u << 0)
#define HARTSEL_MASK              1u /* the bits of hartsel that there are */

/* dmstatus (Debug, 3.12.1): pairs of any and all, of which the lower bit is "any". With one hart
 * selected they are equal. */
#define DMSTATUS_IMPEBREAK       (1u << 22)
#define DMSTATUS_HAVERESET       (3u << 18)
#define DMSTATUS_RESUMEACK       (3u << 16)
#define DMSTATUS_NONEXISTENT     (3u << 14)
#define DMSTATUS_UNAVAIL         (3u << 12)
#define DMSTATUS_RUNNING         (3u << 10)
#define DMSTATUS_HALTED          (3u << 8)
#define DMSTATUS_AUTHENTICATED   (1u << 7)
#define DMSTATUS_HASRESETHALTREQ (1u << 5)
#define DMSTATUS_VERSION         2u /* 0.13 */

#define HARTINFO_NSCRATCH (2u << 20)

void sim__dm_init(struct dm *dm, struct chip *chip, struct trace *trace)
{
    *dm = (struct dm){
        .chip = chip,
        .trace = trace,
        .has_progbuf = true,
        .sysbus_width = chip->kind == SIM_CHIP_RISCV64 ? 64 : 32,
    };
}

struct hart *sim__dm_selected(struct dm *dm)
{
    return dm->hartsel < dm->chip->cores ? &dm->chip->hart[dm->hartsel] : NULL;
}

bool sim__dm_is_available(const struct dm *dm, const struct hart *hart)
{
    return !hart->in_reset && !sim__chip_is_down(dm->chip, hart->id);
}

static uint32_t dmstatus(struct dm *dm)
{
    const struct hart *hart = sim__dm_selected(dm);
    uint32_t value = DMSTATUS_AUTHENTICATED | DMSTATUS_HASRESETHALTREQ | DMSTATUS_VERSION;

    if (dm->has_progbuf)
        value |= DMSTATUS_IMPEBREAK;
    if (!hart)
        return value | DMSTATUS_NONEXISTENT;
    if (hart->have_reset)
        value |= DMSTATUS_HAVERESET;
    if (hart->resume_ack)
        value |= DMSTATUS_RESUMEACK;
    if (!sim__dm_is_available(dm, hart))
        return value | DMSTATUS_UNAVAIL;
    return value | (hart->halted ? DMSTATUS_HALTED : DMSTATUS_RUNNING);
}

static uint32_t dmcontrol(const struct dm *dm)
{
    return (dm->hartreset ? DMCONTROL_HARTRESET : 0) | dm->hartsel << DMCONTROL_HARTSELLO |
           (dm->chip->ndmreset ? DMCONTROL_NDMRESET : 0) | (dm->active ? DMCONTROL_DMACTIVE : 0);
}

/* Carries out the requests of a write for the hart that it selects. */
static void request(struct dm *dm, struct hart *hart, uint32_t value)
{
    hart->halt_request = (value & DMCONTROL_HALTREQ) != 0;
    if (value & DMCONTROL_ACKHAVERESET)
        hart->have_reset = false;
    if (value & DMCONTROL_CLRRESETHALTREQ)
        hart->halt_on_reset = false;
    else if (value & DMCONTROL_SETRESETHALTREQ)
        hart->halt_on_reset = true;
    if (!sim__dm_is_available(dm, hart))
        return;
    if (hart->halt_request) {
        sim__hart_halt(hart, HART_CAUSE_REQUEST);
    } else if (value & DMCONTROL_RESUMEREQ) {
        sim__hart_resume(hart);
        hart->resume_ack = true;
    }
}

/* ndmreset resets the chip except its debug module, hartreset the selected hart alone. */
static void set_reset(struct dm *dm, struct hart *hart, bool ndmreset, bool hartreset)
{
    struct chip *chip = dm->chip;
    bool chip_falls = ndmreset && !chip->ndmreset;
    bool hart_falls = hart && hartreset && !dm->hartreset;

    chip->ndmreset = ndmreset;
    dm->hartreset = hartreset;
    if (chip_falls)
        sim__chip_reset(chip);
    if (hart_falls) {
        sim__hart_reset(hart);
        chip->resets++;
    }
    if (!hartreset)
        sim__chip_release(chip);
}

/* While dmactive is 0 everything has its reset value (Debug, 3.12.2); the harts stay as they are.
 */
void sim__dm_deactivate(struct dm *dm)
{
    struct dm fresh = {
        .chip = dm->chip,
        .trace = dm->trace,
        .has_progbuf = dm->has_progbuf,
        .sysbus_width = dm->sysbus_width,
        .clocks = dm->clocks,
        .command_clocks = dm->command_clocks,
        .sysbus_clocks = dm->sysbus_clocks,
    };

    set_reset(dm, NULL, false, false);
    for (unsigned i = 0; i < dm->chip->cores; i++) {
        dm->chip->hart[i].halt_request = false;
        dm->chip->hart[i].halt_on_reset = false;
    }
    *dm = fresh;
}

static void write_dmcontrol(struct dm *dm, uint32_t value)
{
    struct hart *hart;

    if (!(value & DMCONTROL_DMACTIVE)) {
        sim__dm_deactivate(dm);
        return;
    }
    if (!dm->active) { /* this write does no more than to activate */
        dm->active = true;
        return;
    }
    dm->hartsel = value >> DMCONTROL_HARTSELLO & HARTSEL_MASK;
    hart = sim__dm_selected(dm);
    if (hart)
        request(dm, hart, value);
    set_reset(dm, hart, (value & DMCONTROL_NDMRESET) != 0, (value & DMCONTROL_HARTRESET) != 0);
}

static uint32_t haltsum0(const struct dm *dm)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < dm->chip->cores; i++)
        value |= (uint32_t)dm->chip->hart[i].halted << i;
    return value;
}

static void catch_up(struct dm *dm)
{
    for (unsigned i = 0; i < dm->chip->cores; i++)
        sim__hart_sync(&dm->chip->hart[i]);
}

uint32_t sim__dm_read(struct dm *dm, unsigned addr)
{
    catch_up(dm);
    switch (addr) {
    case DM_DMCONTROL:
        return dmcontrol(dm);
    case DM_DMSTATUS:
        return dmstatus(dm);
    case DM_HARTINFO: /* the data registers are not in the harts' memory */
        return sim__dm_selected(dm) ? HARTINFO_NSCRATCH : 0;
    case DM_HALTSUM0:
        return haltsum0(dm);
    default:
        if (addr >= DM_SBADDRESS3 && addr <= DM_SBDATA1)
            return sim__sysbus_read(dm, addr);
        return sim__abstract_read(dm, addr);
    }
}

void sim__dm_write(struct dm *dm, unsigned addr, uint32_t value)
{
    catch_up(dm);
    if (addr == DM_DMCONTROL) {
        write_dmcontrol(dm, value);
        return;
    }
    if (!dm->active)
        return;
    if (addr >= DM_SBADDRESS3 && addr <= DM_SBDATA1)
        sim__sysbus_write(dm, addr, value);
    else
        sim__abstract_write(dm, addr, value);
}
