// SPDX-License-Identifier: MIT
/* Arrays: one entry with a child for each dimension; here one type for each dimension. */
#include <dwarf.h>

#include "symbols/type/type.h"

/* The child that states dimension `index`. */
static bool dimension_die(Dwarf_Die *array, unsigned index, Dwarf_Die *die)
{
    if (dwarf_child(array, die) != 0)
        return false;
    do {
        int tag = dwarf_tag(die);
        if ((tag == DW_TAG_subrange_type || tag == DW_TAG_enumeration_type) && index-- == 0)
            return true;
    } while (dwarf_siblingof(die, die) == 0);
    return false;
}

static bool count_of(Dwarf_Die *die, uint64_t *count)
{
    uint64_t upper, lower = 0;

    if (ocd__die_number(die, DW_AT_count, count))
        return true;
    if (!ocd__die_number(die, DW_AT_upper_bound, &upper))
        return false;
    ocd__die_number(die, DW_AT_lower_bound, &lower);
    *count = upper - lower + 1;
    if ((upper == UINT32_MAX || upper == UINT64_MAX) && lower == 0)
        *count = 0; /* GCC states -1 for int a[0] */
    return true;
}

static struct ocd_type *inner_dimension(struct ocd_type *type)
{
    struct ocd_type *t = ocd__arena_alloc(&type->symbols->arena, sizeof(*t));

    if (t == NULL) {
        type->symbols->error = OCD_ERR_NOMEM;
        return NULL;
    }
    *t = *type;
    t->info = (struct ocd_type_info){.kind = OCD_TYPE_ARRAY};
    t->dimension = type->dimension + 1;
    t->has_target = false;
    t->target = NULL;
    t->pointer = NULL;
    t->name = NULL;
    return t;
}

void ocd__type_measure_array(struct ocd_type *type)
{
    Dwarf_Die die, next;

    if (type->die.addr == NULL)
        return;
    type->info.has_size = false;
    if (dimension_die(&type->die, type->dimension, &die)) {
        type->info.has_count = count_of(&die, &type->info.count);
        ocd__die_number(&die, DW_AT_byte_stride, &type->info.stride);
    }
    if (type->dimension + 1 < OCD_DEPTH_MAX &&
        dimension_die(&type->die, type->dimension + 1, &next))
        type->target = inner_dimension(type);
    else
        type->target = ocd__type_of_attr(type->file, &type->die);
    type->has_target = true;
    /* The strides of all but the innermost dimension follow from what they hold. */
    if (type->info.stride == 0 && type->target != NULL)
        ocd__type_size(type->target, &type->info.stride);
}
