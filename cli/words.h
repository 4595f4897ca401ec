// SPDX-License-Identifier: MIT
/* The words of a line, as a shell splits it, without any expansion. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct words {
    char **word; /* `count` words, then NULL */
    size_t count;
    char *text;        /* that they point into */
    const char *fault; /* after a failure: what is wrong; NULL: memory is short */
    size_t place;      /* and where: a character of the line, from 1 */
};

/* Words are separated by blanks, tabs and line ends. 'Single quotes' keep everything; in "double
 * quotes" a backslash takes `"`, `\`, `$`, '`' and a line end literally; outside of quotes it takes
 * any character so, and vanishes with a line end. False after a failure. words_free() in both
 * cases. */
bool words_split(struct words *words, const char *line);
void words_free(struct words *words);
