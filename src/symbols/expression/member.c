// SPDX-License-Identifier: MIT
/* Members: of structs and unions, anonymous ones, bases, Rust's enums and slices. */
#include <inttypes.h>
#include <string.h>

#include "symbols/expression/expression.h"

bool ocd__is_rust_slice(struct ocd_type *type)
{
    if (!type->is_rust || type->info.kind != OCD_TYPE_STRUCT)
        return false;
    ocd__type_load_members(type);
    return type->info.member_count == 2 && strcmp(type->members[0].name, "data_ptr") == 0 &&
           strcmp(type->members[1].name, "length") == 0;
}

/* --- Virtual bases --- */

struct words {
    struct ocd_expression *e;
    enum ocd_memory_state state;
};

static bool get_word(uint64_t addr, size_t size, uint64_t *value, void *user)
{
    struct words *w = user;
    const uint8_t *data = ocd__memory_get(&w->e->memory, addr, size, &w->state);

    if (data != NULL)
        *value = ocd__get_number(data, size, w->e->big_endian);
    return data != NULL;
}

int ocd__virtual_base_offset(struct ocd_expression *e, struct ocd_type *type, size_t member,
                             uint64_t addr, uint64_t *offset)
{
    struct words w = {e, OCD_MEMORY_HERE};

    if (ocd__die_member_offset(&type->member_dies[member], addr, get_word, &w, offset)) {
        if (type->file->info.bits == 32)
            *offset = (uint32_t)*offset;
        return OCD_OK;
    }
    return w.state == OCD_MEMORY_NEEDED ? OCD_PENDING : OCD_ERR_NO_VALUE;
}

/* --- Rust's enums --- */

int ocd__active_variant(struct ocd_expression *e, struct ocd_type *type, const uint8_t *data,
                        uint64_t size, const struct ocd_member **variant, uint64_t *discriminant)
{
    const struct ocd_member *fallback = NULL, *tag = NULL;
    uint64_t tag_size = 0;

    *variant = NULL;
    *discriminant = 0;
    ocd__type_load_members(type);
    for (size_t i = 0; i < type->info.member_count; i++) {
        if (type->members[i].kind == OCD_MEMBER_DISCRIMINANT)
            tag = &type->members[i];
        if (type->members[i].kind == OCD_MEMBER_VARIANT && type->members[i].is_default)
            fallback = &type->members[i];
    }
    if (tag != NULL) {
        ocd__type_size((struct ocd_type *)tag->type, &tag_size);
        if (tag_size == 0 || tag_size > 8 || tag->offset > size || tag_size > size - tag->offset)
            return OCD_ERR_NO_VALUE;
        *discriminant = ocd__get_number(data + tag->offset, (size_t)tag_size, e->big_endian);
    }
    uint64_t mask = tag_size >= 8 || tag_size == 0 ? UINT64_MAX : ((uint64_t)1 << tag_size * 8) - 1;
    for (size_t i = 0; i < type->info.member_count; i++) {
        const struct ocd_member *m = &type->members[i];
        if (m->kind == OCD_MEMBER_VARIANT && !m->is_default && tag != NULL &&
            (m->discriminant & mask) == *discriminant)
            *variant = m;
    }
    if (*variant == NULL)
        *variant = fallback;
    return *variant != NULL ? OCD_OK : OCD_ERR_NO_VALUE;
}

/* --- Lookup --- */

struct lookup {
    struct ocd_expression *e;
    const char *name;
    struct ocd_operand *o;
    unsigned depth;
};

/* OCD_OK: found; OCD_ERR_NO_SYMBOL: not there. */
static int find(struct lookup *l, struct ocd_type *type, struct ocd_operand at);

static int found(struct lookup *l, const struct ocd_member *m, struct ocd_operand at)
{
    ocd__operand_narrow(l->e, &at, (struct ocd_type *)m->type, m->offset);
    at.bit_size = m->bit_size;
    at.bit_offset = m->bit_offset;
    *l->o = at;
    return OCD_OK;
}

bool ocd__static_constant(struct ocd_expression *e, Dwarf_Die *die, struct ocd_operand *o)
{
    struct ocd_die_location l = ocd__die_location(die);

    return l.kind == OCD_LOCATION_CONSTANT && l.bytes == NULL &&
           ocd__operand_of_number(e, o->type, l.value, o) == OCD_OK;
}

static int found_static(struct lookup *l, struct ocd_type *type, const struct ocd_member *m)
{
    struct ocd_buffer name = {0};
    struct ocd_symbol_data *d;

    ocd__buffer_printf(&name, "%s::%s", ocd__type_name(type), m->name);
    if (name.error != 0)
        return ocd__expression_nomem(l->e);
    int rc = ocd__find(l->e->symbols, name.data, &d);
    ocd__buffer_free(&name);
    l->o->type = (struct ocd_type *)m->type;
    if (rc == OCD_ERR_NO_SYMBOL &&
        ocd__static_constant(l->e, &type->member_dies[m - type->members], l->o))
        return OCD_OK;
    if (rc == OCD_ERR_NO_SYMBOL)
        return ocd__expression_fail(l->e, OCD_ERR_NO_VALUE,
                                    "%s is optimised out, or nothing defines it", m->name);
    return rc == OCD_OK ? ocd__operand_of_symbol(l->e, d, l->o) : ocd__expression_adopt(l->e, rc);
}

static int find_inside(struct lookup *l, struct ocd_type *type, size_t i, struct ocd_operand at)
{
    const struct ocd_member *m = &type->members[i];
    uint64_t offset = m->offset;

    if (m->kind == OCD_MEMBER_VIRTUAL_BASE) {
        int rc = at.in_memory ? ocd__virtual_base_offset(l->e, type, i, at.addr, &offset)
                              : OCD_ERR_NO_SYMBOL;
        if (rc != OCD_OK)
            return rc == OCD_ERR_NO_VALUE ? OCD_ERR_NO_SYMBOL : rc;
    }
    ocd__operand_narrow(l->e, &at, (struct ocd_type *)m->type, offset);
    return find(l, ocd__type_resolve(at.type), at);
}

static int find_variant(struct lookup *l, struct ocd_type *type, struct ocd_operand at)
{
    const struct ocd_member *variant;
    const uint8_t *data;
    uint64_t size, discriminant;
    int rc = ocd__operand_bytes(l->e, &at, &data, &size);

    if (rc != OCD_OK)
        return rc;
    if (ocd__active_variant(l->e, type, data, size, &variant, &discriminant) != OCD_OK)
        return OCD_ERR_NO_SYMBOL;
    ocd__operand_narrow(l->e, &at, (struct ocd_type *)variant->type, variant->offset);
    if (strcmp(variant->name, l->name) == 0) {
        *l->o = at;
        return OCD_OK;
    }
    return find(l, ocd__type_resolve(at.type), at);
}

static bool is_searched(const struct ocd_member *m)
{
    return m->kind == OCD_MEMBER_BASE || m->kind == OCD_MEMBER_VIRTUAL_BASE ||
           (m->kind == OCD_MEMBER_FIELD && m->name[0] == '\0');
}

static bool has_name(struct ocd_type *owner, const struct ocd_member *m, const char *name)
{
    size_t length = strlen(name);

    /* Rust calls the members of a tuple __0, __1. */
    return strcmp(m->name, name) == 0 || (owner->is_rust && strncmp(m->name, "__", 2) == 0 &&
                                          length > 0 && strcmp(m->name + 2, name) == 0);
}

static int find(struct lookup *l, struct ocd_type *type, struct ocd_operand at)
{
    int rc = OCD_ERR_NO_SYMBOL;

    if (l->depth >= OCD_DEPTH_MAX)
        return rc;
    if (type->info.kind == OCD_TYPE_VARIANT)
        return find_variant(l, type, at);
    ocd__type_load_members(type);
    for (size_t i = 0; i < type->info.member_count; i++) {
        const struct ocd_member *m = &type->members[i];
        if (m->kind == OCD_MEMBER_PARAMETER || !has_name(type, m, l->name))
            continue;
        if (m->kind == OCD_MEMBER_STATIC)
            return found_static(l, type, m);
        if (m->kind == OCD_MEMBER_FIELD)
            return found(l, m, at);
    }
    l->depth++;
    for (size_t i = 0; i < type->info.member_count && rc == OCD_ERR_NO_SYMBOL; i++)
        if (is_searched(&type->members[i]))
            rc = find_inside(l, type, i, at);
    l->depth--;
    return rc;
}

int ocd__operand_member(struct ocd_expression *e, const char *name, struct ocd_operand *o)
{
    struct ocd_type *type = o->type != NULL ? ocd__type_resolve(o->type) : NULL;
    struct lookup l = {.e = e, .name = name, .o = o};

    if (type == NULL || type->info.kind < OCD_TYPE_STRUCT || type->info.kind > OCD_TYPE_VARIANT)
        return ocd__expression_fail(e, OCD_ERR_EXPRESSION, "%s has no members",
                                    o->type != NULL ? ocd__type_name(o->type) : "this");
    if (type->info.is_declared_only)
        return ocd__expression_fail(e, OCD_ERR_NO_SYMBOL,
                                    "%s is incomplete: no file of the program defines it",
                                    ocd__type_name(type));
    int rc = find(&l, type, *o);
    if (rc == OCD_ERR_NO_SYMBOL && e->detail.error.code == OCD_OK)
        ocd__expression_fail(e, rc, "%s has no member %s", ocd__type_name(type), name);
    return rc;
}
