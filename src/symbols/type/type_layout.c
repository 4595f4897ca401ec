// SPDX-License-Identifier: MIT
/* The layout of a type for people. */
#include <inttypes.h>
#include <stdio.h>

#include "symbols/type/type.h"

struct layout {
    struct ocd_buffer text;
    unsigned depth;
};

static void write_line(struct layout *l, uint64_t offset, uint64_t size, const char *type,
                       const char *name)
{
    ocd__buffer_printf(&l->text, "%6" PRIu64 " %6" PRIu64 "  %*s%s%s%s\n", offset, size,
                       (int)l->depth * 4, "", type, name[0] != '\0' ? " " : "", name);
}

static void write_bits(struct layout *l, uint64_t base, const struct ocd_member *m)
{
    char offset_text[32], size[32];

    snprintf(offset_text, sizeof(offset_text), "%" PRIu64 ":%u", base + m->offset, m->bit_offset);
    snprintf(size, sizeof(size), "%u bit", m->bit_size);
    ocd__buffer_printf(&l->text, "%6s %6s  %*s%s %s\n", offset_text, size, (int)l->depth * 4, "",
                       ocd__type_name((struct ocd_type *)m->type), m->name);
}

static void write_members(struct layout *l, struct ocd_type *type, uint64_t base);

static void write_member(struct layout *l, uint64_t base, const struct ocd_member *m, uint64_t size)
{
    struct ocd_type *type = ocd__type_resolve((struct ocd_type *)m->type);

    if (m->bit_size > 0) {
        write_bits(l, base, m);
        return;
    }
    write_line(l, base + m->offset, size, ocd__type_name((struct ocd_type *)m->type),
               m->kind == OCD_MEMBER_BASE ? "(base)" : m->name);
    if (m->name[0] == '\0' && m->kind == OCD_MEMBER_FIELD && l->depth < OCD_DEPTH_MAX) {
        l->depth++;
        write_members(l, type, base + m->offset);
        l->depth--;
    }
}

/* Bytes up to the end of a member. */
static uint64_t end_of(const struct ocd_member *m, uint64_t size)
{
    return m->offset + (m->bit_size > 0 ? (m->bit_offset + m->bit_size + 7) / 8 : size);
}

static void write_members(struct layout *l, struct ocd_type *type, uint64_t base)
{
    bool is_union = type->info.kind == OCD_TYPE_UNION || type->info.kind == OCD_TYPE_VARIANT;
    uint64_t end = 0, size;

    ocd__type_load_members(type);
    for (size_t i = 0; i < type->info.member_count; i++) {
        const struct ocd_member *m = &type->members[i];
        if (m->kind == OCD_MEMBER_STATIC || m->kind == OCD_MEMBER_VIRTUAL_BASE)
            continue;
        ocd__type_size(ocd__type_resolve((struct ocd_type *)m->type), &size);
        if (!is_union && m->offset > end)
            write_line(l, base + end, m->offset - end, "(gap)", "");
        write_member(l, base, m, size);
        if (end_of(m, size) > end)
            end = end_of(m, size);
    }
    if (!is_union && type->info.has_size && type->info.size > end)
        write_line(l, base + end, type->info.size - end, "(padding)", "");
}

static void write_enumerators(struct layout *l, struct ocd_type *type)
{
    ocd__type_load_enumerators(type);
    for (size_t i = 0; i < type->info.enumerator_count; i++) {
        int64_t value = type->enumerators[i].value;
        ocd__buffer_printf(&l->text,
                           type->info.is_signed ? "%s = %" PRId64 "\n" : "%s = %" PRIu64 "\n",
                           type->enumerators[i].name, value);
    }
}

int ocd_type_layout(const struct ocd_type *type, char **text)
{
    struct layout l = {0};
    uint64_t size;

    if (text != NULL)
        *text = NULL;
    if (type == NULL || text == NULL)
        return OCD_ERR_ARG;
    struct ocd_type *t = ocd__type_resolve((struct ocd_type *)type);
    ocd__buffer_puts(&l.text, ocd__type_name((struct ocd_type *)type));
    if (t != type)
        ocd__buffer_printf(&l.text, " = %s", ocd__type_name(t));
    if (ocd__type_size(t, &size))
        ocd__buffer_printf(&l.text, ", %" PRIu64 " byte%s\n", size, size == 1 ? "" : "s");
    else
        ocd__buffer_puts(&l.text, ", size unknown\n");
    if (t->info.kind >= OCD_TYPE_STRUCT && t->info.kind <= OCD_TYPE_VARIANT &&
        !t->info.is_declared_only) {
        ocd__buffer_puts(&l.text, "offset   size\n");
        write_members(&l, t, 0);
    } else if (t->info.kind == OCD_TYPE_ENUM) {
        write_enumerators(&l, t);
    }
    *text = ocd__buffer_take(&l.text);
    return *text != NULL ? OCD_OK : OCD_ERR_NOMEM;
}
