// SPDX-License-Identifier: MIT
/* Single values, compared with a bare socket whose requests have no script that gives their status.
 */
#include "bench.h"

#include <stdlib.h>

#define BATCH      BENCH_TURNS_MAX
#define BATCH_SLOW 5u
#define COUNT      32u
#define STEP       0x11a4u /* bytes between scattered values */

/* The two send requests by turns; the result is the median of each. */
static void measure_one(struct chip *c)
{
    double ours[BATCH], bare[BATCH];
    unsigned batch = c->latency == FAST ? BATCH : BATCH_SLOW;
    char command[64];
    uint32_t value;

    snprintf(command, sizeof(command), "read_memory 0x%x 32 1", BENCH_AT);
    for (unsigned i = 0; i < batch; i++) {
        double begun = bench_now();
        bench_ok(c->session, ocd_read_u32(c->session, BENCH_AT, &value, 1), "reading");
        double between = bench_now();
        wire_command(&c->wire, command);
        ours[i] = between - begun;
        bare[i] = bench_now() - between;
    }
    series_add(c->latency, "one u32", "libocd", bench_median(ours, batch));
    series_add(c->latency, "one u32", "bare socket", bench_median(bare, batch));
}

static void measure_scattered(struct chip *c)
{
    struct ocd_item items[COUNT];
    uint32_t values[COUNT];

    for (unsigned i = 0; i < COUNT; i++)
        items[i] = (struct ocd_item){
            .addr = BENCH_AT + i * STEP, .count = 1, .width = 32, .values = &values[i]};
    double begun = bench_now();
    bench_ok(c->session, ocd_read_many(c->session, items, COUNT, 0), "reading");
    double between = bench_now();
    for (unsigned i = 0; i < COUNT; i++) {
        char command[64];
        snprintf(command, sizeof(command), "read_memory 0x%x 32 1", BENCH_AT + i * STEP);
        wire_command(&c->wire, command);
        if (strtoul(c->wire.text, NULL, 16) != values[i])
            bench_fail("%s: %s, but libocd has read 0x%x", command, c->wire.text, values[i]);
    }
    series_add(c->latency, "32 scattered u32", "libocd", between - begun);
    series_add(c->latency, "32 scattered u32", "bare socket", bench_now() - between);
}

void small_measure(struct chip *c)
{
    measure_one(c);
    measure_scattered(c);
}
