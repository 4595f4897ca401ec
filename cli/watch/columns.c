// SPDX-License-Identifier: MIT
#include "watch/columns.h"

#include <stdlib.h>
#include <string.h>

#include "watch/rows/value.h"

static void column_free(struct column *column)
{
    item_free(&column->item);
    free(column->key);
    line_free(&column->shown);
    free(column);
}

static char *key_of(const char *name)
{
    struct line line = {0};
    line_json(&line, name);
    if (line.failed) {
        line_free(&line);
        return NULL;
    }
    return line.text;
}

struct column *columns_add(struct columns *columns, struct item *item)
{
    struct column *column = calloc(1, sizeof(*column));
    struct column **list = realloc(columns->list, (columns->count + 1) * sizeof(struct column *));
    if (list != NULL)
        columns->list = list;
    if (column == NULL || list == NULL) {
        free(column);
        item_free(item);
        return NULL;
    }
    column->item = *item;
    *item = (struct item){0};
    column->key = key_of(column->item.name);
    if (column->key == NULL) {
        column_free(column);
        return NULL;
    }
    stats_reset(&column->stats);
    columns->list[columns->count++] = column;
    return column;
}

void columns_free(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        column_free(columns->list[i]);
    free(columns->list);
    *columns = (struct columns){0};
}

struct column *columns_find(const struct columns *columns, uint32_t id)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i]->id == id)
            return columns->list[i];
    return NULL;
}

bool column_is_shown(const struct column *column)
{
    return !column->hidden && !column->removed;
}

struct column *columns_named(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (column_is_shown(columns->list[i]) && strcmp(columns->list[i]->item.name, name) == 0)
            return columns->list[i];
    return NULL;
}

/* Samples and columns are mostly in the same order. */
void columns_match(struct columns *columns, const struct ocd_frame *frame)
{
    size_t at = 0;
    for (size_t i = 0; i < columns->count; i++)
        columns->list[i]->sample = NULL;
    for (size_t i = 0; frame != NULL && i < frame->count; i++) {
        const struct ocd_sample *sample = &frame->samples[i];
        size_t tried = 0;
        while (tried < columns->count && columns->list[at % columns->count]->id != sample->id) {
            at++;
            tried++;
        }
        if (tried < columns->count)
            columns->list[at++ % columns->count]->sample = sample;
    }
}

const char *sample_flag(const struct ocd_sample *sample)
{
    switch (sample->status) {
    case OCD_SAMPLE_GOOD:
        return NULL;
    case OCD_SAMPLE_UNCHECKED:
        return "unchecked";
    case OCD_SAMPLE_TORN:
        return "torn";
    default:
        return "unreadable";
    }
}

bool sample_has_value(const struct ocd_sample *sample)
{
    return sample != NULL && sample->value != NULL &&
           (sample->status == OCD_SAMPLE_GOOD || sample->status == OCD_SAMPLE_UNCHECKED);
}

struct number sample_number(const struct ocd_sample *sample)
{
    return value_number(sample_has_value(sample) ? sample->value : NULL);
}
