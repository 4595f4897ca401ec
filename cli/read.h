// SPDX-License-Identifier: MIT
/* What `ocd read` has been asked for. */
#pragma once

#include "hexview.h"
#include "transfer.h"

enum format {
    FORMAT_HEXDUMP,
    FORMAT_HEX,
    FORMAT_DEC,
    FORMAT_BIN,
    FORMAT_JSON,
    FORMAT_C_ARRAY, /* these three are files of ocd_dump_writer */
    FORMAT_IHEX,
    FORMAT_SREC,
};

struct reading {
    struct transfer transfer; /* first: callbacks get it */
    uint64_t addr;
    uint64_t count; /* bytes, or values of `width` */
    unsigned width; /* 0: bytes, read in whatever way is fastest */
    enum format format;
    bool skip_bad;
    struct hexview view;
    struct ocd_range bad; /* the last one that was skipped */
    bool any;             /* the JSON array has an element */
};

/* Reads values by exactly one access each and prints them. Answers the exit code. */
int read_values(struct reading *reading);
