// SPDX-License-Identifier: MIT
/* The OpenOCD of `ocd sim --openocd`. */
#pragma once

#include "cli.h"

struct sim_openocd {
    struct cli *cli;
    unsigned gdb_port; /* of the first target, 0 where OpenOCD names none */
};

/* Starts one with the arguments `config` as the session of `cli`, on the Tcl port of the settings;
 * where they give none on 6666, and if that is in use on a free one. Returns once each target has
 * been polled: then its state is known. The session uses `openocd` until it is closed. CLI_DONE, or
 * the exit code after a message. */
int sim_openocd_start(struct sim_openocd *openocd, const char *config);
