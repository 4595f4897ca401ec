// SPDX-License-Identifier: MIT
/* The last values as a small curve of one line. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "watch/rows/line.h"

#define SPARK_POINTS 240

struct spark {
    double points[SPARK_POINTS]; /* NaN: there was none */
    uint64_t count;
};

void spark_reset(struct spark *spark);
/* `value` NaN: there is none, a gap is drawn. */
void spark_add(struct spark *spark, double value);
/* Draws the last `columns` points, from the lowest of them to the highest; in ASCII without
 * `utf8`. Always `columns` wide. */
void spark_draw(const struct spark *spark, size_t columns, bool utf8, struct line *out);
