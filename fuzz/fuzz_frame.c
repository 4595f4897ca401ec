// SPDX-License-Identifier: MIT
/* Framing: however the bytes are split on their way, the frames are the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocd.h"
#include "rpc/frame.h"

#define MAX_FRAME  4096
#define FRAMES_MAX 4096

struct frames {
    uint64_t hash[FRAMES_MAX];
    size_t count;
    int error;
};

static uint64_t hash(uint64_t h, const char *data, size_t size)
{
    h = (h ^ size) * 1099511628211u;
    for (size_t i = 0; i < size; i++)
        h = (h ^ (uint8_t)data[i]) * 1099511628211u;
    return h;
}

static void take(struct ocd_framer *f, struct frames *out)
{
    struct ocd_rpc_frame frame;

    while (ocd__framer_next(f, &frame) == 1) {
        bool bounded = frame.data.size + frame.log.size <= MAX_FRAME;
        bool terminated =
            frame.is_reply || memchr(frame.data.data, OCD_FRAME_END, frame.data.size) == NULL;
        if (!bounded || !terminated)
            abort();
        uint64_t h = frame.is_reply ? frame.id ^ (uint64_t)frame.status << 32 ^ frame.us << 16 : 1;
        h = hash(h, frame.data.data, frame.data.size);
        if (out->count < FRAMES_MAX)
            out->hash[out->count++] = hash(h, frame.log.data, frame.log.size);
    }
}

/* Splits the bytes into 1 to `step` at a time, by `seed`. */
static void feed(struct frames *out, const uint8_t *data, size_t size, uint32_t seed, size_t step)
{
    struct ocd_framer f;

    memset(out, 0, sizeof(*out));
    ocd__framer_init(&f, MAX_FRAME);
    while (size > 0 && out->error == 0) {
        char *space;
        size_t room, n = step;
        if (seed != 0) {
            seed = seed * 1664525u + 1013904223u;
            n = 1 + (seed >> 16) % step;
        }
        out->error = ocd__framer_space(&f, n, &space, &room);
        if (out->error != 0)
            break;
        if (room < n)
            abort();
        n = n < size ? n : size;
        memcpy(space, data, n);
        ocd__framer_received(&f, n);
        take(&f, out);
        data += n;
        size -= n;
    }
    ocd__framer_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frames whole, split;

    if (size < 5)
        return 0;
    uint32_t seed;
    memcpy(&seed, data, 4);
    size_t step = 1 + data[4];
    data += 5;
    size -= 5;
    feed(&whole, data, size, 0, size > 0 ? size : 1);
    feed(&split, data, size, seed | 1, step);
    /* A wrong frame is found earlier or later, but what was whole before it is the same. */
    size_t common = whole.count < split.count ? whole.count : split.count;
    if (memcmp(whole.hash, split.hash, common * sizeof(whole.hash[0])) != 0)
        abort();
    if (whole.error == 0 && split.error == 0 && whole.count != split.count)
        abort();
    return 0;
}
