// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* statx */
#include "base/in_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outfile_name.h"
#include "base/write.h"

enum {
    COPY_SIZE = 65536, /* bytes at once */
};

/* Whether the file is mounted, as containers do it: no other file can be renamed to its name. */
static bool is_mounted(const char *path)
{
#ifdef STATX_ATTR_MOUNT_ROOT
    struct statx sx;

    return statx(AT_FDCWD, path, 0, STATX_TYPE, &sx) == 0 &&
           (sx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0 &&
           (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
    (void)path;
    return false;
#endif
}

int ocd__in_place_open(const char *path, const struct stat *st, int *target)
{
    *target = -1;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ETXTBSY ? 0 : errno; /* a program that runs can be replaced */
    if (st->st_nlink > 1 || st->st_uid != geteuid() || is_mounted(path))
        *target = fd;
    else
        close(fd);
    return 0;
}

int ocd__in_place_copy(int from, int to)
{
    uint8_t *buffer = malloc(COPY_SIZE);
    off_t at = 0;
    struct stat st;
    int rc = buffer == NULL ? ENOMEM : 0;

    while (rc == 0) {
        ssize_t n = pread(from, buffer, COPY_SIZE, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            rc = n < 0 ? errno : 0;
            break;
        }
        rc = ocd__write(to, buffer, (size_t)n);
        at += n;
    }
    free(buffer);
    if (rc == 0 && ftruncate(to, at) != 0)
        rc = errno;
    if (rc == 0 && fstat(to, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)) != 0 &&
        fchmod(to, st.st_mode & 0777) != 0)
        rc = errno;
    return rc;
}

int ocd__nameless_open(int *fd)
{
    const char *directory = getenv("TMPDIR");
    char name[4096];

    if (directory == NULL || directory[0] == '\0')
        directory = "/tmp";
    int length = snprintf(name, sizeof(name), "%s/ocd-XXXXXX", directory);
    if (length < 0 || (size_t)length >= sizeof(name))
        return ENAMETOOLONG;
    *fd = mkstemp(name);
    if (*fd < 0)
        return errno;
    unlink(name);
    fcntl(*fd, F_SETFD, FD_CLOEXEC);
    return 0;
}
