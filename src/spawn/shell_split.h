// SPDX-License-Identifier: MIT
/* Splits a string into words as a shell does, without any expansion. Pure. */
#pragma once

#include "base/buffer.h"

#include <stddef.h>

struct ocd_shell_words {
    char **word; /* `count` words, then NULL; they point into `text` */
    size_t count;
    char *text;
};

/* Words are separated by blanks, tabs and line ends. 'Single quotes' keep everything; within
 * "double quotes" a backslash stands before `"`, `\`, `$` and '`' only, as in POSIX's shell;
 * outside of them it takes any character literally, and vanishes with a line end. Nothing is
 * expanded: Tcl's own `$`, `[` and `;` pass, but its quotes and backslashes need single quotes
 * around them.
 *
 * 0; OCD_ERR_NOMEM; or OCD_ERR_ARG with the fault and its place in `message`. After a failure
 * `words` is empty. ocd__shell_words_free releases it. */
int ocd__shell_words_split(struct ocd_shell_words *words, const char *text,
                           struct ocd_buffer *message);
void ocd__shell_words_free(struct ocd_shell_words *words);
