// SPDX-License-Identifier: MIT
#include "sim_chip.h"

#include <string.h>

#include "numbers.h"
#include "report.h"

static const struct sim_chip_text chips[] = {
    [SIM_CHIP_CORTEX_M3] = {"cortex-m3", "STM32F103", "ST-LINK",
                            "stm32f1x.cpu, and stm32f1x.cpu1 at access port 1"},
    [SIM_CHIP_RISCV32] = {"riscv32", "GD32VF103 (RISC-V of 32 bits)",
                          "JTAG adapter (remote_bitbang)",
                          "gd32vf103.cpu, and gd32vf103.cpu1 as hart 1"},
    [SIM_CHIP_RISCV64] = {"riscv64", "RISC-V of 64 bits", "JTAG adapter (remote_bitbang)",
                          "riscv64.cpu, and riscv64.cpu1 as hart 1"},
};

const struct sim_chip_text *sim_chip_text(enum sim_chip chip)
{
    return &chips[chip];
}

static bool find(const char *name, enum sim_chip *chip)
{
    for (size_t i = 0; i < sizeof(chips) / sizeof(*chips); i++) {
        if (strcmp(name, chips[i].name) == 0) {
            *chip = (enum sim_chip)i;
            return true;
        }
    }
    return false;
}

int sim_chip_parse(struct cli *cli, const struct args *args, struct sim_options *sim)
{
    const char *chip = args->value[ARGS_CHIP];
    const char *width = args->value[ARGS_SYSBUS_WIDTH];
    uint64_t bits = 0;

    if (chip != NULL && !find(chip, &sim->chip))
        return report_word(cli, "--chip", chip, "is not cortex-m3, riscv32 or riscv64");
    if (width != NULL && (number_parse_size(width, &bits) != NULL || (bits != 32 && bits != 64)))
        return report_word(cli, "--sysbus-width", width, "is not 32 or 64");
    sim->sysbus_width = (unsigned)bits;
    sim->no_sysbus = args_has(args, ARGS_NO_SYSBUS);
    sim->no_progbuf = args_has(args, ARGS_NO_PROGBUF);
    if (sim->chip == SIM_CHIP_CORTEX_M3 && (width != NULL || sim->no_sysbus || sim->no_progbuf)) {
        return report_usage(cli, "--no-sysbus, --no-progbuf and --sysbus-width are for --chip "
                                 "riscv32 and riscv64");
    }
    return CLI_DONE;
}
