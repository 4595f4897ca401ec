// SPDX-License-Identifier: MIT
/* Text that grows: one line, or a screen of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct line {
    char *text; /* NUL-terminated; NULL: nothing so far */
    size_t size;
    size_t room;
    bool failed; /* memory was short: the text is incomplete */
};

void line_clear(struct line *line);
void line_free(struct line *line);
/* Keeps the first `size` bytes. */
void line_cut(struct line *line, size_t size);

void line_add(struct line *line, const char *text, size_t size);
void line_puts(struct line *line, const char *text);
void line_putc(struct line *line, char c);
void line_printf(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A field of CSV: in quotation marks where it needs them. */
void line_csv(struct line *line, const char *text);
/* A JSON string with its quotation marks. */
void line_json(struct line *line, const char *text);
/* Text for a terminal: control bytes escaped, at most `columns` of them used. Returns how many. */
size_t line_shown(struct line *line, const char *text, size_t columns);
