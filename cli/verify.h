// SPDX-License-Identifier: MIT
#pragma once

#include "cli.h"

/* Compares a file with memory, as the options say, and prints what differs. `addr` may be NULL;
 * with `raw_only` it is that of a raw binary, and other formats go where they say. Returns the exit
 * code. */
int verify_file(struct cli *cli, const struct args *args, const char *path, const char *addr,
                bool raw_only);
