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

/* SIGPIPE is held back in this thread meanwhile, and taken away if it is ours. */
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

/* Whether the limit would be exceeded, which the kernel answers with SIGXFSZ. A file that is
 * appended to is written at its end, wherever its offset is. */
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
