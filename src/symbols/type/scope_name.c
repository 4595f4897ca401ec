// SPDX-License-Identifier: MIT
/* Whole names: written as GDB does, and compared with what a user has written. */
#include <dwarf.h>
#include <string.h>

#include "base/scan.h"
#include "symbols/type/type.h"

/* Returns whether there are any. */
static bool add_parameters_of(struct ocd_buffer *b, struct ocd_elf_file *file, Dwarf_Die *function)
{
    Dwarf_Die die, type;
    const char *comma = "";

    if (dwarf_child(function, &die) != 0)
        return false;
    do {
        if (dwarf_tag(&die) != DW_TAG_formal_parameter || ocd__die_flag(&die, DW_AT_artificial) ||
            !ocd__die_reference(&die, DW_AT_type, &type))
            continue;
        ocd__buffer_puts(b, comma);
        ocd__buffer_puts(b, ocd__type_name(ocd__type_of_die(file, &type)));
        comma = ", ";
    } while (dwarf_siblingof(&die, &die) == 0);
    return comma[0] != '\0';
}

/* Parameters of a function, as they are part of its name in C++: those of the declaration, or of
 * the definition where a type unit has the declaration. */
static void add_parameters(struct ocd_buffer *b, struct ocd_elf_file *file, Dwarf_Die *function)
{
    Dwarf_Die declaration = *function, origin;

    for (unsigned i = 0; i < 4; i++) {
        if (!ocd__die_reference(&declaration, DW_AT_abstract_origin, &origin) &&
            !ocd__die_reference(&declaration, DW_AT_specification, &origin))
            break;
        declaration = origin;
    }
    ocd__buffer_puts(b, "(");
    if (!add_parameters_of(b, file, &declaration) && declaration.addr != function->addr)
        add_parameters_of(b, file, function);
    ocd__buffer_puts(b, ")");
}

static const char *function_signature(struct ocd_scope *scope)
{
    struct ocd_buffer b = {0};
    Dwarf_Die function = scope->die;

    scope->signature = scope->name; /* a parameter may be of a type inside */
    ocd__buffer_puts(&b, scope->name);
    add_parameters(&b, scope->file, &function);
    char *copy =
        b.error == 0 ? ocd__arena_copy(&scope->file->symbols->arena, b.data, b.size) : NULL;
    ocd__buffer_free(&b);
    return copy != NULL ? copy : scope->name;
}

const char *ocd__scope_signature(struct ocd_scope *scope)
{
    if (scope->signature != NULL)
        return scope->signature;
    bool is_cpp = ocd__language_is_cpp(ocd__die_language(&scope->die));
    if (is_cpp && scope->is_function)
        scope->signature = function_signature(scope);
    else if (is_cpp && strchr(scope->name, '<') != NULL)
        scope->signature = ocd__canonical_name(scope->file->symbols, scope->name);
    else
        scope->signature = scope->name;
    return scope->signature;
}

static void add_scope(struct ocd_buffer *b, struct ocd_scope *scope, unsigned depth)
{
    if (scope == NULL || depth == OCD_DEPTH_MAX)
        return;
    add_scope(b, scope->parent, depth + 1);
    if (scope->is_nameless_class)
        return;
    ocd__buffer_puts(b, ocd__scope_signature(scope));
    ocd__buffer_puts(b, "::");
}

const char *ocd__scope_name(struct ocd_scope *scope, struct ocd_symbols *s, const char *name)
{
    struct ocd_buffer b = {0};

    if (scope == NULL)
        return name;
    add_scope(&b, scope, 0);
    ocd__buffer_puts(&b, name);
    const char *copy = b.error == 0 ? ocd__arena_copy(&s->arena, b.data, b.size) : NULL;
    ocd__buffer_free(&b);
    return copy;
}

static void add_argument(struct ocd_buffer *b, struct ocd_elf_file *file, Dwarf_Die *die)
{
    uint64_t value;

    if (dwarf_tag(die) == DW_TAG_template_type_parameter)
        ocd__buffer_puts(b, ocd__type_name(ocd__type_of_attr(file, die)));
    else if (ocd__die_number(die, DW_AT_const_value, &value))
        ocd__buffer_printf(b, "%lld", (long long)value);
    else
        ocd__buffer_puts(b, "?");
}

const char *ocd__template_name(struct ocd_elf_file *file, Dwarf_Die *die, const char *name)
{
    struct ocd_buffer b = {0};
    const char *separator = "<";
    Dwarf_Die child;

    if (strchr(name, '<') != NULL || dwarf_child(die, &child) != 0)
        return name;
    ocd__buffer_puts(&b, name);
    do {
        int tag = dwarf_tag(&child);
        if (tag != DW_TAG_template_type_parameter && tag != DW_TAG_template_value_parameter)
            continue;
        ocd__buffer_puts(&b, separator);
        add_argument(&b, file, &child);
        separator = ", ";
    } while (dwarf_siblingof(&child, &child) == 0);
    if (separator[0] == ',')
        ocd__buffer_puts(&b, ">");
    char *copy = b.error == 0 ? ocd__arena_copy(&file->symbols->arena, b.data, b.size) : NULL;
    ocd__buffer_free(&b);
    return copy != NULL ? copy : name;
}

/* --- Comparison --- */

const char *ocd__last_part(const char *name)
{
    const char *last = name;
    unsigned depth = 0;

    for (const char *p = name; *p != '\0'; p++)
        if (strncmp(p, "operator", 8) == 0)
            p += 7 + strspn(p + 8, "<>=-");
        else if (*p == '<' || *p == '(')
            depth++;
        else if ((*p == '>' || *p == ')') && depth > 0)
            depth--;
        else if (depth == 0 && p[0] == ':' && p[1] == ':')
            last = p + 2;
    return last;
}

bool ocd__may_match(const char *name, const char *last)
{
    /* Blanks, arguments and parameters may be written in other ways. */
    return strncmp(name, last, strcspn(last, "<( ")) == 0;
}

/* Whether wanted[0..*length) ends with a part of a name, blanks aside; takes it off. */
static bool take_tail(const char *wanted, size_t *length, const char *part)
{
    size_t w = *length, p = strlen(part);

    for (;;) {
        while (w > 0 && ocd_is_space(wanted[w - 1]))
            w--;
        while (p > 0 && ocd_is_space(part[p - 1]))
            p--;
        if (p == 0)
            break;
        if (w == 0 || wanted[w - 1] != part[p - 1])
            return false;
        w--;
        p--;
    }
    if (w > 0 && (w < 2 || wanted[w - 1] != ':' || wanted[w - 2] != ':'))
        return false;
    *length = w;
    return true;
}

static bool take_scope(const char *wanted, size_t *length, struct ocd_scope *scope)
{
    if (take_tail(wanted, length, scope->name))
        return true;
    return *length > 0 && (wanted[*length - 1] == ')' || wanted[*length - 1] == '>') &&
           take_tail(wanted, length, ocd__scope_signature(scope));
}

enum ocd_match ocd__scope_match(struct ocd_scope *scope, const char *name, const char *wanted)
{
    size_t length = strlen(wanted);

    if (!take_tail(wanted, &length, name))
        return OCD_MATCH_NONE;
    while (length > 2) {
        length -= 2; /* "::" */
        while (scope != NULL && !take_scope(wanted, &length, scope)) {
            if (!scope->optional)
                return OCD_MATCH_NONE;
            scope = scope->parent;
        }
        if (scope == NULL)
            return OCD_MATCH_NONE;
        scope = scope->parent;
    }
    while (scope != NULL && scope->optional)
        scope = scope->parent;
    if (scope == NULL)
        return OCD_MATCH_WHOLE;
    return length == 0 ? OCD_MATCH_TAIL : OCD_MATCH_NONE; /* "::name" is meant whole */
}
