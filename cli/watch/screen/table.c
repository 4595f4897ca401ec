// SPDX-License-Identifier: MIT
#include "watch/screen/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define GAP 2 /* columns between two */

enum field {
    NAME,
    VALUE,
    MIN,
    MAX,
    MEAN,
    RATE,
    SPARK,
    FIELDS
};

static const char *const titles[FIELDS] = {"name", "value", "min", "max", "mean", "rate", ""};
static const size_t narrow[FIELDS] = {8, 11, 8, 8, 8, 6, 8};
/* Fields in the order in which they are kept when there is little room. */
static const enum field order[FIELDS] = {NAME, VALUE, SPARK, MIN, MAX, MEAN, RATE};

void table_number(double number, size_t width, char *text, size_t size)
{
    int digits = width > 17 ? 17 : (int)width;
    if (!isfinite(number)) {
        snprintf(text, size, "%s", isnan(number) ? "-" : number < 0 ? "-inf" : "inf");
        return;
    }
    do {
        snprintf(text, size, "%.*g", digits, number);
        digits--;
    } while (strlen(text) > width && digits > 0);
}

/* --- How wide each field is; 0: it is left out --- */

static size_t longest_name(const struct table *table)
{
    size_t longest = strlen(titles[NAME]);
    for (size_t i = 0; i < table->count; i++) {
        size_t size = strlen(table->rows[i].name);
        longest = size > longest ? size : longest;
    }
    return longest;
}

static size_t longest_value(const struct table *table)
{
    size_t longest = narrow[VALUE];
    for (size_t i = 0; i < table->count; i++) {
        const struct table_row *row = &table->rows[i];
        size_t size = 1 + strlen(row->value) + (row->unit[0] != '\0' ? 1 + strlen(row->unit) : 0);
        longest = size > longest ? size : longest;
    }
    return longest;
}

static size_t take(size_t *left, size_t now, size_t wanted)
{
    size_t more = wanted > now ? wanted - now : 0;
    more = more < *left ? more : *left;
    *left -= more;
    return now + more;
}

static void lay_out(const struct table *table, size_t widths[FIELDS])
{
    size_t left = table->width;
    memset(widths, 0, FIELDS * sizeof(*widths));
    for (size_t i = 0; i < FIELDS; i++) {
        size_t wanted = narrow[order[i]] + (i > 0 ? GAP : 0);
        if (wanted > left && i > 0)
            break;
        widths[order[i]] = wanted > left ? left : narrow[order[i]];
        left -= wanted > left ? left : wanted;
    }
    size_t name = longest_name(table), value = longest_value(table);
    widths[NAME] = take(&left, widths[NAME], name < 24 ? name : 24);
    if (widths[VALUE] > 0)
        widths[VALUE] = take(&left, widths[VALUE], value < 24 ? value : 24);
    if (widths[SPARK] > 0)
        widths[SPARK] = take(&left, widths[SPARK], 40);
    widths[NAME] = take(&left, widths[NAME], name);
    if (widths[VALUE] > 0)
        widths[VALUE] = take(&left, widths[VALUE], value);
}

/* --- Fields --- */

static void put_blanks(struct line *out, size_t count)
{
    for (; count > 0; count--)
        line_putc(out, ' ');
}

static void put_left(struct line *out, const char *text, size_t width)
{
    put_blanks(out, width - line_shown(out, text, width));
}

/* Text that is only ASCII. */
static void put_right(struct line *out, const char *text, size_t width)
{
    size_t size = strlen(text);
    put_blanks(out, size < width ? width - size : 0);
    line_add(out, text, size < width ? size : width);
}

static void put_number(struct line *out, double number, size_t width)
{
    char text[40];
    table_number(number, width, text, sizeof(text));
    put_right(out, text, width);
}

static bool is_failed(const struct table_row *row)
{
    return row->flag != NULL && strcmp(row->flag, "unchecked") != 0;
}

/* A value that may be torn has ~ before it. A missing value is shown by its flag. */
static void put_value(struct line *out, const struct table *table, const struct table_row *row,
                      size_t width)
{
    struct line value = {0};
    bool failed = is_failed(row);
    line_puts(&value, failed ? row->flag : row->flag != NULL ? "~" : "");
    line_puts(&value, failed ? "" : row->value);
    if (!failed && row->unit[0] != '\0' && row->value[0] != '\0')
        line_printf(&value, " %s", row->unit);
    line_puts(out, failed && table->colour ? "\033[31m" : "");
    put_left(out, value.text != NULL ? value.text : "", width);
    line_puts(out, failed && table->colour ? "\033[39m" : "");
    line_free(&value);
}

static void put_field(struct line *out, const struct table *table, const struct table_row *row,
                      enum field field, size_t width)
{
    const double numbers[FIELDS] = {
        [MIN] = row->min, [MAX] = row->max, [MEAN] = row->mean, [RATE] = row->rate};
    switch (field) {
    case NAME:
        put_left(out, row->name, width);
        break;
    case VALUE:
        put_value(out, table, row, width);
        break;
    case SPARK:
        spark_draw(row->spark, width, table->utf8, out);
        break;
    default:
        if (row->has_numbers || field == RATE)
            put_number(out, numbers[field], width);
        else
            put_right(out, "", width);
    }
}

static void put_row(struct line *out, const struct table *table, const struct table_row *row,
                    const size_t widths[FIELDS], bool selected)
{
    line_puts(out, selected && table->mark ? "\033[7m" : "");
    for (int field = NAME; field < FIELDS; field++) {
        if (widths[field] == 0)
            continue;
        put_blanks(out, field != NAME ? GAP : 0);
        if (row == NULL && (field == NAME || field == VALUE))
            put_left(out, titles[field], widths[field]);
        else if (row == NULL)
            put_right(out, titles[field], widths[field]);
        else
            put_field(out, table, row, (enum field)field, widths[field]);
    }
    line_puts(out, selected && table->mark ? "\033[27m" : "");
}

/* --- Lines --- */

static void put_line(struct line *out, const struct table *table, const char *text)
{
    line_shown(out, text, table->width);
}

void table_draw(const struct table *table, struct line *out)
{
    size_t widths[FIELDS];
    size_t room = table->height > 3 ? table->height - 3 : 0;
    size_t first = table->selected >= room ? table->selected - room + 1 : 0;
    lay_out(table, widths);
    put_line(out, table, table->title);
    line_putc(out, '\n');
    if (table->height > 2) {
        put_row(out, table, NULL, widths, false);
        line_putc(out, '\n');
    }
    for (size_t i = first; i < table->count && i < first + room; i++) {
        put_row(out, table, &table->rows[i], widths, i == table->selected);
        line_putc(out, '\n');
    }
    put_line(out, table, table->status);
}
