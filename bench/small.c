// SPDX-License-Identifier: MIT
/* Single values: what the library costs beside a bare socket, and what merging saves. */
#include "bench.h"

#include <stdlib.h>

#include "rpc/wrapper.h"

#define ROUNDS 21u
#define BATCH  40u
#define COUNT  32u
#define STEP   124u /* bytes: 32 of them lie in 4 KiB */

static double read_one(struct chip *c)
{
    uint32_t value;
    double begun = bench_now();

    for (unsigned i = 0; i < BATCH; i++)
        bench_ok(c->rpc, ocd_read_u32(c->rpc, BENCH_AT, &value, 1), "reading");
    return (bench_now() - begun) / BATCH;
}

/* The line that the library sends, and its reply unread. */
static double send_one(struct chip *c)
{
    static const char command[] = "read_memory 0x20010000 32 1";
    struct ocd_buffer line = {0};
    double begun = bench_now();

    for (unsigned i = 0; i < BATCH; i++) {
        ocd_buffer_clear(&line);
        ocd_wrapper_write(&line, OCD_WRAP_PLAIN, i, command, sizeof(command) - 1);
        wire_send(&c->wire, line.data, line.size);
        wire_answer(&c->wire);
    }
    ocd_buffer_free(&line);
    return (bench_now() - begun) / BATCH;
}

static double read_scattered(struct chip *c, bool merged)
{
    struct ocd_item items[COUNT];
    uint32_t values[COUNT];
    double begun = bench_now();

    for (unsigned i = 0; i < COUNT; i++) {
        items[i] = (struct ocd_item){
            .addr = BENCH_AT + i * STEP, .count = 1, .width = 32, .values = &values[i]};
        if (!merged)
            bench_ok(c->rpc, ocd_read_u32(c->rpc, BENCH_AT + i * STEP, &values[i], 1), "reading");
    }
    if (merged)
        bench_ok(c->rpc, ocd_read_many(c->rpc, items, COUNT, 4 * KIB), "reading");
    return bench_now() - begun;
}

void small_measure(struct chip *c, struct small *s)
{
    double ones[ROUNDS], bare[ROUNDS], ratios[ROUNDS];
    double many[ROUNDS], single[ROUNDS], gains[ROUNDS];
    unsigned rounds = c->latency_us > 0 ? 7 : ROUNDS;

    for (unsigned i = 0; i < rounds; i++) {
        ones[i] = read_one(c);
        bare[i] = send_one(c);
        ratios[i] = ones[i] / bare[i];
        many[i] = read_scattered(c, true);
        single[i] = read_scattered(c, false);
        gains[i] = single[i] / many[i];
    }
    s->one_ratio = bench_median(ratios, rounds);
    s->one_us = bench_median(ones, rounds) * 1e6;
    s->bare_us = bench_median(bare, rounds) * 1e6;
    s->many_ratio = bench_median(gains, rounds);
    s->many_us = bench_median(many, rounds) * 1e6;
    s->single_us = bench_median(single, rounds) * 1e6;
}
