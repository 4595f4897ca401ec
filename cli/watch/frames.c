// SPDX-License-Identifier: MIT
/* What is done with each frame and each gap. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "watch/watch.h"

/* --- Rows --- */

static int write_row(const char *text, size_t size, void *user)
{
    struct watch *watch = user;
    return record_add(&watch->record, text, size, cli_now_ms());
}

static void write_head(struct watch *watch)
{
    struct line head = {0};
    watch->has_head = true;
    rows_head(&watch->rows, &watch->columns, &head);
    line_putc(&head, '\n');
    if (head.failed)
        watch->no_memory = true;
    else
        write_row(head.text, head.size, watch);
    line_free(&head);
}

/* The row that was made last. */
static void put_row(struct watch *watch)
{
    if (!watch->has_head)
        write_head(watch);
    write_row(watch->rows.row.text, watch->rows.row.size, watch);
}

static void keep_row(struct watch *watch, bool is_frame)
{
    const struct line *row = &watch->rows.row;
    if (watch->options->rows && !ring_add(&watch->ring, row->text, row->size, is_frame))
        watch->no_memory = true;
}

/* --- The trigger --- */

static bool fires(struct watch *watch, const struct ocd_frame *frame)
{
    if (watch->trigger == NULL)
        return false;
    struct number number = sample_number(watch->trigger_column->sample);
    bool first = !watch->trigger->known;
    bool now = condition_fires(watch->trigger, &number);
    if (first && watch->trigger->held) {
        watch_say(watch, "the trigger's condition is true already: waiting until it is false and "
                         "becomes true");
    }
    if (now) {
        watch_say(watch, "triggered at %" PRId64 ".%06" PRId64, frame->host_us / 1000000,
                  frame->host_us % 1000000);
    }
    return now;
}

/* Writes the lines that were kept. */
static void release_ring(struct watch *watch)
{
    watch->trigger = NULL;
    watch->written += watch->ring.frames;
    if (!watch->has_head && watch->ring.count > 0)
        write_head(watch);
    ring_empty(&watch->ring, write_row, watch);
}

/* --- Frames --- */

static void note_failure(struct watch *watch, struct column *column)
{
    const struct ocd_sample *sample = column->sample;
    bool failing = sample->status == OCD_SAMPLE_UNREADABLE;
    if (failing && !column->failing)
        watch_say_failure(watch, column, sample->error);
    column->failing = failing;
    column->read = column->read || sample_has_value(sample);
}

static void take_values(struct watch *watch, const struct ocd_frame *frame)
{
    for (size_t i = 0; i < watch->columns.count; i++) {
        struct column *column = watch->columns.list[i];
        if (column->sample == NULL)
            continue;
        note_failure(watch, column);
        struct number number = sample_number(column->sample);
        if (watch->screen.open && number.kind != NUMBER_NONE)
            stats_add(&column->stats, number_real(&number), frame->host_us);
    }
}

/* Reports a rate that cannot be reached, which is known after some frames. */
static void check_rate(struct watch *watch)
{
    struct ocd_sampler_stats stats;
    double asked = watch->options->rate;
    if (watch->rate_told || asked >= OCD_RATE_MAX ||
        ocd_sampler_get_stats(watch->sampler, &stats) != OCD_OK || stats.rate_possible <= 0)
        return;
    if (stats.rate_possible < asked * 0.98) {
        watch->rate_told = true;
        watch_say(watch, "%g Hz cannot be reached: %.3g Hz can", asked, stats.rate_possible);
    }
}

/* Whether the frame is the last one that is wanted. */
static bool count_frame(struct watch *watch, bool after_trigger)
{
    const struct watch_options *options = watch->options;
    watch->written++;
    if (options->frames > 0 && watch->written >= options->frames)
        return true;
    return after_trigger && options->has_post && watch->after >= options->post;
}

static void take_rows(struct watch *watch, const struct ocd_frame *frame)
{
    const struct watch_options *options = watch->options;
    bool fired = fires(watch, frame);
    if (fired) {
        line_clear(&watch->rows.last_key); /* this one is written in any case */
        release_ring(watch);
    }
    if (!rows_frame(&watch->rows, &watch->columns, frame))
        return;
    if (watch->trigger != NULL) {
        keep_row(watch, true);
        return;
    }
    if (options->rows)
        put_row(watch);
    if (options->has_trigger && !fired)
        watch->after++;
    watch->done = count_frame(watch, options->has_trigger);
}

int watch_on_frame(const struct ocd_frame *frame, void *user)
{
    struct watch *watch = user;
    if (watch->done)
        return 1;
    watch->last_us = frame->host_us;
    columns_match(&watch->columns, frame);
    take_values(watch, frame);
    check_rate(watch);
    screen_frame(&watch->screen, cli_now_ms());
    page_frame(&watch->page, frame);
    take_rows(watch, frame);
    columns_match(&watch->columns, NULL);
    watch->no_memory = watch->no_memory || rows_failed(&watch->rows);
    return watch->done || watch->no_memory || watch->record.error != 0;
}

void watch_on_gap(const struct ocd_gap *gap, void *user)
{
    struct watch *watch = user;
    if (watch->done)
        return;
    for (size_t i = 0; i < watch->columns.count; i++)
        spark_add(&watch->columns.list[i]->spark, NAN);
    page_gap(&watch->page, gap);
    if (gap->reason == OCD_GAP_RECONNECTING || gap->reason == OCD_GAP_RESET) {
        const char *why =
            gap->reason == OCD_GAP_RESET ? "the core was reset" : "the connection was lost";
        watch_say(watch, "%.3f s without values: %s", (double)gap->length_us / 1e6, why);
    }
    if (!watch->options->rows)
        return;
    rows_gap(&watch->rows, &watch->columns, gap);
    if (watch->trigger != NULL)
        keep_row(watch, false);
    else
        put_row(watch);
}
