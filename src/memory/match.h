// SPDX-License-Identifier: MIT
/* Finds a byte pattern in data that arrive in chunks, overlapping matches too. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef int ocd_matcher_fn(uint64_t addr, void *user);

struct ocd_matcher {
    const uint8_t *pattern; /* the caller's */
    size_t length;
    size_t *border; /* for each prefix of the pattern, its longest proper prefix that ends it too */
    size_t matched; /* bytes of the pattern that the data seen so far end with */
    uint64_t next;  /* address of the next byte to come */
    ocd_matcher_fn *match;
    void *user;
};

/* `length` is at least 1. 0 or OCD_ERR_NOMEM. */
int ocd__matcher_init(struct ocd_matcher *m, const void *pattern, size_t length, uint64_t start,
                      ocd_matcher_fn *match, void *user);
void ocd__matcher_free(struct ocd_matcher *m);
/* Feeds the bytes that follow. Linear in size even for patterns like AAAA. 0, or what `match`
 * answered when that was not 0; the bytes after that match are then not looked at, and the matcher
 * is of no further use. */
int ocd__matcher_add(struct ocd_matcher *m, const void *data, size_t size);
