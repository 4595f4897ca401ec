// SPDX-License-Identifier: MIT
/* Text into the bytes that give an object that value. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/scan.h"
#include "symbols/expression/expression.h"

/* The least number that becomes infinite as a float. The largest one, as it is printed with 9
 * digits, is a little above FLT_MAX. */
#define FLOAT_OVERFLOW 0x1.ffffffp127

enum {
    NESTING_MAX = 16, /* of braces */
};

static int malformed(struct ocd_expression *e, struct ocd_type *type, const char *text,
                     size_t length)
{
    return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "'%.*s' is no value for %s",
                                (int)(length < 60 ? length : 60), text, ocd__type_name(type));
}

static int too_large(struct ocd_expression *e, struct ocd_type *type, unsigned bits,
                     const char *text, size_t length)
{
    int shown = (int)(length < 60 ? length : 60);

    if (bits > 0)
        return ocd__expression_fail(e, OCD_ERR_RANGE, "%.*s does not fit into %u bits of %s", shown,
                                    text, bits, ocd__type_name(type));
    return ocd__expression_fail(e, OCD_ERR_RANGE, "%.*s does not fit into %s", shown, text,
                                ocd__type_name(type));
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && ocd_is_space(**text)) {
        ++*text;
        --*length;
    }
    while (*length > 0 && ocd_is_space((*text)[*length - 1]))
        --*length;
}

/* --- Numbers --- */

struct number {
    uint64_t number;
    bool is_signed, is_real;
    double real;
};

static int number_of_operand(struct ocd_expression *value, struct number *n)
{
    struct ocd_operand *o = &value->operand;
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;

    if (o->in_memory && type != NULL && type->info.kind != OCD_TYPE_FUNCTION &&
        type->info.kind != OCD_TYPE_ARRAY)
        return ocd__expression_fail(value, OCD_ERR_EXPRESSION,
                                    "this is a variable, not a value (write & for its address)");
    if (o->in_memory && type == NULL) {
        n->number = o->addr;
        return OCD_OK;
    }
    if (type != NULL && type->info.kind == OCD_TYPE_FLOAT) {
        n->is_real = true;
        ocd__get_real(o->data, (size_t)type->info.size, value->big_endian, &n->real);
        return OCD_OK;
    }
    return ocd__operand_number(value, o, &n->number, &n->is_signed);
}

/* A value is an expression that needs no memory. */
static int read_number(struct ocd_expression *e, const char *text, size_t length, struct number *n)
{
    struct ocd_expression *value;
    char *copy = ocd__arena_copy(&e->arena, text, length);

    *n = (struct number){0};
    if (copy == NULL)
        return ocd__expression_nomem(e);
    int rc = ocd_expression_open(&value, e->symbols, copy, NULL);
    if (value == NULL)
        return ocd__expression_nomem(e);
    if (rc == OCD_OK)
        rc = ocd_expression_locate(value);
    if (rc == OCD_OK)
        rc = number_of_operand(value, n);
    if (rc == OCD_PENDING)
        rc = ocd__expression_fail(value, OCD_ERR_EXPRESSION, "the value needs the target's memory");
    if (rc != OCD_OK) {
        const char *message = value->detail.error.message;
        bool named = strncmp(message, copy, strlen(copy)) == 0;
        ocd__expression_fail(e, rc, "%s%s%s", named ? "" : copy, named ? "" : ": ",
                             message[0] != '\0' ? message : ocd_strerror(rc));
    }
    ocd_expression_close(value);
    return rc;
}

static bool fits(const struct number *n, unsigned bits, bool is_signed)
{
    bool negative = n->is_signed && (int64_t)n->number < 0;

    if (is_signed) {
        int64_t top = bits >= 64 ? INT64_MAX : ((int64_t)1 << (bits - 1)) - 1;
        return negative ? (int64_t)n->number >= -top - 1 : n->number <= (uint64_t)top;
    }
    return !negative && (bits >= 64 || n->number >> bits == 0);
}

static int encode_integer(struct ocd_expression *e, struct ocd_type *type, unsigned bits,
                          const char *text, size_t length, uint64_t *result)
{
    struct number n;
    int rc = read_number(e, text, length, &n);

    if (rc != OCD_OK)
        return rc;
    if (n.is_real)
        return malformed(e, type, text, length);
    if (type->info.kind == OCD_TYPE_BOOL && n.number > 1)
        return too_large(e, type, 0, text, length);
    if (!fits(&n, bits, type->info.is_signed))
        return too_large(e, type, bits < type->info.size * 8 ? bits : 0, text, length);
    *result = n.number;
    return OCD_OK;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

/* --- Enumerations and bool --- */

static bool find_enumerator(struct ocd_type *type, const char *text, size_t length, uint64_t *value)
{
    for (size_t i = 0; i < type->info.enumerator_count; i++) {
        const char *name = type->enumerators[i].name;
        size_t whole = strlen(name);
        if (whole < length || strncmp(name + whole - length, text, length) != 0)
            continue;
        if (whole > length && name[whole - length - 1] != ':')
            continue;
        *value = (uint64_t)type->enumerators[i].value;
        return true;
    }
    return false;
}

/* "A | B": each an enumerator or a number. */
static int encode_enum(struct ocd_expression *e, struct ocd_type *type, unsigned bits,
                       const char *text, size_t length, uint64_t *result)
{
    ocd__type_load_enumerators(type);
    *result = 0;
    for (size_t at = 0; at <= length;) {
        const char *bar = memchr(text + at, '|', length - at);
        size_t end = bar != NULL ? (size_t)(bar - text) : length;
        const char *part = text + at;
        size_t size = end - at;
        uint64_t value;
        trim(&part, &size);
        if (!find_enumerator(type, part, size, &value)) {
            int rc = encode_integer(e, type, bits, part, size, &value);
            if (rc == OCD_ERR_NO_SYMBOL)
                return ocd__expression_fail(e, rc, "%s has no enumerator %.*s",
                                            ocd__type_name(type), (int)size, part);
            if (rc != OCD_OK)
                return rc;
        }
        *result |= value;
        at = end + 1;
    }
    return OCD_OK;
}

static int encode_scalar(struct ocd_expression *e, struct ocd_type *type, unsigned bits,
                         const char *text, size_t length, uint64_t *number)
{
    if (type->info.kind == OCD_TYPE_ENUM)
        return encode_enum(e, type, bits, text, length, number);
    if (type->info.kind == OCD_TYPE_BOOL &&
        (is_word(text, length, "true") || is_word(text, length, "false"))) {
        *number = tolower((unsigned char)text[0]) == 't';
        return OCD_OK;
    }
    return encode_integer(e, type, bits, text, length, number);
}

/* --- Floats --- */

static int encode_real(struct ocd_expression *e, struct ocd_type *type, const char *text,
                       size_t length, uint8_t *data, size_t size)
{
    struct number n = {.is_real = true};
    uint32_t narrow;
    uint64_t bits;

    if (is_word(text, length, "nan"))
        n.real = (double)NAN;
    else if (is_word(text, length, "inf") || is_word(text, length, "+inf"))
        n.real = HUGE_VAL;
    else if (is_word(text, length, "-inf"))
        n.real = -HUGE_VAL;
    else {
        int rc = read_number(e, text, length, &n);
        if (rc != OCD_OK)
            return rc;
        if (!n.is_real)
            n.real = n.is_signed ? (double)(int64_t)n.number : (double)n.number;
        if (isinf(n.real) || (size == 4 && fabs(n.real) >= FLOAT_OVERFLOW))
            return too_large(e, type, 0, text, length);
    }
    if (size != 4 && size != 8)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s cannot be written",
                                    ocd__type_name(type));
    float single = (float)n.real;
    memcpy(&narrow, &single, sizeof(narrow));
    memcpy(&bits, &n.real, sizeof(bits));
    ocd__put_number(data, size, e->big_endian, size == 4 ? narrow : bits);
    return OCD_OK;
}

/* --- Arrays --- */

static int encode_string(struct ocd_expression *e, struct ocd_type *type, const char *text,
                         size_t length, uint8_t *data, size_t size)
{
    const char *p = text + 1, *end = text + length - 1;
    size_t count = 0;
    uint64_t c;

    if (length < 2 || *end != '"')
        return malformed(e, type, text, length);
    while (p < end) {
        if (*p == '"' || !ocd__lex_escape(&p, &c) || p > end)
            return malformed(e, type, text, length);
        if (count == size)
            return ocd__expression_fail(e, OCD_ERR_RANGE, "the string does not fit into %s",
                                        ocd__type_name(type));
        data[count++] = (uint8_t)c;
    }
    return OCD_OK; /* the rest is 0 */
}

/* The end of an element: the comma or brace after it. */
static size_t element_end(const char *text, size_t at, size_t length)
{
    unsigned depth = 0;
    char quote = 0;

    for (; at < length; at++) {
        char c = text[at];
        if (quote != 0) {
            if (c == '\\')
                at++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '{' || c == '(') {
            depth++;
        } else if (c == '}' || c == ')') {
            if (depth-- == 0)
                return at;
        } else if (c == ',' && depth == 0) {
            return at;
        }
    }
    return length;
}

static int encode_list(struct ocd_expression *e, struct ocd_type *type, const char *text,
                       size_t length, uint8_t *data, size_t size, unsigned depth)
{
    struct ocd_type *element = ocd__type_target(type);
    uint64_t element_size = 0;
    size_t at = 1, i = 0;

    ocd__type_size(ocd__type_resolve(element), &element_size);
    if (length < 2 || text[length - 1] != '}' || depth == NESTING_MAX)
        return malformed(e, type, text, length);
    while (at < length - 1) {
        size_t end = element_end(text, at, length - 1);
        if (i == type->info.count || (i + 1) * type->info.stride > size)
            return ocd__expression_fail(e, OCD_ERR_RANGE, "there are more values than %s has",
                                        ocd__type_name(type));
        int rc = ocd__encode(e, element, 0, text + at, end - at, data + i * type->info.stride,
                             (size_t)element_size, depth + 1);
        if (rc != OCD_OK)
            return rc;
        i++;
        at = end + 1;
    }
    if (i != type->info.count)
        return ocd__expression_fail(e, OCD_ERR_RANGE, "there are %zu values, and %s has %" PRIu64,
                                    i, ocd__type_name(type), type->info.count);
    return OCD_OK;
}

int ocd__encode(struct ocd_expression *e, struct ocd_type *type, unsigned bits, const char *text,
                size_t length, uint8_t *data, size_t size, unsigned depth)
{
    uint64_t number;
    struct ocd_type *t = ocd__type_resolve(type);

    trim(&text, &length);
    if (length == 0)
        return malformed(e, type, text, length);
    switch (t->info.kind) {
    case OCD_TYPE_BOOL:
    case OCD_TYPE_CHAR:
    case OCD_TYPE_WIDE_CHAR:
    case OCD_TYPE_INTEGER:
    case OCD_TYPE_ENUM:
    case OCD_TYPE_POINTER:
        if (size > 8)
            break;
        number = 0;
        int rc = encode_scalar(e, t, bits > 0 ? bits : (unsigned)size * 8, text, length, &number);
        if (rc == OCD_OK)
            ocd__put_number(data, size, e->big_endian, number);
        return rc;
    case OCD_TYPE_FLOAT:
        return encode_real(e, t, text, length, data, size);
    case OCD_TYPE_ARRAY:
        if (text[0] == '"' && t->info.stride == 1)
            return encode_string(e, t, text, length, data, size);
        if (text[0] == '{')
            return encode_list(e, t, text, length, data, size, depth);
        return malformed(e, type, text, length);
    default:
        break;
    }
    return ocd__expression_fail(e, OCD_ERR_EXPRESSION,
                                "%s cannot be written as a whole: write its members",
                                ocd__type_name(type));
}
