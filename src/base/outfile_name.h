// SPDX-License-Identifier: MIT
/* Names of the files that are read and written, and of the temporary ones beside them. */
#pragma once

#include <stddef.h>

#define OCD_OUTFILE_TAIL 8 /* hex digits that make the names of temporary files differ */

/* The descriptor of this process that the path means, as /dev/stdout, /dev/fd/3 and links to
 * them do; -1: it means none. Opening such a path again would begin at the file's start. */
int ocd__path_descriptor(const char *path);

/* Bytes of the path up to and including the last slash. */
size_t ocd__outfile_directory(const char *path);

/* Follows symbolic links, so that the file that a link points to is replaced or created, not the
 * link. A name that no file can have is an error here, not after everything has been read. 0 or an
 * errno value; `*name` is to be freed. */
int ocd__outfile_find_name(const char *path, char **name);

/* DIRECTORY/.NAME.ocd-TAIL, to be freed; NULL: out of memory. */
char *ocd__outfile_beside(const char *path, const char *tail);

/* Removes what killed writers of this file have left. A file that waits for a resume stays: its
 * tail has another form. */
void ocd__outfile_sweep(const char *path);
