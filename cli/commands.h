// SPDX-License-Identifier: MIT
/* The commands of the tool by name. */
#pragma once

#include "cli.h"

/* NULL: no command has that name. */
const struct command *commands_find(const char *name);
void commands_each(void (*each)(const char *name));

/* Parses and runs `argv[0]` with its options and operands. In a shell the session and its settings
 * are there already. Returns the exit code. */
int commands_run(struct cli *cli, int argc, char **argv);
/* The same; `args` has the options from before the command. */
int commands_run_with(struct cli *cli, struct args *args, int argc, char **argv);

/* Sets what the options of the connection and the environment say. CLI_DONE, or the exit code after
 * a message. */
int commands_settings(struct cli *cli, const struct args *args);

/* `help` and its operands. */
int commands_help(struct cli *cli, int argc, char **argv);

/* The options that every command takes. */
extern const struct option commands_options[];
