// SPDX-License-Identifier: MIT
/* What was measured, by latency, work and way. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 160u

static struct series all[SERIES_MAX];
static unsigned count;

const struct series *series_at(unsigned index)
{
    return index < count ? &all[index] : NULL;
}

const struct series *series_find(unsigned latency, const char *work, const char *way)
{
    for (unsigned i = 0; i < count; i++)
        if (all[i].latency == latency && strcmp(all[i].work, work) == 0 &&
            strcmp(all[i].way, way) == 0)
            return &all[i];
    return NULL;
}

void series_add(unsigned latency, const char *work, const char *way, double value)
{
    struct series *s = (struct series *)series_find(latency, work, way);

    if (s == NULL) {
        if (count == SERIES_MAX)
            bench_fail("too much is measured");
        s = &all[count++];
        *s = (struct series){.latency = latency, .work = work, .way = way};
    }
    if (s->count == BENCH_TURNS_MAX)
        bench_fail("%s: too many turns", work);
    s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(const double *values, unsigned n)
{
    double sorted[BENCH_TURNS_MAX];

    memcpy(sorted, values, n * sizeof(*values));
    qsort(sorted, n, sizeof(*sorted), compare);
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

double series_ratio(const struct series *a, const struct series *b)
{
    double ratios[BENCH_TURNS_MAX];

    if (a->count != b->count)
        bench_fail("%s: %s and %s did not take turns", a->work, a->way, b->way);
    for (unsigned i = 0; i < a->count; i++)
        ratios[i] = b->values[i] / a->values[i];
    return bench_median(ratios, a->count);
}
