// SPDX-License-Identifier: MIT
#include "rpc/frame.h"

#include <string.h>

#include "ocd.h"

/* Bytes of memory that are kept between frames: more than the reply to any request for bytes. */
#define KEPT (4u << 20)
/* Bytes of a header at the most: NUL, five numbers of up to 20 digits, blanks, newline. */
#define HEADER_MAX 112
#define NUMBERS    5

void ocd__framer_init(struct ocd_framer *f, size_t max_frame)
{
    *f = (struct ocd_framer){.max_frame = max_frame};
}

void ocd__framer_free(struct ocd_framer *f)
{
    ocd__buffer_free(&f->in);
    f->start = 0;
    f->scanned = 0;
    f->whole = 0;
}

/* Moves the last, incomplete frame to the start of the buffer, where it stays until it is complete:
 * a byte is moved at most once. */
static void compact(struct ocd_framer *f)
{
    memmove(f->in.data, f->in.data + f->start, f->in.size - f->start);
    f->in.size -= f->start;
    f->scanned -= f->start;
    f->start = 0;
}

static int fail(struct ocd_framer *f, bool too_large)
{
    f->too_large = too_large;
    f->in.error = OCD_ERR_PROTOCOL;
    return 0;
}

int ocd__framer_space(struct ocd_framer *f, size_t min, char **space, size_t *room)
{
    if (f->in.error != 0)
        return f->in.error;
    bool waiting = f->scanned == f->in.size; /* no whole frame is left in the buffer */
    if (waiting && f->whole == 0 && f->max_frame != 0 && f->in.size - f->start > f->max_frame) {
        fail(f, true);
        return f->in.error;
    }
    size_t have = f->in.size - f->start;
    if (f->whole > have && f->whole - have > min)
        min = f->whole - have; /* all of it at once */
    if (f->start != 0 && (f->start == f->in.size || f->in.capacity - f->in.size <= min))
        compact(f);
    int error = ocd__buffer_reserve(&f->in, min);
    if (error != 0)
        return error;
    *space = f->in.data + f->in.size;
    *room = f->in.capacity - f->in.size - 1;
    return 0;
}

void ocd__framer_received(struct ocd_framer *f, size_t size)
{
    f->in.size += size;
    f->in.data[f->in.size] = '\0';
}

/* A decimal number that a blank and more text follow, or the end of the header. */
static bool read_number(const char **at, const char *end, uint64_t *value)
{
    const char *p = *at;

    for (*value = 0; p < end && *p >= '0' && *p <= '9'; p++) {
        if (*value > (UINT64_MAX - 9) / 10)
            return false;
        *value = *value * 10 + (uint64_t)(*p - '0');
    }
    bool valid = p > *at && (p == end || (*p == ' ' && p + 1 < end));
    *at = p < end ? p + 1 : p;
    return valid;
}

/* The header's numbers, without the NUL before them and the newline after them. */
static bool read_header(struct ocd_rpc_frame *frame, const char *at, const char *end)
{
    uint64_t numbers[NUMBERS];
    bool negative = false;

    for (int i = 0; i < NUMBERS; i++) {
        if (i == 1 && at < end && *at == '-') {
            negative = true;
            at++;
        }
        if (!read_number(&at, end, &numbers[i]))
            return false;
    }
    if (at != end || numbers[1] > INT32_MAX || numbers[2] > SIZE_MAX / 4 ||
        numbers[3] > SIZE_MAX / 4)
        return false;
    frame->is_reply = true;
    frame->id = numbers[0];
    frame->status = negative ? -(long)numbers[1] : (long)numbers[1];
    frame->data.size = (size_t)numbers[2];
    frame->log.size = (size_t)numbers[3];
    frame->us = numbers[4];
    return true;
}

/* Finds out how long the counted reply at `start` is. False: more bytes are needed, or an error. */
static bool find_size(struct ocd_framer *f)
{
    const char *begin = f->in.data + f->start;
    size_t have = f->in.size - f->start;
    const char *newline = memchr(begin, '\n', have < HEADER_MAX ? have : HEADER_MAX);

    if (newline == NULL)
        return have < HEADER_MAX ? false : fail(f, false);
    if (!read_header(&f->next, begin + 1, newline))
        return fail(f, false);
    size_t payload = f->next.data.size + f->next.log.size;
    if (f->max_frame != 0 && payload > f->max_frame)
        return fail(f, true);
    f->whole = (size_t)(newline + 1 - begin) + payload + 1;
    return true;
}

static int next_reply(struct ocd_framer *f, struct ocd_rpc_frame *frame)
{
    f->scanned = f->in.size; /* no terminator is looked for */
    if ((f->whole == 0 && !find_size(f)) || f->in.size - f->start < f->whole)
        return 0;
    char *end = f->in.data + f->start + f->whole - 1;
    if (*end != OCD_FRAME_END)
        return fail(f, false);
    *frame = f->next;
    frame->log.data = end - frame->log.size;
    frame->data.data = frame->log.data - frame->data.size;
    f->start += f->whole;
    f->scanned = f->start;
    f->whole = 0;
    return 1;
}

static int next_terminated(struct ocd_framer *f, struct ocd_rpc_frame *frame)
{
    char *end = memchr(f->in.data + f->scanned, OCD_FRAME_END, f->in.size - f->scanned);
    if (end == NULL) {
        f->scanned = f->in.size;
        return 0;
    }
    char *begin = f->in.data + f->start;
    size_t size = (size_t)(end - begin);
    if (f->max_frame != 0 && size > f->max_frame)
        return fail(f, true); /* as if the terminator had come later */
    *frame = (struct ocd_rpc_frame){.data = {begin, size}};
    f->start += size + 1;
    f->scanned = f->start;
    return 1;
}

int ocd__framer_next(struct ocd_framer *f, struct ocd_rpc_frame *frame)
{
    if (f->in.error != 0 || f->start == f->in.size)
        return 0;
    return f->in.data[f->start] == '\0' ? next_reply(f, frame) : next_terminated(f, frame);
}

void ocd__framer_trim(struct ocd_framer *f)
{
    if (f->start == f->in.size && f->in.capacity > KEPT && f->in.error == 0)
        ocd__framer_free(f);
}

size_t ocd__framer_partial(const struct ocd_framer *f)
{
    return f->in.size - f->start;
}
