// SPDX-License-Identifier: MIT
/* The table of values as text, as large as the terminal. Pure. */
#pragma once

#include "watch/screen/spark.h"

struct table_row {
    const char *name;
    const char *unit;
    const char *value;
    const char *flag; /* "torn", "unchecked", "unreadable"; NULL: good */
    bool has_numbers; /* the ones below */
    double min, max, mean, rate;
    const struct spark *spark;
};

struct table {
    const char *title; /* the first line */
    const struct table_row *rows;
    size_t count;
    size_t selected;
    const char *status;   /* the last line */
    size_t width, height; /* of the terminal */
    bool utf8;
    bool mark;   /* the selected row, by an escape sequence */
    bool colour; /* failed values are red */
};

/* Appends at most `height` lines with an end each, but the last one; none is wider than `width`. */
void table_draw(const struct table *table, struct line *out);

/* A number in at most `width` columns: all its digits, or as many as fit. */
void table_number(double number, size_t width, char *text, size_t size);
