// SPDX-License-Identifier: MIT
/* Splits a line into words as a shell does, without any expansion. Pure, and of the C library
 * alone: the tool compiles this file, too, for the lines of `ocd shell`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct ocd_shell_words {
    char **word; /* `count` words, then NULL */
    size_t count;
    char *text;        /* the memory of the words */
    const char *fault; /* after a failure: what is wrong; NULL: memory is short */
    size_t column;     /* after a failure: at which character of the line, from 1 */
};

/* Words are separated by blanks, tabs and line ends. 'Single quotes' keep everything; within
 * "double quotes" a backslash escapes `"`, `\`, `$`, '`' and a line end only, as in POSIX's shell;
 * outside of them it escapes any character, and is removed with a line end. Nothing is
 * expanded: Tcl's own `$`, `[` and `;` pass, but its quotes and backslashes need single quotes
 * around them.
 *
 * False after a failure. Call ocd__shell_words_free() in both cases. */
bool ocd__shell_split(struct ocd_shell_words *words, const char *line);
void ocd__shell_words_free(struct ocd_shell_words *words);
