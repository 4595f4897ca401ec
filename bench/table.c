// SPDX-License-Identifier: MIT
/* The tables on standard output: ratios first. */
#include "bench.h"

static void print_size(double bytes)
{
    if (bytes >= MIB)
        printf("%.0f MiB", bytes / MIB);
    else
        printf("%.0f KiB", bytes / KIB);
}

static void print_ratio(double ratio)
{
    if (ratio == 0)
        printf(" %9s", "-");
    else
        printf(" %9.2f", ratio);
}

static void print_fixed(const char *what, struct fixed f)
{
    printf("%s: %s, %u elements, %u in flight\n", what,
           f.write ? "write_memory"
           : f.md  ? "mdw"
                   : "read_memory",
           f.count, f.window);
}

static void print_ratios(const struct row *row)
{
    printf("%-16s", row->name);
    print_ratio(row_ratio(row, WAY_LOCAL, WAY_IMAGE));
    print_ratio(row_ratio(row, WAY_LOCAL, WAY_GDB));
    print_ratio(row_ratio(row, WAY_RPC, WAY_FIXED));
    print_ratio(row_ratio(row, WAY_RPC, WAY_GDB));
    print_ratio(row_ratio(row, WAY_RPC, WAY_NAIVE8));
    print_ratio(row_ratio(row, WAY_RPC, WAY_NAIVE32));
    printf("\n");
}

static void print_absolute(const struct row *row)
{
    printf("%-16s", row->name);
    for (enum way way = 0; way < WAYS; way++) {
        const struct cell *cell = &row->cells[way];
        if (!cell->used)
            printf(" %15s", "-");
        else if (row->size == 0)
            printf(" %12.0f us", row_seconds(row, way) * 1e6);
        else
            printf(" %14.0f%c", row_rate(row, way) / KIB, cell->size < row->size ? '*' : ' ');
    }
    printf("\n");
}

static void print_scaled(const struct row *row)
{
    for (enum way way = 0; way < WAYS; way++) {
        const struct cell *cell = &row->cells[way];
        if (!cell->used || cell->size >= row->size)
            continue;
        printf("* %s, %s: measured with ", row->name, way_name(way));
        print_size((double)cell->size);
        printf("\n");
    }
}

static void print_latency(const struct results *r, unsigned latency)
{
    printf("\nSimulated chip, probe latency %s; medians of %u interleaved turns\n",
           latency == 0 ? "0" : "500 us", r->rows[latency][0].turns);
    print_fixed("Best fixed setting to read", r->best[latency][0]);
    print_fixed("Best fixed setting to write", r->best[latency][1]);
    printf("\n%-16s %9s %9s %9s %9s %9s %9s\n", "times as fast", "same host", "same host", "RPC",
           "RPC", "RPC", "RPC");
    printf("%-16s %9s %9s %9s %9s %9s %9s\n", "as", "*_image", "GDB", "best fix", "GDB", "naive 8",
           "naive 32");
    for (unsigned i = 0; i < r->row_count[latency]; i++)
        print_ratios(&r->rows[latency][i]);
    printf("\n%-16s", "KiB/s");
    for (enum way way = 0; way < WAYS; way++)
        printf(" %15s", way_name(way));
    printf("\n");
    for (unsigned i = 0; i < r->row_count[latency]; i++)
        print_absolute(&r->rows[latency][i]);
    for (unsigned i = 0; i < r->row_count[latency]; i++)
        print_scaled(&r->rows[latency][i]);
    printf("\nsearch of 16 MiB, of the rate of reading: same host %.2f, RPC %.2f\n",
           search_ratio(r, latency, WAY_LOCAL), search_ratio(r, latency, WAY_RPC));
    printf("one u32: %.0f us, a bare socket with the same line %.0f us: %.3f times\n",
           r->small[latency].one_us, r->small[latency].bare_us, r->small[latency].one_ratio);
    printf("32 scattered u32 in 4 KiB: merged %.0f us, single reads %.0f us: %.1f times\n",
           r->small[latency].many_us, r->small[latency].single_us, r->small[latency].many_ratio);
}

static void print_scripted(const struct results *r)
{
    printf("\nScripted server, 1 MiB read; medians of interleaved turns\n\n");
    printf("%-20s %9s %9s %9s %12s %12s   %s\n", "", "of best", "first", "x naive", "KiB/s",
           "best KiB/s", "best fixed setting");
    for (unsigned i = 0; i < SCRIPTED; i++) {
        const struct scripted *s = &r->scripted[i];
        printf("%-20s %9.2f %9.2f %9.1f %12.0f %12.0f   %u elements, %u in flight\n", s->name,
               s->ratio, s->first_ratio, s->naive_ratio, s->rate / KIB, s->best_rate / KIB,
               s->best.count, s->best.window);
    }
}

static void print_goals(const struct results *r)
{
    struct goal goals[GOALS_MAX];
    unsigned count = goals_collect(r, goals);

    printf("\n%-46s %9s %9s\n", "Goals", "goal", "measured");
    for (unsigned i = 0; i < count; i++) {
        const struct goal *g = &goals[i];
        printf("%-46s %2s %6.2f %9.2f  %s\n", g->text, g->most ? "<=" : ">=", g->bound, g->measured,
               g->measured == 0  ? "not measured"
               : goal_reached(g) ? "reached"
                                 : "MISSED");
    }
}

void table_print(const struct results *r)
{
    printf("%s\n", r->openocd);
    for (unsigned latency = 0; latency < 2; latency++)
        print_latency(r, latency);
    printf("\nFirst 1 MiB over RPC in a new session: %.2f of the best fixed setting\n",
           r->first_ratio);
    for (unsigned i = 0; i < 2; i++)
        printf("Dump of 64 MiB, %s: %.0f KiB/s, peak memory %zu KiB (%zu KiB before it)\n",
               i == 0 ? "same host" : "RPC", r->dumps[i].rate / KIB, r->dumps[i].peak_kib,
               r->dumps[i].base_kib);
    print_scripted(r);
    print_goals(r);
}
