// SPDX-License-Identifier: MIT
/* From the name of a type to the type. */
#include <string.h>

#include "symbols/expression/expression.h"

/* Types that C has, for programs that do not use them. */
static const struct basic {
    const char *name;
    const char *cpp; /* the other spelling in debug information; NULL: the same */
    enum ocd_type_kind kind;
    unsigned size; /* 0: as wide as an address */
    bool is_signed;
} basics[] = {
    {"void", NULL, OCD_TYPE_VOID, 0, false},
    {"char", NULL, OCD_TYPE_CHAR, 1, false},
    {"signed char", NULL, OCD_TYPE_CHAR, 1, true},
    {"unsigned char", NULL, OCD_TYPE_CHAR, 1, false},
    {"short int", "short", OCD_TYPE_INTEGER, 2, true},
    {"short unsigned int", "unsigned short", OCD_TYPE_INTEGER, 2, false},
    {"int", NULL, OCD_TYPE_INTEGER, 4, true},
    {"unsigned int", NULL, OCD_TYPE_INTEGER, 4, false},
    {"long int", "long", OCD_TYPE_INTEGER, 0, true},
    {"long unsigned int", "unsigned long", OCD_TYPE_INTEGER, 0, false},
    {"long long int", "long long", OCD_TYPE_INTEGER, 8, true},
    {"long long unsigned int", "unsigned long long", OCD_TYPE_INTEGER, 8, false},
    {"float", NULL, OCD_TYPE_FLOAT, 4, false},
    {"double", NULL, OCD_TYPE_FLOAT, 8, false},
    {"bool", "_Bool", OCD_TYPE_BOOL, 1, false},
    {"int8_t", NULL, OCD_TYPE_CHAR, 1, true},
    {"uint8_t", NULL, OCD_TYPE_CHAR, 1, false},
    {"int16_t", NULL, OCD_TYPE_INTEGER, 2, true},
    {"uint16_t", NULL, OCD_TYPE_INTEGER, 2, false},
    {"int32_t", NULL, OCD_TYPE_INTEGER, 4, true},
    {"uint32_t", NULL, OCD_TYPE_INTEGER, 4, false},
    {"int64_t", NULL, OCD_TYPE_INTEGER, 8, true},
    {"uint64_t", NULL, OCD_TYPE_INTEGER, 8, false},
};

static const struct basic *find_basic(const char *name)
{
    for (size_t i = 0; i < sizeof(basics) / sizeof(*basics); i++)
        if (strcmp(basics[i].name, name) == 0)
            return &basics[i];
    return NULL;
}

static int find_base(struct ocd_symbols *s, const struct ocd_type_words *w, struct ocd_type **type)
{
    const struct basic *basic = w->tag == 0 ? find_basic(w->name) : NULL;

    if (basic != NULL && basic->kind == OCD_TYPE_VOID) {
        *type = s->void_type;
        return OCD_OK;
    }
    int rc = ocd__type_find(s, w->name, w->tag, type);
    if (rc == OCD_OK || rc == OCD_ERR_NOMEM || basic == NULL)
        return rc;
    if (basic->cpp != NULL && ocd__type_find(s, basic->cpp, 0, type) == OCD_OK)
        return OCD_OK;
    unsigned size = basic->size > 0 ? basic->size : ocd__symbols_word(s);
    *type = ocd__type_basic(s, basic->kind, size, basic->is_signed, basic->name);
    ocd__detail_clear(&s->detail);
    return OCD_OK;
}

int ocd__type_of_words(struct ocd_symbols *s, const struct ocd_type_words *words,
                       struct ocd_type **type)
{
    int rc = find_base(s, words, type);
    struct ocd_type *t = *type;

    if (rc != OCD_OK)
        return rc;
    if (words->is_const && t != NULL)
        t = ocd__type_qualified(s, t, OCD_TYPE_CONST);
    if (words->is_volatile && t != NULL)
        t = ocd__type_qualified(s, t, OCD_TYPE_VOLATILE);
    for (unsigned i = 0; i < words->pointers && t != NULL; i++)
        t = ocd__type_pointer_to(s, t);
    if (words->reference && t != NULL)
        t = ocd__type_qualified(s, t, OCD_TYPE_REFERENCE);
    for (size_t i = words->count; i > 0 && t != NULL; i--)
        t = ocd__type_array_of(s, t, words->counts[i - 1]);
    if (t == NULL)
        return ocd__symbols_nomem(s);
    if (t->info.kind == OCD_TYPE_REFERENCE && t->info.size == 0) {
        t->info.size = ocd__symbols_word(s);
        t->info.has_size = true;
    }
    *type = t;
    return OCD_OK;
}

int ocd_symbols_type(struct ocd_symbols *symbols, const char *name, const struct ocd_type **type)
{
    struct ocd_type_words words;
    struct ocd_type *found;
    bool certain;

    if (type != NULL)
        *type = NULL;
    if (symbols == NULL || name == NULL || type == NULL || symbols->file_count == 0)
        return OCD_ERR_ARG;
    struct ocd_lexer x = {.text = name, .arena = &symbols->arena};
    bool valid = ocd__lex_type(&x, &words, &certain);
    ocd__lex_blanks(&x);
    if (!valid || name[x.at] != '\0')
        return ocd__symbols_fail(symbols, OCD_ERR_EXPRESSION, name, "this is no name of a type");
    int rc = ocd__type_of_words(symbols, &words, &found);
    if (rc == OCD_OK)
        *type = found;
    return rc;
}
