// SPDX-License-Identifier: MIT
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Controls of the order of writing (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069),
 * and the separators of lines U+2028 and U+2029. */
static bool reorders(const unsigned char *at, size_t length)
{
    if (length == 2)
        return at[0] == 0xD8 && at[1] == 0x9C;
    if (length != 3 || at[0] != 0xE2)
        return false;
    return (at[1] == 0x80 &&
            (at[2] == 0x8E || at[2] == 0x8F || (at[2] >= 0xA8 && at[2] <= 0xAE))) ||
           (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9);
}

/* The length of the UTF-8 sequence at `at`, 0 if there is none. Refused as The Unicode Standard,
 * table 3-7, has it: overlong forms, surrogates, anything above U+10FFFF; and what terminals obey:
 * the control characters U+0080 to U+009F, and those that change the order or the end of a line. */
static size_t utf8_length(const unsigned char *at, size_t size)
{
    if (at[0] < 0xC2 || at[0] > 0xF4)
        return at[0] < 0x80 ? 1 : 0;
    size_t length = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    bool invisible = (at[0] == 0xC2 && at[1] < 0xA0) || (at[0] == 0xE0 && at[1] < 0xA0) ||
                     (at[0] == 0xED && at[1] > 0x9F) || (at[0] == 0xF0 && at[1] < 0x90) ||
                     (at[0] == 0xF4 && at[1] > 0x8F);
    return invisible || reorders(at, length) ? 0 : length;
}

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

/* Writes the character at `at` and answers its length in bytes. */
static size_t print_escaped_one(FILE *stream, const unsigned char *at, size_t size)
{
    size_t length = utf8_length(at, size);
    if (*at == '\n' || *at == '\t' || *at == '\r') {
        fprintf(stream, "\\%c", *at == '\n' ? 'n' : *at == '\t' ? 't' : 'r');
        return 1;
    }
    if (length == 0 || is_control(*at)) {
        fprintf(stream, "\\x%02X", *at);
        return 1;
    }
    fwrite(at, 1, length, stream);
    return length;
}

void text_print_escaped(FILE *stream, const char *text, size_t size)
{
    for (size_t i = 0; i < size;)
        i += print_escaped_one(stream, (const unsigned char *)text + i, size - i);
}

void text_print_lines(FILE *stream, const char *text, size_t size)
{
    for (size_t i = 0; i < size;)
        if (text[i] == '\n' || text[i] == '\t')
            fputc(text[i++], stream);
        else
            i += print_escaped_one(stream, (const unsigned char *)text + i, size - i);
}

void text_print_line(FILE *stream, const char *text)
{
    static const char blanks[] = " \t\r\n";
    bool first = true;
    text += strspn(text, blanks);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        const char *next = text + size;
        while (size > 0 && strchr(blanks, text[size - 1]) != NULL)
            size--;
        if (!first)
            fputs("; ", stream);
        text_print_escaped(stream, text, size);
        first = false;
        text = next + strspn(next, blanks);
    }
}

void text_print_json(FILE *stream, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size = strlen(text);
    fputc('"', stream);
    for (size_t i = 0; i < size;) {
        size_t length = utf8_length(at + i, size - i);
        if (length == 0) {
            fputs("\xEF\xBF\xBD", stream);
            length = 1;
        } else if (is_control(at[i])) {
            fprintf(stream, "\\u%04x", at[i]);
        } else {
            if (at[i] == '"' || at[i] == '\\')
                fputc('\\', stream);
            fwrite(at + i, 1, length, stream);
        }
        i += length;
    }
    fputc('"', stream);
}

void text_print_json_or_null(FILE *stream, const char *text)
{
    if (text != NULL)
        text_print_json(stream, text);
    else
        fputs("null", stream);
}

void text_print_member(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, "\"%s\": ", name);
    text_print_json(stream, value);
    fputs(", ", stream);
}
