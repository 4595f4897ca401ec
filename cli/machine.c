// SPDX-License-Identifier: MIT
#include "machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Types of OpenOCD's targets begin with these words. */
static const struct machine {
    unsigned number; /* e_machine of the ELF specification */
    const char *name;
    const char *types[6];
} machines[] = {
    {3, "x86", {"quark", "lakemont"}},
    {8, "MIPS", {"mips", "dsp"}},
    {40, "Arm", {"cortex_", "arm", "hla_target", "aarch64", "xscale", "fa526"}},
    {62, "x86-64", {"quark", "lakemont"}},
    {83, "AVR", {"avr"}},
    {92, "OpenRISC", {"or1k"}},
    {94, "Xtensa", {"xtensa", "esp"}},
    {183, "AArch64", {"aarch64", "cortex_a"}},
    {186, "STM8", {"stm8"}},
    {195, "ARC", {"arc"}},
    {243, "RISC-V", {"riscv", "esp32"}},
};

#define MACHINES (sizeof(machines) / sizeof(*machines))

static bool runs_on(const struct machine *machine, const char *type)
{
    for (size_t i = 0; i < sizeof(machine->types) / sizeof(*machine->types); i++) {
        const char *word = machine->types[i];
        if (word != NULL && strncmp(type, word, strlen(word)) == 0)
            return true;
    }
    return false;
}

const char *machine_mismatch(unsigned machine, const char *target_type)
{
    bool known = false;
    const struct machine *program = NULL;
    for (size_t i = 0; i < MACHINES; i++) {
        known = known || runs_on(&machines[i], target_type);
        program = machines[i].number == machine ? &machines[i] : program;
    }
    return known && program != NULL && !runs_on(program, target_type) ? program->name : NULL;
}
