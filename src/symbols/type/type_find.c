// SPDX-License-Identifier: MIT
/* Types by name. There is no index: a program has many types and few are asked for. */
#include <dwarf.h>
#include <string.h>

#include "symbols/type/type.h"

enum {
    CANDIDATES_MAX = 16, /* that an error lists */
};

struct search {
    struct ocd_symbols *symbols;
    const char *wanted;
    const char *last; /* the part of the name after the last "::" */
    int tag;          /* 0: any */
    enum ocd_match best;
    Dwarf_Die found[CANDIDATES_MAX];
    struct ocd_elf_file *files[CANDIDATES_MAX];
    size_t count;
};

static bool is_type(int tag)
{
    switch (tag) {
    case DW_TAG_base_type:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_typedef:
        return true;
    default:
        return false;
    }
}

static bool fits_tag(int tag, int wanted)
{
    if (wanted == 0 || tag == wanted)
        return true;
    return (tag == DW_TAG_class_type && wanted == DW_TAG_structure_type) ||
           (tag == DW_TAG_structure_type && wanted == DW_TAG_class_type);
}

/* The same definition, seen from several units. */
static bool is_same(Dwarf_Die *a, Dwarf_Die *b)
{
    uint64_t size_a = 0, size_b = 0;

    ocd__die_number(a, DW_AT_byte_size, &size_a);
    ocd__die_number(b, DW_AT_byte_size, &size_b);
    if (size_a != size_b || dwarf_tag(a) != dwarf_tag(b))
        return false;
    if (dwarf_tag(a) == DW_TAG_base_type)
        return true;
    if (ocd__die_line(a) != ocd__die_line(b))
        return false;
    const char *file_a = ocd__die_file(a), *file_b = ocd__die_file(b);
    return file_a == NULL || file_b == NULL || strcmp(file_a, file_b) == 0;
}

static void consider(struct search *x, struct ocd_elf_file *file, Dwarf_Die *die,
                     struct ocd_scope *scope)
{
    const char *name = dwarf_diename(die);
    if (strchr(name, '<') != NULL)
        name = ocd__canonical_name(x->symbols, name);
    enum ocd_match match = ocd__scope_match(scope, name, x->wanted);

    if (match == OCD_MATCH_NONE || match < x->best || ocd__die_flag(die, DW_AT_declaration))
        return;
    if (match > x->best)
        x->count = 0;
    x->best = match;
    for (size_t i = 0; i < x->count; i++)
        if (is_same(&x->found[i], die))
            return;
    if (x->count < CANDIDATES_MAX) {
        x->files[x->count] = file;
        x->found[x->count++] = *die;
    }
}

static bool has_name(const struct search *x, Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);

    return name != NULL && ocd__may_match(name, x->last);
}

static void search_children(struct search *x, struct ocd_elf_file *file, Dwarf_Die *parent,
                            struct ocd_scope *scope, bool scoped, unsigned depth)
{
    Dwarf_Die die;

    if (depth == OCD_DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        if (is_type(tag) && fits_tag(tag, x->tag) && has_name(x, &die))
            consider(x, file, &die, scope);
        if (scoped && (tag == DW_TAG_namespace || tag == DW_TAG_structure_type ||
                       tag == DW_TAG_class_type || tag == DW_TAG_union_type))
            search_children(x, file, &die, ocd__scope_enter(file, scope, &die), scoped, depth + 1);
    } while (dwarf_siblingof(&die, &die) == 0);
}

static void search_file(struct search *x, struct ocd_elf_file *file)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    bool is_types;

    while (ocd__next_unit(file, &unit, &die, &is_types)) {
        int language = dwarf_srclang(&die);
        bool scoped = ocd__language_is_cpp(language) || ocd__language_is_rust(language);
        search_children(x, file, &die, NULL, scoped, 0);
    }
}

/* A typedef of a struct of the same name is that struct: typedef struct point point. */
static void drop_typedefs(struct search *x)
{
    size_t kept = 0;

    for (size_t i = 0; i < x->count; i++)
        if (dwarf_tag(&x->found[i]) != DW_TAG_typedef)
            kept++;
    if (kept == 0 || kept == x->count)
        return;
    kept = 0;
    for (size_t i = 0; i < x->count; i++)
        if (dwarf_tag(&x->found[i]) != DW_TAG_typedef) {
            x->files[kept] = x->files[i];
            x->found[kept++] = x->found[i];
        }
    x->count = kept;
}

static int fail_ambiguous(struct search *x)
{
    struct ocd_buffer list = {0};

    for (size_t i = 0; i < x->count; i++) {
        const char *file = ocd__die_file(&x->found[i]);
        ocd__buffer_printf(&list, "\n%s:%u", file != NULL ? file : "?",
                           ocd__die_line(&x->found[i]));
    }
    int rc = ocd__symbols_fail(x->symbols, OCD_ERR_AMBIGUOUS, x->wanted,
                               "there are several types of that name:%s",
                               list.error == 0 ? list.data : "");
    ocd__buffer_free(&list);
    return rc;
}

static const char *missing_file(struct ocd_symbols *s)
{
    for (size_t i = 0; i < s->file_count; i++)
        if (s->files[i]->missing_dwo != NULL)
            return s->files[i]->missing_dwo;
    return NULL;
}

int ocd__type_find(struct ocd_symbols *s, const char *wanted, int tag, struct ocd_type **type)
{
    struct search x = {.symbols = s, .wanted = wanted, .tag = tag};

    *type = NULL;
    if (wanted == NULL)
        return ocd__symbols_nomem(s);
    if (strchr(wanted, '<') != NULL)
        x.wanted = ocd__canonical_name(s, wanted);
    x.last = ocd__last_part(x.wanted);
    for (size_t i = 0; i < s->file_count && x.best != OCD_MATCH_WHOLE; i++)
        search_file(&x, s->files[i]);
    if (s->error != 0)
        return ocd__symbols_nomem(s);
    drop_typedefs(&x);
    if (x.count > 1)
        return fail_ambiguous(&x);
    if (x.count == 0 && missing_file(s) != NULL)
        return ocd__symbols_fail(s, OCD_ERR_FILE, wanted, "the split debug file %s is missing",
                                 missing_file(s));
    if (x.count == 0)
        return ocd__symbols_fail(s, OCD_ERR_NO_SYMBOL, wanted, "there is no type of that name");
    *type = ocd__type_of_die(x.files[0], &x.found[0]);
    return OCD_OK;
}
