// SPDX-License-Identifier: MIT
/* Finds a byte pattern in data that arrive in pieces, overlapping matches too. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef int ocd_matcher_fn(uint64_t addr, void *user);

struct ocd_matcher {
    const uint8_t *pattern; /* the caller's */
    size_t length;
    uint8_t *tail; /* the last length - 1 bytes seen, room for 2 * (length - 1) */
    size_t tail_size;
    uint64_t next; /* address of the next byte to come */
    ocd_matcher_fn *match;
    void *user;
};

/* 0 or OCD_ERR_NOMEM. */
int ocd_matcher_init(struct ocd_matcher *m, const void *pattern, size_t length, uint64_t start,
                     ocd_matcher_fn *match, void *user);
void ocd_matcher_free(struct ocd_matcher *m);
/* Feeds the bytes that follow. Linear in size even for patterns like AAAA. 0, or what `match`
 * answered when that was not 0. */
int ocd_matcher_add(struct ocd_matcher *m, const void *data, size_t size);
