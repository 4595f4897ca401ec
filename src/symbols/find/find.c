// SPDX-License-Identifier: MIT
/* Symbols by name. */
#include <stdlib.h>
#include <string.h>

#include "symbols/find/find.h"

enum {
    CANDIDATES_MAX = 32, /* that an error lists */
};

struct search {
    struct ocd_symbols *symbols;
    const char *wanted; /* without the file's name */
    const char *last;   /* what follows the last "::" of it */
    const char *file;   /* NULL: any */
    size_t file_length;
    enum ocd_match best;
    struct ocd_symbol_data *found[CANDIDATES_MAX];
    size_t count;
};

/* "src/main.c" fits "main.c" and "src/main.c". */
static bool fits_file(const struct search *x, const char *path)
{
    size_t length = strlen(path);

    if (x->file == NULL)
        return true;
    if (length < x->file_length ||
        strncmp(path + length - x->file_length, x->file, x->file_length) != 0)
        return false;
    return length == x->file_length || path[length - x->file_length - 1] == '/';
}

static bool has_location(const struct ocd_symbol_data *d)
{
    return d->symbol.has_addr || d->symbol.kind == OCD_SYMBOL_CONSTANT;
}

static bool is_duplicate(const struct ocd_symbol_data *a, const struct ocd_symbol_data *b)
{
    if (a->file != b->file)
        return strcmp(a->symbol.name, b->symbol.name) == 0; /* the first file has it */
    if (has_location(a) != has_location(b))
        return strcmp(a->symbol.file, b->symbol.file) == 0 && a->symbol.line == b->symbol.line;
    if (a->symbol.has_addr && b->symbol.has_addr)
        return a->symbol.addr == b->symbol.addr;
    return strcmp(a->symbol.file, b->symbol.file) == 0 && a->symbol.line == b->symbol.line;
}

static void add(struct search *x, struct ocd_symbol_data *d)
{
    for (size_t i = 0; i < x->count; i++)
        if (is_duplicate(x->found[i], d)) {
            if (has_location(d) && !has_location(x->found[i]))
                x->found[i] = d;
            return;
        }
    if (x->count < CANDIDATES_MAX)
        x->found[x->count++] = d;
}

static void consider(struct search *x, struct ocd_var *var)
{
    if (!ocd__may_match(var->name, x->last))
        return;
    struct ocd_scope *scope = ocd__var_scope(var);
    enum ocd_match match = ocd__scope_match(scope, var->name, x->wanted);
    if (match == OCD_MATCH_NONE && strchr(x->last, '<') != NULL)
        match = ocd__scope_match(scope, ocd__canonical_name(x->symbols, var->name), x->wanted);
    if (match == OCD_MATCH_NONE && var->is_function && strchr(x->wanted, ')') != NULL) {
        struct ocd_scope *own = ocd__scope_enter(var->file, scope, &var->die);
        match = own != NULL && own != scope
                    ? ocd__scope_match(scope, ocd__scope_signature(own), x->wanted)
                    : OCD_MATCH_NONE;
    }
    if (match == OCD_MATCH_NONE || match < x->best)
        return;
    struct ocd_symbol_data *d = ocd__symbol_of_var(x->symbols, var);
    if (d == NULL || d->is_external || !fits_file(x, d->symbol.file))
        return;
    if (match > x->best)
        x->count = 0;
    x->best = match;
    add(x, d);
}

static void search_list(struct search *x, struct ocd_var_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        consider(x, &list->items[i]);
}

/* Variables that the compiler has removed do not hide one that exists. */
static void drop_unlocated(struct search *x)
{
    size_t kept = 0;

    for (size_t i = 0; i < x->count; i++)
        if (has_location(x->found[i]))
            kept++;
    if (kept == 0)
        return;
    kept = 0;
    for (size_t i = 0; i < x->count; i++)
        if (has_location(x->found[i]))
            x->found[kept++] = x->found[i];
    x->count = kept;
}

/* Searches for what only assembler or the linker's script defines. */
static void search_declarations(struct search *x)
{
    struct ocd_var_list list = {0};

    if (ocd__walk_declarations(x->symbols, x->wanted, &list) == OCD_OK)
        search_list(x, &list);
    free(list.items);
}

static void search_tables(struct search *x)
{
    for (size_t i = 0; i < x->symbols->file_count && x->count == 0 && x->file == NULL; i++) {
        struct ocd_elf_file *file = x->symbols->files[i];
        const struct ocd_elf_symbol *found = ocd__elf_symbol_named(file, x->wanted, false);
        if (found == NULL)
            continue;
        const struct ocd_elf_symbol e = *found; /* what follows may sort the table */
        struct ocd_symbol_data *d = ocd__var_at(x->symbols, e.addr, true);
        bool same = d != NULL && strcmp(d->symbol.linkage_name, e.name) == 0;
        d = same ? d : ocd__symbol_of_entry(file, &e);
        if (d != NULL)
            add(x, d);
    }
}

/* --- Answers --- */

static void list_one(struct ocd_buffer *list, const struct ocd_symbol *s)
{
    ocd__buffer_printf(list, "\n%s", s->name);
    if (s->linkage_name[0] == '_' && strcmp(s->linkage_name, s->name) != 0)
        ocd__buffer_printf(list, " = %s", s->linkage_name);
    if (s->file[0] != '\0')
        ocd__buffer_printf(list, " (%s:%u)", s->file, s->line);
    if (s->has_addr)
        ocd__buffer_printf(list, " at 0x%08llX", (unsigned long long)s->addr);
}

static int fail_ambiguous(struct search *x, const char *what)
{
    struct ocd_buffer list = {0};

    for (size_t i = 0; i < x->count; i++)
        list_one(&list, &x->found[i]->symbol);
    int rc = ocd__symbols_fail(x->symbols, OCD_ERR_AMBIGUOUS, what,
                               "write more of its name, or file.c:name, for one of these%s",
                               list.error == 0 ? list.data : "");
    ocd__buffer_free(&list);
    return rc;
}

/* Whether the debug information of a name may be in a file that is missing. */
static bool misses_file(const struct ocd_symbols *s)
{
    for (size_t i = 0; i < s->file_count; i++)
        if (s->files[i]->missing_dwo != NULL)
            return true;
    return false;
}

static int fail_missing(struct ocd_symbols *s, const char *what)
{
    for (size_t i = 0; i < s->file_count; i++)
        if (s->files[i]->missing_dwo != NULL)
            return ocd__symbols_fail(s, OCD_ERR_FILE, what,
                                     "it may be in the split debug file %s, which is missing",
                                     s->files[i]->missing_dwo);
    for (size_t i = 0; i < s->file_count; i++)
        if (!s->files[i]->info.has_debug_info)
            return ocd__symbols_fail(s, OCD_ERR_NO_SYMBOL, what,
                                     "%s has no debug information (compile with -g)",
                                     s->files[i]->info.path);
    return ocd__symbols_fail(s, OCD_ERR_NO_SYMBOL, what, "%s", "");
}

/* Takes "file.c:" off the name. */
static void split_file(struct search *x, const char *wanted)
{
    const char *colon = wanted;

    x->wanted = wanted;
    if (wanted[0] == '\'') { /* GDB's 'file.c'::name */
        const char *end = strchr(wanted + 1, '\'');
        if (end != NULL && strncmp(end, "'::", 3) == 0) {
            x->file = wanted + 1;
            x->file_length = (size_t)(end - x->file);
            x->wanted = end + 3;
        }
        return;
    }
    while ((colon = strchr(colon, ':')) != NULL && colon[1] == ':')
        colon += 2;
    if (colon == NULL || strchr(wanted, '(') < colon)
        colon = strchr(wanted, '(') == NULL ? colon : NULL;
    if (colon != NULL && colon > wanted) {
        x->file = wanted;
        x->file_length = (size_t)(colon - wanted);
        x->wanted = colon + 1;
    }
}

int ocd__find(struct ocd_symbols *s, const char *wanted, struct ocd_symbol_data **found)
{
    struct search x = {.symbols = s};
    int rc = ocd__walk_vars(s);

    *found = NULL;
    if (rc != OCD_OK)
        return rc;
    split_file(&x, wanted);
    if (strchr(x.wanted, '<') != NULL)
        x.wanted = ocd__canonical_name(s, x.wanted);
    x.last = ocd__last_part(x.wanted);
    search_list(&x, &s->vars);
    if (x.best != OCD_MATCH_WHOLE || x.count == 0) {
        rc = ocd__walk_locals(s);
        if (rc != OCD_OK)
            return rc;
        search_list(&x, &s->locals);
    }
    if (x.count == 0)
        search_declarations(&x);
    if (x.count == 0 && !misses_file(s))
        search_tables(&x);
    if (s->error != 0)
        return ocd__symbols_nomem(s);
    drop_unlocated(&x);
    if (x.count == 0)
        return fail_missing(s, wanted);
    if (x.count > 1)
        return fail_ambiguous(&x, wanted);
    *found = x.found[0];
    return OCD_OK;
}

bool ocd__is_dynamic(struct ocd_symbols *s, const char *wanted)
{
    struct ocd_var_list list = {0};
    bool found = false;

    ocd__walk_dynamic(s, wanted, &list);
    for (size_t i = 0; i < list.count && !found; i++) {
        struct ocd_var *var = &list.items[i];
        if (ocd__scope_match(ocd__var_scope(var), var->name, wanted) == OCD_MATCH_NONE)
            continue;
        struct ocd_symbol_data *d = ocd__symbol_of_var(s, var);
        found = d != NULL;
        if (found)
            ocd__symbols_fail(s, OCD_ERR_NO_VALUE, wanted,
                              "%s (%s:%u) is a local variable, which has no fixed address",
                              d->symbol.name, d->symbol.file, d->symbol.line);
    }
    free(list.items);
    return found;
}

int ocd_symbols_find(struct ocd_symbols *symbols, const char *name,
                     const struct ocd_symbol **symbol)
{
    struct ocd_symbol_data *found;

    if (symbol != NULL)
        *symbol = NULL;
    if (symbols == NULL || name == NULL || symbol == NULL || symbols->file_count == 0)
        return OCD_ERR_ARG;
    if (name[0] == '\0')
        return ocd__symbols_fail(symbols, OCD_ERR_ARG, "a symbol", "its name is empty");
    int rc = ocd__find(symbols, name, &found);
    if (rc == OCD_OK)
        *symbol = &found->symbol;
    else if (rc == OCD_ERR_NO_SYMBOL && ocd__is_dynamic(symbols, name))
        rc = OCD_ERR_NO_VALUE;
    return rc;
}
