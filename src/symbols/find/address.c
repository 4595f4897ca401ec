// SPDX-License-Identifier: MIT
/* From an address to a name. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/find/find.h"

struct entry {
    uint64_t addr;
    struct ocd_var *var;
};

struct ocd_address_index {
    size_t count;
    struct entry entries[];
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return (x->addr > y->addr) - (x->addr < y->addr);
}

static void add_list(struct ocd_address_index *index, struct ocd_var_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct ocd_var *var = &list->items[i];
        uint64_t addr;
        if (var->is_function) {
            if (ocd__function_entry(var->file, &var->die, &addr))
                index->entries[index->count++] = (struct entry){addr, var};
        } else if (!var->is_external) {
            struct ocd_die_location l = ocd__die_location(&var->die);
            if (l.kind == OCD_LOCATION_ADDRESS)
                index->entries[index->count++] = (struct entry){l.value, var};
        }
    }
}

static struct ocd_address_index *build(struct ocd_symbols *s, struct ocd_var_list *list)
{
    struct ocd_address_index *index =
        calloc(1, sizeof(*index) + list->count * sizeof(struct entry));

    if (index == NULL) {
        ocd__symbols_nomem(s);
        return NULL;
    }
    add_list(index, list);
    qsort(index->entries, index->count, sizeof(struct entry), compare);
    return index;
}

static struct ocd_address_index *index_of(struct ocd_symbols *s, bool locals)
{
    struct ocd_address_index **index = locals ? &s->local_addresses : &s->addresses;

    if (*index == NULL && (locals ? ocd__walk_locals(s) : ocd__walk_vars(s)) == OCD_OK)
        *index = build(s, locals ? &s->locals : &s->vars);
    return *index;
}

/* The last entry at or below an address. */
static struct ocd_var *last_before(struct ocd_symbols *s, uint64_t addr, bool locals,
                                   uint64_t *start)
{
    const struct ocd_address_index *index = index_of(s, locals);
    size_t low = 0, high = index != NULL ? index->count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->entries[middle].addr <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    *start = index->entries[low - 1].addr;
    return index->entries[low - 1].var;
}

struct ocd_symbol_data *ocd__var_at(struct ocd_symbols *s, uint64_t addr, bool locals)
{
    uint64_t start;
    struct ocd_var *var = last_before(s, addr, false, &start);

    if ((var == NULL || start != addr) && locals)
        var = last_before(s, addr, true, &start);
    struct ocd_symbol_data *d = var != NULL && start == addr ? ocd__symbol_of_var(s, var) : NULL;
    return d != NULL && d->symbol.has_addr ? d : NULL;
}

/* Without a symbol table: the variable that holds the address. */
static struct ocd_symbol_data *var_around(struct ocd_symbols *s, uint64_t addr)
{
    for (int locals = 0; locals < 2; locals++) {
        uint64_t start;
        struct ocd_var *var = last_before(s, addr, locals != 0, &start);
        struct ocd_symbol_data *d = var != NULL ? ocd__symbol_of_var(s, var) : NULL;
        if (d != NULL && d->symbol.has_addr && addr - d->symbol.addr < d->symbol.size)
            return d;
    }
    return NULL;
}

static bool is_mangled(const char *name)
{
    return strncmp(name, "_Z", 2) == 0 || strncmp(name, "_R", 2) == 0;
}

static bool is_code(const struct ocd_elf_section *section)
{
    return section != NULL && (section->flags & SHF_EXECINSTR) != 0;
}

static const char *printed_name(struct ocd_elf_file *file, const struct ocd_elf_symbol *e)
{
    struct ocd_symbol_data *d = NULL;
    bool mangled = is_mangled(e->name);

    if (mangled || (e->type == STT_FUNC && file->symbols->has_cpp))
        d = ocd__var_at(file->symbols, e->addr, mangled && e->type != STT_FUNC);
    if (d == NULL)
        d = ocd__symbol_of_entry(file, e);
    return d != NULL ? d->symbol.name : e->name;
}

bool ocd__describe_address(struct ocd_symbols *s, uint64_t addr, struct ocd_buffer *text)
{
    for (size_t i = 0; i < s->file_count; i++) {
        struct ocd_elf_file *file = s->files[i];
        bool code = is_code(ocd__elf_section_at(file, addr));
        ocd__elf_table(file); /* the entry stays where it is */
        if (code && file->machine == EM_ARM)
            addr &= ~(uint64_t)1;
        const struct ocd_elf_symbol *e =
            code ? ocd__elf_symbol_at(file, addr) : ocd__elf_object_at(file, addr);
        struct ocd_symbol_data *d =
            e == NULL && ocd__elf_table(file) == 0 ? var_around(s, addr) : NULL;
        if (e == NULL && d == NULL)
            continue;
        uint64_t start = e != NULL ? e->addr : d->symbol.addr;
        ocd__buffer_puts(text, e != NULL ? printed_name(file, e) : d->symbol.name);
        if (addr != start)
            ocd__buffer_printf(text, "+%" PRIu64, addr - start);
        return true;
    }
    return false;
}

int ocd_symbols_at(struct ocd_symbols *symbols, uint64_t addr, const struct ocd_symbol **symbol,
                   uint64_t *offset)
{
    struct ocd_symbol_data *d = NULL;

    if (symbol != NULL)
        *symbol = NULL;
    if (symbols == NULL || symbol == NULL)
        return OCD_ERR_ARG;
    for (size_t i = 0; i < symbols->file_count && d == NULL; i++) {
        const struct ocd_elf_symbol *e = ocd__elf_symbol_at(symbols->files[i], addr);
        if (e == NULL)
            continue;
        d = ocd__var_at(symbols, e->addr, e->type != STT_FUNC);
        if (d == NULL)
            d = ocd__symbol_of_entry(symbols->files[i], e);
    }
    if (d == NULL)
        d = var_around(symbols, addr);
    if (symbols->error != 0)
        return ocd__symbols_nomem(symbols);
    if (d == NULL) {
        ocd__symbols_fail(symbols, OCD_ERR_NO_SYMBOL, "the symbol at an address", "%s", "");
        ocd__detail_address(&symbols->detail, addr, 0);
        ocd__detail_compose(&symbols->detail, "no symbol is at this address");
        return OCD_ERR_NO_SYMBOL;
    }
    *symbol = &d->symbol;
    if (offset != NULL)
        *offset = addr - d->symbol.addr;
    return OCD_OK;
}
