// SPDX-License-Identifier: MIT
/* The symbol table of an ELF file. */
#include <stdlib.h>
#include <string.h>

#include "symbols/symbols.h"

/* $a, $d, $t, $x: where the linker notes code and data of Arm and RISC-V. */
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
    size_t count = data != NULL && h->sh_entsize > 0 ? data->d_size / h->sh_entsize : 0;
    GElf_Sym sym;

    f->table = calloc(count + 1, sizeof(*f->table));
    f->by_name = calloc(count + 1, sizeof(struct ocd_elf_symbol *));
    if (f->table == NULL || f->by_name == NULL)
        return (void)ocd_symbols_nomem(f->symbols);
    for (size_t i = 0; i < count && i < INT32_MAX; i++) {
        if (gelf_getsym(data, (int)i, &sym) == NULL)
            continue;
        const char *name = elf_strptr(f->elf, h->sh_link, sym.st_name);
        if (is_wanted(&sym, name))
            add(f, &sym, name);
    }
    qsort(f->table, f->table_count, sizeof(*f->table), compare_addresses);
    for (size_t i = 0; i < f->table_count; i++)
        f->by_name[i] = &f->table[i];
    qsort(f->by_name, f->table_count, sizeof(*f->by_name), compare_names);
}

size_t ocd_elf_table(struct ocd_elf_file *file)
{
    Elf_Scn *scn = NULL;
    GElf_Shdr h;

    while (!file->has_table && (scn = elf_nextscn(file->elf, scn)) != NULL)
        if (gelf_getshdr(scn, &h) != NULL && h.sh_type == SHT_SYMTAB) {
            file->has_table = true;
            read_table(file, scn, &h);
        }
    file->has_table = true;
    return file->by_name != NULL ? file->table_count : 0;
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

const struct ocd_elf_symbol *ocd_elf_object_at(struct ocd_elf_file *file, uint64_t addr)
{
    /* Ranges of symbols seldom nest; a few entries back is far enough. */
    size_t i = ocd_elf_table(file) > 0 ? count_up_to(file, addr) : 0;

    for (size_t tries = 0; i > 0 && tries < 64; tries++) {
        const struct ocd_elf_symbol *e = &file->table[--i];
        if (e->size > 0 && addr - e->addr < e->size && is_memory(e))
            return e;
    }
    return NULL;
}

const struct ocd_elf_symbol *ocd_elf_symbol_at(struct ocd_elf_file *file, uint64_t addr)
{
    const struct ocd_elf_symbol *object = ocd_elf_object_at(file, addr);
    const struct ocd_elf_section *section = ocd_elf_section_at(file, addr);

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

const struct ocd_elf_symbol *ocd_elf_symbol_named(struct ocd_elf_file *file, const char *name,
                                                  bool unique)
{
    size_t low = 0, high = ocd_elf_table(file);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(file->by_name[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ocd_elf_table(file) || strcmp(file->by_name[low]->name, name) != 0)
        return NULL;
    for (size_t i = low + 1; unique && i < file->table_count; i++) {
        if (strcmp(file->by_name[i]->name, name) != 0)
            break;
        if (file->by_name[i]->addr != file->by_name[low]->addr)
            return NULL;
    }
    return file->by_name[low];
}
