// SPDX-License-Identifier: MIT
/* The units of the debug information, some of which are in files of their own. */
#include <dwarf.h>

#include "symbols/dwarf/debug_info.h"

static void record_missing(struct ocd_elf_file *file, Dwarf_Die *unit)
{
    Dwarf_Attribute attr;
    const char *name = NULL;

    if (file->missing_dwo != NULL)
        return;
    if (dwarf_attr(unit, DW_AT_dwo_name, &attr) != NULL ||
        dwarf_attr(unit, DW_AT_GNU_dwo_name, &attr) != NULL)
        name = dwarf_formstring(&attr);
    file->missing_dwo = name != NULL ? name : "(a file without a name)";
}

bool ocd__next_unit(struct ocd_elf_file *file, Dwarf_CU **unit, Dwarf_Die *die, bool *is_types)
{
    uint8_t type = 0;
    Dwarf_Die split;
    Dwarf_CU *next = NULL;

    if (file->dwarf == NULL ||
        dwarf_get_units(file->dwarf, *unit, &next, NULL, &type, die, &split) != 0)
        return false;
    *unit = next;
    *is_types = type == DW_UT_type || type == DW_UT_split_type;
    if (type == DW_UT_skeleton) {
        if (split.addr != NULL)
            *die = split;
        else
            record_missing(file, die);
    }
    return true;
}
