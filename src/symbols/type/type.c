// SPDX-License-Identifier: MIT
/* A type from its entry in the debug information. */
#include "symbols/type/type.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKETS = 1024,
};

struct ocd_type_table {
    struct ocd_type *buckets[BUCKETS];
};

static enum ocd_type_kind kind_of_tag(int tag)
{
    switch (tag) {
    case DW_TAG_enumeration_type:
        return OCD_TYPE_ENUM;
    case DW_TAG_pointer_type:
        return OCD_TYPE_POINTER;
    case DW_TAG_reference_type:
        return OCD_TYPE_REFERENCE;
    case DW_TAG_rvalue_reference_type:
        return OCD_TYPE_RVALUE_REFERENCE;
    case DW_TAG_ptr_to_member_type:
        return OCD_TYPE_MEMBER_POINTER;
    case DW_TAG_array_type:
        return OCD_TYPE_ARRAY;
    case DW_TAG_structure_type:
        return OCD_TYPE_STRUCT;
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
        return OCD_TYPE_CLASS;
    case DW_TAG_union_type:
        return OCD_TYPE_UNION;
    case DW_TAG_subroutine_type:
    case DW_TAG_subprogram:
        return OCD_TYPE_FUNCTION;
    case DW_TAG_typedef:
        return OCD_TYPE_TYPEDEF;
    case DW_TAG_const_type:
        return OCD_TYPE_CONST;
    case DW_TAG_volatile_type:
        return OCD_TYPE_VOLATILE;
    case DW_TAG_atomic_type:
        return OCD_TYPE_ATOMIC;
    case DW_TAG_restrict_type:
        return OCD_TYPE_RESTRICT;
    default:
        return OCD_TYPE_UNSUPPORTED;
    }
}

static void set_base(struct ocd_type *t)
{
    const char *name = dwarf_diename(&t->die);
    uint64_t encoding = 0;

    ocd__die_number(&t->die, DW_AT_encoding, &encoding);
    t->info.is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
    switch (encoding) {
    case DW_ATE_boolean:
        t->info.kind = OCD_TYPE_BOOL;
        break;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
        t->info.kind = OCD_TYPE_CHAR;
        break;
    case DW_ATE_UTF:
        t->info.kind = OCD_TYPE_WIDE_CHAR;
        break;
    case DW_ATE_signed:
    case DW_ATE_unsigned:
    case DW_ATE_address:
        t->info.kind = OCD_TYPE_INTEGER;
        break;
    case DW_ATE_float:
        t->info.kind = OCD_TYPE_FLOAT;
        break;
    case DW_ATE_complex_float:
        t->info.kind = OCD_TYPE_COMPLEX;
        break;
    default:
        break;
    }
    if (t->info.kind == OCD_TYPE_INTEGER && name != NULL && strcmp(name, "wchar_t") == 0)
        t->info.kind = OCD_TYPE_WIDE_CHAR;
    if (t->info.kind == OCD_TYPE_INTEGER && t->info.size == 1 && !t->is_rust)
        t->info.kind = OCD_TYPE_CHAR;
    if (t->is_rust && t->info.size == 0)
        t->info.kind = OCD_TYPE_VOID;
}

static bool has_variants(Dwarf_Die *parent)
{
    Dwarf_Die die;

    if (dwarf_child(parent, &die) != 0)
        return false;
    do {
        if (dwarf_tag(&die) == DW_TAG_variant_part)
            return true;
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

static bool is_pointer_like(enum ocd_type_kind kind)
{
    return kind == OCD_TYPE_POINTER || kind == OCD_TYPE_REFERENCE ||
           kind == OCD_TYPE_RVALUE_REFERENCE;
}

static void set_kind(struct ocd_type *t)
{
    int tag = dwarf_tag(&t->die);
    int language = ocd__die_language(&t->die);

    t->is_rust = ocd__language_is_rust(language);
    t->is_cpp = ocd__language_is_cpp(language);
    t->info.kind = kind_of_tag(tag);
    t->info.has_size = ocd__die_number(&t->die, DW_AT_byte_size, &t->info.size);
    t->info.is_declared_only = ocd__die_flag(&t->die, DW_AT_declaration);
    if (tag == DW_TAG_base_type) {
        set_base(t);
    } else if (is_pointer_like(t->info.kind) && !t->info.has_size) {
        t->info.size = t->file->info.bits / 8;
        t->info.has_size = true;
    } else if (t->info.kind == OCD_TYPE_MEMBER_POINTER && !t->info.has_size) {
        t->info.size = t->file->info.bits / 8;
        t->info.has_size = true;
        if (ocd__type_peel(ocd__type_of_attr(t->file, &t->die))->info.kind == OCD_TYPE_FUNCTION)
            t->info.size *= 2; /* and what is to be added to the object's address */
    } else if (t->info.kind == OCD_TYPE_STRUCT && has_variants(&t->die)) {
        t->info.kind = OCD_TYPE_VARIANT;
    }
}

static size_t hash(const void *addr)
{
    return ((uintptr_t)addr >> 2) % BUCKETS;
}

struct ocd_type *ocd__type_of_die(struct ocd_elf_file *file, Dwarf_Die *die)
{
    struct ocd_symbols *s = file->symbols;
    Dwarf_Die definition;

    /* What a unit has in place of a type that is in a unit of its own. */
    if (ocd__die_reference(die, DW_AT_signature, &definition))
        die = &definition;
    if (s->types == NULL)
        s->types = calloc(1, sizeof(*s->types));
    if (s->types == NULL) {
        s->error = OCD_ERR_NOMEM;
        return s->no_type;
    }
    struct ocd_type **bucket = &s->types->buckets[hash(die->addr)];
    for (struct ocd_type *t = *bucket; t != NULL; t = t->next)
        if (t->die.addr == die->addr)
            return t;
    struct ocd_type *t = ocd__arena_alloc(&s->arena, sizeof(*t));
    if (t == NULL) {
        s->error = OCD_ERR_NOMEM;
        return s->no_type;
    }
    *t = (struct ocd_type){.symbols = s, .file = file, .die = *die, .next = *bucket};
    *bucket = t;
    set_kind(t);
    return t;
}

void ocd__types_free(struct ocd_symbols *s)
{
    free(s->types); /* the types are in the arena */
    s->types = NULL;
}

struct ocd_type *ocd__type_of_attr(struct ocd_elf_file *file, Dwarf_Die *die)
{
    Dwarf_Attribute attr;
    Dwarf_Die type;

    if (dwarf_attr_integrate(die, DW_AT_type, &attr) == NULL)
        return file->symbols->void_type;
    if (dwarf_formref_die(&attr, &type) == NULL)
        return file->symbols->no_type;
    return ocd__type_of_die(file, &type);
}

static bool is_layer(enum ocd_type_kind kind)
{
    return kind == OCD_TYPE_TYPEDEF || kind == OCD_TYPE_CONST || kind == OCD_TYPE_VOLATILE ||
           kind == OCD_TYPE_ATOMIC || kind == OCD_TYPE_RESTRICT;
}

struct ocd_type *ocd__type_target(struct ocd_type *type)
{
    Dwarf_Attribute attr;
    Dwarf_Die containing;

    if (type->has_target)
        return type->target;
    type->has_target = true;
    if (type->info.kind == OCD_TYPE_ARRAY)
        ocd__type_measure_array(type);
    else if (is_layer(type->info.kind) || is_pointer_like(type->info.kind) ||
             type->info.kind == OCD_TYPE_FUNCTION || type->info.kind == OCD_TYPE_MEMBER_POINTER ||
             dwarf_attr(&type->die, DW_AT_type, &attr) != NULL)
        type->target = ocd__type_of_attr(type->file, &type->die);
    if (type->info.kind == OCD_TYPE_MEMBER_POINTER &&
        ocd__die_reference(&type->die, DW_AT_containing_type, &containing))
        type->containing = ocd__type_of_die(type->file, &containing);
    return type->target;
}

struct ocd_type *ocd__type_peel(struct ocd_type *type)
{
    for (unsigned i = 0; i < OCD_DEPTH_MAX && is_layer(type->info.kind); i++)
        type = ocd__type_target(type);
    return type;
}

static bool size_of(struct ocd_type *type, uint64_t *size, unsigned depth)
{
    struct ocd_type *t = ocd__type_peel(type);

    if (depth == OCD_DEPTH_MAX || is_layer(t->info.kind))
        return false;
    if (t->info.kind != OCD_TYPE_ARRAY) {
        *size = t->info.size;
        if (t->info.kind == OCD_TYPE_ENUM && !t->info.has_size && ocd__type_target(t) != NULL)
            return size_of(t->target, size, depth + 1);
        return t->info.has_size || t->info.kind == OCD_TYPE_VOID;
    }
    struct ocd_type *element = ocd__type_target(t);
    if (element == NULL || !t->info.has_count)
        return false;
    if (t->info.stride == 0 && !size_of(element, &t->info.stride, depth + 1))
        return false;
    return !__builtin_mul_overflow(t->info.stride, t->info.count, size);
}

bool ocd__type_size(struct ocd_type *type, uint64_t *size)
{
    *size = 0;
    return size_of(type, size, 0);
}

struct ocd_type *ocd__type_resolve(struct ocd_type *type)
{
    struct ocd_type *t = ocd__type_peel(type);
    struct ocd_type *found;

    if (t->stripped != NULL)
        return t->stripped;
    if (!t->info.is_declared_only || t->die.addr == NULL)
        return t;
    t->stripped = t;
    if (dwarf_diename(&t->die) != NULL &&
        ocd__type_find(
            t->symbols,
            ocd__scope_name(ocd__scope_of(t->file, &t->die), t->symbols, dwarf_diename(&t->die)),
            dwarf_tag(&t->die), &found) == OCD_OK)
        t->stripped = found;
    return t->stripped;
}

/* --- Public --- */

const struct ocd_type_info *ocd_type_get_info(const struct ocd_type *type)
{
    struct ocd_type *t = (struct ocd_type *)type; /* its parts are loaded when asked for */
    uint64_t size;

    if (t == NULL)
        return NULL;
    if (t->info.name == NULL) {
        t->info.name = ocd__type_name(t);
        t->info.target = ocd__type_target(t);
        ocd__type_load_members(t);
        ocd__type_load_enumerators(t);
        t->info.has_size = ocd__type_size(t, &size);
        t->info.size = size;
    }
    return &t->info;
}

const struct ocd_member *ocd_type_member(const struct ocd_type *type, size_t index)
{
    struct ocd_type *t = (struct ocd_type *)type;

    if (t == NULL)
        return NULL;
    ocd__type_load_members(t);
    return index < t->info.member_count ? &t->members[index] : NULL;
}

const struct ocd_enumerator *ocd_type_enumerator(const struct ocd_type *type, size_t index)
{
    struct ocd_type *t = (struct ocd_type *)type;

    if (t == NULL)
        return NULL;
    ocd__type_load_enumerators(t);
    return index < t->info.enumerator_count ? &t->enumerators[index] : NULL;
}

const struct ocd_type *ocd_type_strip(const struct ocd_type *type)
{
    return type != NULL ? ocd__type_resolve((struct ocd_type *)type) : NULL;
}
