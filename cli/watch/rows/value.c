// SPDX-License-Identifier: MIT
#include "watch/rows/value.h"

#include <inttypes.h>
#include <string.h>

struct number value_number(const struct ocd_value *value)
{
    if (value == NULL || value->size > 8)
        return (struct number){.kind = NUMBER_NONE};
    switch (value->kind) {
    case OCD_VALUE_FLOAT:
        return (struct number){.kind = NUMBER_REAL, .real = value->real};
    case OCD_VALUE_BOOL:
    case OCD_VALUE_CHAR:
    case OCD_VALUE_INTEGER:
    case OCD_VALUE_ENUM:
    case OCD_VALUE_POINTER:
        return (struct number){.kind = value->is_signed ? NUMBER_SIGNED : NUMBER_UNSIGNED,
                               .integer = value->number};
    default:
        return (struct number){.kind = NUMBER_NONE};
    }
}

/* An integer, the most frequent value, is printed without the library. */
static bool put_integer(const struct ocd_value *value, struct line *out)
{
    if (value->kind != OCD_VALUE_INTEGER || value->size > 8)
        return false;
    if (value->is_signed)
        line_printf(out, "%" PRId64, (int64_t)value->number);
    else
        line_printf(out, "%" PRIu64, value->number);
    return true;
}

static bool put_made(const struct ocd_value *value, struct line *out,
                     int (*make)(const struct ocd_value *value, char **text),
                     void (*put)(struct line *line, const char *text))
{
    char *text = NULL;
    bool made = make(value, &text) == OCD_OK;
    if (made)
        put(out, text);
    ocd_free(text);
    return made && !out->failed;
}

bool value_json(const struct ocd_value *value, struct line *out)
{
    return put_integer(value, out) || put_made(value, out, ocd_value_json, line_puts);
}

/* Removes the quotation marks of "nan", "0x20000000" and "RUNNING", which have no escapes. */
static void put_word(struct line *line, const char *json)
{
    size_t size = strlen(json);
    bool quoted = size >= 2 && json[0] == '"' && json[size - 1] == '"';
    line_add(line, json + quoted, size - 2 * quoted);
}

bool value_csv(const struct ocd_value *value, struct line *out)
{
    if (put_integer(value, out))
        return !out->failed;
    switch (value->kind) {
    case OCD_VALUE_BOOL:
        line_putc(out, value->number != 0 ? '1' : '0');
        return !out->failed;
    case OCD_VALUE_STRING:
        line_csv(out, value->text); /* up to the first NUL */
        return !out->failed;
    case OCD_VALUE_FLOAT:
    case OCD_VALUE_ENUM:
    case OCD_VALUE_POINTER:
    case OCD_VALUE_FUNCTION:
        return put_made(value, out, ocd_value_json, put_word);
    default:
        return put_made(value, out, ocd_value_json, line_csv);
    }
}

bool value_text(const struct ocd_value *value, struct line *out)
{
    return put_integer(value, out) || put_made(value, out, ocd_value_text, line_puts);
}
