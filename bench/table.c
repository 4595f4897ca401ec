// SPDX-License-Identifier: MIT
/* The tables on standard output: the goals first. */
#include "bench.h"

#include <string.h>

static void print_goal(const struct goal *g)
{
    if (g->measured < 0)
        printf("   %8s", "-");
    else
        printf("   %8.2f", g->measured);
    if (g->bound == 0)
        printf(" %18s", "");
    else
        printf("  %s %7.2f %-7s", g->at_most ? "<=" : ">=", g->bound,
               g->measured < 0   ? ""
               : goal_reached(g) ? "reached"
                                 : "MISSED");
}

static void print_goals(const struct results *r)
{
    struct goal goal;

    printf("\n%-50s   %-27s   %s\n", "Rate of the first / rate of the second, and goals",
           "probe latency 0", "500 us");
    for (unsigned i = 0; goal_at(i, r->development, &goal); i++) {
        if (i % LATENCIES == 0)
            printf("%-50s", goal.text);
        print_goal(&goal);
        if (i % LATENCIES == LATENCIES - 1)
            printf("\n");
    }
}

static void print_fixed(const char *what, const struct fixed *f)
{
    printf("  %-26s %s, %u words, %u in flight\n", what, f->command, f->count, f->window);
}

/* Where the values are seconds for a byte: a rate. */
static void print_series(const struct series *s)
{
    double value = bench_median(s->values, s->count);

    printf("  %-28s %-32s", s->work, s->way);
    if (value < 1e-4 && value > 0)
        printf("%12.0f KiB/s\n", 1 / value / KIB);
    else
        printf("%12.6g\n", value);
}

void table_print(const struct results *r)
{
    printf("%s; medians of interleaved turns\n", r->openocd);
    print_goals(r);
    for (unsigned latency = 0; latency < LATENCIES; latency++) {
        printf("\nProbe latency %s (rates, or seconds, bytes and shares)\n",
               latency == FAST ? "0" : "500 us");
        print_fixed("best fixed read", &r->best[latency].read);
        print_fixed("with 4096 words at most", &r->best[latency].read_4096);
        print_fixed("best fixed write", &r->best[latency].write);
        const struct series *s;
        for (unsigned i = 0; (s = series_at(i)) != NULL; i++)
            if (s->latency == latency)
                print_series(s);
    }
}
