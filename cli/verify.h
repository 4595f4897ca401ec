// SPDX-License-Identifier: MIT
#pragma once

#include "cli.h"

/* Compares a file with memory, as the options say, and prints what differs. `addr` may be NULL.
 * Answers the exit code. */
int verify_file(struct cli *cli, const struct args *args, const char *path, const char *addr);
