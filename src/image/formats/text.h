// SPDX-License-Identifier: MIT
/* Text formats: lines to records, in both passes over the file. */
#pragma once

#include "image/reader.h"

/* The data bytes of a line: 255 of an Intel HEX record are the most. */
#define OCD_TEXT_BYTES_MAX 256

struct ocd_text;

/* A line that is not empty. An ocd_err with the detail set. */
typedef int ocd_text_line_fn(struct ocd_text *t, const char *text, size_t size);

/* The last row of a hexdump. */
struct ocd_text_row {
    struct ocd_mark mark;
    uint64_t line;
    uint64_t end; /* address after it, modulo 2^64 */
    unsigned size;
    bool some;     /* holds readable bytes */
    bool all;      /* holds nothing else */
    bool repeated; /* a line with `*` follows it */
};

/* A walk over lines. */
struct ocd_text {
    struct ocd_image *im;
    ocd_text_line_fn *parse;
    uint64_t line;        /* number; 0 when data is fetched */
    struct ocd_mark mark; /* of the line */

    /* What the lines up to here contain; of the whole file after a scan. */
    bool ended;
    uint64_t records; /* with data */
    bool counted;     /* S-record: the last record was a count */

    /* Of a hexdump. */
    bool some;             /* there was a row; the next members are its */
    bool colon;            /* addresses end in a colon */
    int characters;        /* enum ocd_row_characters; -1: not known yet */
    bool straight;         /* values have been shown to be in the order of memory */
    uint64_t unknown_line; /* of which the order is not known; 0: none */
    struct ocd_text_row row;

    /* Fetching. */
    bool fetching;
    struct ocd_extent *extent;
    bool done;
    uint64_t next;  /* address at which the record that continues the extent begins */
    uint64_t first; /* addresses wanted */
    uint64_t last;
    uint8_t *data;
};

/* Walks from the file's first line to its last. */
int ocd__text_scan(struct ocd_text *t, struct ocd_image *im, ocd_text_line_fn *parse);
int ocd__text_fetch(struct ocd_image *im, ocd_text_line_fn *parse, struct ocd_extent *extent,
                    uint64_t addr, uint8_t *data, size_t size);
/* Called by the parser with the data of its line, at the address that the file has. */
int ocd__text_data(struct ocd_text *t, uint64_t addr, const uint8_t *data, size_t size);
/* The line is malformed. */
int ocd__text_error(struct ocd_text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Reads the hexadecimal bytes of a record, whose digits begin at column `column` of the line,
 * counted from 1. `*count` receives their number, `max` at most. */
int ocd__text_bytes(struct ocd_text *t, const char *text, size_t size, unsigned column,
                    uint8_t *bytes, size_t max, size_t *count);
