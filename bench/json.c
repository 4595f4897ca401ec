// SPDX-License-Identifier: MIT
/* The same as JSON. */
#include "bench.h"

static void put_fixed(FILE *f, const char *name, struct fixed s)
{
    fprintf(f, "\"%s\": {\"command\": \"%s\", \"elements\": %u, \"in_flight\": %u}", name,
            s.write ? "write_memory"
            : s.md  ? "mdw"
                    : "read_memory",
            s.count, s.window);
}

static void put_row(FILE *f, const struct row *row)
{
    const char *separator = "";

    fprintf(f, "{\"work\": \"%s\", \"ways\": {", row->name);
    for (enum way way = 0; way < WAYS; way++) {
        const struct cell *cell = &row->cells[way];
        if (!cell->used)
            continue;
        fprintf(f, "%s\n        \"%s\": {\"bytes\": %zu, \"cpu_share\": %.4f, \"seconds\": [",
                separator, way_name(way), cell->size, row_cpu_share(row, way));
        for (unsigned i = 0; i < row->turns; i++)
            fprintf(f, "%s%.9f", i == 0 ? "" : ", ", cell->seconds[i]);
        fprintf(f, "]}");
        separator = ",";
    }
    fprintf(f, "}}");
}

static void put_latency(FILE *f, const struct results *r, unsigned latency)
{
    const struct small *s = &r->small[latency];

    fprintf(f, "  {\"latency_us\": %u, ", latency == 0 ? 0 : 500);
    put_fixed(f, "best_read", r->best[latency][0]);
    fprintf(f, ", ");
    put_fixed(f, "best_write", r->best[latency][1]);
    fprintf(f, ",\n   \"one_u32\": {\"us\": %.2f, \"bare_us\": %.2f, \"ratio\": %.4f},\n",
            s->one_us, s->bare_us, s->one_ratio);
    fprintf(f, "   \"scattered\": {\"us\": %.2f, \"single_us\": %.2f, \"ratio\": %.3f},\n",
            s->many_us, s->single_us, s->many_ratio);
    fprintf(f, "   \"rows\": [");
    for (unsigned i = 0; i < r->row_count[latency]; i++) {
        fprintf(f, "%s\n      ", i == 0 ? "" : ",");
        put_row(f, &r->rows[latency][i]);
    }
    fprintf(f, "]}");
}

static void put_scripted(FILE *f, const struct results *r)
{
    for (unsigned i = 0; i < SCRIPTED; i++) {
        const struct scripted *s = &r->scripted[i];
        fprintf(f,
                "%s\n  {\"server\": \"%s\", \"ratio\": %.4f, \"first_ratio\": %.4f, "
                "\"naive_ratio\": %.3f, \"rate\": %.0f, \"best_rate\": %.0f, ",
                i == 0 ? "" : ",", s->name, s->ratio, s->first_ratio, s->naive_ratio, s->rate,
                s->best_rate);
        put_fixed(f, "best", s->best);
        fprintf(f, "}");
    }
}

static void put_goals(FILE *f, const struct results *r)
{
    struct goal goals[GOALS_MAX];
    unsigned count = goals_collect(r, goals);

    for (unsigned i = 0; i < count; i++)
        fprintf(f, "%s\n  {\"goal\": \"%s\", \"%s\": %.2f, \"measured\": %.4f, \"reached\": %s}",
                i == 0 ? "" : ",", goals[i].text, goals[i].most ? "at_most" : "at_least",
                goals[i].bound, goals[i].measured, goal_reached(&goals[i]) ? "true" : "false");
}

void json_write(const struct results *r, const char *path)
{
    FILE *f = fopen(path, "w");

    if (f == NULL)
        bench_fail("%s cannot be written", path);
    fprintf(f, "{\"openocd\": \"%s\", \"first_ratio\": %.4f,\n \"chip\": [\n", r->openocd,
            r->first_ratio);
    put_latency(f, r, 0);
    fprintf(f, ",\n");
    put_latency(f, r, 1);
    fprintf(f, "],\n \"dumps\": [");
    for (unsigned i = 0; i < 2; i++)
        fprintf(f, "%s{\"path\": \"%s\", \"rate\": %.0f, \"peak_kib\": %zu, \"base_kib\": %zu}",
                i == 0 ? "" : ", ", i == 0 ? "same host" : "RPC", r->dumps[i].rate,
                r->dumps[i].peak_kib, r->dumps[i].base_kib);
    fprintf(f, "],\n \"scripted\": [");
    put_scripted(f, r);
    fprintf(f, "],\n \"goals\": [");
    put_goals(f, r);
    fprintf(f, "]}\n");
    if (fclose(f) != 0)
        bench_fail("%s cannot be written", path);
}
