// SPDX-License-Identifier: MIT
/* Expressions: a tree into an operand. OCD_PENDING: bytes are missing, and the evaluation starts
 * again when they have been supplied. */
#include <inttypes.h>
#include <string.h>

#include "symbols/expression/expression.h"

static const char *type_name(const struct ocd_operand *o)
{
    return o->type != NULL ? ocd__type_name(o->type) : "something without a type";
}

/* --- Reading operands --- */

uint64_t ocd__operand_size(const struct ocd_operand *o)
{
    uint64_t size = 0;

    if (o->bit_size > 0)
        return (o->bit_offset + o->bit_size + 7) / 8;
    if (o->type == NULL)
        return o->size;
    ocd__type_size(ocd__type_resolve(o->type), &size);
    return size;
}

int ocd__operand_bytes(struct ocd_expression *e, const struct ocd_operand *o, const uint8_t **data,
                       uint64_t *size)
{
    enum ocd_memory_state state;

    *size = ocd__operand_size(o);
    *data = o->data;
    if (!o->in_memory)
        return OCD_OK;
    *data = ocd__memory_get(&e->memory, o->addr, *size, &state);
    if (state == OCD_MEMORY_NEEDED)
        return OCD_PENDING;
    if (state == OCD_MEMORY_UNREADABLE) {
        ocd__expression_fail(e, OCD_ERR_NO_VALUE,
                             "%" PRIu64 " bytes at 0x%08" PRIX64 " cannot be read", *size, o->addr);
        return OCD_ERR_NO_VALUE;
    }
    return OCD_OK;
}

static bool is_number(enum ocd_type_kind kind)
{
    return kind == OCD_TYPE_BOOL || kind == OCD_TYPE_CHAR || kind == OCD_TYPE_WIDE_CHAR ||
           kind == OCD_TYPE_INTEGER || kind == OCD_TYPE_ENUM || kind == OCD_TYPE_POINTER ||
           kind == OCD_TYPE_REFERENCE || kind == OCD_TYPE_RVALUE_REFERENCE;
}

int ocd__operand_number(struct ocd_expression *e, const struct ocd_operand *o, uint64_t *number,
                        bool *is_signed)
{
    const uint8_t *data;
    uint64_t size;
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;

    if (type != NULL &&
        (type->info.kind == OCD_TYPE_ARRAY || type->info.kind == OCD_TYPE_FUNCTION)) {
        *number = o->addr;
        *is_signed = false;
        if (o->in_memory)
            return OCD_OK;
    }
    if (type != NULL && !is_number(type->info.kind))
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s is no number", type_name(o));
    int rc = ocd__operand_bytes(e, o, &data, &size);
    if (rc != OCD_OK)
        return rc;
    if (size == 0 || size > 8)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s is no number of up to 64 bits",
                                    type_name(o));
    if (type != NULL && type->info.kind == OCD_TYPE_ENUM)
        ocd__type_load_enumerators(type);
    *is_signed = type != NULL && type->info.is_signed;
    unsigned bits = o->bit_size > 0 ? o->bit_size : (unsigned)size * 8;
    *number = o->bit_size > 0 ? ocd__get_bits(data, o->bit_offset, o->bit_size, e->big_endian)
                              : ocd__get_number(data, (size_t)size, e->big_endian);
    if (*is_signed)
        *number = ocd__sign_extend(*number, bits);
    return OCD_OK;
}

int ocd__operand_of_number(struct ocd_expression *e, struct ocd_type *type, uint64_t number,
                           struct ocd_operand *o)
{
    uint64_t size;

    if (type == NULL || !ocd__type_size(ocd__type_resolve(type), &size) || size == 0 || size > 8)
        return type == NULL
                   ? ocd__expression_nomem(e)
                   : ocd__expression_fail(e, OCD_ERR_EXPRESSION, "a number cannot become %s",
                                          ocd__type_name(type));
    uint8_t *data = ocd__arena_alloc(&e->values, (size_t)size);
    if (data == NULL)
        return ocd__expression_nomem(e);
    ocd__put_number(data, (size_t)size, e->big_endian, number);
    *o = (struct ocd_operand){.type = type, .data = data, .symbol = o->symbol};
    return OCD_OK;
}

static int of_real(struct ocd_expression *e, double real, struct ocd_operand *o)
{
    uint64_t bits;

    memcpy(&bits, &real, sizeof(bits));
    return ocd__operand_of_number(
        e, ocd__type_basic(e->symbols, OCD_TYPE_FLOAT, 8, false, "double"), bits, o);
}

/* --- Symbols --- */

static int of_constant(struct ocd_expression *e, const struct ocd_symbol_data *d,
                       struct ocd_operand *o)
{
    uint64_t size = d->symbol.size;

    if (d->constant.bytes == NULL) {
        int rc = ocd__operand_of_number(e, (struct ocd_type *)d->symbol.type, d->constant.value, o);
        return rc;
    }
    if (d->constant.size < size)
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE,
                                    "the debug information has %zu bytes of %s, "
                                    "which has %" PRIu64,
                                    d->constant.size, d->symbol.name, size);
    o->type = (struct ocd_type *)d->symbol.type;
    o->data = d->constant.bytes;
    return OCD_OK;
}

int ocd__operand_of_symbol(struct ocd_expression *e, struct ocd_symbol_data *d,
                           struct ocd_operand *o)
{
    const char *name = d->symbol.name;

    *o = (struct ocd_operand){.type = (struct ocd_type *)d->symbol.type, .symbol = d};
    switch (d->symbol.kind) {
    case OCD_SYMBOL_CONSTANT:
        return of_constant(e, d, o);
    case OCD_SYMBOL_OPTIMISED_OUT:
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE,
                                    "%s is optimised out, or was left out by the linker", name);
    case OCD_SYMBOL_THREAD_LOCAL:
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE,
                                    "%s is thread-local: each thread has its own", name);
    case OCD_SYMBOL_UNSUPPORTED:
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE,
                                    "%s has no fixed address: it is in a register, on the stack or "
                                    "in parts",
                                    name);
    default:
        o->in_memory = true;
        o->addr = d->symbol.addr;
        o->size = d->symbol.size;
        return OCD_OK;
    }
}

static int evaluate_name(struct ocd_expression *e, const struct ocd_node *node,
                         struct ocd_operand *o)
{
    struct ocd_symbol_data *d;
    struct ocd_type *type;
    int64_t value;

    if (node->name[0] == '$')
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s: expressions cannot have registers",
                                    node->name);
    int rc = ocd__find(e->symbols, node->name, &d);

    if (rc == OCD_OK)
        return ocd__operand_of_symbol(e, d, o);
    if (rc != OCD_ERR_NO_SYMBOL)
        return ocd__expression_adopt(e, rc);
    ocd__expression_adopt(e, rc);
    if (ocd__enumerator_find(e->symbols, node->name, &type, &value)) {
        ocd__detail_clear(&e->detail);
        return ocd__operand_of_number(e, type, (uint64_t)value, o);
    }
    if (ocd__is_dynamic(e->symbols, node->name))
        return ocd__expression_adopt(e, OCD_ERR_NO_VALUE);
    ocd__expression_fail(e, OCD_ERR_NO_SYMBOL, "%s%s%s", node->name,
                         e->detail.error.message[0] != '\0' ? ": " : "", e->detail.error.message);
    return rc;
}

/* --- Operations --- */

int ocd__operand_narrow(struct ocd_expression *e, struct ocd_operand *o, struct ocd_type *type,
                        uint64_t offset)
{
    (void)e;
    if (o->in_memory)
        o->addr += offset;
    else
        o->data += offset;
    o->type = type;
    o->bit_size = 0;
    o->bit_offset = 0;
    return OCD_OK;
}

int ocd__operand_follow(struct ocd_expression *e, struct ocd_operand *o)
{
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;

    if (type == NULL ||
        (type->info.kind != OCD_TYPE_REFERENCE && type->info.kind != OCD_TYPE_RVALUE_REFERENCE))
        return OCD_OK;
    return ocd__operand_dereference(e, o);
}

int ocd__operand_dereference(struct ocd_expression *e, struct ocd_operand *o)
{
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;
    bool is_signed;
    uint64_t addr;

    if (type != NULL && type->info.kind == OCD_TYPE_ARRAY)
        return ocd__operand_narrow(e, o, ocd__type_target(type), 0);
    if (type != NULL && type->info.kind == OCD_TYPE_FUNCTION)
        return OCD_OK;
    if (type == NULL ||
        (type->info.kind != OCD_TYPE_POINTER && type->info.kind != OCD_TYPE_REFERENCE &&
         type->info.kind != OCD_TYPE_RVALUE_REFERENCE))
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s is no pointer", type_name(o));
    int rc = ocd__operand_number(e, o, &addr, &is_signed);
    if (rc != OCD_OK)
        return rc;
    struct ocd_type *target = ocd__type_target(type);
    if (ocd__type_peel(target)->info.kind == OCD_TYPE_VOID)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s points to no type: cast it first",
                                    type_name(o));
    *o = (struct ocd_operand){.type = target, .in_memory = true, .addr = addr, .symbol = o->symbol};
    return OCD_OK;
}

static int take_address(struct ocd_expression *e, struct ocd_operand *o)
{
    int rc = ocd__operand_follow(e, o);

    if (rc != OCD_OK)
        return rc;
    if (o->bit_size > 0)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "a bit field has no address");
    if (!o->in_memory)
        return ocd__expression_fail(e, OCD_ERR_NO_VALUE, "a constant is not in memory");
    struct ocd_type *target = o->type != NULL ? o->type : e->symbols->void_type;
    return ocd__operand_of_number(e, ocd__type_pointer_to(e->symbols, target), o->addr, o);
}

static int negate(struct ocd_expression *e, struct ocd_operand *o)
{
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;
    const uint8_t *data;
    uint64_t number, size;
    bool is_signed;
    double real;

    if (type != NULL && type->info.kind == OCD_TYPE_FLOAT) {
        int rc = ocd__operand_bytes(e, o, &data, &size);
        if (rc == OCD_OK && ocd__get_real(data, (size_t)size, e->big_endian, &real))
            rc = of_real(e, -real, o);
        return rc;
    }
    int rc = ocd__operand_number(e, o, &number, &is_signed);
    if (rc != OCD_OK)
        return rc;
    if (!is_signed && number > (uint64_t)INT64_MAX + 1)
        return ocd__expression_fail(e, OCD_ERR_RANGE, "-%" PRIu64 " has more than 64 bits", number);
    return ocd__operand_of_number(e, ocd__type_integer(e->symbols, 8, true), 0 - number, o);
}

static int evaluate_member(struct ocd_expression *e, const struct ocd_node *node,
                           struct ocd_operand *o)
{
    int rc = ocd__operand_follow(e, o);

    if (rc != OCD_OK)
        return rc;
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;
    if (type != NULL && type->info.kind == OCD_TYPE_POINTER)
        rc = ocd__operand_dereference(e, o); /* as GDB does for a.b, too */
    else if (node->is_arrow)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s is no pointer: write .%s",
                                    type_name(o), node->name);
    return rc == OCD_OK ? ocd__operand_member(e, node->name, o) : rc;
}

static int evaluate_number(struct ocd_expression *e, const struct ocd_node *node,
                           struct ocd_operand *o)
{
    if (node->kind == OCD_NODE_REAL)
        return of_real(e, node->real, o);
    if (node->is_char)
        return ocd__operand_of_number(
            e, ocd__type_basic(e->symbols, OCD_TYPE_CHAR, 1, false, "char"), node->number, o);
    unsigned size = node->number > INT32_MAX ? 8 : 4;
    bool is_signed = node->number <= INT64_MAX;
    return ocd__operand_of_number(e, ocd__type_integer(e->symbols, size, is_signed), node->number,
                                  o);
}

int ocd__evaluate(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *result)
{
    int rc = OCD_OK;

    *result = (struct ocd_operand){0};
    if (node->a != NULL)
        rc = ocd__evaluate(e, node->a, result);
    if (rc != OCD_OK)
        return rc;
    switch (node->kind) {
    case OCD_NODE_NUMBER:
    case OCD_NODE_REAL:
        return evaluate_number(e, node, result);
    case OCD_NODE_NAME:
        return evaluate_name(e, node, result);
    case OCD_NODE_MEMBER:
        return evaluate_member(e, node, result);
    case OCD_NODE_INDEX:
    case OCD_NODE_SLICE:
        return ocd__operand_index(e, node, result);
    case OCD_NODE_DEREF:
        rc = ocd__operand_follow(e, result);
        return rc == OCD_OK ? ocd__operand_dereference(e, result) : rc;
    case OCD_NODE_ADDRESS:
        return take_address(e, result);
    case OCD_NODE_NEGATE:
        rc = ocd__operand_follow(e, result);
        return rc == OCD_OK ? negate(e, result) : rc;
    case OCD_NODE_CAST:
        return ocd__operand_cast(e, node, result);
    default:
        return ocd__operand_add(e, node, result);
    }
}
