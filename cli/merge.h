// SPDX-License-Identifier: MIT
/* Several files as one: their data must not overlap. */
#pragma once

#include <stdio.h>

#include "cli.h"

#define MERGE_MAX 32 /* files */

struct merge_file {
    const char *path;
    uint64_t addr; /* if `has_addr`: as for ocd load FILE ADDR */
    bool has_addr;
};

/* Checks all files, reports what is odd about them as image_report_notes() does, and writes what
 * they hold into a temporary one without a name, a hexdump that the caller closes. CLI_DONE, or the
 * exit code after a message. */
int merge_files(struct cli *cli, const struct merge_file *files, size_t count,
                const struct ocd_image_options *options, FILE **merged, char **notes);
