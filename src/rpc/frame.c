// SPDX-License-Identifier: MIT
#include "rpc/frame.h"

#include <string.h>

#include "ocd.h"

/* Bytes of memory that are kept between frames: the largest reply to a read takes half as many. */
#define KEPT (4u << 20)

void ocd_framer_init(struct ocd_framer *f, size_t max_frame)
{
    *f = (struct ocd_framer){.max_frame = max_frame};
}

void ocd_framer_free(struct ocd_framer *f)
{
    ocd_buffer_free(&f->in);
    f->start = 0;
    f->scanned = 0;
}

/* A byte is moved at most once: what moves belongs to the last frame, and that frame then begins
 * at the buffer's beginning until it is whole. */
static void compact(struct ocd_framer *f)
{
    memmove(f->in.data, f->in.data + f->start, f->in.size - f->start);
    f->in.size -= f->start;
    f->scanned -= f->start;
    f->start = 0;
}

int ocd_framer_space(struct ocd_framer *f, size_t min, char **space, size_t *room)
{
    if (f->in.error != 0)
        return f->in.error;
    bool waiting = f->scanned == f->in.size; /* no whole frame is left in the buffer */
    if (waiting && f->max_frame != 0 && f->in.size - f->start > f->max_frame) {
        f->in.error = OCD_ERR_PROTOCOL;
        return f->in.error;
    }
    if (f->start != 0 && (f->start == f->in.size || f->in.capacity - f->in.size <= min))
        compact(f);
    int error = ocd_buffer_reserve(&f->in, min);
    if (error != 0)
        return error;
    *space = f->in.data + f->in.size;
    *room = f->in.capacity - f->in.size - 1;
    return 0;
}

void ocd_framer_received(struct ocd_framer *f, size_t size)
{
    f->in.size += size;
    f->in.data[f->in.size] = '\0';
}

int ocd_framer_next(struct ocd_framer *f, struct ocd_slice *frame)
{
    if (f->in.error != 0 || f->scanned == f->in.size)
        return 0;
    char *end = memchr(f->in.data + f->scanned, OCD_FRAME_END, f->in.size - f->scanned);
    if (end == NULL) {
        f->scanned = f->in.size;
        return 0;
    }
    char *begin = f->in.data + f->start;
    size_t size = (size_t)(end - begin);
    if (f->max_frame != 0 && size > f->max_frame) {
        /* The same end as if the terminator had come in a later piece. */
        f->in.error = OCD_ERR_PROTOCOL;
        return 0;
    }
    *end = '\0';
    *frame = (struct ocd_slice){.data = begin, .size = size};
    f->start += size + 1;
    f->scanned = f->start;
    return 1;
}

void ocd_framer_trim(struct ocd_framer *f)
{
    if (f->start == f->in.size && f->in.capacity > KEPT && f->in.error == 0)
        ocd_framer_free(f);
}

size_t ocd_framer_partial(const struct ocd_framer *f)
{
    return f->in.size - f->start;
}
