// SPDX-License-Identifier: MIT
/* A hexdump as the user wants it: columns, groups, byte order, repeated lines squeezed, colours. */
#pragma once

#include <stdbool.h>

#include "output.h"

#define HEXVIEW_COLUMNS_MAX 64

struct hexview {
    struct output *output;
    int digits;       /* of addresses */
    unsigned columns; /* bytes of a line; 0: 16 */
    unsigned group;   /* bytes that are printed as one: 1, 2, 4 or 8; 0: 1 */
    bool little;      /* the bytes of a group are printed in reversed order */
    bool squeeze;
    bool colour;

    /* State of the dump. */
    uint64_t addr;
    unsigned fill;
    uint8_t bytes[HEXVIEW_COLUMNS_MAX];
    bool unreadable[HEXVIEW_COLUMNS_MAX];
    uint8_t last[HEXVIEW_COLUMNS_MAX];
    bool has_last, starred;
};

/* Whether anything but the plain form has been asked for. */
bool hexview_wanted(const struct hexview *view);
/* More bytes; NULL: unreadable. Returns the output's error. */
int hexview_add(struct hexview *view, uint64_t addr, const uint8_t *data, uint64_t size);
int hexview_finish(struct hexview *view);
