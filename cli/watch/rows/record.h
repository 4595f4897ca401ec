// SPDX-License-Identifier: MIT
/* Where rows go: standard output, or a file that has its name from the first row on. Both get whole
 * lines only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "watch/rows/line.h"

enum record_mode {
    RECORD_NEW,    /* an existing file is refused */
    RECORD_APPEND, /* goes on after its last line */
    RECORD_FORCE,  /* is replaced, by the first row */
};

struct record {
    const char *path; /* NULL: standard output */
    enum record_mode mode;
    int fd;              /* -1: not open */
    bool regular;        /* a file that can be cut */
    int64_t flushed_ms;  /* when the last lines were written */
    struct line pending; /* whole lines */
    int error;           /* errno of the first failure */
};

/* Checks that rows can be written; the file is made with the first one. 0 or an errno: EEXIST if
 * the file exists and may not be replaced. `first` receives the first line of a file that is
 * appended to, without its end, to be freed; NULL if it has none. */
int record_open(struct record *record, const char *path, enum record_mode mode, char **first);

/* Takes a whole line with its end; it is written soon. All answer record->error. */
int record_add(struct record *record, const char *text, size_t size, int64_t now_ms);
int record_flush(struct record *record, int64_t now_ms);
/* Milliseconds until record_flush() is due; -1: nothing waits. */
int record_due(const struct record *record, int64_t now_ms);
int record_close(struct record *record);
