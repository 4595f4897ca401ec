// SPDX-License-Identifier: MIT
#include "web/message_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "text.h"

void message_print_id(FILE *stream, uint64_t number)
{
    fprintf(stream, "id: %" PRIu64 "\n", number);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

void message_print_columns(FILE *stream, const struct web_column *columns, size_t count,
                           bool may_write)
{
    fprintf(stream, "event: columns\ndata: {\"write\": %s, \"columns\": [",
            may_write ? "true" : "false");
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s{\"id\": %" PRIu32 ", ", i > 0 ? ", " : "", columns[i].id);
        text_print_member(stream, "name", columns[i].name);
        text_print_member(stream, "unit", or_empty(columns[i].unit));
        fputs("\"type\": ", stream);
        text_print_json(stream, or_empty(columns[i].type));
        fputc('}', stream);
    }
    fputs("]}\n\n", stream);
}

/* As few digits as give the same number again. JSON has no others than finite ones. */
static void print_number(FILE *stream, double number)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, stream);
}

/* A number, a text, or both: [number, text]. */
static void print_value(FILE *stream, const struct web_value *value)
{
    bool number = value->has_number && isfinite(value->number);
    const char *text = value->text;
    if (value->has_number && !number && text == NULL)
        text = isnan(value->number) ? "nan" : value->number > 0 ? "inf" : "-inf";
    if (number && text != NULL)
        fputc('[', stream);
    if (number)
        print_number(stream, value->number);
    if (number && text != NULL)
        fputs(", ", stream);
    if (text != NULL)
        text_print_json(stream, text);
    if (number && text != NULL)
        fputc(']', stream);
    if (!number && text == NULL)
        fputs("null", stream);
}

/* An object with the flag, and the cause, of each value that has one, by its place in the frame. */
static void print_flags(FILE *stream, const struct web_frame *frame)
{
    bool any = false;
    for (size_t i = 0; i < frame->count; i++) {
        const struct web_value *value = &frame->values[i];
        if (value->flag == NULL)
            continue;
        fprintf(stream, "%s\"%zu\": [", any ? ", " : ", \"f\": {", i);
        any = true;
        text_print_json(stream, value->flag);
        if (value->cause != NULL) {
            fputs(", ", stream);
            text_print_json(stream, value->cause);
        }
        fputc(']', stream);
    }
    if (any)
        fputc('}', stream);
}

void message_print_frame(FILE *stream, const struct web_frame *frame)
{
    fprintf(stream, "data: {\"t\": %.6f, \"s\": ", frame->time);
    text_print_json(stream, or_empty(frame->state));
    fputs(", \"v\": [", stream);
    for (size_t i = 0; i < frame->count; i++) {
        if (i > 0)
            fputc(',', stream);
        print_value(stream, &frame->values[i]);
    }
    fputc(']', stream);
    print_flags(stream, frame);
    fputs("}\n\n", stream);
}

void message_print_gap(FILE *stream, const struct web_gap *gap)
{
    fprintf(stream, "event: gap\ndata: {\"t\": %.6f, \"seconds\": %.6f, ", gap->time, gap->seconds);
    text_print_member(stream, "reason", or_empty(gap->reason));
    fputs("\"cause\": ", stream);
    text_print_json_or_null(stream, gap->cause);
    fputs("}\n\n", stream);
}

void message_print_note(FILE *stream, const char *text)
{
    fputs("event: note\ndata: ", stream);
    text_print_json(stream, text);
    fputs("\n\n", stream);
}

void message_print_end(FILE *stream)
{
    fputs("event: end\ndata: {}\n\n", stream);
}
