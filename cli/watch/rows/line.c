// SPDX-License-Identifier: MIT
#include "watch/rows/line.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void line_clear(struct line *line)
{
    line_cut(line, 0);
    line->failed = false;
}

void line_free(struct line *line)
{
    free(line->text);
    *line = (struct line){0};
}

void line_cut(struct line *line, size_t size)
{
    if (size < line->size)
        line->size = size;
    if (line->text != NULL)
        line->text[line->size] = '\0';
}

static bool reserve(struct line *line, size_t more)
{
    size_t wanted = line->size + more + 1;
    if (wanted > line->room) {
        size_t room = wanted > 2 * line->room ? wanted + 128 : 2 * line->room;
        char *text = realloc(line->text, room);
        if (text == NULL) {
            line->failed = true;
            return false;
        }
        line->text = text;
        line->room = room;
    }
    return true;
}

void line_add(struct line *line, const char *text, size_t size)
{
    if (size == 0 || !reserve(line, size))
        return;
    memcpy(line->text + line->size, text, size);
    line->size += size;
    line->text[line->size] = '\0';
}

void line_puts(struct line *line, const char *text)
{
    line_add(line, text, strlen(text));
}

void line_putc(struct line *line, char c)
{
    line_add(line, &c, 1);
}

void line_printf(struct line *line, const char *format, ...)
{
    char buffer[128];
    va_list list;
    va_start(list, format);
    int size = vsnprintf(buffer, sizeof(buffer), format, list);
    va_end(list);
    if (size >= 0 && (size_t)size < sizeof(buffer)) {
        line_add(line, buffer, (size_t)size);
    } else if (size >= 0 && reserve(line, (size_t)size)) {
        va_start(list, format);
        vsnprintf(line->text + line->size, (size_t)size + 1, format, list);
        va_end(list);
        line->size += (size_t)size;
    }
}

void line_csv(struct line *line, const char *text)
{
    if (text[strcspn(text, "\",\n\r")] == '\0' && text[0] != ' ') {
        line_puts(line, text);
        return;
    }
    line_putc(line, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            line_putc(line, '"');
        line_putc(line, *text);
    }
    line_putc(line, '"');
}

/* What a function of text.h prints. */
static void add_printed(struct line *line, const char *text, void (*print)(FILE *, const char *))
{
    char *printed = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&printed, &size);
    if (stream == NULL) {
        line->failed = true;
        return;
    }
    print(stream, text);
    if (fclose(stream) == 0)
        line_add(line, printed, size);
    else
        line->failed = true;
    free(printed);
}

void line_json(struct line *line, const char *text)
{
    add_printed(line, text, text_print_json);
}

size_t line_shown(struct line *line, const char *text, size_t columns)
{
    size_t begin = line->size;
    size_t used = 0;
    add_printed(line, text, text_print_line);
    for (size_t i = begin; i < line->size; i++) {
        bool first = ((unsigned char)line->text[i] & 0xC0) != 0x80;
        if (first && used == columns) {
            line_cut(line, i);
            break;
        }
        used += first;
    }
    return used;
}
