// SPDX-License-Identifier: MIT
/* Against a scripted server, whose costs are what they are said to be: they pass in sleep, so that
 * the machine matters less. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "fake_server.h"

#define TURNS 5u
#define SIZE  MIB

static const unsigned windows[] = {1, 4, 16, 64, 128, 256};

struct scene {
    const char *name;
    struct fake_cost cost;
    uint32_t round_trip_us;
};

/* The costs are those of OpenOCD in front of the simulated chip: of 0.12.0's read_memory, and of a
 * build of the branch that followed it, whose reply grows by copying. */
static const struct scene scenes[SCRIPTED] = {
    {"quadratic replies", {120e3, 250, 1.6}, 0},
    {"20 ms of network", {160e3, 200, 0}, 20000},
    {"both", {120e3, 250, 1.6}, 20000},
};

static struct ocd_session *connect_to(uint16_t port)
{
    struct ocd_options options = {
        .host = "127.0.0.1", .port = port, .timeout_ms = OCD_TIMEOUT_NONE, .no_local = true};
    struct ocd_session *s;

    bench_ok(s, ocd_connect(&s, &options), "connecting to the scripted server");
    return s;
}

static double read_by(struct ocd_session *s, uint8_t *room)
{
    memset(room, 0, SIZE);
    double begun = bench_now();
    bench_ok(s, ocd_read_bytes(s, BENCH_RAM, room, SIZE), "reading");
    double seconds = bench_now() - begun;
    for (size_t i = 0; i < SIZE; i++) {
        if (room[i] != fake_pattern(BENCH_RAM + i))
            bench_fail("the scripted server's memory was not read as it is");
    }
    return SIZE / seconds;
}

static double fixed_by(struct wire *w, struct fixed setting, size_t size)
{
    double begun = bench_now();

    fixed_run(w, setting, BENCH_RAM, NULL, size);
    return (double)size / (bench_now() - begun);
}

static void measure(struct scripted *r, uint16_t port)
{
    struct ocd_session *used = connect_to(port);
    /* Bytes are elements here: a request of 1024 words has the replies of one of 4096 bytes, at a
     * quarter of the cost, so that the naive client looks better than it is. */
    const struct fixed naive = {.count = 4096, .window = 1};
    double rates[TURNS], firsts[TURNS], bests[TURNS], naives[TURNS];
    double ratios[TURNS], first_ratios[TURNS], naive_ratios[TURNS];
    uint8_t *room = malloc(SIZE);
    struct wire w;

    if (room == NULL)
        bench_fail("out of memory");
    wire_open(&w, port);
    r->best = fixed_sweep(&w, &(struct fixed_range){.addr = BENCH_RAM,
                                                    .size = SIZE,
                                                    .window = windows,
                                                    .windows = sizeof(windows) / sizeof(*windows)});
    for (unsigned i = 0; i < 4; i++)
        read_by(used, room);
    for (unsigned i = 0; i < TURNS; i++) {
        struct ocd_session *first = connect_to(port);
        rates[i] = read_by(used, room);
        firsts[i] = read_by(first, room);
        bests[i] = fixed_by(&w, r->best, SIZE);
        naives[i] = fixed_by(&w, naive, SIZE / 8);
        ratios[i] = rates[i] / bests[i];
        first_ratios[i] = firsts[i] / bests[i];
        naive_ratios[i] = rates[i] / naives[i];
        ocd_close(first);
    }
    r->rate = bench_median(rates, TURNS);
    r->first_rate = bench_median(firsts, TURNS);
    r->best_rate = bench_median(bests, TURNS);
    r->naive_rate = bench_median(naives, TURNS);
    r->ratio = bench_median(ratios, TURNS);
    r->first_ratio = bench_median(first_ratios, TURNS);
    r->naive_ratio = bench_median(naive_ratios, TURNS);
    wire_close(&w);
    ocd_close(used);
    free(room);
}

void scripted_measure(struct scripted results[SCRIPTED])
{
    for (unsigned i = 0; i < SCRIPTED; i++) {
        struct fake *fake =
            fake_start(&(struct fake_options){.regions = {{BENCH_RAM, SIZE}},
                                              .cost = scenes[i].cost,
                                              .round_trip_us = scenes[i].round_trip_us});
        if (fake == NULL)
            bench_fail("the scripted server does not start");
        results[i].name = scenes[i].name;
        measure(&results[i], fake_port(fake));
        fake_stop(fake);
    }
}
