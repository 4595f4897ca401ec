// SPDX-License-Identifier: MIT
/* The bytes in memory that an encoded value replaces. */
#include <string.h>

#include "symbols/expression/expression.h"

/* The smallest aligned unit that holds a bit field. */
static void find_unit(uint64_t addr, unsigned bytes, uint64_t *start, size_t *size)
{
    for (*size = 1; *size <= 8; *size *= 2) {
        *start = addr & ~(uint64_t)(*size - 1);
        if (addr + bytes <= *start + *size)
            return;
    }
    *start = addr;
    *size = bytes;
}

static int patch_bits(struct ocd_expression *e, struct ocd_type *type, const char *text)
{
    const struct ocd_operand *o = &e->operand;
    unsigned bytes = (o->bit_offset + o->bit_size + 7) / 8;
    uint64_t start, number, width = 0;
    size_t size;

    find_unit(o->addr, bytes, &start, &size);
    ocd__type_size(type, &width);
    uint8_t *data = ocd__arena_alloc(&e->values, size), *mask = ocd__arena_alloc(&e->values, size);
    uint8_t value[8] = {0};
    if (data == NULL || mask == NULL)
        return ocd__expression_nomem(e);
    if (width == 0 || width > sizeof(value))
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s cannot be written",
                                    ocd__type_name(type));
    int rc = ocd__encode(e, type, o->bit_size, text, strlen(text), value, (size_t)width, 0);
    if (rc != OCD_OK)
        return rc;
    number = ocd__get_number(value, (size_t)width, e->big_endian);
    size_t at = (size_t)(o->addr - start);
    ocd__put_bits(data + at, o->bit_offset, o->bit_size, e->big_endian, number);
    ocd__put_bits(mask + at, o->bit_offset, o->bit_size, e->big_endian, UINT64_MAX);
    e->patch = (struct ocd_patch){.addr = start, .size = size, .data = data, .mask = mask};
    return OCD_OK;
}

static int patch_object(struct ocd_expression *e, struct ocd_type *type, const char *text)
{
    uint64_t size = 0;

    if (!ocd__type_size(type, &size) || size > 1u << 20)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION,
                                    "the size of %s is not known: write an element or a range",
                                    ocd__type_name(type));
    uint8_t *data = ocd__arena_alloc(&e->values, (size_t)size);
    if (data == NULL)
        return ocd__expression_nomem(e);
    int rc = ocd__encode(e, e->operand.type != NULL ? e->operand.type : type, 0, text, strlen(text),
                         data, (size_t)size, 0);
    if (rc == OCD_OK)
        e->patch = (struct ocd_patch){.addr = e->operand.addr, .size = (size_t)size, .data = data};
    return rc;
}

int ocd_expression_encode(struct ocd_expression *expression, const char *value,
                          const struct ocd_patch **patch)
{
    struct ocd_expression *e = expression;

    if (patch != NULL)
        *patch = NULL;
    if (e == NULL || value == NULL || patch == NULL || !e->located)
        return OCD_ERR_ARG;
    ocd__detail_clear(&e->detail);
    if (!e->operand.in_memory)
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE, "a constant or a result is not in memory");
    struct ocd_type *type = e->operand.type != NULL ? ocd__type_resolve(e->operand.type) : NULL;
    uint64_t size = e->operand.size;
    if (type == NULL && (size == 1 || size == 2 || size == 4 || size == 8))
        type = ocd__type_integer(e->symbols, (unsigned)size, false);
    if (type == NULL)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "its type is not known: cast it");
    int rc = e->operand.bit_size > 0 ? patch_bits(e, type, value) : patch_object(e, type, value);
    if (rc == OCD_OK)
        *patch = &e->patch;
    return rc;
}
