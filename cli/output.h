// SPDX-License-Identifier: MIT
/* Where results go: standard output or a file, no write left unchecked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ocd.h"

struct output {
    FILE *stream;     /* standard output, or memory */
    const char *path; /* as the user gave it; NULL for standard output */
    char *held;       /* buffer: the next bytes of the file, or all that standard output gets
                         at the end */
    size_t held_size;
    struct ocd_image_writer *writer; /* of the file; NULL: standard output */
    uint64_t written;                /* bytes that it has */
    int error;                       /* errno of the first failure, 0 if all is well */
};

/* `path` NULL or "-": standard output; with `hold` it gets everything at the end or nothing. A
 * file is written as ocd_image_writer_create() does: it takes its name when all is there. 0 or an
 * errno; ended by output_close() in both cases. */
int output_open(struct output *output, const char *path, bool hold);

/* All answer output->error. */
int output_bytes(struct output *output, const void *data, size_t size);
int output_text(struct output *output, const char *text);
int output_printf(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int output_flush(struct output *output);

/* With `keep` completes the output, otherwise drops it: an older file stays, and standard output
 * keeps what it has received. 0 or the errno of the first failure. */
int output_close(struct output *output, bool keep);

/* Flushes standard output at the end of the program. 0 or an errno. */
int output_finish(void);
