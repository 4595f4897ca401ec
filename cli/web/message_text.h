// SPDX-License-Identifier: MIT
/* What the pages are told, as server-sent events: "id: N", the event's name unless it is a frame,
 * and "data: " with JSON. docs/watch.md describes them. */
#pragma once

#include <stdio.h>

#include "web/web.h"

/* The line of the number that a browser names when it comes again. */
void message_print_id(FILE *stream, uint64_t number);

void message_print_columns(FILE *stream, const struct web_column *columns, size_t count,
                           bool may_write);
void message_print_frame(FILE *stream, const struct web_frame *frame);
void message_print_gap(FILE *stream, const struct web_gap *gap);
void message_print_note(FILE *stream, const char *text);
void message_print_end(FILE *stream);
