// SPDX-License-Identifier: MIT
#include "session/address.h"

#include <inttypes.h>
#include <string.h>

/* OpenOCD's target types (target_types[] in its src/target/target.c, 0.12.0 and the development
 * branch after it) whose code takes an address as 32 bits or fewer. Not among them: aarch64,
 * armv8r, mips_mips64, riscv and mem_ap, which may have more, and testee, which has no memory. */
static const char *const types32[] = {
    "arcv2",     "arm11",    "arm720t",     "arm7tdmi",    "arm920t",  "arm926ejs", "arm946e",
    "arm966e",   "arm9tdmi", "avr",         "avr32_ap7k",  "cortex_a", "cortex_m",  "cortex_r4",
    "dragonite", "dsp563xx", "dsp5680xx",   "esirisc",     "esp32",    "esp32s2",   "esp32s3",
    "fa526",     "feroceon", "hla_target",  "ls1_sap",     "mips_m4k", "nds32_v2",  "nds32_v3",
    "nds32_v3m", "or1k",     "quark_d20xx", "quark_x10xx", "stm8",     "xscale",    "xtensa",
};

const char *ocd__address_type32(struct ocd_view type)
{
    for (size_t i = 0; i < sizeof(types32) / sizeof(*types32); i++)
        if (ocd__view_is(type, types32[i]))
            return types32[i];
    return NULL;
}

bool ocd__address_exists(const struct ocd_target_info *target, uint64_t addr, uint64_t size)
{
    return target->type32 == NULL || size == 0 ||
           (addr <= UINT32_MAX && size <= UINT64_C(0x100000000) - addr);
}

bool ocd__address_reached(struct ocd_op *op, const struct ocd_target_info *target, uint64_t addr,
                          uint64_t size)
{
    bool physical = target->poll && ocd__op_where(op).phys; /* 34 bits of a 32-bit RISC-V */

    if (physical || ocd__address_exists(target, addr, size))
        return true;
    ocd__op_fail(op, OCD_ERR_ARG,
                 "0x%08" PRIX64 " to 0x%08" PRIX64 " is not inside the 32-bit addresses of a %s",
                 addr, addr + size - 1, target->type32);
    return false;
}
