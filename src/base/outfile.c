// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* realpath with NULL, flock */
#include "base/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define ATTEMPTS   100
#define TAIL_SIZE  8   /* hex digits that tell temporary files apart */
#define NAME_SHOWN 200 /* bytes of the final name: the whole must not exceed 255 */
#define MARK       ".ocd-"

/* Follows symbolic links, so that a link stays one and what it points to is replaced. A link to
 * nothing is taken as it is. */
static char *final_name(const char *path)
{
    char *resolved = realpath(path, NULL);

    return resolved != NULL ? resolved : strdup(path);
}

/* Bytes of the path up to the last slash, that included. */
static size_t directory_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* DIRECTORY/.NAME.ocd-TAIL; NULL: out of memory. */
static char *beside(const char *path, const char *tail)
{
    size_t directory = directory_size(path);
    size_t room = strlen(path) + strlen(tail) + sizeof(MARK) + 2;
    char *name = malloc(room);

    if (name != NULL)
        snprintf(name, room, "%.*s.%.*s" MARK "%s", (int)directory, path, NAME_SHOWN,
                 path + directory, tail);
    return name;
}

/* Removes one leftover, unless its writer lives. */
static void sweep_one(int directory, const char *name)
{
    int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(directory, name, 0);
    close(fd);
}

/* Removes what killed writers of this file have left; what waits for a resume has a longer tail. */
static void sweep(const char *path)
{
    char *prefix = beside(path, "");
    size_t at = directory_size(path);
    char *directory = at > 0 ? strndup(path, at) : strdup(".");
    DIR *d = directory != NULL ? opendir(directory) : NULL;

    if (prefix != NULL && d != NULL) {
        const char *name = prefix + at;
        size_t size = strlen(name);
        for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
            if (strncmp(e->d_name, name, size) == 0 && strlen(e->d_name) == size + TAIL_SIZE)
                sweep_one(dirfd(d), e->d_name);
        }
    }
    if (d != NULL)
        closedir(d);
    free(directory);
    free(prefix);
}

/* Takes the lock that says that the writer lives. False: a sweep was faster. */
static bool lock(int fd)
{
    struct stat st;

    return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0;
}

static int open_temporary(struct ocd_outfile *f)
{
    int error = EEXIST;

    for (unsigned i = 0; i < ATTEMPTS && error == EEXIST; i++) {
        char tail[TAIL_SIZE + 1];
        snprintf(tail, sizeof(tail), "%0*lx", TAIL_SIZE,
                 (unsigned long)((ocd_now() >> 4) ^ (uint64_t)getpid() << 16 ^ i) & 0xffffffff);
        f->temporary = beside(f->path, tail);
        if (f->temporary == NULL)
            return ENOMEM;
        f->fd = open(f->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (f->fd >= 0 && lock(f->fd))
            return 0;
        error = f->fd >= 0 ? EEXIST : errno;
        if (f->fd >= 0)
            close(f->fd);
        f->fd = -1;
        free(f->temporary);
        f->temporary = NULL;
    }
    return error;
}

/* Sets the final name and says what stands there. */
static int prepare(struct ocd_outfile *f, const char *path, struct stat *st)
{
    memset(f, 0, sizeof(*f));
    f->fd = -1;
    f->path = final_name(path);
    if (f->path == NULL)
        return ENOMEM;
    if (stat(f->path, st) != 0)
        st->st_mode = S_IFREG;
    else if (S_ISREG(st->st_mode) && access(f->path, W_OK) != 0)
        return errno; /* replacing it would go round its permissions */
    return S_ISDIR(st->st_mode) ? EISDIR : 0;
}

int ocd_outfile_open(struct ocd_outfile *f, const char *path)
{
    struct stat st;
    int rc = prepare(f, path, &st);

    if (rc == 0 && S_ISREG(st.st_mode)) {
        sweep(f->path);
        rc = open_temporary(f);
    } else if (rc == 0) {
        f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
        rc = f->fd < 0 ? errno : 0;
    }
    if (rc != 0)
        ocd_outfile_abandon(f);
    return rc;
}

int ocd_outfile_resume(struct ocd_outfile *f, const char *path, const char *tag)
{
    struct stat st;
    int rc = prepare(f, path, &st);

    if (rc == 0 && !S_ISREG(st.st_mode))
        rc = EINVAL;
    if (rc == 0 && (f->temporary = beside(f->path, tag)) == NULL)
        rc = ENOMEM;
    f->keep = true;
    if (rc == 0) {
        sweep(f->path);
        f->fd = open(f->temporary, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    }
    if (rc == 0 && f->fd < 0)
        rc = errno;
    if (rc == 0 && !lock(f->fd))
        rc = EBUSY;
    if (rc == 0 && fstat(f->fd, &st) != 0)
        rc = errno;
    if (rc != 0)
        ocd_outfile_abandon(f);
    else
        f->size = (uint64_t)st.st_size;
    return rc;
}

int ocd_outfile_read(struct ocd_outfile *f, uint64_t offset, void *data, size_t size)
{
    char *to = data;

    while (size > 0) {
        ssize_t n = pread(f->fd, to, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        to += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return 0;
}

int ocd_outfile_truncate(struct ocd_outfile *f, uint64_t size)
{
    if (ftruncate(f->fd, (off_t)size) != 0 || lseek(f->fd, (off_t)size, SEEK_SET) < 0)
        return errno;
    f->size = size;
    return 0;
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
    if (f->temporary != NULL && !f->keep)
        unlink(f->temporary);
    free(f->temporary);
    free(f->path);
    f->temporary = NULL;
    f->path = NULL;
}
