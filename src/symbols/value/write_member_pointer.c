// SPDX-License-Identifier: MIT
/* C++'s pointers to members as GDB writes them. */
#include <dwarf.h>
#include <inttypes.h>

#include "symbols/value/value.h"

/* --- Data members --- */

/* The member at an offset of a class, with the class's name. */
static bool write_data_member(struct ocd_out *o, struct ocd_type *class, uint64_t offset)
{
    ocd__type_load_members(class);
    for (size_t i = 0; i < class->info.member_count; i++) {
        const struct ocd_member *m = &class->members[i];
        if (m->kind == OCD_MEMBER_FIELD && m->offset == offset && m->bit_size == 0) {
            ocd__buffer_printf(&o->text, "&%s::%s", ocd__type_name(class), m->name);
            return true;
        }
    }
    return false;
}

static void write_data(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    uint64_t none = v->size >= 8 ? UINT64_MAX : ((uint64_t)1 << v->size * 8) - 1;

    if (v->number == none)
        ocd__buffer_puts(&o->text, "NULL");
    else if (type->containing == NULL ||
             !write_data_member(o, ocd__type_resolve(type->containing), v->number))
        ocd__buffer_printf(&o->text, "%" PRIu64, v->number);
}

/* --- Member functions --- */

/* A pointer to a member function: the function or its index in the table of virtual ones, and what
 * is to be added to the object's address. */
struct method {
    uint64_t function;
    uint64_t adjustment;
    bool is_virtual;
};

/* Arm marks virtual ones in the second word, since the first one has the Thumb bit. */
static struct method split(struct ocd_expression *e, const struct ocd_value *v, unsigned machine)
{
    size_t half = v->size / 2;
    struct method m = {
        .function = ocd__get_number(v->data, half, e->big_endian),
        .adjustment = ocd__get_number(v->data + half, half, e->big_endian),
    };

    if (machine == EM_ARM || machine == EM_AARCH64) {
        m.is_virtual = (m.adjustment & 1) != 0;
        m.adjustment >>= 1;
    } else if ((m.function & 1) != 0) {
        m.is_virtual = true;
        m.function--;
    }
    return m;
}

static bool has_index(Dwarf_Die *die, uint64_t index)
{
    Dwarf_Attribute attr;
    Dwarf_Word number;
    Dwarf_Op *ops;
    size_t count;

    if (dwarf_tag(die) != DW_TAG_subprogram ||
        dwarf_attr(die, DW_AT_vtable_elem_location, &attr) == NULL)
        return false;
    if (dwarf_getlocation(&attr, &ops, &count) == 0 && count == 1)
        return ops[0].number == index;
    return dwarf_formudata(&attr, &number) == 0 && number == index;
}

static bool write_virtual(struct ocd_out *o, struct ocd_type *class, uint64_t index)
{
    Dwarf_Die die;

    if (class->die.addr == NULL || dwarf_child(&class->die, &die) != 0)
        return false;
    do {
        if (!has_index(&die, index))
            continue;
        struct ocd_scope *scope =
            ocd__scope_enter(class->file, ocd__scope_of(class->file, &die), &die);
        if (scope == NULL)
            return false;
        ocd__buffer_printf(&o->text, "&virtual %s::%s", ocd__type_name(class),
                           ocd__scope_signature(scope));
        return true;
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

static void write_method(struct ocd_out *o, const struct ocd_value *v, struct ocd_type *type)
{
    struct ocd_type *class = type->containing != NULL ? ocd__type_resolve(type->containing) : NULL;
    struct method m = split(o->e, v, type->file->machine);

    if (m.function == 0 && !m.is_virtual) {
        ocd__buffer_puts(&o->text, "NULL");
        return;
    }
    if (!m.is_virtual) {
        ocd__buffer_printf(&o->text, "(%s) ", ocd__type_name(type));
        ocd__write_address(o, m.function);
    } else if (class == NULL || !write_virtual(o, class, m.function / (v->size / 2))) {
        ocd__buffer_printf(&o->text, "&virtual table offset %" PRIu64, m.function);
    }
    if (m.adjustment != 0)
        ocd__buffer_printf(&o->text, ", this adjustment %" PRIu64, m.adjustment);
}

void ocd__write_member_pointer(struct ocd_out *o, const struct ocd_value *v)
{
    struct ocd_type *type = ocd__type_resolve((struct ocd_type *)v->type);
    struct ocd_type *target = ocd__type_resolve(ocd__type_target(type));

    if (target->info.kind == OCD_TYPE_FUNCTION && v->data != NULL && type->file != NULL)
        write_method(o, v, type);
    else
        write_data(o, v, type);
}
