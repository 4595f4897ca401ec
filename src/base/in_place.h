// SPDX-License-Identifier: MIT
/* Existing files that no other file can, or should, replace: they are overwritten in place, once
 * the new contents are complete. */
#pragma once

#include <sys/stat.h>

/* All answer 0 or an errno value. */

/* Whether the file can be written at all; `*target` becomes its descriptor if it is to be written
 * in place, and -1 if another file may take its name. In place are files with several names (hard
 * links), files of other users, and mounted files. */
int ocd__in_place_open(const char *path, const struct stat *st, int *target);
/* Replaces the contents of `to` by those of `from`, and clears its set-user-id and set-group-id
 * bits. The caller closes `to`. */
int ocd__in_place_copy(int from, int to);
/* Opens a file without a name in the directory for temporary files: closing it removes it. */
int ocd__nameless_open(int *fd);
