// SPDX-License-Identifier: MIT
#include "watch/rows/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signals.h"

#define FLUSH_MS   20           /* rows that come faster are written together */
#define FLUSH_SIZE (64u * 1024) /* bytes of rows that are written at once */

/* --- An existing file --- */

static int first_line(const char *path, char **first)
{
    size_t room = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno;
    ssize_t size = getline(first, &room, file);
    int error = ferror(file) != 0 ? errno : 0;
    if (size <= 0) {
        free(*first);
        *first = NULL;
    } else if ((*first)[size - 1] == '\n') {
        (*first)[size - 1] = '\0';
    }
    fclose(file);
    return error;
}

int record_open(struct record *record, const char *path, enum record_mode mode, char **first)
{
    struct stat st;
    *record = (struct record){.path = path, .mode = mode, .fd = -1};
    *first = NULL;
    if (path == NULL || strcmp(path, "-") == 0) {
        record->path = NULL;
        record->fd = STDOUT_FILENO;
        record->regular = fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode);
        return 0;
    }
    if (stat(path, &st) != 0)
        return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode))
        return 0; /* a pipe or a device */
    if (mode == RECORD_NEW)
        return EEXIST;
    if (mode == RECORD_APPEND)
        return first_line(path, first);
    return access(path, W_OK) == 0 ? 0 : errno;
}

/* --- Writing --- */

/* A recorder that was killed may have left a line without its end: an end is added. */
static int end_last_line(int fd)
{
    char last;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n')
        return 0;
    return write(fd, "\n", 1) == 1 ? 0 : errno;
}

static int open_file(struct record *record)
{
    static const int flags[] = {O_EXCL, O_APPEND, O_TRUNC};
    struct stat st;
    bool exists = stat(record->path, &st) == 0;
    record->regular = !exists || S_ISREG(st.st_mode);
    int how = record->regular ? flags[record->mode] | O_CREAT : 0;
    int access_mode = record->regular ? O_RDWR : O_WRONLY;
    do {
        record->fd = open(record->path, access_mode | how | O_CLOEXEC | O_NOCTTY, 0666);
    } while (record->fd < 0 && errno == EINTR && signals_caught() == 0);
    if (record->fd < 0)
        return errno;
    return record->regular && record->mode == RECORD_APPEND ? end_last_line(record->fd) : 0;
}

/* Waits until a pipe or a terminal takes lines. A signal ends that: EINTR. */
static int wait_for_room(const struct record *record)
{
    struct pollfd fds[] = {
        {.fd = record->fd, .events = POLLOUT},
        {.fd = signals_fd(), .events = POLLIN},
    };
    while (!record->regular && fds[0].revents == 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return errno;
        if (fds[0].revents == 0 && signals_caught() != 0)
            return EINTR;
    }
    return 0;
}

/* The size of the whole lines that a pipe takes at once, at least one line. */
static size_t portion(const struct record *record, const char *text, size_t size)
{
    size_t end = size < PIPE_BUF ? size : PIPE_BUF;
    if (record->regular || size <= PIPE_BUF)
        return size;
    while (end > 0 && text[end - 1] != '\n')
        end--;
    const char *line_end = memchr(text, '\n', size);
    return end > 0 ? end : line_end != NULL ? (size_t)(line_end - text) + 1 : size;
}

/* Removes the beginning of a line that a full disk has taken. Returns `error`. */
static int take_back(const struct record *record, const char *text, size_t done, int error)
{
    off_t end = record->regular ? lseek(record->fd, 0, SEEK_CUR) : -1;
    size_t begun = 0;
    while (begun < done && text[done - begun - 1] != '\n')
        begun++;
    if (end >= (off_t)begun && begun > 0 && ftruncate(record->fd, end - (off_t)begun) != 0)
        return errno;
    return error;
}

/* Writes whole lines, whatever signal comes. */
static int write_whole(const struct record *record, const char *text, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = write(record->fd, text + done, size - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return take_back(record, text, done, errno);
    }
    return 0;
}

static int write_pending(struct record *record)
{
    size_t done = 0;
    if (record->fd < 0 && (record->error = open_file(record)) != 0)
        return record->error;
    while (done < record->pending.size && record->error == 0) {
        const char *text = record->pending.text + done;
        size_t size = portion(record, text, record->pending.size - done);
        record->error = wait_for_room(record);
        if (record->error == 0)
            record->error = write_whole(record, text, size);
        done += size;
    }
    line_clear(&record->pending);
    return record->error;
}

int record_add(struct record *record, const char *text, size_t size, int64_t now_ms)
{
    if (record->error != 0)
        return record->error;
    line_add(&record->pending, text, size);
    if (record->pending.failed)
        return record->error = ENOMEM;
    if (record->pending.size >= FLUSH_SIZE || now_ms - record->flushed_ms >= FLUSH_MS)
        return record_flush(record, now_ms);
    return 0;
}

int record_flush(struct record *record, int64_t now_ms)
{
    if (record->pending.size == 0 || record->error != 0)
        return record->error;
    record->flushed_ms = now_ms;
    return write_pending(record);
}

int record_due(const struct record *record, int64_t now_ms)
{
    if (record->pending.size == 0 || record->error != 0)
        return -1;
    int64_t left = record->flushed_ms + FLUSH_MS - now_ms;
    return left > 0 ? (int)left : 0;
}

int record_close(struct record *record)
{
    int error = record_flush(record, record->flushed_ms);
    if (record->path != NULL && record->fd >= 0 && close(record->fd) != 0 && error == 0)
        record->error = error = errno;
    record->fd = -1;
    line_free(&record->pending);
    return error;
}
