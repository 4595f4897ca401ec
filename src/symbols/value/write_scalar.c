// SPDX-License-Identifier: MIT
/* Numbers, characters and enumerators as GDB writes them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "symbols/value/value.h"

static unsigned bits_of(const struct ocd_value *v)
{
    return v->bit_size > 0 ? v->bit_size : (unsigned)v->size * 8;
}

/* --- Other bases --- */

static void write_binary(struct ocd_buffer *b, uint64_t number)
{
    int bit = 63;

    while (bit > 0 && (number >> bit & 1) == 0)
        bit--;
    for (; bit >= 0; bit--)
        ocd__buffer_puts(b, number >> bit & 1 ? "1" : "0");
}

bool ocd__write_formatted(struct ocd_out *o, const struct ocd_value *v)
{
    unsigned bits = bits_of(v);
    uint64_t number = bits < 64 ? v->number & (((uint64_t)1 << bits) - 1) : v->number;

    if (o->options->format == OCD_NUMBER_NATURAL || v->size > 8)
        return false;
    switch (o->options->format) {
    case OCD_NUMBER_HEX:
        ocd__buffer_printf(&o->text, "0x%" PRIx64, number);
        break;
    case OCD_NUMBER_BINARY:
        write_binary(&o->text, number);
        break;
    default:
        if (v->is_signed)
            ocd__buffer_printf(&o->text, "%" PRId64, (int64_t)ocd__sign_extend(number, bits));
        else
            ocd__buffer_printf(&o->text, "%" PRIu64, number);
        break;
    }
    return true;
}

/* --- Integers --- */

/* 128 bits in decimal, a digit at a time. */
static void write_wide(struct ocd_out *o, const struct ocd_value *v)
{
    char digits[48];
    size_t at = sizeof(digits) - 1;
    uint8_t bytes[16]; /* the most significant one first */
    bool big = o->e->big_endian, negative;

    for (size_t i = 0; i < 16; i++)
        bytes[i] = v->data[big ? i : 15 - i];
    negative = v->is_signed && (bytes[0] & 0x80) != 0;
    unsigned carry = 1;
    for (size_t i = 16; negative && i-- > 0;) {
        carry += (uint8_t)~bytes[i];
        bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
    digits[at] = '\0';
    for (bool more = true; more;) {
        unsigned rest = 0;
        more = false;
        for (size_t i = 0; i < 16; i++) {
            rest = rest << 8 | bytes[i];
            bytes[i] = (uint8_t)(rest / 10);
            rest %= 10;
            more = more || bytes[i] != 0;
        }
        digits[--at] = (char)('0' + rest);
    }
    ocd__buffer_printf(&o->text, "%s%s", negative ? "-" : "", digits + at);
}

void ocd__write_integer(struct ocd_out *o, const struct ocd_value *v)
{
    if (v->size == 16 && v->bit_size == 0)
        write_wide(o, v);
    else if (v->is_signed)
        ocd__buffer_printf(&o->text, "%" PRId64, (int64_t)v->number);
    else
        ocd__buffer_printf(&o->text, "%" PRIu64, v->number);
}

void ocd__write_char(struct ocd_out *o, const struct ocd_value *v)
{
    ocd__write_integer(o, v);
    ocd__buffer_puts(&o->text, " ");
    ocd__write_quoted_char(o, (struct ocd_type *)v->type, v->number);
}

/* --- Floats --- */

static void write_nan(struct ocd_buffer *b, uint64_t bits, unsigned mantissa, bool negative)
{
    ocd__buffer_printf(b, "%snan(0x%" PRIx64 ")", negative ? "-" : "",
                       bits & (((uint64_t)1 << mantissa) - 1));
}

void ocd__write_real(struct ocd_buffer *b, const struct ocd_value *v, bool big_endian)
{
    uint64_t bits = ocd__get_number(v->data, v->size, big_endian);
    unsigned mantissa = v->size == 2 ? 10 : v->size == 4 ? 23 : 52;
    bool negative = (bits >> (v->size * 8 - 1)) != 0;

    if (isnan(v->real))
        write_nan(b, bits, mantissa, negative);
    else if (isinf(v->real))
        ocd__buffer_puts(b, negative ? "-inf" : "inf");
    else
        ocd__buffer_printf(b, "%.*g", v->size == 2 ? 5 : v->size == 4 ? 9 : 17, v->real);
}

/* --- Enumerations --- */

static void write_flags(struct ocd_out *o, struct ocd_type *type, uint64_t number)
{
    const char *separator = "(";

    for (size_t i = 0; i < type->info.enumerator_count; i++) {
        uint64_t bit = (uint64_t)type->enumerators[i].value;
        if ((number & bit) == 0)
            continue;
        ocd__buffer_printf(&o->text, "%s%s", separator, type->enumerators[i].name);
        number &= ~bit;
        separator = " | ";
    }
    if (number != 0)
        ocd__buffer_printf(&o->text, "%sunknown: 0x%" PRIx64 ")", separator, number);
    else if (separator[0] == '(')
        ocd__buffer_puts(&o->text, "0");
    else
        ocd__buffer_puts(&o->text, ")");
}

void ocd__write_enum(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = ocd__type_resolve((struct ocd_type *)v->type);

    if (v->text != NULL)
        ocd__buffer_puts(&o->text, v->text);
    else if (type->info.is_flags)
        write_flags(o, type, v->number);
    else
        ocd__write_integer(o, v);
}
