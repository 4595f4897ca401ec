// SPDX-License-Identifier: MIT
/* What `ocd sim` prints when it is ready. */
#pragma once

#include "cli.h"
#include "ocdsim.h"

struct sim_ready {
    const char *tool; /* its name, as it was called */
    const struct sim_options *chip;
    unsigned probe_port;
    unsigned control_port; /* 0: there is none */
    const char *elf;       /* path, NULL: it is not installed */
    const char *config;    /* OpenOCD's arguments */
    const char *openocd;   /* its version, NULL: none was started, and it has no ports */
    unsigned tcl_port;
    unsigned gdb_port; /* 0: there is none */
};

void sim_print_text(const struct sim_ready *ready);
void sim_print_json(const struct sim_ready *ready);

/* The ELF of the chip's firmware, which is installed beside the tool. Returns `path`, or NULL where
 * it cannot be read. */
const char *sim_find_elf(enum sim_chip chip, char *path, size_t size);
