// SPDX-License-Identifier: MIT
/* Existing files that another file cannot, or should not, take the place of: they get new contents
 * when all of them are there. */
#pragma once

#include <sys/stat.h>

/* All answer 0 or an errno value. */

/* Whether the file can be written at all; `*target` becomes its descriptor if it is to be written
 * in place, and -1 if another file may take its name. In place are those with other names (hard
 * links), those of other users, those that are mounted, and those of a directory that lets nobody
 * else replace them. */
int ocd__in_place_open(const char *path, const struct stat *st, int *target);
/* Gives `to` the contents of `from`, and takes set-user-id bits from it. `to` is closed by the
 * caller. */
int ocd__in_place_copy(int from, int to);
/* A file with no name in the directory for temporary ones, which goes with its descriptor. */
int ocd__nameless_open(int *fd);
