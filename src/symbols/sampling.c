// SPDX-License-Identifier: MIT
/* What the sampler needs: expressions that are read again and again, numbers without a program. */
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>

#include "symbols/access.h"
#include "symbols/dwarf/debug_info.h"
#include "symbols/value/value.h"

size_t ocd__symbols_ram(const struct ocd_symbols *symbols, struct ocd_range *ranges, size_t max)
{
    const uint64_t wanted = SHF_ALLOC | SHF_WRITE;
    size_t count = 0;

    for (size_t i = 0; i < symbols->file_count; i++)
        for (size_t k = 0; k < symbols->files[i]->section_count; k++) {
            const struct ocd_elf_section *s = &symbols->files[i]->sections[k];
            if ((s->flags & (wanted | SHF_TLS)) != wanted || s->size == 0)
                continue;
            if (count < max)
                ranges[count] = (struct ocd_range){.addr = s->addr, .size = s->size};
            count++;
        }
    return count;
}

/* --- Numbers --- */

static struct ocd_type *type_of(struct ocd_symbols *s, const struct ocd__number *n)
{
    struct ocd_type *type = n->is_real ? ocd__type_basic(s, OCD_TYPE_FLOAT, n->size, true,
                                                         n->size == 4 ? "float" : "double")
                                       : ocd__type_integer(s, n->size, n->is_signed);

    return n->count > 0 ? ocd__type_array_of(s, type, n->count) : type;
}

int ocd__expression_of_number(struct ocd_expression **expression, const struct ocd__number *number)
{
    static const struct ocd_node none = {.kind = OCD_NODE_NUMBER};
    struct ocd_expression *e = *expression = calloc(1, sizeof(*e));
    char text[32];

    if (e == NULL)
        return OCD_ERR_NOMEM;
    ocd__detail_init(&e->detail);
    e->symbols = e->own = ocd__symbols_create();
    e->memory.arena = &e->values;
    e->options.limit = 200;
    int size = snprintf(text, sizeof(text), "0x%08llX", (unsigned long long)number->addr);
    e->text = ocd__arena_copy(&e->arena, text, (size_t)size);
    if (e->own != NULL)
        e->own->is_plain = true;
    struct ocd_type *type = e->own != NULL ? type_of(e->own, number) : NULL;
    if (type == NULL || e->own->error != 0 || e->text == NULL) {
        ocd_expression_close(e);
        *expression = NULL;
        return OCD_ERR_NOMEM;
    }
    e->tree = (struct ocd_node *)&none; /* never evaluated, since it is located */
    e->operand = (struct ocd_operand){.type = type, .in_memory = true, .addr = number->addr};
    e->located = e->is_fixed = true;
    ocd__expression_publish(e);
    return OCD_OK;
}

void ocd__expression_set_order(struct ocd_expression *e, bool big_endian)
{
    if (e->own == NULL)
        return;
    e->big_endian = big_endian;
    e->location.big_endian = big_endian;
}

/* --- Repeated reads --- */

static bool is_location_fixed(const struct ocd_expression *e)
{
    return e->located && e->is_fixed && e->operand.in_memory;
}

void ocd__expression_renew(struct ocd_expression *e)
{
    bool located = is_location_fixed(e);

    ocd__expression_reset(e);
    e->located = e->located || located;
}

static enum ocd_type_kind kind_of(const struct ocd_expression *e)
{
    return e->located && e->operand.type != NULL ? ocd__type_resolve(e->operand.type)->info.kind
                                                 : OCD_TYPE_UNSUPPORTED;
}

bool ocd__expression_is_plain(const struct ocd_expression *e)
{
    enum ocd_type_kind kind = kind_of(e);

    return is_location_fixed(e) && e->location.size > 0 &&
           (kind == OCD_TYPE_BOOL || kind == OCD_TYPE_CHAR || kind == OCD_TYPE_INTEGER ||
            kind == OCD_TYPE_FLOAT || kind == OCD_TYPE_ENUM);
}

bool ocd__expression_is_scalar(const struct ocd_expression *e)
{
    enum ocd_type_kind kind = kind_of(e);

    return kind != OCD_TYPE_ARRAY && kind != OCD_TYPE_STRUCT && kind != OCD_TYPE_CLASS &&
           kind != OCD_TYPE_UNION && kind != OCD_TYPE_VARIANT && kind != OCD_TYPE_COMPLEX;
}

int ocd__expression_take(struct ocd_expression *e, const void *data)
{
    int rc = ocd_expression_supply(e, e->location.addr, data, (size_t)e->location.size);

    if (rc == OCD_OK)
        e->value = ocd__value_of_operand(e, &e->operand);
    return rc == OCD_OK && e->value == NULL ? OCD_ERR_NOMEM : rc;
}
