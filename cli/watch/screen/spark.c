// SPDX-License-Identifier: MIT
#include "watch/screen/spark.h"

#include <math.h>

#define LEVELS 8

void spark_reset(struct spark *spark)
{
    spark->count = 0;
}

void spark_add(struct spark *spark, double value)
{
    spark->points[spark->count++ % SPARK_POINTS] = value;
}

static double point(const struct spark *spark, uint64_t number)
{
    return spark->points[number % SPARK_POINTS];
}

static void put_level(struct line *out, int level, bool utf8)
{
    static const char *const blocks[LEVELS] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                               "\u2585", "\u2586", "\u2587", "\u2588"};
    static const char *const plain[LEVELS] = {"_", ".", "-", "~", "=", "+", "*", "#"};
    line_puts(out, utf8 ? blocks[level] : plain[level]);
}

/* A value that does not change is a line at the bottom. Halves, so that nothing overflows. */
static int level_of(double value, double low, double high)
{
    double share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0;
    int level = (int)(share * LEVELS);
    return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

void spark_draw(const struct spark *spark, size_t columns, bool utf8, struct line *out)
{
    size_t shown = columns < SPARK_POINTS ? columns : SPARK_POINTS;
    double low = INFINITY, high = -INFINITY;
    if (shown > spark->count)
        shown = (size_t)spark->count;
    for (uint64_t i = spark->count - shown; i < spark->count; i++) {
        if (isfinite(point(spark, i))) {
            low = fmin(low, point(spark, i));
            high = fmax(high, point(spark, i));
        }
    }
    for (size_t i = shown; i < columns; i++)
        line_putc(out, ' ');
    for (uint64_t i = spark->count - shown; i < spark->count; i++)
        if (isfinite(point(spark, i)))
            put_level(out, level_of(point(spark, i), low, high), utf8);
        else
            line_putc(out, ' ');
}
