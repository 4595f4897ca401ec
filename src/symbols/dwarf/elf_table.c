// SPDX-License-Identifier: MIT
/* The symbol table of an ELF file. */
#include <stdlib.h>
#include <string.h>

#include "symbols/dwarf/debug_info.h"

enum {
    LOOKUPS_MAX = 16, /* before the entries are sorted */
};

/* $a, $d, $t, $x: mapping symbols of Arm and RISC-V, which mark code and data. */
static bool is_mapping(const char *name)
{
    return name[0] == '$' && strchr("adtx", name[1]) != NULL &&
           (name[1] == '\0' || name[2] == '\0' || name[2] == '.');
}

static bool is_wanted(const GElf_Sym *sym, const char *name)
{
    unsigned type = GELF_ST_TYPE(sym->st_info);

    return name != NULL && name[0] != '\0' && sym->st_shndx != SHN_UNDEF && !is_mapping(name) &&
           (type == STT_OBJECT || type == STT_FUNC || type == STT_NOTYPE || type == STT_GNU_IFUNC);
}

static int compare_addresses(const void *a, const void *b)
{
    const struct ocd_elf_symbol *x = a, *y = b;

    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    if ((x->size > 0) != (y->size > 0))
        return x->size > 0 ? 1 : -1;
    /* GDB takes the one whose name comes last in the table of strings. */
    return x->name < y->name ? -1 : x->name > y->name;
}

static int compare_names(const void *a, const void *b)
{
    const struct ocd_elf_symbol *const *x = a, *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);

    return order != 0 ? order : ((*x)->addr < (*y)->addr ? -1 : (*x)->addr > (*y)->addr);
}

static void add(struct ocd_elf_file *f, const GElf_Sym *sym, const char *name)
{
    struct ocd_elf_symbol *e = &f->table[f->table_count++];

    *e = (struct ocd_elf_symbol){
        .name = name,
        .addr = sym->st_value,
        .size = sym->st_size,
        .section = sym->st_shndx,
        .type = GELF_ST_TYPE(sym->st_info),
        .bind = GELF_ST_BIND(sym->st_info),
    };
    if (f->machine == EM_ARM && e->type == STT_FUNC)
        e->addr &= ~(uint64_t)1;
}

static void read_table(struct ocd_elf_file *f, Elf_Scn *scn, const GElf_Shdr *h)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    uint64_t count = data != NULL && h->sh_entsize > 0 ? data->d_size / h->sh_entsize : 0;
    GElf_Sym sym;

    f->table = calloc((size_t)count + 1, sizeof(*f->table));
    if (f->table == NULL)
        return (void)ocd__symbols_nomem(f->symbols);
    for (uint64_t i = 0; i < count && i < INT32_MAX; i++) {
        if (gelf_getsym(data, (int)i, &sym) == NULL)
            continue;
        const char *name = elf_strptr(f->elf, h->sh_link, sym.st_name);
        if (is_wanted(&sym, name))
            add(f, &sym, name);
    }
}

bool ocd__elf_has_table(struct ocd_elf_file *file)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;

    while (!file->has_table && (scn = elf_nextscn(file->elf, scn)) != NULL)
        if (gelf_getshdr(scn, &h) != NULL && h.sh_type == SHT_SYMTAB) {
            file->has_table = true;
            read_table(file, scn, &h);
        }
    file->has_table = true;
    return file->table_count > 0;
}

size_t ocd__elf_table(struct ocd_elf_file *file)
{
    if (ocd__elf_has_table(file) && !file->is_sorted)
        qsort(file->table, file->table_count, sizeof(*file->table), compare_addresses);
    file->is_sorted = true;
    return file->table_count;
}

/* A few entries are found faster than thousands are sorted. */
static bool is_sorting_worth(struct ocd_elf_file *f)
{
    return ++f->lookups > LOOKUPS_MAX;
}

/* The number of entries at or below an address. */
static size_t count_up_to(const struct ocd_elf_file *f, uint64_t addr)
{
    size_t low = 0, high = f->table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->table[middle].addr <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_memory(const struct ocd_elf_symbol *e)
{
    return e->section != SHN_ABS && e->section != SHN_COMMON;
}

static bool holds(const struct ocd_elf_symbol *e, uint64_t addr)
{
    return e->size > 0 && addr >= e->addr && addr - e->addr < e->size && is_memory(e);
}

static const struct ocd_elf_symbol *scan_for_object(const struct ocd_elf_file *f, uint64_t addr)
{
    const struct ocd_elf_symbol *found = NULL;

    for (size_t i = 0; i < f->table_count; i++) {
        const struct ocd_elf_symbol *e = &f->table[i];
        if (holds(e, addr) && (found == NULL || compare_addresses(e, found) > 0))
            found = e;
    }
    return found;
}

const struct ocd_elf_symbol *ocd__elf_object_at(struct ocd_elf_file *file, uint64_t addr)
{
    if (!ocd__elf_has_table(file))
        return NULL;
    if (!file->is_sorted && !is_sorting_worth(file))
        return scan_for_object(file, addr);
    /* Ranges of symbols seldom nest; a few entries back is far enough. */
    size_t i = ocd__elf_table(file) > 0 ? count_up_to(file, addr) : 0;

    for (size_t tries = 0; i > 0 && tries < 64; tries++) {
        const struct ocd_elf_symbol *e = &file->table[--i];
        if (holds(e, addr))
            return e;
    }
    return NULL;
}

const struct ocd_elf_symbol *ocd__elf_symbol_at(struct ocd_elf_file *file, uint64_t addr)
{
    ocd__elf_table(file);
    const struct ocd_elf_symbol *object = ocd__elf_object_at(file, addr);
    const struct ocd_elf_section *section = ocd__elf_section_at(file, addr);

    if (object != NULL || section == NULL)
        return object;
    for (size_t i = count_up_to(file, addr); i > 0; i--) {
        const struct ocd_elf_symbol *e = &file->table[i - 1];
        if (e->addr < section->addr)
            break;
        if (e->size == 0 && e->section == section->index)
            return e;
    }
    return NULL;
}

/* --- By name --- */

static void make_index(struct ocd_elf_file *f)
{
    size_t count = ocd__elf_table(f);

    f->by_name = calloc(count + 1, sizeof(struct ocd_elf_symbol *));
    if (f->by_name == NULL)
        return (void)ocd__symbols_nomem(f->symbols);
    for (size_t i = 0; i < count; i++)
        f->by_name[i] = &f->table[i];
    qsort(f->by_name, count, sizeof(*f->by_name), compare_names);
}

/* The entry of the name with the lowest address. `several`: there are others elsewhere. */
static const struct ocd_elf_symbol *find_in_table(const struct ocd_elf_file *f, const char *name,
                                                  bool *several)
{
    const struct ocd_elf_symbol *found = NULL;

    for (size_t i = 0; i < f->table_count; i++) {
        const struct ocd_elf_symbol *e = &f->table[i];
        if (e->name[0] != name[0] || strcmp(e->name, name) != 0)
            continue;
        *several = *several || (found != NULL && e->addr != found->addr);
        if (found == NULL || compare_addresses(e, found) < 0)
            found = e;
    }
    return found;
}

static const struct ocd_elf_symbol *find_in_index(const struct ocd_elf_file *f, const char *name,
                                                  bool *several)
{
    size_t low = 0, high = f->table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(f->by_name[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == f->table_count || strcmp(f->by_name[low]->name, name) != 0)
        return NULL;
    for (size_t i = low + 1; i < f->table_count; i++) {
        if (strcmp(f->by_name[i]->name, name) != 0)
            break;
        *several = *several || f->by_name[i]->addr != f->by_name[low]->addr;
    }
    return f->by_name[low];
}

const struct ocd_elf_symbol *ocd__elf_symbol_named(struct ocd_elf_file *file, const char *name,
                                                   bool unique)
{
    const struct ocd_elf_symbol *found;
    bool several = false;

    if (!ocd__elf_has_table(file))
        return NULL;
    if (file->by_name == NULL && is_sorting_worth(file))
        make_index(file);
    found = file->by_name != NULL ? find_in_index(file, name, &several)
                                  : find_in_table(file, name, &several);
    return unique && several ? NULL : found;
}
