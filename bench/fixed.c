// SPDX-License-Identifier: MIT
/* A client whose setting never changes and which does not even look at the replies: what the server
 * can do over RPC at all. Its commands stand bare, without a wrapper that gives their status. */
#include "bench.h"

#include <stdlib.h>

#include "memory/codec.h"

#define WORD 4u
/* No setting is tried whose requests might take longer. */
#define LONGEST_REQUEST 1.0
/* Seconds for each setting. */
#define SWEEP_TIME 0.1
/* Settings that are measured again, and how often. */
#define FINALISTS    4u
#define FINALS       3u
#define SETTINGS_MAX 128u
/* One write_memory of many more values leaves OpenOCD's heap in a state in which all of its lists,
 * everybody's, are slower by a quarter: that would be measured with those who come later. */
#define WRITE_COUNT_MOST 8192u
#define READ_COUNT_MOST  65536u

struct tried {
    struct fixed setting;
    double rate;
};

static void ask(struct wire *w, struct fixed s, struct ocd_buffer *command, uint32_t addr,
                unsigned count, const uint8_t *data)
{
    struct ocd_chunk chunk = {.addr = addr, .width = WORD, .count = count};
    struct ocd_where where = {0};
    int rc;

    ocd_buffer_clear(command);
    if (s.write)
        rc = ocd_codec_write_memory(command, where, chunk, data, OCD_LAYOUT_LITTLE);
    else if (s.md)
        rc = ocd_codec_md(command, where, chunk);
    else
        rc = ocd_codec_read_memory(command, where, chunk);
    if (rc != OCD_OK || ocd_buffer_add(command, "\x1a", 1) != OCD_OK)
        bench_fail("out of memory");
    wire_send(w, command->data, command->size);
}

/* Stops asking after so many seconds. Answers the rate. */
static double run(struct wire *w, struct fixed s, const struct fixed_range *r, size_t size,
                  double seconds)
{
    struct ocd_buffer command = {0};
    unsigned flying = 0;
    size_t next = 0;
    double begun = bench_now(), now = begun;

    while ((next < size && now - begun < seconds) || flying > 0) {
        while (next < size && now - begun < seconds && flying < s.window) {
            size_t left = (size - next) / WORD;
            unsigned count = left < s.count ? (unsigned)left : s.count;
            ask(w, s, &command, r->addr + (uint32_t)next, count, s.write ? r->data + next : NULL);
            next += (size_t)count * WORD;
            flying++;
        }
        flying -= wire_count(w);
        now = bench_now();
    }
    ocd_buffer_free(&command);
    return (double)next / (now - begun);
}

void fixed_run(struct wire *w, struct fixed s, uint32_t addr, const uint8_t *data, size_t size)
{
    struct fixed_range range = {.addr = addr, .data = data};

    run(w, s, &range, size, 1e9);
}

static int faster(const void *a, const void *b)
{
    double x = ((const struct tried *)a)->rate, y = ((const struct tried *)b)->rate;

    return (x < y) - (x > y);
}

/* All windows of one command and count. Answers the seconds of a single request. */
static double try_count(struct wire *w, struct fixed s, const struct fixed_range *r,
                        struct tried *tried, unsigned *count)
{
    size_t request = (size_t)s.count * WORD;
    double one;

    s.window = 1;
    one = (double)request / run(w, s, r, request, 1e9);
    for (unsigned i = 0; i < r->windows && *count < SETTINGS_MAX; i++) {
        s.window = r->window[i];
        tried[(*count)++] = (struct tried){s, run(w, s, r, r->size, SWEEP_TIME)};
        if (request * s.window >= r->size)
            break;
    }
    return one;
}

/* Every count by four from `n` on, with one command. */
static void try_counts(struct wire *w, struct fixed s, unsigned n, const struct fixed_range *r,
                       struct tried *tried, unsigned *count)
{
    unsigned most = s.write ? WRITE_COUNT_MOST : READ_COUNT_MOST;
    double one = 0;

    /* Four times the count may cost sixteen times as much. */
    for (; n <= most && n * WORD <= r->size && 16 * one < LONGEST_REQUEST; n *= 4) {
        s.count = n;
        one = try_count(w, s, r, tried, count);
    }
}

struct fixed fixed_sweep(struct wire *w, const struct fixed_range *r)
{
    static struct tried tried[SETTINGS_MAX];
    unsigned count = 0;

    for (unsigned md = 0; md < (r->write ? 1u : 2u); md++) {
        struct fixed setting = {.md = md != 0, .write = r->write};
        try_counts(w, setting, 16, r, tried, &count);
        try_counts(w, setting, 32, r, tried, &count);
    }
    qsort(tried, count, sizeof(*tried), faster);
    count = count < FINALISTS ? count : FINALISTS;
    for (unsigned i = 0; i < count; i++) {
        double rates[FINALS];
        for (unsigned turn = 0; turn < FINALS; turn++)
            rates[turn] = run(w, tried[i].setting, r, r->size, 1e9);
        tried[i].rate = bench_median(rates, FINALS);
    }
    qsort(tried, count, sizeof(*tried), faster);
    return tried[0].setting;
}
