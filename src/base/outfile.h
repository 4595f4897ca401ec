// SPDX-License-Identifier: MIT
/* A file that takes its name only when it is complete. */
#pragma once

#include <stddef.h>

#include "base/buffer.h"

struct ocd_outfile {
    int fd;          /* -1: not open */
    char *path;      /* the final name, symbolic links resolved */
    char *temporary; /* in the same directory; NULL when `path` is a device or pipe, which is
                        written as it is */
};

/* All answer 0 or an errno value. */
int ocd_outfile_open(struct ocd_outfile *f, const char *path);
int ocd_outfile_write(struct ocd_outfile *f, const void *data, size_t size);
/* Gives the file its name. After an error it is gone. */
int ocd_outfile_commit(struct ocd_outfile *f);
/* Removes what is there; does nothing after a commit. */
void ocd_outfile_abandon(struct ocd_outfile *f);
