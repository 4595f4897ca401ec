// SPDX-License-Identifier: MIT
/* Sums, indices and casts. */
#include <inttypes.h>
#include <string.h>

#include "symbols/expression/expression.h"

static struct ocd_type *resolved(const struct ocd_operand *o)
{
    return o->type != NULL ? ocd__type_resolve(o->type) : NULL;
}

static int evaluate_other(struct ocd_expression *e, const struct ocd_node *node,
                          struct ocd_operand *o)
{
    int rc = ocd__evaluate(e, node, o);

    return rc == OCD_OK ? ocd__operand_follow(e, o) : rc;
}

static int evaluate_index(struct ocd_expression *e, const struct ocd_node *node, uint64_t *index)
{
    struct ocd_operand o;
    bool is_signed;
    int rc = evaluate_other(e, node, &o);

    return rc == OCD_OK ? ocd__operand_number(e, &o, index, &is_signed) : rc;
}

/* --- Sums --- */

static int element_size(struct ocd_expression *e, struct ocd_type *pointer, uint64_t *size)
{
    struct ocd_type *target = ocd__type_target(pointer);

    *size = 1;
    if (target == NULL || ocd__type_peel(target)->info.kind == OCD_TYPE_VOID)
        return OCD_OK;
    if (!ocd__type_size(ocd__type_resolve(target), size) || *size == 0)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "the size of %s is not known",
                                    ocd__type_name(target));
    return OCD_OK;
}

static bool is_pointer(const struct ocd_type *t)
{
    return t != NULL && (t->info.kind == OCD_TYPE_POINTER || t->info.kind == OCD_TYPE_ARRAY);
}

static int add_to_pointer(struct ocd_expression *e, struct ocd_operand *o,
                          const struct ocd_operand *other, bool subtract)
{
    struct ocd_type *type = resolved(o);
    uint64_t addr, by, size;
    bool is_signed;
    int rc = ocd__operand_number(e, o, &addr, &is_signed);

    if (rc == OCD_OK)
        rc = ocd__operand_number(e, other, &by, &is_signed);
    if (rc == OCD_OK)
        rc = element_size(e, type, &size);
    if (rc != OCD_OK)
        return rc;
    if (is_pointer(resolved(other))) {
        if (!subtract)
            return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "two pointers cannot be added");
        return ocd__operand_of_number(e, ocd__type_integer(e->symbols, 8, true),
                                      (uint64_t)((int64_t)(addr - by) / (int64_t)size), o);
    }
    if (type->info.kind == OCD_TYPE_ARRAY)
        type = ocd__type_pointer_to(e->symbols, ocd__type_target(type));
    return ocd__operand_of_number(e, type, subtract ? addr - by * size : addr + by * size, o);
}

static int to_real(struct ocd_expression *e, const struct ocd_operand *o, double *real)
{
    struct ocd_type *type = resolved(o);
    const uint8_t *data;
    uint64_t size, number;
    bool is_signed;

    if (type == NULL || type->info.kind != OCD_TYPE_FLOAT) {
        int rc = ocd__operand_number(e, o, &number, &is_signed);
        if (rc == OCD_OK)
            *real = is_signed ? (double)(int64_t)number : (double)number;
        return rc;
    }
    int rc = ocd__operand_bytes(e, o, &data, &size);
    if (rc == OCD_OK && !ocd__get_real(data, (size_t)size, e->big_endian, real))
        rc = ocd__expression_fail(e, OCD_ERR_EXPRESSION, "a float of %" PRIu64 " bytes", size);
    return rc;
}

static int of_real(struct ocd_expression *e, struct ocd_type *type, double real,
                   struct ocd_operand *o)
{
    float single = (float)real;
    uint32_t narrow;
    uint64_t bits;

    if (type != NULL && type->info.size == 4) {
        memcpy(&narrow, &single, sizeof(narrow));
        return ocd__operand_of_number(e, type, narrow, o);
    }
    memcpy(&bits, &real, sizeof(bits));
    if (type == NULL || type->info.size != 8)
        type = ocd__type_basic(e->symbols, OCD_TYPE_FLOAT, 8, false, "double");
    return ocd__operand_of_number(e, type, bits, o);
}

static bool is_real(const struct ocd_type *t)
{
    return t != NULL && t->info.kind == OCD_TYPE_FLOAT;
}

static int add_reals(struct ocd_expression *e, struct ocd_operand *o,
                     const struct ocd_operand *other, bool subtract)
{
    struct ocd_type *type = is_real(resolved(o)) ? resolved(o) : resolved(other);
    double a, b;
    int rc = to_real(e, o, &a);

    if (rc == OCD_OK)
        rc = to_real(e, other, &b);
    return rc == OCD_OK ? of_real(e, type, subtract ? a - b : a + b, o) : rc;
}

static int add_numbers(struct ocd_expression *e, struct ocd_operand *o,
                       const struct ocd_operand *other, bool subtract)
{
    struct ocd_type *a_type = resolved(o), *b_type = resolved(other);
    uint64_t a, b, a_size = 0, b_size = 0;
    bool a_signed, b_signed;
    int rc = ocd__operand_number(e, o, &a, &a_signed);

    if (rc == OCD_OK)
        rc = ocd__operand_number(e, other, &b, &b_signed);
    if (rc != OCD_OK)
        return rc;
    if (a_type != NULL)
        ocd__type_size(a_type, &a_size);
    if (b_type != NULL)
        ocd__type_size(b_type, &b_size);
    /* The usual conversions of C: at least int; the wider type; unsigned if one of that width
     * is. */
    unsigned size = a_size > 4 || b_size > 4 ? 8 : 4;
    bool is_signed = (a_signed || a_size < size) && (b_signed || b_size < size);
    return ocd__operand_of_number(e, ocd__type_integer(e->symbols, size, is_signed),
                                  subtract ? a - b : a + b, o);
}

int ocd__operand_add(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *o)
{
    bool subtract = node->kind == OCD_NODE_SUBTRACT;
    struct ocd_operand other;
    int rc = ocd__operand_follow(e, o);

    if (rc == OCD_OK)
        rc = evaluate_other(e, node->b, &other);
    if (rc != OCD_OK)
        return rc;
    if (is_pointer(resolved(o)))
        return add_to_pointer(e, o, &other, subtract);
    if (is_pointer(resolved(&other)) && !subtract) {
        rc = add_to_pointer(e, &other, o, false);
        *o = other;
        return rc;
    }
    if (is_real(resolved(o)) || is_real(resolved(&other)))
        return add_reals(e, o, &other, subtract);
    return add_numbers(e, o, &other, subtract);
}

/* --- Indices --- */

/* Makes the operand its element 0. */
static int start_of_elements(struct ocd_expression *e, struct ocd_operand *o,
                             struct ocd_type **element, uint64_t *stride)
{
    struct ocd_type *type = resolved(o);

    if (type != NULL && ocd__is_rust_slice(type)) {
        int rc = ocd__operand_member(e, "data_ptr", o);
        if (rc != OCD_OK)
            return rc;
        type = resolved(o);
    }
    if (type == NULL || !is_pointer(type))
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s is neither an array nor a pointer",
                                    o->type != NULL ? ocd__type_name(o->type) : "this");
    *element = ocd__type_target(type);
    int rc = element_size(e, type, stride);
    if (rc == OCD_OK && type->info.kind == OCD_TYPE_ARRAY && type->info.stride > 0)
        *stride = type->info.stride;
    return rc == OCD_OK ? ocd__operand_dereference(e, o) : rc;
}

static int check_bounds(struct ocd_expression *e, struct ocd_type *type, uint64_t index)
{
    if (type == NULL || type->info.kind != OCD_TYPE_ARRAY)
        return OCD_OK;
    ocd__type_target(type);
    if (type->info.has_count && type->info.count > 0 && index >= type->info.count)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION,
                                    "element %" PRId64 " is outside %s, which has 0 to %" PRIu64,
                                    (int64_t)index, ocd__type_name(type), type->info.count - 1);
    return OCD_OK;
}

int ocd__operand_index(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *o)
{
    struct ocd_type *element = NULL;
    uint64_t first = 0, last, stride = 0;
    int rc = ocd__operand_follow(e, o);

    if (rc == OCD_OK)
        rc = evaluate_index(e, node->b, &first);
    last = first;
    if (rc == OCD_OK && node->kind == OCD_NODE_SLICE)
        rc = evaluate_index(e, node->c, &last);
    struct ocd_type *type = resolved(o);
    if (rc == OCD_OK)
        rc = check_bounds(e, type, first);
    if (rc == OCD_OK)
        rc = check_bounds(e, type, last);
    if (rc == OCD_OK)
        rc = start_of_elements(e, o, &element, &stride);
    if (rc != OCD_OK)
        return rc;
    if (node->kind == OCD_NODE_INDEX)
        return ocd__operand_narrow(e, o, element, first * stride);
    if (last < first || last - first >= UINT32_MAX)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION,
                                    "the range %" PRId64 "..%" PRId64 " is not ascending",
                                    (int64_t)first, (int64_t)last);
    struct ocd_type *slice = ocd__type_array_of(e->symbols, element, last - first + 1);
    if (slice == NULL)
        return ocd__expression_nomem(e);
    return ocd__operand_narrow(e, o, slice, first * stride);
}

/* --- Casts --- */

static bool is_scalar(enum ocd_type_kind kind)
{
    return kind == OCD_TYPE_BOOL || kind == OCD_TYPE_CHAR || kind == OCD_TYPE_WIDE_CHAR ||
           kind == OCD_TYPE_INTEGER || kind == OCD_TYPE_ENUM || kind == OCD_TYPE_POINTER;
}

int ocd__operand_cast(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *o)
{
    struct ocd_type *type;
    uint64_t number;
    bool is_signed;
    double real;
    int rc = ocd__type_of_words(e->symbols, &node->type, &type);

    if (rc != OCD_OK)
        return ocd__expression_adopt(e, rc);
    rc = ocd__operand_follow(e, o);
    if (rc != OCD_OK)
        return rc;
    struct ocd_type *to = ocd__type_resolve(type), *from = resolved(o);
    if (is_real(to)) {
        rc = to_real(e, o, &real);
        return rc == OCD_OK ? of_real(e, to, real, o) : rc;
    }
    if (from != NULL && to == from)
        return OCD_OK;
    if (o->in_memory && from == NULL && !is_scalar(to->info.kind)) {
        o->type = type; /* a symbol without debug information gets this type */
        return OCD_OK;
    }
    if (!is_scalar(to->info.kind))
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION,
                                    "nothing can be cast to %s: cast its address to %s *",
                                    ocd__type_name(type), ocd__type_name(type));
    if (is_real(from)) {
        rc = to_real(e, o, &real);
        number = real < 0 ? (uint64_t)(real > -9.2e18 ? (int64_t)real : INT64_MIN)
                          : (real < 1.8e19 ? (uint64_t)real : 0);
    } else if (from == NULL && o->size == 0) {
        number = o->addr; /* a label is its address */
    } else {
        rc = ocd__operand_number(e, o, &number, &is_signed);
    }
    if (rc == OCD_OK && to->info.kind == OCD_TYPE_BOOL)
        number = number != 0;
    return rc == OCD_OK ? ocd__operand_of_number(e, type, number, o) : rc;
}
