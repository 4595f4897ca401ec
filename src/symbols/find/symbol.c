// SPDX-License-Identifier: MIT
/* A symbol from an entry of the debug information or of the symbol table. */
#include <dwarf.h>
#include <string.h>

#include "symbols/find/find.h"

static const char *linkage_name(Dwarf_Die *die)
{
    Dwarf_Attribute attr;

    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attr) != NULL ||
        dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr) != NULL)
        return dwarf_formstring(&attr);
    return NULL;
}

/* The linker leaves what it has removed at address 0 or -1. If a section begins at 0, the symbol
 * table shows which object or function is really there. */
static bool is_removed(struct ocd_elf_file *file, uint64_t addr, const char *name,
                       const char *linkage)
{
    if (addr == UINT64_MAX || (file->info.bits == 32 && addr == UINT32_MAX))
        return true;
    if (addr != 0)
        return false;
    if (ocd__elf_section_at(file, 0) == NULL)
        return true;
    if (!ocd__elf_has_table(file))
        return false;
    const struct ocd_elf_symbol *e =
        ocd__elf_symbol_named(file, linkage != NULL ? linkage : name, false);
    if (e != NULL && e->addr == 0)
        return false;
    e = ocd__elf_object_at(file, 0); /* of a function's static the name is count.0 */
    size_t length = strlen(name);
    return e == NULL || e->addr != 0 || strncmp(e->name, name, length) != 0 ||
           e->name[length] != '.';
}

/* Finds a declaration, or a definition without a location, in the symbol table. */
static void locate_by_table(struct ocd_symbol_data *d, const char *name)
{
    const struct ocd_elf_symbol *e = ocd__elf_symbol_named(d->file, name, true);

    d->symbol.kind = OCD_SYMBOL_OPTIMISED_OUT;
    if (e == NULL || e->type == STT_FUNC)
        return;
    d->symbol.kind = OCD_SYMBOL_VARIABLE;
    d->symbol.has_addr = true;
    d->symbol.addr = e->addr;
    d->is_external = false;
}

static void locate_variable(struct ocd_symbol_data *d, struct ocd_var *var)
{
    struct ocd_die_location l = ocd__die_location(&var->die);
    const char *name = linkage_name(&var->die);

    switch (l.kind) {
    case OCD_LOCATION_ADDRESS:
        d->symbol.has_addr = !is_removed(d->file, l.value, var->name, name);
        d->symbol.kind = d->symbol.has_addr ? OCD_SYMBOL_VARIABLE : OCD_SYMBOL_OPTIMISED_OUT;
        d->symbol.addr = l.value;
        break;
    case OCD_LOCATION_CONSTANT:
        d->symbol.kind = OCD_SYMBOL_CONSTANT;
        d->constant = l;
        break;
    case OCD_LOCATION_THREAD:
        d->symbol.kind = OCD_SYMBOL_THREAD_LOCAL;
        break;
    case OCD_LOCATION_PIECES:
    case OCD_LOCATION_UNSUPPORTED:
        d->symbol.kind = OCD_SYMBOL_UNSUPPORTED;
        break;
    case OCD_LOCATION_NONE:
        locate_by_table(d, name != NULL ? name : var->name);
        break;
    }
}

bool ocd__function_entry(const struct ocd_elf_file *file, Dwarf_Die *die, uint64_t *addr)
{
    Dwarf_Addr low;

    if (dwarf_entrypc(die, &low) != 0)
        return false;
    *addr = file->machine == EM_ARM ? low & ~(Dwarf_Addr)1 : low;
    return true;
}

static void locate_function(struct ocd_symbol_data *d, struct ocd_var *var)
{
    uint64_t low;
    Dwarf_Addr high;

    d->symbol.kind = OCD_SYMBOL_FUNCTION;
    if (!ocd__function_entry(d->file, &var->die, &low) ||
        is_removed(d->file, low, var->name, linkage_name(&var->die))) {
        d->symbol.kind = OCD_SYMBOL_OPTIMISED_OUT;
        return;
    }
    d->symbol.has_addr = true;
    d->symbol.addr = low;
    if (dwarf_highpc(&var->die, &high) == 0 && high > low) {
        d->symbol.has_size = true;
        d->symbol.size = (d->file->machine == EM_ARM ? high & ~(Dwarf_Addr)1 : high) - low;
    }
}

static void set_section(struct ocd_symbol_data *d)
{
    const struct ocd_elf_section *section =
        d->symbol.has_addr ? ocd__elf_section_at(d->file, d->symbol.addr) : NULL;

    d->symbol.section = section != NULL ? section->name : "";
}

/* The size is the type's; the symbol table's if that has none or ends with a flexible array. */
static void set_size(struct ocd_symbol_data *d)
{
    struct ocd_type *type = (struct ocd_type *)d->symbol.type;
    const struct ocd_elf_symbol *e =
        d->symbol.has_addr ? ocd__elf_object_at(d->file, d->symbol.addr) : NULL;

    if (d->symbol.kind != OCD_SYMBOL_FUNCTION && type != NULL)
        d->symbol.has_size = ocd__type_size(ocd__type_resolve(type), &d->symbol.size);
    if (e == NULL || e->addr != d->symbol.addr)
        return;
    if (d->symbol.linkage_name[0] == '\0')
        d->symbol.linkage_name = e->name;
    if (e->size > d->symbol.size) {
        d->symbol.has_size = true;
        d->symbol.size = e->size;
    }
}

static void set_source(struct ocd_symbol_data *d, Dwarf_Die *die)
{
    Dwarf_Die origin;
    const char *file = ocd__die_file(die);
    unsigned line = ocd__die_line(die);

    if (file == NULL && ocd__die_reference(die, DW_AT_specification, &origin)) {
        file = ocd__die_file(&origin);
        line = line != 0 ? line : ocd__die_line(&origin);
    }
    d->symbol.file = file != NULL ? file : "";
    d->symbol.line = line;
}

static const char *whole_name(struct ocd_symbols *s, struct ocd_var *var)
{
    struct ocd_scope *scope = ocd__var_scope(var);

    if (var->is_function) {
        struct ocd_scope *own = ocd__scope_enter(var->file, scope, &var->die);
        if (own != NULL && own != scope)
            return ocd__scope_name(scope, s, ocd__scope_signature(own));
    }
    const char *name = var->name;
    if (strchr(name, '<') != NULL && ocd__language_is_cpp(ocd__die_language(&var->die)))
        name = ocd__canonical_name(s, name);
    return ocd__scope_name(scope, s, name);
}

/* NULL: -g1 states variables without their types. */
static struct ocd_type *type_of_var(struct ocd_var *var)
{
    Dwarf_Attribute attr;

    if (var->is_function)
        return ocd__type_of_die(var->file, &var->die);
    return dwarf_attr_integrate(&var->die, DW_AT_type, &attr) != NULL
               ? ocd__type_of_attr(var->file, &var->die)
               : NULL;
}

struct ocd_symbol_data *ocd__symbol_of_var(struct ocd_symbols *s, struct ocd_var *var)
{
    struct ocd_symbol_data *d = var->symbol;

    if (d != NULL)
        return d;
    d = ocd__arena_alloc(&s->arena, sizeof(*d));
    const char *name = d != NULL ? whole_name(s, var) : NULL;
    if (name == NULL) {
        ocd__symbols_nomem(s);
        return NULL;
    }
    const char *linkage = linkage_name(&var->die);
    *d = (struct ocd_symbol_data){
        .symbol = {.name = name,
                   .linkage_name = linkage != NULL ? linkage : "",
                   .elf = &var->file->info},
        .file = var->file,
        .is_external = var->is_external,
    };
    d->symbol.type = type_of_var(var);
    if (var->is_function)
        locate_function(d, var);
    else
        locate_variable(d, var);
    set_size(d);
    set_section(d);
    set_source(d, &var->die);
    var->symbol = d;
    return d;
}

struct ocd_symbol_data *ocd__symbol_of_entry(struct ocd_elf_file *file,
                                             const struct ocd_elf_symbol *entry)
{
    struct ocd_symbols *s = file->symbols;
    struct ocd_symbol_data *d = ocd__arena_alloc(&s->arena, sizeof(*d));
    struct ocd_buffer name = {0};

    if (d == NULL) {
        ocd__symbols_nomem(s);
        return NULL;
    }
    *d = (struct ocd_symbol_data){
        .symbol = {.kind = entry->type == STT_FUNC ? OCD_SYMBOL_FUNCTION : OCD_SYMBOL_VARIABLE,
                   .has_addr = true,
                   .has_size = entry->size > 0,
                   .addr = entry->addr,
                   .size = entry->size,
                   .name = entry->name,
                   .linkage_name = entry->name,
                   .file = "",
                   .elf = &file->info},
        .file = file,
    };
    if (entry->size == 0 && entry->type != STT_FUNC)
        d->symbol.kind = OCD_SYMBOL_LABEL;
    if (ocd__demangle_special(entry->name, &name) && name.error == 0)
        d->symbol.name = ocd__arena_copy(&s->arena, name.data, name.size);
    ocd__buffer_free(&name);
    if (d->symbol.name == NULL)
        d->symbol.name = entry->name;
    set_section(d);
    return d;
}
