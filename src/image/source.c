// SPDX-License-Identifier: MIT
#include "image/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/in_place.h"
#include "base/outfile_name.h"
#include "base/scan.h"
#include "base/write.h"

enum {
    WINDOW_SIZE = 32768, /* bytes; many times a line */
};

/* Copies what cannot be read twice, such as a pipe. */
static int copy_stream(int from, int to, uint8_t *buffer, ocd_progress_fn progress, void *user)
{
    uint64_t done = 0;

    for (;;) {
        ssize_t n = read(from, buffer, WINDOW_SIZE);
        if (n < 0 && errno != EINTR)
            return errno;
        /* A signal is the only way to end a wait for a pipe. */
        if (n != 0 && progress != NULL && progress(done, 0, user) != 0)
            return OCD_SOURCE_STOPPED;
        if (n < 0)
            continue;
        if (n == 0)
            return 0;
        int rc = ocd__write(to, buffer, (size_t)n);
        if (rc != 0)
            return rc;
        done += (size_t)n;
    }
}

static int spool(struct ocd_source *s, int fd, ocd_progress_fn progress, void *user)
{
    int copy = -1;
    int rc = ocd__nameless_open(&copy);

    s->no_copy = rc != 0;
    if (rc == 0)
        rc = copy_stream(fd, copy, s->window, progress, user);
    close(fd);
    s->fd = copy;
    return rc;
}

static int measure(struct ocd_source *s)
{
    struct stat st;

    if (fstat(s->fd, &st) != 0)
        return errno;
    s->size = (uint64_t)st.st_size;
    s->changed = st.st_mtim;
    return 0;
}

static int prepare(struct ocd_source *s, ocd_progress_fn progress, void *user)
{
    struct stat st;
    int rc = 0;

    s->window = malloc(WINDOW_SIZE);
    if (s->window == NULL)
        return ENOMEM;
    if (fstat(s->fd, &st) != 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode) || lseek(s->fd, 0, SEEK_CUR) != 0)
        rc = spool(s, s->fd, progress, user);
    if (rc == 0)
        return measure(s);
    if (s->fd < 0) { /* ocd__source_close finds nothing to do */
        free(s->window);
        s->window = NULL;
    }
    return rc;
}

/* A named pipe waits for its writer here. */
static int open_to_read(int *fd, const char *path, ocd_progress_fn progress, void *user)
{
    for (;;) {
        *fd = open(path, O_RDONLY | O_CLOEXEC);
        if (*fd >= 0)
            return 0;
        if (errno != EINTR)
            return errno;
        /* A signal is the only way to end such a wait. */
        if (progress != NULL && progress(0, 0, user) != 0)
            return OCD_SOURCE_STOPPED;
    }
}

int ocd__source_open(struct ocd_source *s, const char *path, ocd_progress_fn progress, void *user)
{
    int fd = ocd__path_descriptor(path);

    *s = (struct ocd_source){0};
    if (fd < 0) {
        int rc = open_to_read(&s->fd, path, progress, user);
        return rc != 0 ? rc : prepare(s, progress, user);
    }
    s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return s->fd < 0 ? errno : prepare(s, progress, user);
}

void ocd__source_open_memory(struct ocd_source *s, const void *data, size_t size)
{
    /* Nothing is written to a window of memory: see fill_window. */
    *s = (struct ocd_source){
        .fd = -1, .size = size, .window = (uint8_t *)(uintptr_t)data, .window_size = size};
}

void ocd__source_close(struct ocd_source *s)
{
    if (s->fd < 0)
        return;
    free(s->window);
    close(s->fd);
    *s = (struct ocd_source){.fd = -1};
}

static int still_same(const struct ocd_source *s)
{
    struct stat st;

    if (fstat(s->fd, &st) != 0)
        return errno;
    if ((uint64_t)st.st_size != s->size || st.st_mtim.tv_sec != s->changed.tv_sec ||
        st.st_mtim.tv_nsec != s->changed.tv_nsec)
        return OCD_SOURCE_CHANGED;
    return 0;
}

static int read_file(struct ocd_source *s, uint64_t offset, uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t n = pread(s->fd, data, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        if (n == 0)
            return OCD_SOURCE_CHANGED;
        data += n;
        offset += (size_t)n;
        size -= (size_t)n;
    }
    return still_same(s);
}

int ocd__source_read(struct ocd_source *s, uint64_t offset, void *data, size_t size)
{
    if (size > s->size || offset > s->size - size)
        return OCD_SOURCE_CHANGED;
    if (s->fd >= 0)
        return read_file(s, offset, data, size);
    if (size > 0)
        memcpy(data, s->window + offset, size);
    return 0;
}

/* Moves the window so that it begins at `offset`. */
static int fill_window(struct ocd_source *s, uint64_t offset)
{
    uint64_t rest = s->size - offset;
    size_t size = rest < WINDOW_SIZE ? (size_t)rest : WINDOW_SIZE;

    if (s->fd < 0)
        return 0;
    s->window_size = 0;
    int rc = read_file(s, offset, s->window, size);
    if (rc != 0)
        return rc;
    s->window_offset = offset;
    s->window_size = size;
    return 0;
}

/* The line at `offset` as far as the window has it; true when that is all of it. */
static bool find_line(const struct ocd_source *s, uint64_t offset, struct ocd_source_line *line)
{
    if (offset < s->window_offset || offset >= s->window_offset + s->window_size)
        return false;
    size_t at = (size_t)(offset - s->window_offset);
    size_t rest = s->window_size - at;
    const char *text = (const char *)s->window + at;
    size_t search = rest < OCD_SOURCE_LINE_MAX + 2 ? rest : OCD_SOURCE_LINE_MAX + 2;
    const char *end = memchr(text, '\n', search);

    line->text = text;
    line->size = end != NULL ? (size_t)(end - text) : search;
    line->next = offset + line->size + (end != NULL);
    line->overlong = line->size > OCD_SOURCE_LINE_MAX + 1;
    return end != NULL || line->overlong || offset + rest == s->size;
}

int ocd__source_line(struct ocd_source *s, uint64_t offset, struct ocd_source_line *line)
{
    *line = (struct ocd_source_line){.next = offset};
    if (offset >= s->size)
        return 0;
    if (!find_line(s, offset, line)) {
        int rc = fill_window(s, offset);
        if (rc != 0)
            return rc;
        if (!find_line(s, offset, line))
            return OCD_SOURCE_CHANGED;
    }
    while (line->size > 0 && ocd_is_space(line->text[line->size - 1]))
        line->size--;
    return 0;
}
