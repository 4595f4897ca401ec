// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include "base/write.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Blocks SIGPIPE in this thread during the write, and discards it if this write raised it. */
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
        sigtimedwait(&pipe, NULL, &at_once); /* a partial write raises it too */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return n;
}

/* Whether the write would exceed the limit for files: the kernel would send SIGXFSZ. With O_APPEND
 * the bytes go to the end of the file, not to its offset. */
static bool exceeds_limit(int fd, const struct stat *st, size_t size)
{
    struct rlimit limit;
    off_t offset = lseek(fd, 0, SEEK_CUR);
    uint64_t at = offset > 0 ? (uint64_t)offset : 0;

    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return false;
    if ((fcntl(fd, F_GETFL) & O_APPEND) != 0)
        at = (uint64_t)st->st_size;
    return at > limit.rlim_cur || size > limit.rlim_cur - at;
}

int ocd__write(int fd, const void *data, size_t size)
{
    const char *from = data;
    struct stat st;
    bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

    if (regular && exceeds_limit(fd, &st, size))
        return EFBIG;
    while (size > 0) {
        ssize_t n = regular ? write(fd, from, size) : write_quietly(fd, from, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        from += n;
        size -= (size_t)n;
    }
    return 0;
}
