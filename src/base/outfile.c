// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* realpath with NULL, flock */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/in_place.h"
#include "base/outfile_name.h"
#include "base/write.h"

#define ATTEMPTS 100

/* How long opening a named pipe waits for a reader, and how often it tries. */
#define READER_WAIT_MS  1000
#define READER_RETRY_MS 10

/* Takes the lock that shows that the writer is alive, where the file system has such locks. False:
 * another process has the lock, or has renamed or removed the file meanwhile. */
static bool lock(int fd, const char *name)
{
    struct stat mine, there;

    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    return fstat(fd, &mine) == 0 && lstat(name, &there) == 0 && mine.st_dev == there.st_dev &&
           mine.st_ino == there.st_ino;
}

static int open_temporary(struct ocd_outfile *f, mode_t mode)
{
    int error = EEXIST;

    for (unsigned i = 0; i < ATTEMPTS && error == EEXIST; i++) {
        char tail[OCD_OUTFILE_TAIL + 1];
        snprintf(tail, sizeof(tail), "%0*lx", OCD_OUTFILE_TAIL,
                 (unsigned long)((ocd__now() >> 4) ^ (uint64_t)getpid() << 16 ^ i) & 0xffffffff);
        f->temporary = ocd__outfile_beside(f->path, tail);
        if (f->temporary == NULL)
            return ENOMEM;
        f->fd = open(f->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (f->fd >= 0 && lock(f->fd, f->temporary))
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

/* Finds the final name and what it names now. The temporary file must not be readable by more users
 * than the final one: st_mode has the permissions to create it with. */
static int prepare(struct ocd_outfile *f, const char *path, struct stat *st)
{
    memset(f, 0, sizeof(*f));
    f->fd = -1;
    f->target = -1;
    f->owner = getpid();
    int rc = ocd__outfile_find_name(path, &f->path);
    if (rc != 0)
        return rc;
    if (stat(f->path, st) != 0)
        st->st_mode = S_IFREG | 0666;
    else if (S_ISREG(st->st_mode))
        return ocd__in_place_open(f->path, st, &f->target);
    return S_ISDIR(st->st_mode) ? EISDIR : 0;
}

/* Devices and pipes are written directly. A blocking open of a pipe that nobody reads would never
 * return. */
static int open_special(struct ocd_outfile *f, mode_t mode)
{
    const struct timespec pause = {.tv_nsec = READER_RETRY_MS * 1000000};
    uint64_t end = ocd__now() + (uint64_t)READER_WAIT_MS * 1000000;

    for (;;) {
        f->fd = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (f->fd >= 0)
            break;
        if (errno != EINTR && (errno != ENXIO || !S_ISFIFO(mode) || ocd__now() >= end))
            return errno;
        nanosleep(&pause, NULL); /* a signal that comes meanwhile shortens it */
    }
    int flags = fcntl(f->fd, F_GETFL);
    return flags < 0 || fcntl(f->fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ? errno : 0;
}

/* `path` names the descriptor `fd` of this process, which is written from its current offset on. */
static int open_descriptor(struct ocd_outfile *f, const char *path, int fd)
{
    memset(f, 0, sizeof(*f));
    f->target = -1;
    f->path = strdup(path);
    f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return f->fd < 0 ? errno : f->path == NULL ? ENOMEM : 0;
}

/* Where the directory allows no new file, an existing file is overwritten in place. */
static int open_regular(struct ocd_outfile *f, const struct stat *st)
{
    ocd__outfile_sweep(f->path);
    int rc = open_temporary(f, st->st_mode & 0666);
    if (rc != EACCES && rc != EPERM && rc != EROFS)
        return rc;
    if (f->target < 0)
        f->target = open(f->path, O_WRONLY | O_CLOEXEC);
    return f->target < 0 ? rc : ocd__nameless_open(&f->fd);
}

int ocd__outfile_open(struct ocd_outfile *f, const char *path)
{
    struct stat st;
    int descriptor = ocd__path_descriptor(path);

    int rc = descriptor >= 0 ? open_descriptor(f, path, descriptor) : prepare(f, path, &st);
    if (rc == 0 && descriptor < 0)
        rc = S_ISREG(st.st_mode) ? open_regular(f, &st) : open_special(f, st.st_mode);
    if (rc != 0)
        ocd__outfile_abandon(f);
    return rc;
}

const char *ocd__outfile_strerror(int error)
{
    return error == ENXIO ? "nobody reads from this pipe, or there is no such device"
                          : strerror(error);
}

/* Opens the unfinished file. Anything can have its name if other users may write to the
 * directory. */
static int open_unfinished(struct ocd_outfile *f, mode_t mode)
{
    struct stat st;

    f->fd = open(f->temporary, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
    if (f->fd < 0 || fstat(f->fd, &st) != 0)
        return errno;
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink > 1)
        return EPERM;
    if (!lock(f->fd, f->temporary))
        return EBUSY;
    if (fstat(f->fd, &st) != 0)
        return errno;
    f->size = (uint64_t)st.st_size;
    return 0;
}

int ocd__outfile_resume(struct ocd_outfile *f, const char *path, const char *tag)
{
    struct stat st;
    int rc = prepare(f, path, &st);

    if (rc == 0 && (!S_ISREG(st.st_mode) || ocd__path_descriptor(path) >= 0))
        rc = EINVAL;
    if (rc == 0 && (f->temporary = ocd__outfile_beside(f->path, tag)) == NULL)
        rc = ENOMEM;
    f->keep = true;
    if (rc == 0) {
        ocd__outfile_sweep(f->path);
        rc = open_unfinished(f, st.st_mode & 0666);
    }
    if (rc != 0)
        ocd__outfile_abandon(f);
    return rc;
}

int ocd__outfile_read(struct ocd_outfile *f, uint64_t offset, void *data, size_t size)
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

int ocd__outfile_truncate(struct ocd_outfile *f, uint64_t size)
{
    if (ftruncate(f->fd, (off_t)size) != 0 || lseek(f->fd, (off_t)size, SEEK_SET) < 0)
        return errno;
    f->size = size;
    return 0;
}

int ocd__outfile_write(struct ocd_outfile *f, const void *data, size_t size)
{
    return ocd__write(f->fd, data, size);
}

/* The file gets the permissions of the one that it replaces, but no set-user-id or set-group-id
 * bit: its owner may be another, and its contents are new. */
static int set_mode(struct ocd_outfile *f)
{
    struct stat st;

    return stat(f->path, &st) == 0 && fchmod(f->fd, st.st_mode & 0777) != 0 ? errno : 0;
}

/* Write errors may be reported only by close. A second descriptor holds the lock until the file has
 * its name: another process would remove an unlocked one as a leftover. */
static int close_and_name(struct ocd_outfile *f)
{
    int locked = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
    int rc = locked < 0 ? errno : set_mode(f);

    if (close(f->fd) != 0 && rc == 0)
        rc = errno;
    f->fd = locked;
    if (rc == 0 && rename(f->temporary, f->path) != 0)
        rc = errno;
    if (rc == 0) {
        free(f->temporary);
        f->temporary = NULL;
    }
    return rc;
}

int ocd__outfile_commit(struct ocd_outfile *f)
{
    int rc = 0;

    if (f->target >= 0) {
        rc = ocd__in_place_copy(f->fd, f->target);
        f->keep = f->keep && rc != 0;
    } else if (f->temporary != NULL) {
        rc = close_and_name(f);
    } else {
        rc = close(f->fd) != 0 ? errno : 0;
        f->fd = -1;
    }
    ocd__outfile_abandon(f);
    return rc;
}

void ocd__outfile_abandon(struct ocd_outfile *f)
{
    if (f->temporary != NULL && !f->keep && f->owner == getpid())
        unlink(f->temporary);
    if (f->fd >= 0)
        close(f->fd);
    if (f->target >= 0)
        close(f->target);
    f->fd = -1;
    f->target = -1;
    free(f->temporary);
    free(f->path);
    f->temporary = NULL;
    f->path = NULL;
}
