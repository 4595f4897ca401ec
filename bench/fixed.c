// SPDX-License-Identifier: MIT
/* A client whose setting never changes and which does not parse the replies: the highest rate that
 * the server allows with text. Its commands are sent without a script that gives their status. */
#include "bench.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "transfer/text.h"

#define WORD       4u
#define SWEEP_TIME 0.1 /* seconds for each setting */
#define FINALISTS  4u  /* settings that are measured again */
#define FINALS     3u  /* how often */
#define WINDOW_MAX 4u
#define TRIED_MAX  64u
/* Most words of a write. After more, all lists of OpenOCD are slower by a quarter, because of its
 * heap: later measurements would be wrong. */
#define WRITE_MAX 8192u
#define READ_MAX  16384u
/* More take seconds where a reply's time grows with the square of its size. */
#define QUADRATIC_MAX 4096u

struct tried {
    struct fixed setting;
    double rate;
};

static void ask(struct wire *w, const struct fixed *s, struct ocd_buffer *command, size_t offset,
                unsigned count, const uint8_t *data)
{
    struct ocd_chunk chunk = {.addr = BENCH_AT + offset, .width = WORD, .count = count};

    ocd__buffer_clear(command);
    if (strcmp(s->command, "write_memory") == 0)
        ocd__text_write(command, (struct ocd_where){0}, chunk, data + offset, OCD_LAYOUT_LITTLE);
    else if (strcmp(s->command, "mdw") == 0)
        ocd__buffer_printf(command, "mdw 0x%" PRIx64 " %u", chunk.addr, count);
    else
        ocd__text_read(command, (struct ocd_where){0}, chunk);
    if (ocd__buffer_add(command, "\x1a", 1) != OCD_OK)
        bench_fail("out of memory");
    wire_send(w, command->data, command->size);
}

/* Stops asking after this many seconds. Returns the rate. */
static double run(struct wire *w, const struct fixed *s, const uint8_t *data, size_t size,
                  double seconds)
{
    struct ocd_buffer command = {0};
    unsigned flying = 0;
    size_t next = 0;
    double begun = bench_now(), now = begun;

    while ((next < size && now - begun < seconds) || flying > 0) {
        while (next < size && now - begun < seconds && flying < s->window) {
            size_t left = (size - next) / WORD;
            unsigned count = left < s->count ? (unsigned)left : s->count;
            ask(w, s, &command, next, count, data);
            next += (size_t)count * WORD;
            flying++;
        }
        flying -= wire_count(w);
        now = bench_now();
    }
    ocd__buffer_free(&command);
    return (double)next / (now - begun);
}

void fixed_run(struct wire *w, const struct fixed *setting, const uint8_t *data, size_t size)
{
    run(w, setting, data, size, 1e9);
}

static int faster(const void *a, const void *b)
{
    double x = ((const struct tried *)a)->rate, y = ((const struct tried *)b)->rate;

    return (x < y) - (x > y);
}

/* The best of these commands with up to `most` words. */
static struct fixed sweep(struct chip *c, const char *const *commands, unsigned most)
{
    struct tried tried[TRIED_MAX];
    size_t size = c->latency == FAST ? MIB : 256 * KIB;
    unsigned count = 0;

    for (; *commands != NULL; commands++) {
        for (unsigned n = 64; n <= most; n *= 4) {
            for (unsigned window = 1; window <= WINDOW_MAX && count < TRIED_MAX; window++) {
                struct fixed s = {*commands, n, window};
                tried[count++] =
                    (struct tried){s, run(&c->wire, &s, chip_data(c), size, SWEEP_TIME)};
            }
        }
    }
    qsort(tried, count, sizeof(*tried), faster);
    for (unsigned i = 0; i < FINALISTS; i++) {
        double rates[FINALS];
        for (unsigned turn = 0; turn < FINALS; turn++)
            rates[turn] = run(&c->wire, &tried[i].setting, chip_data(c), size, 1e9);
        tried[i].rate = bench_median(rates, FINALS);
    }
    qsort(tried, FINALISTS, sizeof(*tried), faster);
    return tried[0].setting;
}

void fixed_sweep(unsigned latency, bool quadratic, struct fixed_best *best)
{
    static const char *const reads[] = {"read_memory", "mdw", NULL};
    static const char *const writes[] = {"write_memory", NULL};
    struct chip own; /* an OpenOCD of its own, since the settings of the sweep make its heap slow */

    chip_start(&own, latency);
    best->read_4096 = sweep(&own, reads, QUADRATIC_MAX);
    best->read = quadratic ? best->read_4096 : sweep(&own, reads, READ_MAX);
    best->write = sweep(&own, writes, WRITE_MAX);
    chip_stop(&own);
}
