// SPDX-License-Identifier: MIT
/* The bytes of a file at any offset, through a window of fixed size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "ocd.h"

/* Bytes of a line, without its end. The longest of a format, a hexdump's with 16 bytes, is 90; an
 * Intel HEX record has at most 521. */
#define OCD_SOURCE_LINE_MAX 1024u

/* The file is not what it was when it was opened. */
#define OCD_SOURCE_CHANGED (-1)
/* `progress` did not answer 0. */
#define OCD_SOURCE_STOPPED (-2)

struct ocd_source {
    int fd;       /* -1: in memory, and `window` is that memory */
    bool no_copy; /* what can be read only once could not be copied to a temporary file */
    uint64_t size;
    struct timespec changed; /* as fstat has it */
    uint8_t *window;
    uint64_t window_offset;
    size_t window_size;
};

struct ocd_source_line {
    const char *text; /* until the source's next call; NULL: the end of the file */
    size_t size;      /* without blanks and the line end after it */
    uint64_t next;    /* offset of the next line */
    bool overlong;    /* too long for a line of text */
};

/* These answer 0, an errno value, or a code from above. `progress` may be NULL. */
int ocd__source_open(struct ocd_source *s, const char *path, ocd_progress_fn progress, void *user);
void ocd__source_open_memory(struct ocd_source *s, const void *data, size_t size);
void ocd__source_close(struct ocd_source *s);

/* Exactly `size` bytes; the caller knows that the file is that long. */
int ocd__source_read(struct ocd_source *s, uint64_t offset, void *data, size_t size);
int ocd__source_line(struct ocd_source *s, uint64_t offset, struct ocd_source_line *line);
