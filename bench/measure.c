// SPDX-License-Identifier: MIT
/* Turns, and what is read off them. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* A way that takes longer for its work gets less of it. */
#define LONGEST_TURN 1.5
/* Work that is shorter is repeated in a turn. */
#define SHORTEST_TURN 0.02
/* With so much the speed of a way is tried out. */
#define TRIAL_SIZE (64 * KIB)

double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_cpu(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(const double *values, unsigned count)
{
    double sorted[BENCH_TURNS_MAX];

    memcpy(sorted, values, count * sizeof(*values));
    qsort(sorted, count, sizeof(*sorted), compare);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static double timed(struct chip *c, enum way way, enum work work, size_t size)
{
    way_set_up(c, way, work, size);
    double begun = bench_now();
    if (!way_run(c, way, work, size))
        return -1;
    double seconds = bench_now() - begun;
    way_check(c, way, work, size);
    return seconds;
}

/* Finds out how much of the work a way can do in a turn. */
static void prepare(struct chip *c, struct row *row, enum way way)
{
    struct cell *cell = &row->cells[way];
    bool scales = row->size > TRIAL_SIZE;

    cell->size = scales ? TRIAL_SIZE : row->size;
    timed(c, way, row->work, cell->size); /* the first one may have to learn */
    double seconds = timed(c, way, row->work, cell->size);
    cell->used = seconds >= 0;
    if (!cell->used)
        return;
    while (cell->size < row->size && seconds * 2 < LONGEST_TURN) {
        cell->size *= 2;
        seconds *= 2;
    }
    cell->repeats = seconds < SHORTEST_TURN ? (unsigned)(SHORTEST_TURN / seconds) + 1 : 1;
}

static void take_turn(struct chip *c, struct row *row, enum way way, unsigned turn)
{
    struct cell *cell = &row->cells[way];

    if (!cell->used)
        return;
    way_set_up(c, way, row->work, cell->size);
    double cpu = bench_cpu(), begun = bench_now();
    for (unsigned i = 0; i < cell->repeats; i++)
        way_run(c, way, row->work, cell->size);
    cell->seconds[turn] = (bench_now() - begun) / cell->repeats;
    cell->cpu[turn] = (bench_cpu() - cpu) / cell->repeats;
    way_check(c, way, row->work, cell->size);
}

void measure_rows(struct chip *c, struct row *rows, unsigned count, unsigned turns)
{
    for (unsigned i = 0; i < count; i++) {
        rows[i].turns = turns;
        for (enum way way = 0; way < WAYS; way++)
            prepare(c, &rows[i], way);
    }
    for (unsigned turn = 0; turn < turns; turn++) {
        for (unsigned i = 0; i < count; i++) {
            for (enum way way = 0; way < WAYS; way++)
                take_turn(c, &rows[i], way, turn);
        }
    }
}

double row_seconds(const struct row *row, enum way way)
{
    return bench_median(row->cells[way].seconds, row->turns);
}

double row_rate(const struct row *row, enum way way)
{
    return (double)row->cells[way].size / row_seconds(row, way);
}

double rows_ratio(const struct row *a, enum way way_a, const struct row *b, enum way way_b)
{
    const struct cell *x = &a->cells[way_a], *y = &b->cells[way_b];
    double ratios[BENCH_TURNS_MAX];

    if (!x->used || !y->used)
        return 0;
    /* Work without a size is the same for both. */
    double size = x->size > 0 ? (double)x->size / (double)y->size : 1;
    for (unsigned i = 0; i < a->turns; i++)
        ratios[i] = size * y->seconds[i] / x->seconds[i];
    return bench_median(ratios, a->turns);
}

double row_ratio(const struct row *row, enum way a, enum way b)
{
    return rows_ratio(row, a, row, b);
}

double row_cpu_share(const struct row *row, enum way way)
{
    const struct cell *cell = &row->cells[way];
    double shares[BENCH_TURNS_MAX];

    for (unsigned i = 0; i < row->turns; i++)
        shares[i] = cell->cpu[i] / cell->seconds[i];
    return bench_median(shares, row->turns);
}
