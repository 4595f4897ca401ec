// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* realpath with NULL, flock */
#include "base/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define ATTEMPTS   100
#define LINKS_MAX  40  /* in a row, as Linux has it */
#define TAIL_SIZE  8   /* hex digits that tell temporary files apart */
#define NAME_SHOWN 200 /* bytes of the final name: the whole must not exceed 255 */
#define MARK       ".ocd-"

/* How long a named pipe may wait for a reader that is about to come, and how often it looks. */
#define READER_WAIT_MS 1000
#define READER_LOOK_MS 10

/* Bytes of the path up to the last slash, that included. */
static size_t directory_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* What a link says, seen from where it stands. NULL: not a link, or out of memory. */
static char *read_link(const char *path)
{
    char to[PATH_MAX];
    ssize_t size = readlink(path, to, sizeof(to) - 1);
    size_t directory = size > 0 && to[0] != '/' ? directory_size(path) : 0;
    char *joined = size > 0 ? malloc(directory + (size_t)size + 1) : NULL;

    if (joined != NULL) {
        memcpy(joined, path, directory);
        memcpy(joined + directory, to, (size_t)size);
        joined[directory + (size_t)size] = '\0';
    }
    return joined;
}

/* Follows links to a file that is yet to be made. */
static int follow_to_nothing(char **name)
{
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        char *next = read_link(*name);
        if (next == NULL)
            return errno == ENOMEM ? ENOMEM : 0;
        free(*name);
        *name = next;
    }
    return ELOOP;
}

/* Follows symbolic links, so that a link stays one and what it points to is replaced, or made. What
 * can never be a file's name is found out here, not after everything has been read. */
static int find_name(const char *path, char **name)
{
    struct stat st;

    *name = NULL;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        *name = strdup(path); /* /dev/stdout leads to a pipe that has no path */
        return *name != NULL ? 0 : ENOMEM;
    }
    *name = realpath(path, NULL);
    if (*name != NULL)
        return 0;
    if (errno != ENOENT || path[0] == '\0')
        return errno;
    *name = strdup(path);
    int rc = *name != NULL ? follow_to_nothing(name) : ENOMEM;
    if (rc == 0 && (*name)[strlen(*name) - 1] == '/')
        rc = EISDIR;
    return rc;
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

static bool is_tail(const char *text)
{
    return strlen(text) == TAIL_SIZE && strspn(text, "0123456789abcdef") == TAIL_SIZE;
}

/* Removes what killed writers of this file have left; what waits for a resume has another tail. */
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
            if (strncmp(e->d_name, name, size) == 0 && is_tail(e->d_name + size))
                sweep_one(dirfd(d), e->d_name);
        }
    }
    if (d != NULL)
        closedir(d);
    free(directory);
    free(prefix);
}

/* Takes the lock that says that the writer lives, where the file system has such locks. False:
 * another process has it, or has given the file its name or removed it meanwhile. */
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
        char tail[TAIL_SIZE + 1];
        snprintf(tail, sizeof(tail), "%0*lx", TAIL_SIZE,
                 (unsigned long)((ocd_now() >> 4) ^ (uint64_t)getpid() << 16 ^ i) & 0xffffffff);
        f->temporary = beside(f->path, tail);
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

/* Sets the final name and says what stands there. Until a file has its name, it is not to be read
 * by more people than then: st_mode has the permissions to begin with. */
static int prepare(struct ocd_outfile *f, const char *path, struct stat *st)
{
    memset(f, 0, sizeof(*f));
    f->fd = -1;
    int rc = find_name(path, &f->path);
    if (rc != 0)
        return rc;
    if (stat(f->path, st) != 0)
        st->st_mode = S_IFREG | 0666;
    else if (S_ISREG(st->st_mode) && access(f->path, W_OK) != 0)
        return errno; /* replacing it would go round its permissions */
    return S_ISDIR(st->st_mode) ? EISDIR : 0;
}

/* What is no regular file is written as it is. Opening a pipe that nobody reads would block for
 * ever. */
static int open_special(struct ocd_outfile *f, mode_t mode)
{
    const struct timespec pause = {.tv_nsec = READER_LOOK_MS * 1000000};

    for (int waited = 0;; waited += READER_LOOK_MS) {
        f->fd = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (f->fd >= 0)
            break;
        if (errno != ENXIO || !S_ISFIFO(mode) || waited >= READER_WAIT_MS ||
            nanosleep(&pause, NULL) != 0)
            return errno;
    }
    int flags = fcntl(f->fd, F_GETFL);
    return flags < 0 || fcntl(f->fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ? errno : 0;
}

int ocd_outfile_open(struct ocd_outfile *f, const char *path)
{
    struct stat st;
    int rc = prepare(f, path, &st);

    if (rc == 0 && S_ISREG(st.st_mode)) {
        sweep(f->path);
        rc = open_temporary(f, st.st_mode & 0666);
    } else if (rc == 0) {
        rc = open_special(f, st.st_mode);
    }
    if (rc != 0)
        ocd_outfile_abandon(f);
    return rc;
}

const char *ocd_outfile_strerror(int error)
{
    return error == ENXIO ? "nobody reads from this pipe, or there is no such device"
                          : strerror(error);
}

/* What stands under the part's name may be anything where others may write to the directory. */
static int take_part(struct ocd_outfile *f, mode_t mode)
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
        rc = take_part(f, st.st_mode & 0666);
    }
    if (rc != 0)
        ocd_outfile_abandon(f);
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

/* Writing to a pipe without a reader is an error here, and no signal: the caller of a library need
 * not know that it writes. SIGPIPE is held back in this thread meanwhile, and taken away if it is
 * ours. */
static ssize_t write_quietly(int fd, const void *data, size_t size)
{
    const struct timespec at_once = {0};
    sigset_t pipe, before, pending;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    sigpending(&pending);
    ssize_t n = write(fd, data, size);
    int error = errno;
    if (sigismember(&pending, SIGPIPE) == 0)
        sigtimedwait(&pipe, NULL, &at_once); /* raised by a write that was cut short, too */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return n;
}

int ocd_outfile_write(struct ocd_outfile *f, const void *data, size_t size)
{
    const char *from = data;

    while (size > 0) {
        ssize_t n =
            f->temporary != NULL ? write(f->fd, from, size) : write_quietly(f->fd, from, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        from += n;
        size -= (size_t)n;
    }
    return 0;
}

/* A file that is replaced keeps its permissions. */
static int set_mode(struct ocd_outfile *f)
{
    struct stat st;

    return stat(f->path, &st) == 0 && fchmod(f->fd, st.st_mode & 07777) != 0 ? errno : 0;
}

/* Errors of writing may be told only by close. The lock is held all the same until the file has its
 * name: without it the file might be taken for a leftover. */
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

int ocd_outfile_commit(struct ocd_outfile *f)
{
    int rc = 0;

    if (f->temporary != NULL) {
        rc = close_and_name(f);
    } else {
        rc = close(f->fd) != 0 ? errno : 0;
        f->fd = -1;
    }
    ocd_outfile_abandon(f);
    return rc;
}

void ocd_outfile_abandon(struct ocd_outfile *f)
{
    if (f->temporary != NULL && !f->keep)
        unlink(f->temporary);
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    free(f->temporary);
    free(f->path);
    f->temporary = NULL;
    f->path = NULL;
}
