// SPDX-License-Identifier: MIT
/* What libocd is to reach, beside what was measured. */
#include "bench.h"

#include <string.h>

const struct row *results_row(const struct results *r, unsigned latency, const char *name)
{
    for (unsigned i = 0; i < r->row_count[latency]; i++) {
        if (strcmp(r->rows[latency][i].name, name) == 0)
            return &r->rows[latency][i];
    }
    bench_fail("there is no row %s", name);
}

static double ratio(const struct results *r, const char *name, enum way a, enum way b)
{
    return row_ratio(results_row(r, 0, name), a, b);
}

double search_ratio(const struct results *r, unsigned latency, enum way way)
{
    return rows_ratio(results_row(r, latency, "search 16 MiB"), way,
                      results_row(r, latency, "read 16 MiB"), way);
}

unsigned goals_collect(const struct results *r, struct goal goals[GOALS_MAX])
{
    unsigned n = 0;
    const char *const read1 = "read 1 MiB", *const read16 = "read 16 MiB",
                      *const write1 = "write 1 MiB";

#define GOAL(text, bound, is_most, measured)                                                       \
    goals[n++] = (struct goal){text, bound, is_most, measured}
    GOAL("1 MiB read, same host, of dump_image", 0.9, false, ratio(r, read1, WAY_LOCAL, WAY_IMAGE));
    GOAL("16 MiB read, same host, of dump_image", 0.9, false,
         ratio(r, read16, WAY_LOCAL, WAY_IMAGE));
    GOAL("1 MiB read, same host, times GDB", 2, false, ratio(r, read1, WAY_LOCAL, WAY_GDB));
    GOAL("16 MiB read, same host, times GDB", 2, false, ratio(r, read16, WAY_LOCAL, WAY_GDB));
    GOAL("1 MiB read over RPC, of the best fixed", 0.95, false,
         ratio(r, read1, WAY_RPC, WAY_FIXED));
    GOAL("1 MiB read over RPC, times naive", 15, false, ratio(r, read1, WAY_RPC, WAY_NAIVE8));
    for (unsigned i = 0; i < SCRIPTED; i++)
        GOAL(r->scripted[i].name, 0.9, false, r->scripted[i].ratio);
    GOAL("1 MiB written, same host, of load_image", 0.9, false,
         ratio(r, write1, WAY_LOCAL, WAY_IMAGE));
    GOAL("1 MiB written over RPC, times naive", 10, false, ratio(r, write1, WAY_RPC, WAY_NAIVE8));
    GOAL("one u32, time of a bare socket's", 1.1, true, r->small[0].one_ratio);
    GOAL("32 scattered u32, 500 us, times single reads", 10, false, r->small[1].many_ratio);
    GOAL("search of 16 MiB over RPC, of reading", 0.9, false, search_ratio(r, 0, WAY_RPC));
    GOAL("search of 16 MiB, same host, of reading", 0.9, false, search_ratio(r, 0, WAY_LOCAL));
    GOAL("dump of 64 MiB, same host, peak MiB", 16, true, (double)r->dumps[0].peak_kib / KIB);
    GOAL("dump of 64 MiB over RPC, peak MiB", 16, true, (double)r->dumps[1].peak_kib / KIB);
    GOAL("processor time over RPC, % of the wall", 10, true,
         100 * row_cpu_share(results_row(r, 0, read16), WAY_RPC));
#undef GOAL
    return n;
}

bool goal_reached(const struct goal *g)
{
    return g->most ? g->measured <= g->bound : g->measured >= g->bound;
}
