// SPDX-License-Identifier: MIT
/* Types. A type is made when it is first met, and its members when they are first asked for: a
 * program has far more types than are used. */
#pragma once

#include "symbols/dwarf/debug_info.h"

struct ocd_type {
    struct ocd_type_info info; /* first. name, target and counts are set by ocd_type_get_info() */
    struct ocd_symbols *symbols;
    struct ocd_elf_file *file; /* NULL: no file's */
    Dwarf_Die die;             /* die.addr is NULL: made by the library */
    struct ocd_type *next;     /* with the same hash */
    unsigned dimension;        /* of arrays: of the DIE's dimensions, from 0 */
    bool is_rust;
    bool is_cpp;
    bool has_varargs; /* functions */
    bool has_target, has_members, has_enumerators, has_measure;
    struct ocd_type *target;
    struct ocd_type *containing; /* class of a pointer to a member */
    struct ocd_type *next_made;  /* of those that the library has made */
    bool has_library_name;       /* `name` was given with it */
    struct ocd_type *pointer;    /* to this one, made by the library */
    struct ocd_type *stripped;
    struct ocd_member *members;
    Dwarf_Die *member_dies;
    struct ocd_enumerator *enumerators;
    const char *name; /* NULL: not made yet */
};

/* --- type.c --- */

/* Never NULL: where memory is short it is a type that is not supported. */
struct ocd_type *ocd__type_of_die(struct ocd_elf_file *file, Dwarf_Die *die);
/* The type that an entry's DW_AT_type states; void where it has none. */
struct ocd_type *ocd__type_of_attr(struct ocd_elf_file *file, Dwarf_Die *die);
void ocd__types_free(struct ocd_symbols *s);
/* NULL: it has none. */
struct ocd_type *ocd__type_target(struct ocd_type *type);
/* Without typedefs and qualifiers; still a declaration where it is one. */
struct ocd_type *ocd__type_peel(struct ocd_type *type);
bool ocd__type_size(struct ocd_type *type, uint64_t *size);
/* As ocd_type_strip(). */
struct ocd_type *ocd__type_resolve(struct ocd_type *type);

/* --- type_make.c --- */

/* Types that the program need not have. */
struct ocd_type *ocd__type_pointer_to(struct ocd_symbols *s, struct ocd_type *target);
struct ocd_type *ocd__type_array_of(struct ocd_symbols *s, struct ocd_type *element,
                                    uint64_t count);
struct ocd_type *ocd__type_integer(struct ocd_symbols *s, unsigned size, bool is_signed);
struct ocd_type *ocd__type_qualified(struct ocd_symbols *s, struct ocd_type *target,
                                     enum ocd_type_kind kind);
struct ocd_type *ocd__type_basic(struct ocd_symbols *s, enum ocd_type_kind kind, unsigned size,
                                 bool is_signed, const char *name);

/* --- type_array.c --- */

void ocd__type_measure_array(struct ocd_type *type);

/* --- type_members.c --- */

void ocd__type_load_members(struct ocd_type *type);
void ocd__type_load_enumerators(struct ocd_type *type);

/* --- type_name.c --- */

const char *ocd__type_name(struct ocd_type *type);

/* --- type_find.c --- */

/* The definitions of a name. `wanted` may have a scope. Returns as ocd_symbols_type(). `tag`: of
 * that kind only ("struct point"); 0: any. */
int ocd__type_find(struct ocd_symbols *s, const char *wanted, int tag, struct ocd_type **type);

/* --- enumerator_find.c --- */

/* An enumerator of any enumeration. */
bool ocd__enumerator_find(struct ocd_symbols *s, const char *wanted, struct ocd_type **type,
                          int64_t *value);

/* --- scope_name.c --- */

/* The name of a scope; of a C++ function with its parameters. */
const char *ocd__scope_signature(struct ocd_scope *scope);
/* "ns::Class::name" in GDB's form. NULL if memory is short. */
const char *ocd__scope_name(struct ocd_scope *scope, struct ocd_symbols *s, const char *name);
/* The name of a variable template's instance, "value<int>"; the name itself of others. */
const char *ocd__template_name(struct ocd_elf_file *file, Dwarf_Die *die, const char *name);
/* How well a name inside a scope fits a wanted one. */
enum ocd_match {
    OCD_MATCH_NONE,
    OCD_MATCH_TAIL,
    OCD_MATCH_WHOLE
};
enum ocd_match ocd__scope_match(struct ocd_scope *scope, const char *name, const char *wanted);
/* What follows the last "::" that is not in brackets. */
const char *ocd__last_part(const char *name);
/* Whether a name can be the last part of what is wanted; `last` is that part. */
bool ocd__may_match(const char *name, const char *last);
