// SPDX-License-Identifier: MIT
/* Lists the variables and functions of the debug information. What is inside functions is listed
 * separately: most lookups do not need it, and it takes several times as long. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/find/find.h"

struct walk {
    struct ocd_elf_file *file;
    struct ocd_var_list *list;
    const char *declared; /* list declarations of this name, and nothing else */
    const char *dynamic;  /* list what is inside functions and has this name */
    bool locals;          /* list what is inside functions, and nothing else */
    bool scoped;          /* the language has namespaces and classes */
};

/* The scope of a definition whose declaration is elsewhere. */
struct ocd_scope *ocd__var_scope(struct ocd_var *var)
{
    Dwarf_Die die = var->die, origin;

    for (unsigned i = 0; i < 4 && var->is_scope_open; i++) {
        if (!ocd__die_reference(&die, DW_AT_specification, &origin) &&
            !ocd__die_reference(&die, DW_AT_abstract_origin, &origin))
            break;
        var->scope = ocd__scope_of(var->file, &origin);
        die = origin;
    }
    var->is_scope_open = false;
    return var->scope;
}

static struct ocd_var *add(struct walk *w, Dwarf_Die *die, struct ocd_scope *scope)
{
    struct ocd_var_list *l = w->list;
    const char *name = dwarf_diename(die);

    if (name == NULL)
        return NULL;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 256 : l->capacity * 2;
        struct ocd_var *items = realloc(l->items, capacity * sizeof(*items));
        if (items == NULL) {
            w->file->symbols->error = OCD_ERR_NOMEM;
            return NULL;
        }
        l->items = items;
        l->capacity = capacity;
    }
    struct ocd_var *var = &l->items[l->count++];
    *var = (struct ocd_var){
        .die = *die,
        .name = name,
        .scope = scope,
        .file = w->file,
        .is_scope_open = w->scoped,
    };
    return var;
}

static bool has_name(Dwarf_Die *die, const char *wanted)
{
    const char *name = dwarf_diename(die);

    return name != NULL && strcmp(name, wanted) == 0;
}

/* Inside functions: those that are not on the stack or in registers. */
static bool is_static(Dwarf_Die *die)
{
    enum ocd_die_location_kind kind = ocd__die_location(die).kind;

    return kind == OCD_LOCATION_ADDRESS || kind == OCD_LOCATION_PIECES ||
           kind == OCD_LOCATION_THREAD;
}

static void add_dynamic(struct walk *w, Dwarf_Die *die, struct ocd_scope *scope)
{
    if (has_name(die, w->dynamic) && !is_static(die))
        add(w, die, scope);
}

static void add_variable(struct walk *w, Dwarf_Die *die, struct ocd_scope *scope)
{
    Dwarf_Attribute attr;
    bool external = ocd__die_flag(die, DW_AT_declaration) &&
                    dwarf_attr_integrate(die, DW_AT_location, &attr) == NULL &&
                    dwarf_attr_integrate(die, DW_AT_const_value, &attr) == NULL;

    /* Each unit repeats the declarations of its headers: far too many to be listed. */
    if (external != (w->declared != NULL) || (external && !has_name(die, w->declared)))
        return;
    if (w->locals && !is_static(die))
        return;
    struct ocd_var *var = add(w, die, scope);
    if (var != NULL) {
        var->is_external = external;
        if (w->scoped && dwarf_haschildren(die) > 0)
            var->name = ocd__template_name(w->file, die, var->name);
    }
}

static void add_function(struct walk *w, Dwarf_Die *die, struct ocd_scope *scope)
{
    Dwarf_Attribute attr;

    if (dwarf_attr(die, DW_AT_low_pc, &attr) == NULL &&
        dwarf_attr(die, DW_AT_ranges, &attr) == NULL)
        return;
    struct ocd_var *var = add(w, die, scope);
    if (var != NULL)
        var->is_function = true;
}

static bool is_container(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_class_type || tag == DW_TAG_structure_type ||
           tag == DW_TAG_union_type;
}

static bool is_code(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_inlined_subroutine;
}

static bool goes_into(const struct walk *w, int tag)
{
    return (is_container(tag) && w->scoped) || (is_code(tag) && w->locals);
}

/* In DWARF 2 to 4 a static member is a member that is external. */
static bool is_static_member(Dwarf_Die *die, int tag)
{
    return tag == DW_TAG_member && ocd__die_flag(die, DW_AT_external);
}

static void walk_children(struct walk *w, Dwarf_Die *parent, struct ocd_scope *scope, bool in_code,
                          unsigned depth)
{
    Dwarf_Die die;

    if (depth == OCD_DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        bool listed = in_code == w->locals;
        if (w->dynamic != NULL) {
            if (in_code && (tag == DW_TAG_variable || tag == DW_TAG_formal_parameter))
                add_dynamic(w, &die, scope);
        } else if (listed && (tag == DW_TAG_variable || is_static_member(&die, tag))) {
            add_variable(w, &die, scope);
        } else if (!w->locals && w->declared == NULL && tag == DW_TAG_subprogram) {
            add_function(w, &die, scope);
        }
        if (goes_into(w, tag))
            walk_children(w, &die, ocd__scope_enter(w->file, scope, &die), in_code || is_code(tag),
                          depth + 1);
    } while (dwarf_siblingof(&die, &die) == 0);
}

/* What is the same for all units. */
struct purpose {
    const char *declared, *dynamic;
    bool locals;
};

static void walk_file(struct ocd_elf_file *file, struct ocd_var_list *list,
                      const struct purpose *purpose)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    bool is_types;

    while (ocd__next_unit(file, &unit, &die, &is_types)) {
        int language = dwarf_srclang(&die);
        bool is_cpp = ocd__language_is_cpp(language);
        struct walk w = {
            .file = file,
            .list = list,
            .locals = purpose->locals,
            .declared = purpose->declared,
            .dynamic = purpose->dynamic,
            .scoped = is_cpp || ocd__language_is_rust(language),
        };
        file->symbols->has_cpp = file->symbols->has_cpp || is_cpp;
        if (!is_types)
            walk_children(&w, &die, NULL, false, 0);
    }
}

static int walk(struct ocd_symbols *s, struct ocd_var_list *list, const struct purpose *purpose)
{
    for (size_t i = 0; i < s->file_count; i++)
        walk_file(s->files[i], list, purpose);
    return s->error != 0 ? ocd__symbols_nomem(s) : OCD_OK;
}

int ocd__walk_vars(struct ocd_symbols *s)
{
    if (s->has_vars)
        return OCD_OK;
    int rc = walk(s, &s->vars, &(struct purpose){0});
    s->has_vars = rc == OCD_OK;
    return rc;
}

int ocd__walk_locals(struct ocd_symbols *s)
{
    if (s->has_locals)
        return OCD_OK;
    int rc = walk(s, &s->locals, &(struct purpose){.locals = true});
    s->has_locals = rc == OCD_OK;
    return rc;
}

int ocd__walk_declarations(struct ocd_symbols *s, const char *name, struct ocd_var_list *list)
{
    return walk(s, list, &(struct purpose){.declared = ocd__last_part(name)});
}

int ocd__walk_dynamic(struct ocd_symbols *s, const char *name, struct ocd_var_list *list)
{
    return walk(s, list, &(struct purpose){.dynamic = ocd__last_part(name), .locals = true});
}
