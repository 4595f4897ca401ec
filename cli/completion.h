// SPDX-License-Identifier: MIT
/* What may be at the end of a command line, for the completion of bash, zsh and fish. */
#pragma once

#include "cli.h"

/* `ocd complete --line LINE` prints the words that may take the place of the last word of LINE, one
 * a line; LINE begins with the name of the tool. After them `:files` says that file names fit, too,
 * and `:nospace` that the words may go on. `ocd complete --commands` prints the commands. Answers
 * the exit code. Nothing is sent but what lists OpenOCD's targets. */
int completion_run(struct cli *cli, int argc, char **argv);
