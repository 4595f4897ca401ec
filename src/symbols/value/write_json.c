// SPDX-License-Identifier: MIT
/* Values as JSON. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "symbols/value/value.h"

static void write(struct ocd_out *o, const struct ocd_value *v);

/* The length of a character in UTF-8; 0: it is none. */
static size_t utf8_length(const uint8_t *p, size_t left)
{
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                    : (p[0] & 0xf0) == 0xe0       ? 3
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                                  : 0;

    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if (length == 3 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0)))
        return 0;
    if (length == 4 && ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90)))
        return 0;
    return length;
}

/* What is no UTF-8 is taken for Latin-1. */
static void write_text(struct ocd_buffer *b, const char *text, size_t size)
{
    const uint8_t *p = (const uint8_t *)text;

    ocd__buffer_puts(b, "\"");
    for (size_t i = 0; i < size;) {
        size_t length = utf8_length(p + i, size - i);
        if (p[i] == '"' || p[i] == '\\')
            ocd__buffer_printf(b, "\\%c", p[i]);
        else if (length == 0 || p[i] < 0x20 || p[i] == 0x7f)
            ocd__buffer_printf(b, "\\u%04x", p[i]);
        else
            ocd__buffer_add(b, p + i, length);
        i += length > 0 ? length : 1;
    }
    ocd__buffer_puts(b, "\"");
}

static void write_string(struct ocd_buffer *b, const char *text)
{
    write_text(b, text, strlen(text));
}

static void write_real(struct ocd_out *o, const struct ocd_value *v)
{
    if (isnan(v->real))
        ocd__buffer_puts(&o->text, "\"nan\"");
    else if (isinf(v->real))
        ocd__buffer_puts(&o->text, v->real < 0 ? "\"-inf\"" : "\"inf\"");
    else
        ocd__write_real(&o->text, v, o->e->big_endian);
}

static void write_list(struct ocd_out *o, const struct ocd_value *v)
{
    ocd__buffer_puts(&o->text, "[");
    for (size_t i = 0; i < v->child_count && o->text.error == 0; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        if (i > 0)
            ocd__buffer_puts(&o->text, ", ");
        if (child != NULL)
            write(o, child);
        else
            ocd__buffer_puts(&o->text, "null");
    }
    ocd__buffer_puts(&o->text, "]");
}

/* --- Objects --- */

static bool is_merged(const struct ocd_value *v)
{
    return v->name[0] == '\0' && (v->kind == OCD_VALUE_STRUCT || v->kind == OCD_VALUE_UNION);
}

static const char *key_of(const struct ocd_value *v)
{
    return strncmp(v->name, "__", 2) == 0 && v->name[2] >= '0' && v->name[2] <= '9' ? v->name + 2
                                                                                    : v->name;
}

/* Anonymous members belong to the object around them. */
static void write_members(struct ocd_out *o, const struct ocd_value *v, bool *any, unsigned depth)
{
    for (size_t i = 0; i < v->child_count && o->text.error == 0; i++) {
        const struct ocd_value *child = ocd_value_child(v, i);
        if (child == NULL || child->member->kind == OCD_MEMBER_STATIC)
            continue;
        if (is_merged(child) && depth < OCD_DEPTH_MAX) {
            write_members(o, child, any, depth + 1);
            continue;
        }
        if (*any)
            ocd__buffer_puts(&o->text, ", ");
        *any = true;
        write_string(&o->text, key_of(child));
        ocd__buffer_puts(&o->text, ": ");
        write(o, child);
    }
}

static bool write_slice(struct ocd_out *o, const struct ocd_value *v)
{
    const struct ocd_value *data = ocd_value_child(v, 0), *length = ocd_value_child(v, 1);
    struct ocd_type *type = ocd__type_resolve((struct ocd_type *)v->type);
    enum ocd_memory_state state;

    if (!ocd__is_rust_slice(type) || data == NULL || data->kind != OCD_VALUE_POINTER ||
        length == NULL)
        return false;
    struct ocd_type *element = ocd__type_target(ocd__type_resolve((struct ocd_type *)data->type));
    uint64_t count =
        length->number < o->options->limit ? length->number : (uint64_t)o->options->limit;
    struct ocd_type *array = ocd__type_array_of(o->e->symbols, element, count);
    if (array == NULL || (count > 0 && !ocd__may_follow(v, element, data->number)))
        return false;
    const struct ocd_value *all = ocd__value_elsewhere(o->e, array, data->number, &state);
    if (all == NULL || all->data == NULL)
        return false;
    if (strcmp(ocd__type_name(type), "&str") == 0)
        write_text(&o->text, (const char *)all->data, all->size);
    else
        write_list(o, all);
    return true;
}

static void write_object(struct ocd_out *o, const struct ocd_value *v)
{
    bool any = false;

    if (v->kind == OCD_VALUE_STRUCT && write_slice(o, v))
        return;
    ocd__buffer_puts(&o->text, "{");
    write_members(o, v, &any, 0);
    ocd__buffer_puts(&o->text, "}");
}

static void write_variant(struct ocd_out *o, const struct ocd_value *v)
{
    const struct ocd_value *child = ocd_value_child(v, 0);

    if (child == NULL) {
        ocd__buffer_puts(&o->text, "null");
    } else if (child->child_count == 0) {
        write_string(&o->text, child->name);
    } else {
        ocd__buffer_puts(&o->text, "{");
        write_string(&o->text, child->name);
        ocd__buffer_puts(&o->text, ": ");
        write(o, child);
        ocd__buffer_puts(&o->text, "}");
    }
}

static void write_enum(struct ocd_out *o, const struct ocd_value *v)
{
    if (v->text != NULL)
        write_string(&o->text, v->text);
    else
        ocd__write_integer(o, v);
}

static void write_by_kind(struct ocd_out *o, const struct ocd_value *v)
{
    const struct ocd_value *child;

    switch (v->kind) {
    case OCD_VALUE_UNAVAILABLE:
        ocd__buffer_puts(&o->text, "null");
        break;
    case OCD_VALUE_BOOL:
        ocd__buffer_puts(&o->text, v->number != 0 ? "true" : "false");
        break;
    case OCD_VALUE_FLOAT:
        write_real(o, v);
        break;
    case OCD_VALUE_ENUM:
        write_enum(o, v);
        break;
    case OCD_VALUE_POINTER:
    case OCD_VALUE_FUNCTION:
        ocd__buffer_printf(&o->text, "\"0x%" PRIx64 "\"", v->number);
        break;
    case OCD_VALUE_REFERENCE:
        child = ocd_value_child(v, 0);
        if (child != NULL)
            write(o, child);
        break;
    case OCD_VALUE_STRUCT:
    case OCD_VALUE_UNION:
        write_object(o, v);
        break;
    case OCD_VALUE_VARIANT:
        write_variant(o, v);
        break;
    case OCD_VALUE_ARRAY:
    case OCD_VALUE_COMPLEX:
        write_list(o, v);
        break;
    case OCD_VALUE_STRING:
        write_text(&o->text, v->text, v->text_size);
        break;
    default:
        ocd__write_integer(o, v);
        break;
    }
}

static void write(struct ocd_out *o, const struct ocd_value *v)
{
    if (o->depth == OCD_DEPTH_MAX) {
        ocd__buffer_puts(&o->text, "null");
        return;
    }
    o->depth++;
    write_by_kind(o, v);
    o->depth--;
}

int ocd_value_json(const struct ocd_value *value, char **text)
{
    if (text != NULL)
        *text = NULL;
    if (value == NULL || text == NULL)
        return OCD_ERR_ARG;
    struct ocd_expression *e = ocd__value_owner(value);
    struct ocd_out o = {.e = e, .options = &e->options};
    write(&o, value);
    *text = ocd__buffer_take(&o.text);
    return *text != NULL && !e->memory.failed ? OCD_OK : OCD_ERR_NOMEM;
}
