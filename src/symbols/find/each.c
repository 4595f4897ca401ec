// SPDX-License-Identifier: MIT
/* All symbols in order. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/find/find.h"

struct list {
    const struct ocd_symbol **items;
    size_t count, capacity;
    const char *glob;
    struct ocd_symbols *symbols;
};

static bool fits(const struct list *l, const char *name)
{
    return l->glob == NULL || fnmatch(l->glob, name, 0) == 0;
}

static int add(struct list *l, const struct ocd_symbol *symbol)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity == 0 ? 256 : l->capacity * 2;
        const struct ocd_symbol **items = realloc(l->items, capacity * sizeof(*items));
        if (items == NULL)
            return ocd__symbols_nomem(l->symbols);
        l->items = items;
        l->capacity = capacity;
    }
    l->items[l->count++] = symbol;
    return OCD_OK;
}

static int add_vars(struct list *l, struct ocd_var_list *vars)
{
    int rc = OCD_OK;

    for (size_t i = 0; i < vars->count && rc == OCD_OK; i++) {
        struct ocd_symbol_data *d = ocd__symbol_of_var(l->symbols, &vars->items[i]);
        if (d == NULL)
            return OCD_ERR_NOMEM;
        if (!d->is_external && fits(l, d->symbol.name))
            rc = add(l, &d->symbol);
    }
    return rc;
}

static int add_entries(struct list *l, struct ocd_elf_file *file)
{
    int rc = OCD_OK;

    for (size_t i = 0; i < ocd__elf_table(file) && rc == OCD_OK; i++) {
        const struct ocd_elf_symbol *e = &file->table[i];
        if (ocd__var_at(l->symbols, e->addr, true) != NULL && e->size > 0)
            continue;
        struct ocd_symbol_data *d = ocd__symbol_of_entry(file, e);
        if (d == NULL)
            return OCD_ERR_NOMEM;
        if (fits(l, d->symbol.name))
            rc = add(l, &d->symbol);
    }
    return rc;
}

/* Among equal names, those that have an address come first. */
static int compare(const void *a, const void *b)
{
    const struct ocd_symbol *x = *(const struct ocd_symbol *const *)a;
    const struct ocd_symbol *y = *(const struct ocd_symbol *const *)b;
    int order = strcmp(x->name, y->name);

    if (order != 0)
        return order;
    if (x->has_addr != y->has_addr)
        return x->has_addr ? -1 : 1;
    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static bool is_repeated(const struct ocd_symbol *a, const struct ocd_symbol *b)
{
    if (strcmp(a->name, b->name) != 0)
        return false;
    if (a->has_addr && b->has_addr)
        return a->addr == b->addr;
    return a->line == b->line && strcmp(a->file, b->file) == 0;
}

static int collect(struct list *l)
{
    int rc = ocd__walk_vars(l->symbols);

    if (rc == OCD_OK)
        rc = ocd__walk_locals(l->symbols);
    if (rc == OCD_OK)
        rc = add_vars(l, &l->symbols->vars);
    if (rc == OCD_OK)
        rc = add_vars(l, &l->symbols->locals);
    for (size_t i = 0; i < l->symbols->file_count && rc == OCD_OK; i++)
        rc = add_entries(l, l->symbols->files[i]);
    return rc != OCD_OK || l->symbols->error == 0 ? rc : ocd__symbols_nomem(l->symbols);
}

int ocd_symbols_each(struct ocd_symbols *symbols, const char *glob, ocd_symbol_fn symbol,
                     void *user)
{
    if (symbols == NULL || symbol == NULL)
        return OCD_ERR_ARG;
    struct list l = {.glob = glob, .symbols = symbols};
    int rc = collect(&l);

    if (l.count > 0)
        qsort(l.items, l.count, sizeof(*l.items), compare);
    for (size_t i = 0; i < l.count && rc == OCD_OK; i++) {
        if (i > 0 && is_repeated(l.items[i - 1], l.items[i]))
            continue;
        if (symbol(l.items[i], user) != 0)
            rc = ocd__symbols_fail(symbols, OCD_ERR_CANCELLED, "symbols", "%s", "");
    }
    free(l.items);
    return rc;
}
