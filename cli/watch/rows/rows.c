// SPDX-License-Identifier: MIT
#include "watch/rows/rows.h"

#include <inttypes.h>
#include <string.h>

#include "watch/rows/value.h"

void rows_free(struct rows *rows)
{
    line_free(&rows->row);
    line_free(&rows->values);
    line_free(&rows->flags);
    line_free(&rows->key);
    line_free(&rows->last_key);
}

bool rows_failed(const struct rows *rows)
{
    return rows->row.failed || rows->values.failed || rows->flags.failed || rows->key.failed;
}

static void put_seconds(struct line *out, int64_t us)
{
    uint64_t magnitude = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
    line_printf(out, "%s%" PRIu64 ".%06" PRIu64, us < 0 ? "-" : "", magnitude / 1000000,
                magnitude % 1000000);
}

/* --- CSV --- */

void rows_head(const struct rows *rows, const struct columns *columns, struct line *out)
{
    line_puts(out, rows->clock == ROWS_TARGET ? "time,cycles_before,cycles_after" : "time");
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->list[i]->recorded) {
            line_putc(out, ',');
            line_csv(out, columns->list[i]->item.name);
        }
    }
    line_puts(out, ",flags");
}

static void add_flag(struct line *flags, const char *name, const char *flag)
{
    if (flags->size > 0)
        line_putc(flags, ';');
    if (name != NULL) {
        line_puts(flags, name);
        line_putc(flags, ':');
    }
    line_puts(flags, flag);
}

static void csv_values(struct rows *rows, const struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = columns->list[i];
        const struct ocd_sample *sample = column->sample;
        if (!column->recorded)
            continue;
        line_putc(&rows->values, ',');
        if (sample_has_value(sample) && !value_csv(sample->value, &rows->values))
            rows->values.failed = true;
        if (sample != NULL && sample_flag(sample) != NULL)
            add_flag(&rows->flags, column->item.name, sample_flag(sample));
    }
}

static void csv_row(struct rows *rows, const struct ocd_frame *frame)
{
    struct line seconds = {0};
    if (frame->state != OCD_STATE_RUNNING)
        add_flag(&rows->flags, "state", ocd_state_name(frame->state));
    if (frame->halted_us > 0) {
        put_seconds(&seconds, frame->halted_us);
        add_flag(&rows->flags, "stopped", seconds.text != NULL ? seconds.text : "");
    }
    if (rows->clock == ROWS_TARGET)
        line_printf(&rows->row, ",%" PRIu64 ",%" PRIu64, frame->target_before, frame->target_after);
    line_add(&rows->row, rows->values.text, rows->values.size);
    line_putc(&rows->row, ',');
    line_csv(&rows->row, rows->flags.text != NULL ? rows->flags.text : "");
    line_free(&seconds);
}

/* --- JSON --- */

static void json_values(struct rows *rows, const struct columns *columns)
{
    const char *before_value = "", *before_flag = "";
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = columns->list[i];
        const struct ocd_sample *sample = column->sample;
        if (!column_is_shown(column) || sample == NULL)
            continue;
        line_printf(&rows->values, "%s%s: ", before_value, column->key);
        before_value = ", ";
        if (!sample_has_value(sample))
            line_puts(&rows->values, "null");
        else if (!value_json(sample->value, &rows->values))
            rows->values.failed = true;
        if (sample_flag(sample) != NULL) {
            line_printf(&rows->flags, "%s%s: \"%s\"", before_flag, column->key,
                        sample_flag(sample));
            before_flag = ", ";
        }
    }
}

static void json_row(struct rows *rows, const struct ocd_frame *frame)
{
    line_puts(&rows->row, ", \"values\": {");
    line_add(&rows->row, rows->values.text, rows->values.size);
    line_puts(&rows->row, "}, \"flags\": {");
    line_add(&rows->row, rows->flags.text, rows->flags.size);
    line_putc(&rows->row, '}');
    if (frame->state != OCD_STATE_RUNNING)
        line_printf(&rows->row, ", \"state\": \"%s\"", ocd_state_name(frame->state));
    if (frame->halted_us > 0) {
        line_puts(&rows->row, ", \"stopped\": ");
        put_seconds(&rows->row, frame->halted_us);
    }
    if (rows->clock == ROWS_TARGET) {
        line_printf(&rows->row, ", \"cycles\": [%" PRIu64 ", %" PRIu64 "]", frame->target_before,
                    frame->target_after);
    }
    line_putc(&rows->row, '}');
}

/* --- Both --- */

static void begin(struct rows *rows, int64_t us)
{
    line_clear(&rows->row);
    line_puts(&rows->row, rows->json ? "{\"time\": " : "");
    put_seconds(&rows->row, us);
}

/* Whether the values, their flags and the state are those of the frame before. */
static bool is_same(struct rows *rows, const struct ocd_frame *frame)
{
    line_clear(&rows->key);
    line_add(&rows->key, rows->values.text, rows->values.size);
    line_printf(&rows->key, "\n%d\n", (int)frame->state);
    line_add(&rows->key, rows->flags.text, rows->flags.size);
    bool same = rows->key.size == rows->last_key.size && rows->key.text != NULL &&
                memcmp(rows->key.text, rows->last_key.text, rows->key.size) == 0;
    struct line swap = rows->key;
    rows->key = rows->last_key;
    rows->last_key = swap;
    return same;
}

bool rows_frame(struct rows *rows, const struct columns *columns, const struct ocd_frame *frame)
{
    line_clear(&rows->values);
    line_clear(&rows->flags);
    if (rows->json)
        json_values(rows, columns);
    else
        csv_values(rows, columns);
    if (rows->changes && is_same(rows, frame))
        return false;
    if (rows->clock == ROWS_SERVER)
        rows->server_ahead_us = frame->server_us - frame->host_us;
    begin(rows, rows->clock == ROWS_SERVER ? frame->server_us : frame->host_us);
    if (rows->json)
        json_row(rows, frame);
    else
        csv_row(rows, frame);
    line_putc(&rows->row, '\n');
    return true;
}

void rows_gap(struct rows *rows, const struct columns *columns, const struct ocd_gap *gap)
{
    begin(rows, gap->from_us + rows->server_ahead_us);
    line_clear(&rows->last_key); /* the frame after it is written in any case */
    if (rows->json) {
        line_printf(&rows->row, ", \"gap\": \"%s\", \"seconds\": ", ocd_gap_name(gap->reason));
        put_seconds(&rows->row, (int64_t)gap->length_us);
        line_puts(&rows->row, "}\n");
        return;
    }
    line_puts(&rows->row, rows->clock == ROWS_TARGET ? ",," : "");
    for (size_t i = 0; i < columns->count; i++)
        line_puts(&rows->row, columns->list[i]->recorded ? "," : "");
    line_printf(&rows->row, ",gap:%s:", ocd_gap_name(gap->reason));
    put_seconds(&rows->row, (int64_t)gap->length_us);
    line_putc(&rows->row, '\n');
}
