// SPDX-License-Identifier: MIT
/* The children of values: elements, members, variants, what a reference refers to. */
#include <string.h>

#include "symbols/value/value.h"

static struct ocd_type *resolve(const struct value_node *n)
{
    return n->value.type != NULL ? ocd__type_resolve((struct ocd_type *)n->value.type) : NULL;
}

static struct value_node *inside(struct value_node *n, struct ocd_type *type, uint64_t offset,
                                 uint64_t size)
{
    struct value_node *c = ocd__value_create(n->expression, type);

    if (c == NULL)
        return NULL;
    c->value.in_memory = n->value.in_memory;
    c->value.addr = n->value.addr + offset;
    if (offset <= n->value.size && size <= n->value.size - offset) {
        c->value.data = n->value.data + offset;
        c->value.size = (size_t)size;
    }
    return c;
}

static struct value_node *element(struct value_node *n, size_t index)
{
    struct ocd_type *type = resolve(n);

    if (type == NULL)
        return inside(n, ocd__type_integer(n->expression->symbols, 1, false), index, 1);
    struct ocd_type *target = ocd__type_target(type);
    uint64_t size = 0;
    if (type->info.kind == OCD_TYPE_COMPLEX) {
        size = n->value.size / 2;
        target = ocd__type_basic(n->expression->symbols, OCD_TYPE_FLOAT, (unsigned)size, true,
                                 size == 4 ? "float" : "double");
        return inside(n, target, index * size, size);
    }
    ocd__type_size(ocd__type_resolve(target), &size);
    return inside(n, target, index * type->info.stride, size);
}

static struct value_node *static_member(struct value_node *n, struct ocd_type *type,
                                        const struct ocd_member *m)
{
    struct ocd_expression *e = n->expression;
    struct ocd_operand o = {.type = (struct ocd_type *)m->type};
    struct ocd_buffer name = {0};
    struct ocd_symbol_data *d = NULL;

    ocd__buffer_printf(&name, "%s::%s", ocd__type_name(type), m->name);
    if (name.error == 0 && ocd__find(e->symbols, name.data, &d) == OCD_OK &&
        ocd__operand_of_symbol(e, d, &o) != OCD_OK)
        d = NULL;
    ocd__buffer_free(&name);
    if (d == NULL && ocd__static_constant(e, &type->member_dies[m - type->members], &o))
        return (struct value_node *)ocd__value_of_operand(e, &o);
    if (d == NULL) {
        struct value_node *none = ocd__value_create(e, (struct ocd_type *)m->type);
        if (none != NULL)
            ocd__value_unavailable(&none->value, "optimized out");
        return none;
    }
    return (struct value_node *)ocd__value_of_operand(e, &o);
}

static struct value_node *member_value(struct value_node *n, struct ocd_type *type, size_t index)
{
    const struct ocd_member *m = &type->members[index];
    struct ocd_type *of = (struct ocd_type *)m->type;
    uint64_t offset = m->offset, size = 0;

    if (m->kind == OCD_MEMBER_STATIC)
        return static_member(n, type, m);
    ocd__type_size(ocd__type_resolve(of), &size);
    if (m->kind == OCD_MEMBER_VIRTUAL_BASE) {
        int rc = OCD_ERR_NO_VALUE;
        if (n->value.in_memory)
            rc = ocd__virtual_base_offset(n->expression, type, index, n->value.addr, &offset);
        if (rc != OCD_OK)
            offset = UINT64_MAX;
    }
    if (m->bit_size > 0)
        size = (m->bit_offset + m->bit_size + 7) / 8;
    struct value_node *c = inside(n, of, offset, size);
    if (c != NULL) {
        c->value.bit_size = m->bit_size;
        c->value.bit_offset = m->bit_offset;
        ocd__value_complete(c);
        if (m->kind == OCD_MEMBER_VIRTUAL_BASE && offset == UINT64_MAX)
            ocd__value_unavailable(&c->value, "invalid address");
    }
    return c;
}

static struct value_node *member(struct value_node *n, size_t index)
{
    struct ocd_type *type = resolve(n);

    for (size_t i = 0; i < type->info.member_count; i++) {
        const struct ocd_member *m = &type->members[i];
        if (!ocd__member_is_shown(m) || index-- > 0)
            continue;
        struct value_node *c = member_value(n, type, i);
        if (c != NULL) {
            c->value.name = m->kind == OCD_MEMBER_BASE || m->kind == OCD_MEMBER_VIRTUAL_BASE
                                ? ocd__type_name(ocd__type_peel((struct ocd_type *)m->type))
                                : m->name;
            c->value.member = m;
        }
        return c;
    }
    return NULL;
}

static struct value_node *variant(struct value_node *n)
{
    uint64_t size = 0;

    ocd__type_size((struct ocd_type *)n->variant->type, &size);
    struct value_node *c = inside(n, (struct ocd_type *)n->variant->type, n->variant->offset, size);
    if (c != NULL) {
        ocd__value_complete(c);
        c->value.name = n->variant->name;
        c->value.member = n->variant;
    }
    return c;
}

static struct value_node *referred(struct value_node *n)
{
    struct ocd_type *type = resolve(n);
    enum ocd_memory_state state;

    return (struct value_node *)ocd__value_elsewhere(n->expression, ocd__type_target(type),
                                                     n->value.number, &state);
}

const struct ocd_value *ocd_value_child(const struct ocd_value *value, size_t index)
{
    struct value_node *n = (struct value_node *)value, *c;

    if (value == NULL || index >= value->child_count)
        return NULL;
    switch (value->kind) {
    case OCD_VALUE_ARRAY:
    case OCD_VALUE_STRING:
    case OCD_VALUE_COMPLEX:
        c = element(n, index);
        return c != NULL ? &ocd__value_complete(c)->value : NULL;
    case OCD_VALUE_VARIANT:
        c = variant(n);
        break;
    case OCD_VALUE_REFERENCE:
        c = referred(n);
        break;
    default:
        c = member(n, index);
        break;
    }
    return c != NULL ? &c->value : NULL;
}
