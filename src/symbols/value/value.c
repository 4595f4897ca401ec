// SPDX-License-Identifier: MIT
/* Values: a tree whose nodes are made when they are asked for. */
#include "symbols/value/value.h"

#include <inttypes.h>
#include <string.h>

static struct ocd_type *resolve(struct ocd_type *type)
{
    return type != NULL ? ocd__type_resolve(type) : NULL;
}

struct ocd_expression *ocd__value_owner(const struct ocd_value *value)
{
    return ((const struct value_node *)value)->expression;
}

/* --- Scalars --- */

static void set_number(struct value_node *n, struct ocd_type *type)
{
    struct ocd_value *v = &n->value;
    bool big = n->expression->big_endian;
    unsigned bits = v->bit_size > 0 ? v->bit_size : (unsigned)v->size * 8;

    if (v->bit_size > 0)
        v->number = ocd__get_bits(v->data, v->bit_offset, v->bit_size, big);
    else if (v->size <= 8)
        v->number = ocd__get_number(v->data, v->size, big);
    v->is_signed = type != NULL && type->info.is_signed;
    if (v->is_signed)
        v->number = ocd__sign_extend(v->number, bits);
}

static void set_enum(struct value_node *n, struct ocd_type *type)
{
    n->value.kind = OCD_VALUE_ENUM;
    ocd__type_load_enumerators(type);
    set_number(n, type);
    for (size_t i = 0; i < type->info.enumerator_count; i++)
        if ((uint64_t)type->enumerators[i].value == n->value.number) {
            n->value.text = type->enumerators[i].name;
            n->value.text_size = strlen(n->value.text);
            return;
        }
}

static void set_text(struct ocd_value *v)
{
    v->kind = OCD_VALUE_STRING;
    v->text = (const char *)v->data;
    v->text_size = strnlen(v->text, v->size);
}

/* Plain char: what C has for text. */
static bool is_plain_char(struct ocd_type *type)
{
    struct ocd_type *t = resolve(type);

    return t != NULL && t->info.kind == OCD_TYPE_CHAR && strcmp(ocd__type_name(t), "char") == 0;
}

static void set_array(struct value_node *n, struct ocd_type *type)
{
    struct ocd_value *v = &n->value;
    struct ocd_type *element = ocd__type_target(type);
    uint64_t size;

    v->kind = OCD_VALUE_ARRAY;
    if (element == NULL || !ocd__type_size(type, &size) || size > v->size) {
        n->is_unbounded = true; /* a flexible array */
        return;
    }
    v->child_count = (size_t)type->info.count;
    if (is_plain_char(element)) {
        char *copy = ocd__arena_copy(&n->expression->values, (const char *)v->data, v->size);
        set_text(v);
        v->text = copy != NULL ? copy : "";
    }
}

bool ocd__member_is_shown(const struct ocd_member *m)
{
    return m->kind == OCD_MEMBER_FIELD || m->kind == OCD_MEMBER_BASE ||
           m->kind == OCD_MEMBER_VIRTUAL_BASE || m->kind == OCD_MEMBER_STATIC;
}

static void set_members(struct value_node *n, struct ocd_type *type)
{
    ocd__type_load_members(type);
    n->value.kind = type->info.kind == OCD_TYPE_UNION ? OCD_VALUE_UNION : OCD_VALUE_STRUCT;
    for (size_t i = 0; i < type->info.member_count; i++)
        if (ocd__member_is_shown(&type->members[i]))
            n->value.child_count++;
}

static void set_variant(struct value_node *n, struct ocd_type *type)
{
    n->value.kind = OCD_VALUE_VARIANT;
    if (ocd__active_variant(n->expression, type, n->value.data, n->value.size, &n->variant,
                            &n->value.number) == OCD_OK)
        n->value.child_count = 1;
}

static void set_real(struct value_node *n)
{
    struct ocd_value *v = &n->value;

    v->kind = OCD_VALUE_FLOAT;
    if (!ocd__get_real(v->data, v->size, n->expression->big_endian, &v->real)) {
        v->kind = OCD_VALUE_UNAVAILABLE;
        v->text = "a float of this size is not supported";
    }
}

/* --- Nodes --- */

void ocd__value_unavailable(struct ocd_value *v, const char *why)
{
    v->kind = OCD_VALUE_UNAVAILABLE;
    v->text = why;
    v->text_size = strlen(why);
    v->data = NULL;
    v->size = 0;
}

static void set_pointer(struct value_node *n, struct ocd_type *type)
{
    n->value.kind = OCD_VALUE_POINTER;
    set_number(n, NULL);
    if (type->info.kind == OCD_TYPE_REFERENCE || type->info.kind == OCD_TYPE_RVALUE_REFERENCE) {
        n->value.kind = OCD_VALUE_REFERENCE;
        n->value.child_count = 1;
    }
}

/* False: it is none. */
static bool set_scalar(struct value_node *n, struct ocd_type *type)
{
    static const struct {
        enum ocd_type_kind type;
        enum ocd_value_kind value;
    } kinds[] = {
        {OCD_TYPE_BOOL, OCD_VALUE_BOOL},
        {OCD_TYPE_CHAR, OCD_VALUE_CHAR},
        {OCD_TYPE_WIDE_CHAR, OCD_VALUE_CHAR},
        {OCD_TYPE_INTEGER, OCD_VALUE_INTEGER},
        {OCD_TYPE_MEMBER_POINTER, OCD_VALUE_INTEGER},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (kinds[i].type == type->info.kind) {
            n->value.kind = kinds[i].value;
            set_number(n, type);
            return true;
        }
    return false;
}

static void set_by_kind(struct value_node *n, struct ocd_type *type)
{
    if (set_scalar(n, type))
        return;
    switch (type->info.kind) {
    case OCD_TYPE_FLOAT:
        set_real(n);
        break;
    case OCD_TYPE_COMPLEX:
        n->value.kind = OCD_VALUE_COMPLEX;
        n->value.child_count = 2;
        break;
    case OCD_TYPE_ENUM:
        set_enum(n, type);
        break;
    case OCD_TYPE_POINTER:
    case OCD_TYPE_REFERENCE:
    case OCD_TYPE_RVALUE_REFERENCE:
        set_pointer(n, type);
        break;
    case OCD_TYPE_ARRAY:
        set_array(n, type);
        break;
    case OCD_TYPE_STRUCT:
    case OCD_TYPE_CLASS:
    case OCD_TYPE_UNION:
        set_members(n, type);
        break;
    case OCD_TYPE_VARIANT:
        set_variant(n, type);
        break;
    case OCD_TYPE_FUNCTION:
        n->value.kind = OCD_VALUE_FUNCTION;
        n->value.number = n->value.addr;
        break;
    default:
        ocd__value_unavailable(
            &n->value, type->info.kind == OCD_TYPE_VOID ? "void" : "a type that is not supported");
        break;
    }
}

/* A symbol without debug information. */
static void set_untyped(struct value_node *n)
{
    struct ocd_value *v = &n->value;

    if (v->size == 0) {
        v->kind = OCD_VALUE_POINTER;
        v->number = v->addr;
    } else if (v->size == 1 || v->size == 2 || v->size == 4 || v->size == 8) {
        v->kind = OCD_VALUE_INTEGER;
        set_number(n, NULL);
    } else {
        v->kind = OCD_VALUE_ARRAY;
        v->child_count = v->size;
    }
}

static bool fits(const struct value_node *n, struct ocd_type *type)
{
    uint64_t size;

    if (type->info.kind == OCD_TYPE_ARRAY || type->info.kind == OCD_TYPE_FUNCTION ||
        n->value.bit_size > 0)
        return true;
    return ocd__type_size(type, &size) && size <= n->value.size;
}

struct value_node *ocd__value_create(struct ocd_expression *e, struct ocd_type *type)
{
    struct value_node *n = ocd__arena_alloc(&e->values, sizeof(*n));

    if (n != NULL)
        *n = (struct value_node){.value = {.name = "", .type = type}, .expression = e};
    return n;
}

struct value_node *ocd__value_complete(struct value_node *n)
{
    struct ocd_type *type = resolve((struct ocd_type *)n->value.type);

    if (type == NULL)
        set_untyped(n);
    else if (n->value.data == NULL && type->info.kind != OCD_TYPE_FUNCTION)
        ocd__value_unavailable(&n->value, "it cannot be read");
    else if (!fits(n, type))
        ocd__value_unavailable(&n->value, type->info.is_declared_only ? "incomplete type"
                                                                      : "a malformed type");
    else
        set_by_kind(n, type);
    return n;
}

struct ocd_value *ocd__value_of_operand(struct ocd_expression *e, const struct ocd_operand *o)
{
    struct value_node *n = ocd__value_create(e, o->type);
    struct ocd_type *type = resolve(o->type);
    const uint8_t *data = NULL;
    uint64_t size = 0;

    if (n == NULL)
        return NULL;
    if (type == NULL || type->info.kind != OCD_TYPE_FUNCTION)
        if (ocd__operand_bytes(e, o, &data, &size) != OCD_OK)
            data = NULL;
    n->value.in_memory = o->in_memory;
    n->value.addr = o->addr;
    n->value.bit_offset = o->bit_offset;
    n->value.bit_size = o->bit_size;
    n->value.data = data;
    n->value.size = (size_t)size;
    return &ocd__value_complete(n)->value;
}

struct ocd_value *ocd__value_elsewhere(struct ocd_expression *e, struct ocd_type *type,
                                       uint64_t addr, enum ocd_memory_state *state)
{
    struct value_node *n = ocd__value_create(e, type);
    uint64_t size = 0;

    *state = OCD_MEMORY_HERE;
    if (n == NULL)
        return NULL;
    ocd__type_size(ocd__type_resolve(type), &size);
    n->value.in_memory = true;
    n->value.addr = addr;
    n->value.size = (size_t)size;
    n->value.data = ocd__memory_get(&e->memory, addr, size, state);
    return &ocd__value_complete(n)->value;
}
