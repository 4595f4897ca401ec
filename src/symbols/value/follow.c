// SPDX-License-Identifier: MIT
/* Which pointers are followed without being asked to. */
#include "symbols/value/value.h"

static bool is_volatile(struct ocd_type *type)
{
    for (unsigned i = 0; i < OCD_DEPTH_MAX && type != NULL; i++) {
        if (type->info.kind == OCD_TYPE_VOLATILE)
            return true;
        if (type->info.kind < OCD_TYPE_TYPEDEF || type->info.kind == OCD_TYPE_UNSUPPORTED)
            return false;
        type = ocd__type_target(type);
    }
    return false;
}

bool ocd__may_follow(const struct ocd_value *value, struct ocd_type *target, uint64_t addr)
{
    struct ocd_expression *e = ocd__value_owner(value);

    if (addr == 0 || is_volatile(target))
        return false;
    /* A pointer that is the whole value is followed. A struct may have many, and stale ones. */
    if (e->options.follow_anywhere || value == e->value)
        return true;
    for (size_t i = 0; i < e->symbols->file_count; i++)
        if (ocd__elf_section_at(e->symbols->files[i], addr) != NULL)
            return true;
    return false;
}
