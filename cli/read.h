// SPDX-License-Identifier: MIT
/* What `ocd read` has been asked for. */
#pragma once

#include "hexview.h"
#include "transfer.h"

enum format {
    FORMAT_HEXDUMP,
    FORMAT_HEX,
    FORMAT_DEC,
    FORMAT_SIGNED,
    FORMAT_FLOAT,  /* of 32 or 64 bits */
    FORMAT_STRING, /* up to NUL; without a width */
    FORMAT_BIN,
    FORMAT_JSON,
    FORMAT_C_ARRAY, /* these three are files of ocd_dump_writer */
    FORMAT_IHEX,
    FORMAT_SREC,
};

struct reading {
    struct transfer transfer; /* first: callbacks get it */
    uint64_t addr;
    uint64_t count;     /* bytes, or values of `width` */
    unsigned width;     /* 0: bytes, read in whatever way is fastest */
    enum format format; /* FORMAT_JSON: unsigned numbers, or bytes as hex text */
    bool json;          /* the format as JSON */
    bool skip_unreadable;
    struct hexview view;
    struct ocd_range skipped; /* the last one that was skipped */
    bool any;                 /* the JSON array has an element */
};

/* Reads values by exactly one access each and prints them. Returns the exit code. */
int read_values(struct reading *reading);
/* Reads text up to its NUL, at most reading->count bytes, and prints it. Returns the exit code. */
int read_string(struct reading *reading);
