// SPDX-License-Identifier: MIT
/* The messages to the pages, as server-sent events: "id: N", the event's name, and "data: " with
 * JSON.
 *
 *     columns    {"write": true, "columns": [{"id": 0, "name": "a", "unit": "V", "type": "u32"}]}
 *     (no name)  a frame: {"t": SECONDS, "s": "running", "v": [VALUE…], "f": {"2": ["unreadable",
 *                CAUSE]}}: values in the order of the columns, and flags by place; a value is a
 *                number, a text, [number, text] or null
 *     gap        {"t": SECONDS, "seconds": LENGTH, "reason": "busy", "cause": TEXT or null}
 *     note       a text
 *     lost       the number of messages that this page has missed; the columns follow
 *     end        {}: nothing more will come */
#pragma once

#include <stdio.h>

#include "web/web.h"

/* The line with the number that a browser names when it connects again. */
void message_print_id(FILE *stream, uint64_t number);

void message_print_columns(FILE *stream, const struct web_column *columns, size_t count,
                           bool may_write);
void message_print_frame(FILE *stream, const struct web_frame *frame);
void message_print_gap(FILE *stream, const struct web_gap *gap);
void message_print_note(FILE *stream, const char *text);
void message_print_end(FILE *stream);
