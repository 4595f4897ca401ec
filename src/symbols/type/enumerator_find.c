// SPDX-License-Identifier: MIT
/* Enumerators by name. */
#include <dwarf.h>
#include <string.h>

#include "symbols/type/type.h"

struct search {
    const char *wanted;
    struct ocd_type *type;
    int64_t value;
};

/* "State::Running" is the end of "motor::State::Running". */
static bool fits(const char *name, const char *wanted)
{
    size_t length = strlen(name), part = strlen(wanted);

    if (length < part || strcmp(name + length - part, wanted) != 0)
        return false;
    return length == part || (length > part + 1 && name[length - part - 1] == ':');
}

static void search_enum(struct search *x, struct ocd_elf_file *file, Dwarf_Die *die)
{
    struct ocd_type *type = ocd__type_of_die(file, die);

    ocd__type_load_enumerators(type);
    for (size_t i = 0; i < type->info.enumerator_count && x->type == NULL; i++)
        if (fits(type->enumerators[i].name, x->wanted)) {
            x->type = type;
            x->value = type->enumerators[i].value;
        }
}

static bool is_container(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
           tag == DW_TAG_union_type;
}

static void search_children(struct search *x, struct ocd_elf_file *file, Dwarf_Die *parent,
                            unsigned depth)
{
    Dwarf_Die die;

    if (depth == OCD_DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_enumeration_type)
            search_enum(x, file, &die);
        else if (is_container(tag))
            search_children(x, file, &die, depth + 1);
    } while (x->type == NULL && dwarf_siblingof(&die, &die) == 0);
}

bool ocd__enumerator_find(struct ocd_symbols *s, const char *wanted, struct ocd_type **type,
                          int64_t *value)
{
    struct search x = {.wanted = wanted};
    Dwarf_Die die;
    bool is_types;

    for (size_t i = 0; i < s->file_count; i++) {
        Dwarf_CU *unit = NULL;
        while (x.type == NULL && ocd__next_unit(s->files[i], &unit, &die, &is_types))
            search_children(&x, s->files[i], &die, 0);
    }
    *type = x.type;
    *value = x.value;
    return x.type != NULL;
}
