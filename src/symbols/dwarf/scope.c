// SPDX-License-Identifier: MIT
/* The namespaces, classes and functions around the entries of the debug information. DWARF's
 * entries do not refer to what they are in: a map is made of each unit that is asked for. */
#include <dwarf.h>
#include <stdlib.h>

#include "symbols/dwarf/debug_info.h"

/* An entry inside a scope. */
struct scope_entry {
    const void *addr; /* Dwarf_Die.addr */
    struct ocd_scope *scope;
};

struct ocd_scope_map {
    struct ocd_scope_map *next;
    const Dwarf_CU *unit;
    struct scope_entry *entries; /* ascending addresses */
    size_t count, capacity;
};

static void add(struct ocd_symbols *s, struct ocd_scope_map *map, const Dwarf_Die *die,
                struct ocd_scope *scope)
{
    if (map->count == map->capacity) {
        size_t capacity = map->capacity == 0 ? 64 : map->capacity * 2;
        struct scope_entry *entries = realloc(map->entries, capacity * sizeof(*entries));
        if (entries == NULL) {
            s->error = OCD_ERR_NOMEM;
            return;
        }
        map->entries = entries;
        map->capacity = capacity;
    }
    map->entries[map->count++] = (struct scope_entry){die->addr, scope};
}

static struct ocd_scope *look_up(const struct ocd_scope_map *map, const void *addr)
{
    size_t low = 0, high = map->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->entries[middle].addr < addr)
            low = middle + 1;
        else
            high = middle;
    }
    return low < map->count && map->entries[low].addr == addr ? map->entries[low].scope : NULL;
}

static bool has_scope(int tag)
{
    switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
        return true;
    default:
        return false;
    }
}

static bool is_function(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

static struct ocd_scope *create(struct ocd_elf_file *file, struct ocd_scope *parent, Dwarf_Die *die)
{
    struct ocd_scope *scope = ocd__arena_alloc(&file->symbols->arena, sizeof(*scope));
    const char *name = dwarf_diename(die);
    int tag = dwarf_tag(die);
    Dwarf_Die definition;

    /* Clang's stand-in for a type that is in a unit of its own has no name. */
    if (name == NULL && ocd__die_reference(die, DW_AT_signature, &definition))
        name = dwarf_diename(&definition);
    if (scope == NULL) {
        file->symbols->error = OCD_ERR_NOMEM;
        return parent;
    }
    *scope = (struct ocd_scope){
        .parent = parent,
        .name = name,
        .file = file,
        .die = *die,
        .is_function = is_function(tag),
        .optional = name == NULL || ocd__die_flag(die, DW_AT_export_symbols),
    };
    scope->is_nameless_class = name == NULL && tag != DW_TAG_namespace;
    if (name == NULL)
        scope->name = tag == DW_TAG_namespace ? OCD_ANONYMOUS_NAMESPACE : "(anonymous)";
    return scope;
}

struct ocd_scope *ocd__scope_enter(struct ocd_elf_file *file, struct ocd_scope *parent,
                                   Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    Dwarf_Die origin;

    if (!has_scope(tag) || tag == DW_TAG_lexical_block)
        return parent;
    if (tag == DW_TAG_enumeration_type && !ocd__die_flag(die, DW_AT_enum_class))
        return parent;
    /* The name of what is defined outside its class or namespace comes from the declaration. C has
     * neither. */
    int language = ocd__die_language(die);
    if (!ocd__language_is_cpp(language) && !ocd__language_is_rust(language))
        return create(file, parent, die);
    if (ocd__die_reference(die, DW_AT_specification, &origin) ||
        ocd__die_reference(die, DW_AT_abstract_origin, &origin)) {
        Dwarf_Die first;
        if (ocd__die_reference(&origin, DW_AT_specification, &first))
            origin = first;
        parent = ocd__scope_of(file, &origin);
    }
    if (parent == NULL && ocd__die_reference(die, DW_AT_signature, &origin))
        parent = ocd__scope_of(file, &origin);
    return create(file, parent, die);
}

static void map_children(struct ocd_elf_file *file, struct ocd_scope_map *map, Dwarf_Die *parent,
                         struct ocd_scope *scope, unsigned depth)
{
    Dwarf_Die die;

    if (depth == OCD_DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        if (scope != NULL)
            add(file->symbols, map, &die, scope);
        if (has_scope(tag))
            map_children(file, map, &die, ocd__scope_enter(file, scope, &die), depth + 1);
    } while (dwarf_siblingof(&die, &die) == 0);
}

static struct ocd_scope_map *map_of(struct ocd_elf_file *file, Dwarf_Die *die)
{
    struct ocd_symbols *s = file->symbols;
    struct ocd_scope_map *map = s->scope_maps;
    Dwarf_Die unit;

    while (map != NULL && map->unit != die->cu)
        map = map->next;
    if (map != NULL || dwarf_diecu(die, &unit, NULL, NULL) == NULL)
        return map;
    map = calloc(1, sizeof(*map));
    if (map == NULL) {
        s->error = OCD_ERR_NOMEM;
        return NULL;
    }
    *map = (struct ocd_scope_map){.next = s->scope_maps, .unit = die->cu};
    s->scope_maps = map; /* it is used while it is filled: declarations come first */
    map_children(file, map, &unit, NULL, 0);
    return map;
}

struct ocd_scope *ocd__scope_of(struct ocd_elf_file *file, Dwarf_Die *die)
{
    const struct ocd_scope_map *map = map_of(file, die);
    struct ocd_scope *scope = map != NULL ? look_up(map, die->addr) : NULL;
    Dwarf_Die origin;

    /* Type units declare a type in its namespace and define it outside. */
    if (scope == NULL && ocd__die_reference(die, DW_AT_specification, &origin) &&
        origin.addr != die->addr && origin.cu == die->cu)
        return map != NULL ? look_up(map, origin.addr) : NULL;
    return scope;
}

void ocd__scope_maps_free(struct ocd_symbols *s)
{
    while (s->scope_maps != NULL) {
        struct ocd_scope_map *map = s->scope_maps;
        s->scope_maps = map->next;
        free(map->entries);
        free(map);
    }
}
