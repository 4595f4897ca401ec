// SPDX-License-Identifier: MIT
/* An output file that gets its name only when it is complete. An existing file that cannot, or
 * should not, be replaced (in_place.h) is overwritten then.
 *
 * Until then the contents are in a locked file of the same directory, `.NAME.ocd-XXXXXXXX`. A
 * process that finds such a file without a lock knows that its writer was killed, and removes
 * it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ocd_outfile {
    int fd;          /* -1: not open */
    char *path;      /* the final name, symbolic links followed */
    char *temporary; /* in the same directory; NULL when `path` is a device or pipe, which is
                        written directly */
    int target;      /* descriptor of `path` if it is overwritten in place; -1: it is replaced, or
                        written directly */
    uint64_t size;   /* bytes of the unfinished file, after ocd__outfile_resume */
    pid_t owner;     /* the process that opened it; a forked child does not remove the file */
    bool keep;       /* when abandoned, the file stays for a later resume */
};

/* All answer 0 or an errno value. Opening removes what killed writers of the same file have left.
 * ENXIO: a named pipe had no reader for a second. */
int ocd__outfile_open(struct ocd_outfile *f, const char *path);
/* Continues the file that an earlier call with the same tag left unfinished, or begins one that
 * stays when abandoned. EBUSY: another process writes it; EINVAL: `path` is not a regular file;
 * EPERM: the unfinished file's name belongs to another user, or not to a regular file. */
int ocd__outfile_resume(struct ocd_outfile *f, const char *path, const char *tag);
int ocd__outfile_write(struct ocd_outfile *f, const void *data, size_t size);
/* Reads bytes of the unfinished file; fewer than `size` is an error. */
int ocd__outfile_read(struct ocd_outfile *f, uint64_t offset, void *data, size_t size);
/* Cuts the file to `size` bytes, and writes from there on. */
int ocd__outfile_truncate(struct ocd_outfile *f, uint64_t size);
/* Gives the file its name, and closes `f`. After an error the unfinished file is removed, unless
 * `keep`. */
int ocd__outfile_commit(struct ocd_outfile *f);
/* Closes `f` and removes its file (but see `keep`); does nothing after a commit. */
void ocd__outfile_abandon(struct ocd_outfile *f);
/* The text of such an errno value: that of strerror(), except for ENXIO. */
const char *ocd__outfile_strerror(int error);
