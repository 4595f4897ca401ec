// SPDX-License-Identifier: MIT
/* Values as GDB's `print` writes them with its settings untouched. */
#include <inttypes.h>
#include <string.h>

#include "symbols/value/value.h"

enum {
    REPEATS = 10, /* more equal elements are counted */
};

/* --- Arrays --- */

static bool is_equal(const struct ocd_value *v, struct ocd_type *element, uint64_t stride, size_t a,
                     size_t b)
{
    uint64_t size = stride;

    ocd__type_size(ocd__type_resolve(element), &size);
    return memcmp(v->data + a * stride, v->data + b * stride, (size_t)size) == 0;
}

static void write_elements(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = v->type != NULL ? ocd__type_resolve((struct ocd_type *)v->type) : NULL;
    struct ocd_type *element =
        type != NULL ? ocd__type_target(type) : ocd__type_integer(o->e->symbols, 1, false);
    uint64_t stride = type != NULL ? type->info.stride : 1, printed = 0;
    size_t i = 0, next;

    for (; i < v->child_count && printed < o->options->limit && o->text.error == 0; i = next) {
        const struct ocd_value *child = ocd_value_child(v, i);
        next = i + 1;
        while (next < v->child_count && is_equal(v, element, stride, i, next))
            next++;
        if (i > 0)
            ocd__buffer_puts(&o->text, ", ");
        if (child != NULL)
            ocd__write_any(o, child);
        if (next - i > REPEATS) {
            ocd__buffer_printf(&o->text, " <repeats %zu times>", next - i);
            printed += REPEATS;
        } else {
            next = i + 1;
            printed++;
        }
    }
    if (i < v->child_count)
        ocd__buffer_puts(&o->text, "...");
}

/* As GDB: the address of an array without a bound, and the text there. */
static void write_unbounded(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *element)
{
    struct value_node addr = {.value = {.kind = OCD_VALUE_POINTER, .addr = v->addr},
                              .expression = o->e};

    addr.value.number = v->addr;
    addr.value.size = 8;
    if (element != NULL)
        addr.value.type = ocd__type_pointer_to(o->e->symbols, element);
    ocd__write_pointer(o, &addr.value);
}

static void write_array(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = v->type != NULL ? ocd__type_resolve((struct ocd_type *)v->type) : NULL;
    struct ocd_type *element = type != NULL ? ocd__type_target(type) : NULL;

    if (type != NULL && !type->is_rust && v->child_count == 0) {
        write_unbounded(o, v, element);
        return;
    }
    if (element != NULL && ocd__text_width(element) > 0 && v->child_count > 0 &&
        o->options->format == OCD_NUMBER_NATURAL) {
        ocd__write_string(o, element, v->data, v->child_count, false);
        return;
    }
    bool rust = type != NULL && type->is_rust;
    ocd__buffer_puts(&o->text, rust ? "[" : "{");
    write_elements(o, v);
    ocd__buffer_puts(&o->text, rust ? "]" : "}");
}

/* --- Structs --- */

static void write_static(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_out_static own = {o->statics, v->addr};

    for (const struct ocd_out_static *s = o->statics; s != NULL && v->in_memory; s = s->outer)
        if (s->addr == v->addr) {
            ocd__buffer_puts(&o->text, "<same as static member of an already seen type>");
            return;
        }
    o->statics = &own;
    ocd__write_any(o, v);
    o->statics = own.outer;
}

static void write_member(struct ocd_out *o, const struct ocd_value *v)
{
    switch (v->member->kind) {
    case OCD_MEMBER_BASE:
    case OCD_MEMBER_VIRTUAL_BASE:
        ocd__buffer_printf(&o->text, "<%s> = ", v->name);
        ocd__write_any(o, v);
        break;
    case OCD_MEMBER_STATIC:
        ocd__buffer_printf(&o->text, "static %s = ", v->name);
        write_static(o, v);
        break;
    default:
        if (v->name[0] != '\0')
            ocd__buffer_printf(&o->text, "%s = ", v->name);
        ocd__write_any(o, v);
        break;
    }
}

static bool is_base(const struct ocd_value *v)
{
    return v->member->kind == OCD_MEMBER_BASE || v->member->kind == OCD_MEMBER_VIRTUAL_BASE;
}

/* A virtual base is shared by all that have it: GDB shows it once in an object. */
static bool is_shown_already(struct ocd_out *o, const struct ocd_value *v)
{
    if (v->member->kind != OCD_MEMBER_VIRTUAL_BASE)
        return false;
    for (unsigned i = o->first_base; i < o->base_count; i++)
        if (o->bases[i] == v->type)
            return true;
    if (o->base_count < OCD_VIRTUAL_BASES_MAX)
        o->bases[o->base_count++] = v->type;
    return false;
}

static void write_members(struct ocd_out *o, const struct ocd_value *v)
{
    const char *comma = "";
    bool has_fields = false;

    for (size_t i = 0; i < v->child_count; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        if (child == NULL)
            break;
        has_fields = has_fields || !is_base(child);
        if (is_shown_already(o, child))
            continue;
        ocd__buffer_puts(&o->text, comma);
        comma = ", ";
        write_member(o, child);
    }
    if (!has_fields)
        ocd__buffer_printf(&o->text, "%s<No data fields>", comma);
}

static void write_struct(struct ocd_out *o, const struct ocd_value *v)
{
    unsigned first = o->first_base, count = o->base_count;
    bool is_object = v->member == NULL || !is_base(v);

    if (is_object)
        o->first_base = count;
    ocd__buffer_puts(&o->text, "{");
    write_members(o, v);
    ocd__buffer_puts(&o->text, "}");
    if (is_object) {
        o->first_base = first;
        o->base_count = count;
    }
}

/* --- The others --- */

static void write_reference(struct ocd_out *o, const struct ocd_value *v)
{
    ocd__buffer_printf(&o->text, "@0x%" PRIx64, v->number);
    if (o->depth > 1)
        return;
    const struct ocd_value *child = ocd_value_child(v, 0);
    ocd__buffer_puts(&o->text, ": ");
    if (child != NULL)
        ocd__write_any(o, child);
}

static void write_complex(struct ocd_out *o, const struct ocd_value *v)
{
    const struct ocd_value *re = ocd_value_child(v, 0), *im = ocd_value_child(v, 1);

    if (re == NULL || im == NULL)
        return;
    ocd__write_any(o, re);
    ocd__buffer_puts(&o->text, " + ");
    ocd__write_any(o, im);
    ocd__buffer_puts(&o->text, "i");
}

static bool is_member_pointer(const struct ocd_value *v)
{
    return v->type != NULL &&
           ocd__type_resolve((struct ocd_type *)v->type)->info.kind == OCD_TYPE_MEMBER_POINTER;
}

static void write_integral(struct ocd_out *o, const struct ocd_value *v)
{
    if (is_member_pointer(v))
        ocd__write_member_pointer(o, v);
    else if (ocd__write_formatted(o, v))
        return;
    else if (v->kind == OCD_VALUE_BOOL && v->number <= 1)
        ocd__buffer_puts(&o->text, v->number != 0 ? "true" : "false");
    else if (v->kind == OCD_VALUE_ENUM)
        ocd__write_enum(o, v);
    else if (v->kind == OCD_VALUE_CHAR ||
             (v->type != NULL && ocd__text_width((struct ocd_type *)v->type) > 0))
        ocd__write_char(o, v);
    else
        ocd__write_integer(o, v);
}

static void write_by_kind(struct ocd_out *o, const struct ocd_value *v)
{
    switch (v->kind) {
    case OCD_VALUE_UNAVAILABLE:
        ocd__buffer_printf(&o->text, strcmp(v->text, "void") == 0 ? "%s" : "<%s>", v->text);
        break;
    case OCD_VALUE_FLOAT:
        ocd__write_real(&o->text, v, o->e->big_endian);
        break;
    case OCD_VALUE_COMPLEX:
        write_complex(o, v);
        break;
    case OCD_VALUE_POINTER:
        ocd__write_pointer(o, v);
        break;
    case OCD_VALUE_REFERENCE:
        write_reference(o, v);
        break;
    case OCD_VALUE_STRUCT:
    case OCD_VALUE_UNION:
        write_struct(o, v);
        break;
    case OCD_VALUE_ARRAY:
    case OCD_VALUE_STRING:
        write_array(o, v);
        break;
    case OCD_VALUE_FUNCTION:
        ocd__write_function(o, v);
        break;
    default:
        write_integral(o, v);
        break;
    }
}

void ocd__write_any(struct ocd_out *o, const struct ocd_value *v)
{
    if (o->depth == OCD_DEPTH_MAX) {
        ocd__buffer_puts(&o->text, "...");
        return;
    }
    o->depth++;
    if (!ocd__write_rust(o, v))
        write_by_kind(o, v);
    o->depth--;
}

static bool is_qualified(const struct ocd_type *type)
{
    return type->info.kind == OCD_TYPE_CONST || type->info.kind == OCD_TYPE_VOLATILE;
}

/* "char *" is shown as text alone. */
static bool hides_type(struct ocd_type *type)
{
    while (type != NULL && is_qualified(type))
        type = ocd__type_target(type);
    struct ocd_type *target =
        type != NULL && type->info.kind == OCD_TYPE_POINTER ? ocd__type_target(type) : NULL;
    while (target != NULL && is_qualified(target))
        target = ocd__type_target(target);
    const char *name =
        target != NULL && target->die.addr != NULL ? dwarf_diename(&target->die) : NULL;
    return name != NULL && (strcmp(name, "char") == 0 || strcmp(name, "wchar_t") == 0 ||
                            strcmp(name, "char16_t") == 0 || strcmp(name, "char32_t") == 0);
}

/* GDB writes all pointers and references of Rust alike. */
static void write_rust_pointer_type(struct ocd_out *o, struct ocd_type *type)
{
    struct ocd_type *target = ocd__type_target(ocd__type_peel(type));

    ocd__buffer_printf(&o->text, "(*mut %s) ", target != NULL ? ocd__type_name(target) : "()");
}

void ocd__write_top(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = (struct ocd_type *)v->type;
    bool pointer = v->kind == OCD_VALUE_POINTER || v->kind == OCD_VALUE_REFERENCE;

    if (pointer && type == NULL)
        ocd__buffer_puts(&o->text, "(void *) ");
    else if (pointer && type->is_rust && o->options->format == OCD_NUMBER_NATURAL)
        write_rust_pointer_type(o, type);
    else if (pointer && !hides_type(type) && o->options->format == OCD_NUMBER_NATURAL)
        ocd__buffer_printf(&o->text, "(%s) ", ocd__type_name(type));
    ocd__write_any(o, v);
}

int ocd__value_prefetch(struct ocd_expression *e, const struct ocd_value *value)
{
    struct ocd_out o = {.e = e, .options = &e->options};

    ocd__write_top(&o, value);
    bool failed = o.text.error != 0;
    ocd__buffer_free(&o.text);
    if (failed)
        return ocd__expression_nomem(e);
    return e->memory.need_count > 0 ? OCD_PENDING : OCD_OK;
}

int ocd_value_text(const struct ocd_value *value, char **text)
{
    if (text != NULL)
        *text = NULL;
    if (value == NULL || text == NULL)
        return OCD_ERR_ARG;
    struct ocd_expression *e = ocd__value_owner(value);
    struct ocd_out o = {.e = e, .options = &e->options};
    ocd__write_top(&o, value);
    *text = ocd__buffer_take(&o.text);
    return *text != NULL && !e->memory.failed ? OCD_OK : OCD_ERR_NOMEM;
}
