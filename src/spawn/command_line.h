// SPDX-License-Identifier: MIT
/* Which program is to be run, and with which arguments. */
#pragma once

#include "base/buffer.h"
#include "spawn/shell_split.h"

struct ocd_command_line {
    char *path;  /* as execve takes it */
    char **argv; /* the strings belong to the caller, to `words`, or are constants */
    struct ocd_shell_words words; /* of the configuration */
};

/* See ocd__process_start for the parameters and errors. ocd__command_line_free releases it, also
 * after a failure. `args` must stay valid as long as it is used. */
int ocd__command_line_prepare(struct ocd_command_line *program, const char *name,
                              const char *config, const char *const *args,
                              struct ocd_buffer *message);
void ocd__command_line_free(struct ocd_command_line *program);
