// SPDX-License-Identifier: MIT
/* Ranges that differ, found in data that come chunk by chunk. Pure. */
#pragma once

#include "ocd.h"

struct ocd_compare {
    ocd_difference_fn report; /* NULL: only counted */
    void *user;
    struct ocd_verify_summary summary;
    uint64_t first; /* address of the first difference, if there is one */
    bool open;      /* the range below may continue */
    bool sides[2];  /* whether there are expected and actual bytes */
    uint64_t addr, size;
    uint8_t expected[OCD_DIFFERENCE_BYTES_MAX], actual[OCD_DIFFERENCE_BYTES_MAX];
};

/* The next bytes; NULL: there are none, or they cannot be read. OCD_OK, or OCD_ERR_CANCELLED by the
 * caller. */
int ocd__compare_add(struct ocd_compare *c, uint64_t addr, const uint8_t *expected,
                     const uint8_t *actual, size_t size);
/* There are no more bytes. */
int ocd__compare_end(struct ocd_compare *c);
