// SPDX-License-Identifier: MIT
/* Is the program in the target the one that the ELF files describe? Which bytes are compared: the
 * build id where the program has it in memory, otherwise samples of what its flash holds. */
#pragma once

#include "base/detail.h"
#include "ocd.h"

/* Bytes that are read at the most. */
#define OCD_CHECK_MAX 4096u
/* Ranges of all files together. */
#define OCD_CHECK_RANGES 64u

struct ocd_check {
    struct ocd_symbols *symbols; /* NULL: nothing is checked */
    struct ocd_range ranges[OCD_CHECK_RANGES];
    const struct ocd_elf_info *files[OCD_CHECK_RANGES]; /* that of each range */
    size_t count, next;
};

void ocd__check_begin(struct ocd_check *c, struct ocd_symbols *symbols);
/* Compares what the target has at ranges[next], and goes on to the next range that is of interest.
 * False: it differs, and the message says how. */
bool ocd__check_take(struct ocd_check *c, const uint8_t *data, struct ocd_buffer *message);
