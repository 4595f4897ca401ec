// SPDX-License-Identifier: MIT
/* What Rust writes otherwise than C: struct names, tuples, enums, slices, strings. */
#include <inttypes.h>
#include <string.h>

#include "symbols/value/value.h"

static struct ocd_type *rust_type(const struct ocd_value *v)
{
    struct ocd_type *type = v->type != NULL ? ocd__type_resolve((struct ocd_type *)v->type) : NULL;

    return type != NULL && type->is_rust ? type : NULL;
}

static bool is_tuple(struct ocd_type *type)
{
    ocd__type_load_members(type);
    return type->info.member_count > 0 && strcmp(type->members[0].name, "__0") == 0;
}

static void write_fields(struct ocd_out *o, const struct ocd_value *v, bool tuple)
{
    for (size_t i = 0; i < v->child_count; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        if (child == NULL)
            return;
        if (i > 0)
            ocd__buffer_puts(&o->text, ", ");
        if (!tuple)
            ocd__buffer_printf(&o->text, "%s: ", child->name);
        ocd__write_any(o, child);
    }
}

static void write_struct(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    const char *name = ocd__type_name(type);
    bool tuple = is_tuple(type);

    if (name[0] != '(')
        ocd__buffer_puts(&o->text, name);
    if (v->child_count == 0)
        return;
    ocd__buffer_puts(&o->text, name[0] != '(' ? " " : "");
    ocd__buffer_puts(&o->text, tuple ? "(" : "{");
    write_fields(o, v, tuple);
    ocd__buffer_puts(&o->text, tuple ? ")" : "}");
}

/* --- Enums --- */

static void write_variant(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    const struct ocd_value *child = ocd_value_child(v, 0);

    if (child == NULL) {
        ocd__buffer_printf(&o->text, "<variant unknown (discriminant %" PRIu64 ")>", v->number);
        return;
    }
    struct ocd_type *inner = ocd__type_resolve((struct ocd_type *)child->type);
    bool tuple = is_tuple(inner);
    ocd__buffer_printf(&o->text, "%s::%s", ocd__type_name(type), child->name);
    if (child->child_count == 0)
        return;
    ocd__buffer_puts(&o->text, tuple ? "(" : "{");
    write_fields(o, child, tuple);
    ocd__buffer_puts(&o->text, tuple ? ")" : "}");
}

/* --- Slices --- */

static void write_bytes(struct ocd_out *o, const uint8_t *data, size_t size)
{
    ocd__buffer_puts(&o->text, "\"");
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];
        if (c == '"' || c == '\\')
            ocd__buffer_printf(&o->text, "\\%c", c);
        else if (c == '\n')
            ocd__buffer_puts(&o->text, "\\n");
        else if (c == '\t')
            ocd__buffer_puts(&o->text, "\\t");
        else if (c == '\r')
            ocd__buffer_puts(&o->text, "\\r");
        else if (c >= 0x20 && c < 0x7f)
            ocd__buffer_printf(&o->text, "%c", c);
        else
            ocd__buffer_printf(&o->text, "\\%03o", c);
    }
    ocd__buffer_puts(&o->text, "\"");
}

static bool view_of(const struct ocd_value *v, struct ocd_type **element, uint64_t *addr,
                    uint64_t *count)
{
    const struct ocd_value *data = ocd_value_child(v, 0), *length = ocd_value_child(v, 1);

    if (data == NULL || length == NULL || data->kind != OCD_VALUE_POINTER)
        return false;
    *element = ocd__type_target(ocd__type_resolve((struct ocd_type *)data->type));
    *addr = data->number;
    *count = length->number;
    return *element != NULL && (*count == 0 || ocd__may_follow(v, *element, *addr));
}

static bool write_slice(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    bool text = strcmp(ocd__type_name(type), "&str") == 0;
    struct ocd_type *element;
    uint64_t addr, count, size = 0;
    enum ocd_memory_state state;

    if (!view_of(v, &element, &addr, &count))
        return false;
    uint64_t shown = count < o->options->limit ? count : o->options->limit;
    ocd__type_size(ocd__type_resolve(element), &size);
    if (size > 0 && shown > ((uint64_t)1 << 28) / size)
        return false;
    const uint8_t *data = ocd__memory_get(&o->e->memory, addr, shown * size, &state);
    if (data == NULL)
        return state == OCD_MEMORY_NEEDED;
    if (text) {
        write_bytes(o, data, (size_t)shown);
    } else {
        struct ocd_type *array = ocd__type_array_of(o->e->symbols, element, shown);
        const struct ocd_value *elements =
            array != NULL ? ocd__value_elsewhere(o->e, array, addr, &state) : NULL;
        ocd__buffer_printf(&o->text, "%s ", ocd__type_name(type));
        if (elements != NULL)
            ocd__write_any(o, elements);
    }
    if (shown < count)
        ocd__buffer_puts(&o->text, "...");
    return true;
}

/* What a pointer to an array of bytes points to. */
static void write_byte_array(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    struct ocd_type *array = ocd__type_resolve(ocd__type_target(type));
    enum ocd_memory_state state;
    uint64_t size;

    if (array->info.kind != OCD_TYPE_ARRAY || !ocd__type_size(array, &size) || size == 0 ||
        strcmp(ocd__type_name(ocd__type_target(array)), "u8") != 0 ||
        !ocd__may_follow(v, array, v->number))
        return;
    uint64_t shown = size < o->options->limit ? size : o->options->limit;
    const uint8_t *data = ocd__memory_get(&o->e->memory, v->number, shown, &state);
    if (data == NULL)
        return;
    ocd__buffer_puts(&o->text, " b");
    write_bytes(o, data, (size_t)shown);
    if (shown < size)
        ocd__buffer_puts(&o->text, "...");
}

void ocd__write_rust_char(struct ocd_buffer *b, uint64_t c)
{
    static const char letters[] = "nrt0", values[] = "\n\r\t";
    const char *known = c < 0x20 ? memchr(values, (int)c, sizeof(values)) : NULL;

    ocd__buffer_puts(b, "'");
    if (c == '\'' || c == '\\')
        ocd__buffer_printf(b, "\\%c", (char)c);
    else if (known != NULL)
        ocd__buffer_printf(b, "\\%c", letters[known - values]);
    else if (c >= 0x20 && c < 0x7f)
        ocd__buffer_printf(b, "%c", (char)c);
    else if (c <= 0xff)
        ocd__buffer_printf(b, "\\x%02" PRIx64, c);
    else
        ocd__buffer_printf(b, "\\u{%06" PRIx64 "}", c);
    ocd__buffer_puts(b, "'");
}

bool ocd__write_rust(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = rust_type(v);

    if (type == NULL)
        return false;
    switch (v->kind) {
    case OCD_VALUE_VARIANT:
        write_variant(o, v, type);
        return true;
    case OCD_VALUE_UNAVAILABLE:
        if (type->info.kind != OCD_TYPE_VOID)
            return false;
        ocd__buffer_puts(&o->text, "()");
        return true;
    case OCD_VALUE_UNION:
        write_struct(o, v, type);
        return true;
    case OCD_VALUE_STRUCT:
        if (!ocd__is_rust_slice(type) || !write_slice(o, v, type))
            write_struct(o, v, type);
        return true;
    case OCD_VALUE_POINTER:
        ocd__write_pointer(o, v);
        write_byte_array(o, v, type);
        return true;
    default:
        return false;
    }
}
