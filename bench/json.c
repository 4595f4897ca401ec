// SPDX-License-Identifier: MIT
/* The same as JSON. Of a transfer the values are seconds for a byte. */
#include "bench.h"

static unsigned latency_us(unsigned latency)
{
    return latency == FAST ? 0 : SLOW_US;
}

static void put_fixed(FILE *f, const char *name, const struct fixed *s)
{
    fprintf(f, ", \"%s\": {\"command\": \"%s\", \"words\": %u, \"in_flight\": %u}", name,
            s->command, s->count, s->window);
}

static void put_series(FILE *f, const struct series *s)
{
    fprintf(f, "  {\"latency_us\": %u, \"work\": \"%s\", \"way\": \"%s\", \"values\": [",
            latency_us(s->latency), s->work, s->way);
    for (unsigned i = 0; i < s->count; i++)
        fprintf(f, "%s%.6g", i == 0 ? "" : ", ", s->values[i]);
    fprintf(f, "]}");
}

static void put_goal(FILE *f, const struct goal *g)
{
    fprintf(f, "  {\"goal\": \"%s\", \"latency_us\": %u, \"%s\": %g, \"measured\": %.4f, ", g->text,
            latency_us(g->latency), g->at_most ? "at_most" : "at_least", g->bound, g->measured);
    fprintf(f, "\"reached\": %s}", goal_reached(g) ? "true" : "false");
}

void json_write(const struct results *r, const char *path)
{
    FILE *f = fopen(path, "w");
    const struct series *s;
    struct goal goal;

    if (f == NULL)
        bench_fail("%s cannot be written", path);
    fprintf(f, "{\"openocd\": \"%s\",\n \"best_fixed\": [", r->openocd);
    for (unsigned latency = 0; latency < LATENCIES; latency++) {
        fprintf(f, "%s\n  {\"latency_us\": %u", latency == 0 ? "" : ",", latency_us(latency));
        put_fixed(f, "read", &r->best[latency].read);
        put_fixed(f, "read_4096", &r->best[latency].read_4096);
        put_fixed(f, "write", &r->best[latency].write);
        fprintf(f, "}");
    }
    fprintf(f, "],\n \"series\": [");
    for (unsigned i = 0; (s = series_at(i)) != NULL; i++) {
        fprintf(f, i == 0 ? "\n" : ",\n");
        put_series(f, s);
    }
    fprintf(f, "],\n \"goals\": [");
    const char *separator = "\n";
    for (unsigned i = 0; goal_at(i, r->development, &goal); i++) {
        if (goal.measured < 0)
            continue;
        fprintf(f, "%s", separator);
        put_goal(f, &goal);
        separator = ",\n";
    }
    fprintf(f, "]}\n");
    if (fclose(f) != 0)
        bench_fail("%s cannot be written", path);
}
