// SPDX-License-Identifier: MIT
/* The name of a type as C, C++ or Rust writes it, in GDB's form: "int (*)[5]", "char * const". */
#include <ctype.h>
#include <dwarf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/type/type.h"

/* What is on both sides of a variable's name: "(*" and ")[5]" of int (*)[5]. */
struct declarator {
    struct ocd_buffer left;
    struct ocd_buffer right;
    struct ocd_buffer qualifiers; /* of the innermost type */
    const char *pending;          /* a qualifier of an array, which belongs to its elements */
};

static void prepend(struct ocd_buffer *b, const char *text)
{
    struct ocd_buffer result = {0};

    ocd__buffer_puts(&result, text);
    bool ends_word = isalpha((unsigned char)text[strlen(text) - 1]);
    bool begins_word = b->size > 0 && (isalpha((unsigned char)b->data[0]) || b->data[0] == '_');
    if (b->size > 0 && (ends_word || (begins_word && text[strlen(text) - 1] != '(')))
        ocd__buffer_puts(&result, " ");
    ocd__buffer_puts(&result, b->size > 0 ? b->data : "");
    ocd__buffer_free(b);
    *b = result;
}

static const char *qualifier(enum ocd_type_kind kind)
{
    switch (kind) {
    case OCD_TYPE_CONST:
        return "const";
    case OCD_TYPE_VOLATILE:
        return "volatile";
    case OCD_TYPE_ATOMIC:
        return "_Atomic";
    case OCD_TYPE_RESTRICT:
        return "restrict";
    default:
        return NULL;
    }
}

static bool is_pointer(enum ocd_type_kind kind)
{
    return kind == OCD_TYPE_POINTER || kind == OCD_TYPE_REFERENCE ||
           kind == OCD_TYPE_RVALUE_REFERENCE || kind == OCD_TYPE_MEMBER_POINTER;
}

/* --- Innermost types --- */

static const char *keyword(int tag)
{
    switch (tag) {
    case DW_TAG_structure_type:
        return "struct ";
    case DW_TAG_class_type:
        return "class ";
    case DW_TAG_union_type:
        return "union ";
    case DW_TAG_enumeration_type:
        return "enum ";
    default:
        return "";
    }
}

static void add_inner(struct ocd_buffer *b, struct ocd_type *t)
{
    const char *name = t->die.addr != NULL ? dwarf_diename(&t->die) : t->name;
    int tag = t->die.addr != NULL ? dwarf_tag(&t->die) : 0;
    bool scoped = t->is_cpp || t->is_rust;

    if (t->die.addr == NULL || tag == 0) {
        ocd__buffer_puts(b, name != NULL ? name : "?");
        return;
    }
    if (name == NULL) {
        ocd__buffer_puts(b, keyword(tag));
        ocd__buffer_puts(b, "{...}");
        return;
    }
    if (!scoped)
        ocd__buffer_puts(b, keyword(tag));
    if (scoped && tag != DW_TAG_base_type)
        name = ocd__scope_name(ocd__scope_of(t->file, &t->die), t->symbols, name);
    if ((t->is_cpp || (tag == DW_TAG_base_type && !scoped)) && name != NULL)
        name = ocd__canonical_name(t->symbols, name);
    ocd__buffer_puts(b, name != NULL ? name : "?");
}

/* --- Declarators --- */

static bool is_prototyped(struct ocd_type *t)
{
    Dwarf_Attribute attr;
    bool flag = false;

    return t->die.addr != NULL && dwarf_attr_integrate(&t->die, DW_AT_prototyped, &attr) != NULL &&
           dwarf_formflag(&attr, &flag) == 0 && flag;
}

static void add_parameters(struct ocd_buffer *b, struct ocd_type *t)
{
    const char *comma = "";

    ocd__type_load_members(t);
    ocd__buffer_puts(b, "(");
    for (size_t i = 0; i < t->info.member_count; i++) {
        ocd__buffer_puts(b, comma);
        ocd__buffer_puts(b, ocd__type_name((struct ocd_type *)t->members[i].type));
        if (t->members[i].is_artificial && t->members[i].type->info.kind == OCD_TYPE_POINTER)
            ocd__buffer_puts(b, " const"); /* this */
        comma = ", ";
    }
    if (t->has_varargs)
        ocd__buffer_printf(b, "%s...", comma);
    else if (t->info.member_count == 0 && (t->is_cpp || is_prototyped(t)))
        ocd__buffer_puts(b, "void");
    ocd__buffer_puts(b, ")");
}

static struct ocd_type *innermost_qualified(struct ocd_type *t)
{
    for (unsigned i = 0; i < OCD_DEPTH_MAX && qualifier(t->info.kind) != NULL; i++)
        t = ocd__type_target(t);
    return t;
}

static void add_pointer(struct declarator *d, struct ocd_type *t)
{
    struct ocd_type *target = ocd__type_target(t);
    struct ocd_buffer member = {0};

    if (target != NULL)
        target = innermost_qualified(target);
    if (t->info.kind == OCD_TYPE_REFERENCE) {
        prepend(&d->left, "&");
    } else if (t->info.kind == OCD_TYPE_RVALUE_REFERENCE) {
        prepend(&d->left, "&&");
    } else if (t->info.kind == OCD_TYPE_MEMBER_POINTER) {
        ocd__buffer_puts(&member, t->containing != NULL ? ocd__type_name(t->containing) : "?");
        ocd__buffer_puts(&member, "::*");
        if (member.error == 0)
            prepend(&d->left, member.data);
        ocd__buffer_free(&member);
    } else {
        prepend(&d->left, "*");
    }
    if (target != NULL &&
        (target->info.kind == OCD_TYPE_ARRAY || target->info.kind == OCD_TYPE_FUNCTION)) {
        prepend(&d->left, "(");
        ocd__buffer_puts(&d->right, ")");
    }
}

static void add_qualifier(struct declarator *d, struct ocd_type *of, const char *word)
{
    enum ocd_type_kind kind = innermost_qualified(of)->info.kind;

    if (kind == OCD_TYPE_ARRAY)
        d->pending = word;
    else if (is_pointer(kind))
        prepend(&d->left, word);
    else
        ocd__buffer_printf(&d->qualifiers, "%s ", word);
}

/* Adds the layer of one type and answers the next one, NULL after the innermost. */
static struct ocd_type *add_layer(struct declarator *d, struct ocd_type *t)
{
    const char *word = qualifier(t->info.kind);
    struct ocd_type *target = ocd__type_target(t);

    if (word != NULL && target != NULL) {
        if (d->pending != NULL && strcmp(d->pending, word) == 0)
            d->pending = NULL;
        add_qualifier(d, target, word);
        return target;
    }
    if (d->pending != NULL && t->info.kind != OCD_TYPE_ARRAY) {
        word = d->pending;
        d->pending = NULL;
        add_qualifier(d, t, word);
    }
    if (is_pointer(t->info.kind)) {
        add_pointer(d, t);
        return target;
    }
    if (t->info.kind == OCD_TYPE_ARRAY) {
        if (t->info.has_count)
            ocd__buffer_printf(&d->right, "[%" PRIu64 "]", t->info.count);
        else
            ocd__buffer_puts(&d->right, "[]");
        return target;
    }
    if (t->info.kind == OCD_TYPE_FUNCTION) {
        add_parameters(&d->right, t);
        return target;
    }
    return NULL;
}

static void write_c(struct ocd_buffer *b, struct ocd_type *type)
{
    struct declarator d = {0};
    struct ocd_type *t = type;

    for (unsigned i = 0; i < OCD_DEPTH_MAX; i++) {
        struct ocd_type *next = add_layer(&d, t);
        if (next == NULL)
            break;
        t = next;
    }
    /* GDB writes const before volatile. */
    if (d.qualifiers.size > 0 && strstr(d.qualifiers.data, "const") != NULL &&
        strstr(d.qualifiers.data, "volatile") != NULL)
        ocd__buffer_puts(b, "const volatile ");
    else if (d.qualifiers.size > 0)
        ocd__buffer_puts(b, d.qualifiers.data);
    add_inner(b, t);
    if (d.left.size + d.right.size > 0)
        ocd__buffer_puts(b, " ");
    ocd__buffer_puts(b, d.left.size > 0 ? d.left.data : "");
    if (d.left.size > 0 && d.right.size > 0 && d.right.data[0] != ')' &&
        isalpha((unsigned char)d.left.data[d.left.size - 1]))
        ocd__buffer_puts(b, " ");
    ocd__buffer_puts(b, d.right.size > 0 ? d.right.data : "");
    ocd__buffer_free(&d.left);
    ocd__buffer_free(&d.right);
    ocd__buffer_free(&d.qualifiers);
}

static void write_rust(struct ocd_buffer *b, struct ocd_type *t)
{
    struct ocd_type *target = ocd__type_target(t);

    if (t->info.kind == OCD_TYPE_ARRAY && target != NULL) {
        ocd__buffer_printf(b, "[%s; %" PRIu64 "]", ocd__type_name(target), t->info.count);
    } else if (t->info.kind == OCD_TYPE_POINTER &&
               (t->die.addr == NULL || dwarf_diename(&t->die) == NULL) && target != NULL) {
        ocd__buffer_printf(b, "*mut %s", ocd__type_name(target));
    } else if (t->info.kind == OCD_TYPE_FUNCTION) {
        ocd__buffer_puts(b, "fn ");
        add_parameters(b, t);
        if (target != NULL && target->info.kind != OCD_TYPE_VOID)
            ocd__buffer_printf(b, " -> %s", ocd__type_name(target));
    } else if (t->info.kind == OCD_TYPE_POINTER && t->die.addr != NULL) {
        ocd__buffer_puts(b, dwarf_diename(&t->die));
    } else {
        add_inner(b, t);
    }
}

const char *ocd__type_name(struct ocd_type *type)
{
    struct ocd_buffer b = {0};

    if (type->name != NULL)
        return type->name;
    type->name = "..."; /* a type whose name has itself inside */
    if (type->is_rust)
        write_rust(&b, type);
    else
        write_c(&b, type);
    char *copy =
        b.error == 0 && b.size > 0 ? ocd__arena_copy(&type->symbols->arena, b.data, b.size) : NULL;
    ocd__buffer_free(&b);
    type->name = copy != NULL ? copy : "?";
    return type->name;
}
