// SPDX-License-Identifier: MIT
/* Ranges that differ, printed as they are found, and their sum. */
#pragma once

#include "cli.h"
#include "output.h"

struct differences {
    struct cli *cli; /* for names of addresses, or NULL */
    struct output output;
    bool json;
    bool all;                  /* not only the first few */
    const char *names[2];      /* of the sides, such as "file" and "memory" */
    struct progress *progress; /* makes room for the text; may be NULL */
    char *notes; /* for JSON: warnings about the files, a line each; freed by the caller */
    uint64_t count;
    struct ocd_verify_summary summary;
};

/* For ocd_difference_fn, with the structure as its user. */
int differences_tell(const struct ocd_difference *difference, void *user);
/* Begins and ends what is printed. */
void differences_begin(struct differences *d);
void differences_end(struct differences *d);
