// SPDX-License-Identifier: MIT
/* Members of structs, classes, unions and Rust's enums, parameters, enumerators. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/type/type.h"

static size_t count_children(Dwarf_Die *parent)
{
    Dwarf_Die die;
    size_t count = 0;

    if (dwarf_child(parent, &die) != 0)
        return 0;
    do
        count++;
    while (dwarf_siblingof(&die, &die) == 0);
    return count;
}

/* --- Bit fields --- */

/* `at`: bits from the start of the object to the first bit, in the order of memory. */
static void set_bits(struct ocd_type *owner, Dwarf_Die *die, struct ocd_member *m, uint64_t size)
{
    uint64_t at, storage = 0;

    m->bit_size = (unsigned)size;
    if (ocd__die_number(die, DW_AT_data_bit_offset, &at)) {
        at += m->offset * 8;
    } else if (ocd__die_number(die, DW_AT_bit_offset, &at)) {
        /* The old form: from the most significant bit of a storage unit. */
        if (!ocd__die_number(die, DW_AT_byte_size, &storage))
            ocd__type_size((struct ocd_type *)m->type, &storage);
        if (!owner->file->info.big_endian)
            at = storage * 8 - at - size; /* negative ones wrap back below */
        at += m->offset * 8;
    } else {
        at = m->offset * 8;
    }
    m->offset = at / 8;
    m->bit_offset = (unsigned)(at % 8);
}

static void set_layout(struct ocd_type *owner, Dwarf_Die *die, struct ocd_member *m)
{
    uint64_t bits;

    if (m->kind == OCD_MEMBER_BASE && ocd__die_number(die, DW_AT_virtuality, &bits) && bits != 0) {
        m->kind = OCD_MEMBER_VIRTUAL_BASE;
        return;
    }
    if (!ocd__die_member_offset(die, 0, NULL, NULL, &m->offset))
        m->kind = OCD_MEMBER_VIRTUAL_BASE;
    if (ocd__die_number(die, DW_AT_bit_size, &bits) && bits > 0 && bits <= 128)
        set_bits(owner, die, m, bits);
}

/* --- Lists --- */

static struct ocd_member *add(struct ocd_type *t, enum ocd_member_kind kind, Dwarf_Die *die)
{
    struct ocd_member *m = &t->members[t->info.member_count];
    const char *name = dwarf_diename(die);

    t->member_dies[t->info.member_count++] = *die;
    *m = (struct ocd_member){
        .kind = kind,
        .name = name != NULL ? name : "",
        .type = ocd__type_of_attr(t->file, die),
        .is_artificial = ocd__die_flag(die, DW_AT_artificial),
    };
    return m;
}

static void add_field(struct ocd_type *t, Dwarf_Die *die)
{
    bool is_static = ocd__die_flag(die, DW_AT_external) || ocd__die_flag(die, DW_AT_declaration);
    struct ocd_member *m = add(t, is_static ? OCD_MEMBER_STATIC : OCD_MEMBER_FIELD, die);

    if (!is_static)
        set_layout(t, die, m);
}

static void set_discriminant(struct ocd_member *m, Dwarf_Die *variant)
{
    uint64_t value;

    if (ocd__die_number(variant, DW_AT_discr_value, &value)) {
        m->discriminant = value;
        m->discriminant_last = value;
    } else {
        m->is_default = true;
    }
}

/* The member of each variant, at the place of the struct that holds it. */
static void add_variants(struct ocd_type *t, Dwarf_Die *part, size_t room)
{
    Dwarf_Die die, inside, discriminant;

    if (ocd__die_reference(part, DW_AT_discr, &discriminant)) {
        struct ocd_member *m = add(t, OCD_MEMBER_DISCRIMINANT, &discriminant);
        set_layout(t, &discriminant, m);
    }
    if (dwarf_child(part, &die) != 0)
        return;
    do {
        if (dwarf_tag(&die) != DW_TAG_variant || dwarf_child(&die, &inside) != 0 ||
            dwarf_tag(&inside) != DW_TAG_member || t->info.member_count == room)
            continue;
        struct ocd_member *m = add(t, OCD_MEMBER_VARIANT, &inside);
        set_layout(t, &inside, m);
        set_discriminant(m, &die);
    } while (dwarf_siblingof(&die, &die) == 0);
}

static void add_parameter(struct ocd_type *t, Dwarf_Die *die)
{
    if (dwarf_tag(die) == DW_TAG_formal_parameter)
        add(t, OCD_MEMBER_PARAMETER, die);
    else if (dwarf_tag(die) == DW_TAG_unspecified_parameters)
        t->has_varargs = true;
}

static void add_child(struct ocd_type *t, Dwarf_Die *die, size_t room)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_member:
        add_field(t, die);
        break;
    case DW_TAG_inheritance:
        set_layout(t, die, add(t, OCD_MEMBER_BASE, die));
        break;
    case DW_TAG_variable:
        add(t, OCD_MEMBER_STATIC, die);
        break;
    case DW_TAG_variant_part:
        add_variants(t, die, room);
        break;
    default:
        break;
    }
}

static size_t room_for(struct ocd_type *t)
{
    size_t room = count_children(&t->die);
    Dwarf_Die die;

    if (t->info.kind == OCD_TYPE_VARIANT && dwarf_child(&t->die, &die) == 0) {
        do
            if (dwarf_tag(&die) == DW_TAG_variant_part)
                room += count_children(&die) + 1;
        while (dwarf_siblingof(&die, &die) == 0);
    }
    return room;
}

void ocd__type_load_members(struct ocd_type *type)
{
    Dwarf_Die die;

    if (type->has_members)
        return;
    type->has_members = true;
    if (type->info.kind < OCD_TYPE_STRUCT || type->info.kind > OCD_TYPE_FUNCTION)
        return;
    size_t room = room_for(type);
    type->members = ocd__arena_alloc(&type->symbols->arena, room * sizeof(*type->members));
    type->member_dies = ocd__arena_alloc(&type->symbols->arena, room * sizeof(*type->member_dies));
    if (type->members == NULL || type->member_dies == NULL) {
        type->symbols->error = OCD_ERR_NOMEM;
        return;
    }
    if (dwarf_child(&type->die, &die) != 0)
        return;
    do {
        if (type->info.kind == OCD_TYPE_FUNCTION)
            add_parameter(type, &die);
        else if (type->info.member_count < room)
            add_child(type, &die, room);
    } while (dwarf_siblingof(&die, &die) == 0);
}

/* --- Enumerators --- */

static int64_t enumerator_value(Dwarf_Die *die)
{
    Dwarf_Attribute attr;
    Dwarf_Sword number = 0;
    Dwarf_Word word = 0;

    if (dwarf_attr(die, DW_AT_const_value, &attr) == NULL)
        return 0;
    if (dwarf_whatform(&attr) == DW_FORM_sdata || dwarf_whatform(&attr) == DW_FORM_implicit_const)
        dwarf_formsdata(&attr, &number);
    else if (dwarf_formudata(&attr, &word) == 0)
        number = (Dwarf_Sword)word;
    return number;
}

/* Decides as GDB does whether values are written as (A | B). */
static void classify_enum(struct ocd_type *t)
{
    struct ocd_type *under = ocd__type_target(t) != NULL ? ocd__type_peel(t->target) : NULL;

    t->info.is_flags = t->info.enumerator_count > 0;
    t->info.is_signed = false;
    for (size_t i = 0; i < t->info.enumerator_count; i++) {
        int64_t value = t->enumerators[i].value;
        if (value < 0)
            t->info.is_signed = true;
        if (value < 0 || __builtin_popcountll((uint64_t)value) > 1)
            t->info.is_flags = false;
    }
    if (under != NULL && t->info.is_signed)
        t->info.is_signed = under->info.is_signed;
}

void ocd__type_load_enumerators(struct ocd_type *type)
{
    Dwarf_Die die;

    if (type->has_enumerators)
        return;
    type->has_enumerators = true;
    if (type->info.kind != OCD_TYPE_ENUM)
        return;
    size_t room = count_children(&type->die);
    type->enumerators = ocd__arena_alloc(&type->symbols->arena, room * sizeof(*type->enumerators));
    if (type->enumerators == NULL) {
        type->symbols->error = OCD_ERR_NOMEM;
        return;
    }
    struct ocd_scope *scope = NULL;
    if (type->is_cpp || type->is_rust)
        scope = ocd__scope_of(type->file, &type->die);
    if (ocd__die_flag(&type->die, DW_AT_enum_class) && (type->is_cpp || type->is_rust))
        scope = ocd__scope_enter(type->file, scope, &type->die);
    if (room == 0 || dwarf_child(&type->die, &die) != 0)
        return;
    do {
        const char *name = dwarf_tag(&die) == DW_TAG_enumerator ? dwarf_diename(&die) : NULL;
        if (name != NULL && (name = ocd__scope_name(scope, type->symbols, name)) != NULL)
            type->enumerators[type->info.enumerator_count++] =
                (struct ocd_enumerator){.name = name, .value = enumerator_value(&die)};
    } while (dwarf_siblingof(&die, &die) == 0);
    classify_enum(type);
}
