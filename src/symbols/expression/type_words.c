// SPDX-License-Identifier: MIT
/* The name of a type in an expression: "unsigned char *", "struct node", "const Ring<int, 4> &". */
#include <dwarf.h>
#include <string.h>

#include "symbols/expression/expression.h"

struct words {
    unsigned is_signed, is_unsigned, is_short, is_long, is_int, is_char, is_double;
    unsigned count;
};

static bool take_word(struct ocd_lexer *x, struct words *w)
{
    struct {
        const char *word;
        unsigned *count;
    } all[] = {
        {"signed", &w->is_signed}, {"unsigned", &w->is_unsigned}, {"short", &w->is_short},
        {"long", &w->is_long},     {"int", &w->is_int},           {"char", &w->is_char},
        {"double", &w->is_double},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        if (ocd__lex_take(x, all[i].word)) {
            ++*all[i].count;
            w->count++;
            return true;
        }
    return false;
}

static const char *pick(bool is_unsigned, const char *plain, const char *without_sign)
{
    return is_unsigned ? without_sign : plain;
}

/* One spelling for all that C allows. */
static const char *spell(const struct words *w)
{
    bool u = w->is_unsigned > 0;

    if (w->is_double)
        return w->is_long ? "long double" : "double";
    if (w->is_char)
        return u ? "unsigned char" : w->is_signed ? "signed char" : "char";
    if (w->is_short)
        return pick(u, "short int", "short unsigned int");
    if (w->is_long > 1)
        return pick(u, "long long int", "long long unsigned int");
    if (w->is_long)
        return pick(u, "long int", "long unsigned int");
    return pick(u, "int", "unsigned int");
}

static bool take_qualifier(struct ocd_lexer *x, struct ocd_type_words *t)
{
    if (ocd__lex_take(x, "const"))
        return t->is_const = true;
    if (ocd__lex_take(x, "volatile"))
        return t->is_volatile = true;
    return false;
}

static void take_qualifiers(struct ocd_lexer *x, struct ocd_type_words *t)
{
    while (take_qualifier(x, t)) {
    }
}

static int take_tag(struct ocd_lexer *x)
{
    if (ocd__lex_take(x, "struct"))
        return DW_TAG_structure_type;
    if (ocd__lex_take(x, "class"))
        return DW_TAG_class_type;
    if (ocd__lex_take(x, "union"))
        return DW_TAG_union_type;
    if (ocd__lex_take(x, "enum"))
        return DW_TAG_enumeration_type;
    return 0;
}

static bool take_base(struct ocd_lexer *x, struct ocd_type_words *t, bool *is_certain)
{
    struct words w = {0};

    t->tag = take_tag(x);
    if (t->tag != 0) {
        *is_certain = true;
        t->name = ocd__lex_name(x);
        return t->name != NULL;
    }
    while (take_word(x, &w))
        take_qualifiers(x, t);
    if (w.count > 0) {
        *is_certain = true;
        t->name = spell(&w);
        return true;
    }
    t->name = ocd__lex_name(x);
    return t->name != NULL;
}

static bool take_suffix(struct ocd_lexer *x, struct ocd_type_words *t)
{
    double real;
    bool is_real;

    while (ocd__lex_take(x, "*")) {
        t->pointers++;
        struct ocd_type_words ignored;
        take_qualifiers(x, &ignored);
    }
    t->reference = ocd__lex_take(x, "&");
    while (ocd__lex_take(x, "["))
        if (t->count == OCD_ARRAYS_MAX ||
            !ocd__lex_number(x, &t->counts[t->count++], &real, &is_real) || is_real ||
            !ocd__lex_take(x, "]"))
            return false;
    return true;
}

bool ocd__lex_type(struct ocd_lexer *x, struct ocd_type_words *words, bool *is_certain)
{
    *words = (struct ocd_type_words){0};
    *is_certain = false;
    take_qualifiers(x, words);
    if (words->is_const || words->is_volatile)
        *is_certain = true;
    if (!take_base(x, words, is_certain))
        return false;
    take_qualifiers(x, words);
    if (!take_suffix(x, words))
        return false;
    if (words->pointers > 0 || words->reference || words->count > 0)
        *is_certain = true;
    return words->pointers <= 16;
}
