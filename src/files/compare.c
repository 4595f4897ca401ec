// SPDX-License-Identifier: MIT
#include "files/compare.h"

#include <string.h>

int ocd__compare_end(struct ocd_compare *c)
{
    if (!c->open)
        return OCD_OK;
    c->open = false;
    struct ocd_difference difference = {
        .addr = c->addr,
        .size = c->size,
        .expected = c->sides[0] ? c->expected : NULL,
        .actual = c->sides[1] ? c->actual : NULL,
        .shown = c->size < OCD_DIFFERENCE_BYTES_MAX ? (size_t)c->size : OCD_DIFFERENCE_BYTES_MAX,
    };
    return c->report != NULL && c->report(&difference, c->user) != 0 ? OCD_ERR_CANCELLED : OCD_OK;
}

/* `size` bytes that differ. */
static int differ(struct ocd_compare *c, uint64_t addr, const uint8_t *expected,
                  const uint8_t *actual, size_t size)
{
    int rc = OCD_OK;

    bool sides[2] = {expected != NULL, actual != NULL};
    if (c->open && (c->addr + c->size != addr || memcmp(c->sides, sides, sizeof(sides)) != 0))
        rc = ocd__compare_end(c);
    if (!c->open) {
        if (c->summary.ranges++ == 0)
            c->first = addr;
        c->open = true;
        memcpy(c->sides, sides, sizeof(sides));
        c->addr = addr;
        c->size = 0;
    }
    if (c->size < OCD_DIFFERENCE_BYTES_MAX) {
        size_t room = OCD_DIFFERENCE_BYTES_MAX - (size_t)c->size, n = size < room ? size : room;
        if (expected != NULL)
            memcpy(c->expected + c->size, expected, n);
        if (actual != NULL)
            memcpy(c->actual + c->size, actual, n);
    }
    c->size += size;
    c->summary.differing += size;
    return rc;
}

int ocd__compare_add(struct ocd_compare *c, uint64_t addr, const uint8_t *expected,
                     const uint8_t *actual, size_t size)
{
    int rc = OCD_OK;

    c->summary.bytes += size;
    if (expected == NULL || actual == NULL)
        return differ(c, addr, expected, actual, size);
    if (memcmp(expected, actual, size) == 0)
        return ocd__compare_end(c);
    for (size_t i = 0; rc == OCD_OK && i < size;) {
        size_t from = i;
        while (i < size && expected[i] == actual[i])
            i++;
        if (i > from)
            rc = ocd__compare_end(c);
        from = i;
        while (i < size && expected[i] != actual[i])
            i++;
        if (rc == OCD_OK && i > from)
            rc = differ(c, addr + from, expected + from, actual + from, i - from);
    }
    return rc;
}
