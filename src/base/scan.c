// SPDX-License-Identifier: MIT
#include "base/scan.h"

#include <string.h>

#include "base/hex.h"

static void advance(struct ocd_view *text, size_t size)
{
    if (size == 0)
        return; /* an empty text may have no address */
    text->data += size;
    text->size -= size;
}

struct ocd_view ocd__scan_line(struct ocd_view *text)
{
    char *end = text->size > 0 ? memchr(text->data, '\n', text->size) : NULL;
    struct ocd_view line = {text->data, end != NULL ? (size_t)(end - text->data) : text->size};

    advance(text, line.size + (end != NULL ? 1 : 0));
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

bool ocd__scan_starts(struct ocd_view text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

bool ocd__scan_skip(struct ocd_view *text, const char *prefix)
{
    if (!ocd__scan_starts(*text, prefix))
        return false;
    advance(text, strlen(prefix));
    return true;
}

bool ocd__scan_number(struct ocd_view *text, uint64_t *value)
{
    unsigned base = ocd__scan_skip(text, "0x") ? 16 : 10;
    size_t i = 0;

    for (*value = 0; i < text->size; i++) {
        int digit = ocd__hex_digit(text->data[i]);
        if (digit < 0 || digit >= (int)base)
            break;
        if (*value > (UINT64_MAX - (unsigned)digit) / base)
            return false;
        *value = *value * base + (unsigned)digit;
    }
    advance(text, i);
    return i > 0;
}

bool ocd__scan_contains(struct ocd_view text, const char *words)
{
    size_t size = strlen(words);

    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, words, size) == 0)
            return true;
    return false;
}
