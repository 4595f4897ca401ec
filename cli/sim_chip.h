// SPDX-License-Identifier: MIT
/* The chips that `ocd sim` knows, and the options that choose among them. */
#pragma once

#include "cli.h"
#include "ocdsim.h"

struct sim_chip_text {
    const char *name; /* as --chip takes it */
    const char *text;
    const char *probe;
    const char *cores; /* OpenOCD's names of the targets, if there are two cores */
};

const struct sim_chip_text *sim_chip_text(enum sim_chip chip);

/* --chip, and the options of the RISC-V chips. CLI_DONE, or the exit code after a message. */
int sim_chip_parse(struct cli *cli, const struct args *args, struct sim_options *sim);
