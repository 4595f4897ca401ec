// SPDX-License-Identifier: MIT
/* A file that takes its name only when it is complete. One that exists and that another file
 * cannot, or should not, replace (in_place.h) gets the contents then instead.
 *
 * Until then it is beside the final name, as `.NAME.ocd-XXXXXXXX`, locked: a process that finds
 * such a file that nobody has locked knows that its writer was killed, and removes it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ocd_outfile {
    int fd;          /* -1: not open */
    char *path;      /* the final name, symbolic links followed */
    char *temporary; /* in the same directory; NULL when `path` is a device or pipe, which is
                        written as it is */
    int target;    /* of `path` when it is not replaced but written in the end; -1: it is replaced,
                      or written as it is */
    uint64_t size; /* bytes that are there already, after ocd__outfile_resume */
    pid_t owner;   /* the process that has opened it: a child of that leaves its file alone */
    bool keep;     /* leave what is there for a later resume when abandoned */
};

/* All answer 0 or an errno value. Opening removes what killed writers of the same name have left. A
 * named pipe without a reader is ENXIO after a second in which one may come. */
int ocd__outfile_open(struct ocd_outfile *f, const char *path);
/* Goes on with a file that an earlier call with the same tag has left unfinished, or begins one
 * that will be left so. EBUSY: another process is at it; EINVAL: `path` is not a regular file;
 * EPERM: what has the unfinished file's name is not one of this user's. */
int ocd__outfile_resume(struct ocd_outfile *f, const char *path, const char *tag);
int ocd__outfile_write(struct ocd_outfile *f, const void *data, size_t size);
/* Bytes that are there already; fewer than asked for is an error. */
int ocd__outfile_read(struct ocd_outfile *f, uint64_t offset, void *data, size_t size);
/* Forgets what is after `size`. */
int ocd__outfile_truncate(struct ocd_outfile *f, uint64_t size);
/* Gives the file its name. After an error it is gone. */
int ocd__outfile_commit(struct ocd_outfile *f);
/* Removes what is there (see `keep`); does nothing after a commit. */
void ocd__outfile_abandon(struct ocd_outfile *f);
/* An errno value of these in words, as strerror() has them but for ENXIO. */
const char *ocd__outfile_strerror(int error);
