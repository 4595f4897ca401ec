// SPDX-License-Identifier: MIT
#include "watch/rows/ring.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64u

void ring_open(struct ring *ring, uint64_t pre)
{
    *ring = (struct ring){.pre = pre};
}

void ring_close(struct ring *ring)
{
    for (size_t i = 0; i < ring->room; i++)
        free(ring->lines[i].text);
    free(ring->lines);
    *ring = (struct ring){0};
}

static struct ring_line *line_at(const struct ring *ring, size_t number)
{
    return &ring->lines[(ring->first + number) % ring->room];
}

static void drop_first(struct ring *ring)
{
    ring->frames -= line_at(ring, 0)->is_frame;
    ring->first = (ring->first + 1) % ring->room;
    ring->count--;
}

/* Twice as many lines, the oldest at the beginning. */
static bool grow(struct ring *ring)
{
    size_t room = ring->room > 0 ? 2 * ring->room : ROOM_FIRST;
    struct ring_line *lines = calloc(room, sizeof(*lines));
    if (lines == NULL)
        return false;
    for (size_t i = 0; i < ring->room; i++)
        lines[i] = *line_at(ring, i);
    free(ring->lines);
    ring->lines = lines;
    ring->room = room;
    ring->first = 0;
    return true;
}

/* Limits the lines, too: without frames, gaps alone would fill the memory. */
static bool has_enough(const struct ring *ring)
{
    return ring->count > 0 && (ring->frames > ring->pre || ring->count - ring->frames > ring->pre);
}

bool ring_add(struct ring *ring, const char *text, size_t size, bool is_frame)
{
    if (ring->count == ring->room && !grow(ring))
        return false;
    struct ring_line *line = line_at(ring, ring->count);
    if (line->room < size) {
        char *larger = realloc(line->text, size);
        if (larger == NULL)
            return false;
        line->text = larger;
        line->room = size;
    }
    memcpy(line->text, text, size);
    line->size = size;
    line->is_frame = is_frame;
    ring->count++;
    ring->frames += is_frame;
    while (has_enough(ring))
        drop_first(ring);
    return true;
}

int ring_empty(struct ring *ring, int (*take)(const char *text, size_t size, void *user),
               void *user)
{
    int result = 0;
    while (ring->count > 0) {
        const struct ring_line *line = line_at(ring, 0);
        if (result == 0)
            result = take(line->text, line->size, user);
        drop_first(ring);
    }
    return result;
}
