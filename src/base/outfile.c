// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* realpath with NULL */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define ATTEMPTS 100

/* Follows symbolic links, so that a link stays one and what it points to is replaced. A link to
 * nothing is taken as it is. */
static char *final_name(const char *path)
{
    char *resolved = realpath(path, NULL);

    return resolved != NULL ? resolved : strdup(path);
}

static int open_temporary(struct ocd_outfile *f)
{
    size_t room = strlen(f->path) + 64;
    const char *slash = strrchr(f->path, '/');
    int directory = slash != NULL ? (int)(slash - f->path) + 1 : 0;

    f->temporary = malloc(room);
    if (f->temporary == NULL)
        return ENOMEM;
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        snprintf(f->temporary, room, "%.*s.%s.ocd-%ld-%u-%lx", directory, f->path,
                 f->path + directory, (long)getpid(), i, (unsigned long)ocd_now() & 0xffffff);
        f->fd = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (f->fd >= 0)
            return 0;
        if (errno != EEXIST)
            break;
    }
    int error = errno;
    free(f->temporary);
    f->temporary = NULL;
    return error;
}

int ocd_outfile_open(struct ocd_outfile *f, const char *path)
{
    struct stat st;
    int rc = 0;

    f->fd = -1;
    f->temporary = NULL;
    f->path = final_name(path);
    if (f->path == NULL)
        return ENOMEM;
    if (stat(f->path, &st) != 0 || S_ISREG(st.st_mode)) {
        rc = open_temporary(f);
    } else if (S_ISDIR(st.st_mode)) {
        rc = EISDIR;
    } else {
        f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
        rc = f->fd < 0 ? errno : 0;
    }
    if (rc != 0)
        ocd_outfile_abandon(f);
    return rc;
}

int ocd_outfile_write(struct ocd_outfile *f, const void *data, size_t size)
{
    const char *from = data;

    while (size > 0) {
        ssize_t n = write(f->fd, from, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        from += n;
        size -= (size_t)n;
    }
    return 0;
}

int ocd_outfile_commit(struct ocd_outfile *f)
{
    struct stat st;
    int rc = 0;

    /* A file that is replaced keeps its permissions. */
    if (f->temporary != NULL && stat(f->path, &st) == 0 && fchmod(f->fd, st.st_mode & 07777) != 0)
        rc = errno;
    if (close(f->fd) != 0 && rc == 0)
        rc = errno;
    f->fd = -1;
    if (rc == 0 && f->temporary != NULL && rename(f->temporary, f->path) != 0)
        rc = errno;
    if (rc == 0) {
        free(f->temporary);
        f->temporary = NULL;
    }
    ocd_outfile_abandon(f);
    return rc;
}

void ocd_outfile_abandon(struct ocd_outfile *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    if (f->temporary != NULL)
        unlink(f->temporary);
    free(f->temporary);
    free(f->path);
    f->temporary = NULL;
    f->path = NULL;
}
