// SPDX-License-Identifier: MIT
/* Values read again and again: frames a second against a bare socket's, the times of frames, and
 * what a long run takes. */
#include "bench.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define FEW        8u
#define FEW_WORDS  128u /* 512 bytes */
#define MANY       32u
#define MANY_WORDS 1024u /* 4 KiB */
#define PIPELINE   4u
/* Of each way in a turn. */
#define TURN_SECONDS 1.0
#define RATE         100.0

struct watching {
    double until;
    uint64_t frames;
    int64_t first_us;
    double *off; /* microseconds between each frame and its time, where that is wanted */
    size_t room;
};

static int on_frame(const struct ocd_frame *f, void *user)
{
    struct watching *w = user;

    for (size_t i = 0; i < f->count; i++)
        if (f->samples[i].status != OCD_SAMPLE_GOOD)
            bench_fail("a value was not read");
    if (w->frames == 0)
        w->first_us = f->host_us;
    if (w->off != NULL && w->frames < w->room) {
        double period = 1e6 / RATE, at = (double)(f->host_us - w->first_us);
        w->off[w->frames] = fabs(at - round(at / period) * period);
    }
    w->frames++;
    return bench_now() >= w->until;
}

/* A sampler of variables at equal distances within `words` words. */
static struct ocd_sampler *open_sampler(struct chip *c, unsigned count, unsigned words, double rate,
                                        struct watching *w)
{
    struct ocd_range ram = {.addr = BENCH_AT, .size = words * 4};
    struct ocd_sampler *sampler;

    bench_ok(c->session,
             ocd_sampler_open(
                 &sampler, c->session,
                 &(struct ocd_sampler_options){
                     .rate = rate, .ram = &ram, .ram_count = 1, .frame = on_frame, .user = w}),
             "a sampler");
    for (unsigned i = 0; i < count; i++) {
        struct ocd_sampler_item item = {.type = OCD_NUMBER_U32};
        item.addr = BENCH_AT + 4 * (i * (words - 1) / (count - 1));
        bench_ok(c->session, ocd_sampler_add(sampler, &item, NULL), "a value");
    }
    return sampler;
}

/* Seconds of a frame. */
static double sample(struct chip *c, unsigned count, unsigned words)
{
    struct watching w = {.until = bench_now() + TURN_SECONDS};
    struct ocd_sampler *sampler = open_sampler(c, count, words, OCD_RATE_MAX, &w);
    double begun = bench_now();

    bench_ok(c->session, ocd_sampler_run(sampler), "sampling");
    double took = bench_now() - begun;
    ocd_sampler_close(sampler);
    return took / (double)w.frames;
}

/* As a good script does: one command for the range that has all variables. Seconds of a frame. */
static double ask_range(struct wire *w, unsigned words, unsigned window)
{
    char command[80];
    double begun = bench_now();
    unsigned flying = 0;
    uint64_t frames = 0;

    int size = snprintf(command, sizeof(command), "read_memory 0x%x 32 %u\x1a", BENCH_AT, words);
    while (bench_now() - begun < TURN_SECONDS || flying > 0) {
        for (; flying < window && bench_now() - begun < TURN_SECONDS; flying++)
            wire_send(w, command, (size_t)size);
        if (flying == 0)
            break;
        unsigned come = wire_count(w);
        flying -= come;
        frames += come;
    }
    return (bench_now() - begun) / (double)frames;
}

/* As a simple script does: each variable by a command of its own. */
static double ask_each(struct wire *w, unsigned count, unsigned words)
{
    char command[80];
    double begun = bench_now();
    uint64_t frames = 0;

    for (; bench_now() - begun < TURN_SECONDS; frames++)
        for (unsigned i = 0; i < count; i++) {
            snprintf(command, sizeof(command), "read_memory 0x%x 32 1",
                     BENCH_AT + 4 * (i * (words - 1) / (count - 1)));
            wire_command(w, command);
        }
    return (bench_now() - begun) / (double)frames;
}

static void measure_frames(struct chip *c)
{
    static const char few[] = "frame of 8 u32 within 512 bytes";
    static const char many[] = "frame of 32 u32 over 4 KiB";

    series_add(c->latency, few, "libocd", sample(c, FEW, FEW_WORDS));
    series_add(c->latency, few, "bare socket", ask_range(&c->wire, FEW_WORDS, 1));
    series_add(c->latency, few, "bare socket, in flight", ask_range(&c->wire, FEW_WORDS, PIPELINE));
    series_add(c->latency, many, "libocd", sample(c, MANY, MANY_WORDS));
    series_add(c->latency, many, "each by itself", ask_each(&c->wire, MANY, MANY_WORDS));
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure_times(struct chip *c, double seconds)
{
    size_t room = (size_t)(seconds * RATE) + 1000;
    struct watching w = {
        .until = bench_now() + seconds, .off = calloc(room, sizeof(double)), .room = room};
    struct ocd_sampler *sampler = open_sampler(c, FEW, FEW_WORDS, RATE, &w);
    struct ocd_sampler_stats stats;

    if (w.off == NULL)
        bench_fail("out of memory");
    bench_ok(c->session, ocd_sampler_run(sampler), "sampling");
    ocd_sampler_get_stats(sampler, &stats);
    ocd_sampler_close(sampler);
    qsort(w.off, w.frames < room ? w.frames : room, sizeof(*w.off), ascending);
    series_add(c->latency, "frames at 100 Hz", "99 % within",
               w.off[(w.frames < room ? w.frames : room) * 99 / 100] * 1e-6);
    series_add(c->latency, "frames at 100 Hz", "lost", (double)stats.lost);
    free(w.off);
}

static double processor_time(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* Bytes that are in memory now. */
static double resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long size = 0, pages = 0;

    if (f == NULL || fscanf(f, "%lu %lu", &size, &pages) != 2)
        bench_fail("/proc/self/statm cannot be read");
    fclose(f);
    return (double)pages * 4096;
}

static void run_for(struct chip *c, double seconds)
{
    struct watching w = {.until = bench_now() + seconds};
    struct ocd_sampler *sampler = open_sampler(c, FEW, FEW_WORDS, OCD_RATE_MAX, &w);

    bench_ok(c->session, ocd_sampler_run(sampler), "sampling");
    ocd_sampler_close(sampler);
}

static void measure_long(struct chip *c, double seconds)
{
    run_for(c, 1); /* so that everything is allocated that is needed once */
    double before = resident(), time = processor_time(), begun = bench_now();
    run_for(c, seconds);
    series_add(c->latency, "frames as fast as possible", "processor time / wall",
               (processor_time() - time) / (bench_now() - begun));
    series_add(c->latency, "frames as fast as possible", "growth of memory", resident() - before);
}

void watch_measure(struct chip *c, unsigned turns, double seconds)
{
    for (unsigned turn = 0; turn < turns; turn++)
        measure_frames(c);
    if (c->latency != FAST)
        return;
    measure_times(c, seconds);
    measure_long(c, seconds);
}
