// SPDX-License-Identifier: MIT
/* In a library that is built without libelf and libdw the only expressions are the numbers at an
 * address that a sampler reads. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/detail.h"
#include "symbols/access.h"

struct ocd_expression {
    struct ocd__number number;
    struct ocd_range need;
    struct ocd_location location;
    struct ocd_value *values; /* of the whole, then of its elements */
    uint8_t *data;
    bool has_data, is_unreadable, is_read;
    struct ocd_patch patch;
    uint8_t encoded[8];
    struct ocd_detail detail;
    char text[24];
};

int ocd__expression_of_number(struct ocd_expression **expression, const struct ocd__number *number)
{
    struct ocd_expression *e = *expression = calloc(1, sizeof(*e));
    size_t count = number->count > 0 ? number->count : 1, size = count * number->size;

    if (e == NULL)
        return OCD_ERR_NOMEM;
    ocd__detail_init(&e->detail);
    e->number = *number;
    e->need = (struct ocd_range){.addr = number->addr, .size = size};
    e->location = (struct ocd_location){.in_memory = true, .addr = number->addr, .size = size};
    e->data = malloc(size);
    e->values = calloc(number->count + (size_t)1, sizeof(*e->values));
    snprintf(e->text, sizeof(e->text), "0x%08" PRIX64, number->addr);
    if (e->data != NULL && e->values != NULL)
        return OCD_OK;
    ocd_expression_close(e);
    *expression = NULL;
    return OCD_ERR_NOMEM;
}

void ocd_expression_close(struct ocd_expression *e)
{
    if (e == NULL)
        return;
    ocd__detail_free(&e->detail);
    free(e->values);
    free(e->data);
    free(e);
}

void ocd__expression_set_order(struct ocd_expression *e, bool big_endian)
{
    e->location.big_endian = big_endian;
}

void ocd__expression_reset(struct ocd_expression *e)
{
    if (e != NULL)
        e->has_data = e->is_unreadable = e->is_read = false;
}

void ocd__expression_renew(struct ocd_expression *e)
{
    ocd__expression_reset(e);
}

bool ocd__expression_is_plain(const struct ocd_expression *e)
{
    return e->number.count == 0;
}

bool ocd__expression_is_scalar(const struct ocd_expression *e)
{
    return e->number.count == 0;
}

/* --- Reading --- */

static void set_value(const struct ocd_expression *e, struct ocd_value *v, size_t offset)
{
    const struct ocd__number *n = &e->number;
    const uint8_t *bytes = e->data + offset;
    unsigned bits = n->size * 8;
    float narrow;

    *v = (struct ocd_value){.kind = OCD_VALUE_INTEGER, .name = "", .in_memory = true};
    v->addr = n->addr + offset;
    v->data = bytes;
    v->size = n->size;
    v->is_signed = n->is_signed;
    for (unsigned i = 0; i < n->size; i++)
        v->number = v->number << 8 | bytes[e->location.big_endian ? i : n->size - 1 - i];
    if (n->is_real) {
        uint32_t word = (uint32_t)v->number;
        v->kind = OCD_VALUE_FLOAT;
        memcpy(&narrow, &word, sizeof(narrow));
        memcpy(&v->real, &v->number, sizeof(v->real));
        if (n->size == sizeof(narrow))
            v->real = (double)narrow;
    } else if (n->is_signed && bits < 64 && (v->number >> (bits - 1) & 1) != 0) {
        v->number |= UINT64_MAX << bits;
    }
}

static void set_values(struct ocd_expression *e)
{
    if (e->number.count == 0) {
        set_value(e, e->values, 0);
        return;
    }
    *e->values = (struct ocd_value){
        .kind = OCD_VALUE_ARRAY,
        .name = "",
        .in_memory = true,
        .addr = e->number.addr,
        .data = e->data,
        .size = (size_t)e->need.size,
        .child_count = e->number.count,
    };
    for (size_t i = 0; i < e->number.count; i++)
        set_value(e, &e->values[1 + i], i * e->number.size);
}

int ocd_expression_locate(struct ocd_expression *e)
{
    return e != NULL ? OCD_OK : OCD_ERR_ARG;
}

int ocd_expression_read(struct ocd_expression *e)
{
    if (e == NULL)
        return OCD_ERR_ARG;
    if (e->is_unreadable)
        return ocd__detail_set(&e->detail, OCD_ERR_NO_VALUE, "%s cannot be read", e->text);
    if (!e->has_data)
        return OCD_PENDING;
    set_values(e);
    e->is_read = true;
    return OCD_OK;
}

int ocd_expression_supply(struct ocd_expression *e, uint64_t addr, const void *data, size_t size)
{
    if (e == NULL || addr != e->need.addr || size != e->need.size)
        return OCD_ERR_ARG;
    e->has_data = data != NULL;
    e->is_unreadable = data == NULL;
    if (data != NULL)
        memcpy(e->data, data, size);
    return OCD_OK;
}

int ocd__expression_take(struct ocd_expression *e, const void *data)
{
    int rc = ocd_expression_supply(e, e->need.addr, data, (size_t)e->need.size);

    return rc == OCD_OK ? ocd_expression_read(e) : rc;
}

const struct ocd_range *ocd_expression_needs(const struct ocd_expression *e, size_t *count)
{
    bool needed = e != NULL && !e->has_data && !e->is_unreadable;

    if (count != NULL)
        *count = needed;
    return needed ? &e->need : NULL;
}

const struct ocd_location *ocd_expression_location(const struct ocd_expression *e)
{
    return e != NULL ? &e->location : NULL;
}

const struct ocd_value *ocd_expression_value(const struct ocd_expression *e)
{
    return e != NULL && e->is_read ? e->values : NULL;
}

const struct ocd_error *ocd_expression_error(const struct ocd_expression *e)
{
    return e != NULL ? &e->detail.error : ocd_symbols_error(NULL);
}

struct ocd_symbols *ocd__expression_symbols(const struct ocd_expression *e)
{
    (void)e;
    return NULL;
}

const char *ocd__expression_text(const struct ocd_expression *e)
{
    return e->text;
}

/* --- Writing --- */

static int fail(struct ocd_expression *e, int code, const char *why)
{
    ocd__detail_set(&e->detail, code, "%s", why);
    ocd__detail_compose(&e->detail, e->text);
    return code;
}

static int encode_real(struct ocd_expression *e, const char *value, uint64_t *bits)
{
    char *end;
    double real = strtod(value, &end);
    float narrow = (float)real;
    uint32_t word;

    if (end == value || *end != '\0')
        return fail(e, OCD_ERR_EXPRESSION, "the value is no number");
    memcpy(bits, &real, sizeof(real));
    memcpy(&word, &narrow, sizeof(narrow));
    if (e->number.size == sizeof(narrow))
        *bits = word;
    return OCD_OK;
}

static int encode_integer(struct ocd_expression *e, const char *value, uint64_t *bits)
{
    bool negative = *value == '-';
    const char *digits = value + negative;
    unsigned most = e->number.size * 8 - e->number.is_signed;
    char *end;

    errno = 0;
    uint64_t number = strtoull(digits, &end, strncmp(digits, "0x", 2) == 0 ? 16 : 10);
    if (*digits < '0' || *digits > '9' || *end != '\0')
        return fail(e, OCD_ERR_EXPRESSION, "the value is no number");
    uint64_t largest = UINT64_MAX >> (64 - most);
    if (errno == ERANGE || (negative && !e->number.is_signed && number > 0) ||
        number > largest + (negative && e->number.is_signed))
        return fail(e, OCD_ERR_RANGE, "the value does not fit");
    *bits = negative ? -number : number;
    return OCD_OK;
}

int ocd_expression_encode(struct ocd_expression *e, const char *value,
                          const struct ocd_patch **patch)
{
    uint64_t bits = 0;

    if (patch != NULL)
        *patch = NULL;
    if (e == NULL || value == NULL || patch == NULL)
        return OCD_ERR_ARG;
    if (e->number.count > 0)
        return fail(e, OCD_ERR_EXPRESSION, "an array cannot be written");
    int rc = e->number.is_real ? encode_real(e, value, &bits) : encode_integer(e, value, &bits);
    if (rc != OCD_OK)
        return rc;
    for (unsigned i = 0; i < e->number.size; i++)
        e->encoded[e->location.big_endian ? e->number.size - 1 - i : i] = (uint8_t)(bits >> 8 * i);
    e->patch =
        (struct ocd_patch){.addr = e->number.addr, .size = e->number.size, .data = e->encoded};
    *patch = &e->patch;
    return OCD_OK;
}

/* --- Text --- */

const struct ocd_value *ocd_value_child(const struct ocd_value *value, size_t index)
{
    return value != NULL && index < value->child_count ? value + 1 + index : NULL;
}

static void put_number(struct ocd_buffer *out, const struct ocd_value *v, bool json)
{
    bool quoted = json && v->kind == OCD_VALUE_FLOAT && !(v->real - v->real == 0);

    ocd__buffer_puts(out, quoted ? "\"" : "");
    if (v->kind == OCD_VALUE_FLOAT)
        ocd__buffer_printf(out, "%.*g", v->size == 4 ? 9 : 17, v->real);
    else if (v->is_signed)
        ocd__buffer_printf(out, "%" PRId64, (int64_t)v->number);
    else
        ocd__buffer_printf(out, "%" PRIu64, v->number);
    ocd__buffer_puts(out, quoted ? "\"" : "");
}

static int put_value(const struct ocd_value *v, char **text, bool json)
{
    struct ocd_buffer out = {0};

    if (text != NULL)
        *text = NULL;
    if (v == NULL || text == NULL)
        return OCD_ERR_ARG;
    if (v->kind != OCD_VALUE_ARRAY)
        put_number(&out, v, json);
    for (size_t i = 0; i < v->child_count; i++) {
        ocd__buffer_puts(&out, i > 0 ? ", " : json ? "[" : "{");
        put_number(&out, &v[1 + i], json);
    }
    if (v->kind == OCD_VALUE_ARRAY)
        ocd__buffer_puts(&out, json ? "]" : "}");
    *text = ocd__buffer_take(&out);
    return *text != NULL ? OCD_OK : OCD_ERR_NOMEM;
}

int ocd_value_text(const struct ocd_value *value, char **text)
{
    return put_value(value, text, false);
}

int ocd_value_json(const struct ocd_value *value, char **text)
{
    return put_value(value, text, true);
}
