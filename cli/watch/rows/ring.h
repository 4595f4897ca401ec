// SPDX-License-Identifier: MIT
/* The lines before the condition of --trigger becomes true, of which the last are kept. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_PRE_MAX 1000000u

struct ring_line {
    char *text;
    size_t size, room;
    bool is_frame;
};

/* The last frames, and the gaps between them. */
struct ring {
    struct ring_line *lines;
    size_t room;     /* of `lines` */
    size_t first;    /* the oldest */
    size_t count;    /* lines */
    uint64_t frames; /* of them */
    uint64_t pre;    /* frames that are kept */
};

void ring_open(struct ring *ring, uint64_t pre);
void ring_close(struct ring *ring);
/* False: memory is short, and the line is not kept. */
bool ring_add(struct ring *ring, const char *text, size_t size, bool is_frame);
/* Hands out all lines, the oldest first, until `take` answers something else than 0, which is then
 * answered; empties the ring. */
int ring_empty(struct ring *ring, int (*take)(const char *text, size_t size, void *user),
               void *user);
