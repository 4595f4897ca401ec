// SPDX-License-Identifier: MIT
/* What the modules of this folder share. */
#pragma once

#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdbool.h>

#include "base/detail.h"
#include "ocd.h"
#include "symbols/arena.h"

/* Names of GDB's for what has none. */
#define OCD_ANONYMOUS_NAMESPACE "(anonymous namespace)"

/* An entry of the symbol table. */
struct ocd_elf_symbol {
    const char *name;
    uint64_t addr; /* without the Thumb bit */
    uint64_t size;
    uint32_t section;
    uint8_t type; /* STT_… */
    uint8_t bind; /* STB_… */
};

/* A section that the program occupies memory with. */
struct ocd_elf_section {
    const char *name;
    uint64_t addr;
    uint64_t size;
    uint64_t flags;
    uint32_t index;
    bool is_note;
    const uint8_t *data; /* NULL: it has no contents, or they cannot be used */
};

struct ocd_elf_file {
    struct ocd_elf_info info; /* first */
    struct ocd_symbols *symbols;
    int fd; /* -1: in memory */
    char *memory;
    Elf *elf;
    Dwarf *dwarf; /* NULL: no debug information */
    unsigned machine;
    bool has_table;
    struct ocd_elf_symbol *table; /* see ocd_elf_table() */
    size_t table_count;
    bool is_sorted;                   /* by address */
    struct ocd_elf_symbol **by_name;  /* NULL: not sorted yet */
    unsigned lookups;                 /* without an order */
    struct ocd_elf_section *sections; /* ascending addresses */
    size_t section_count;
    const char *missing_dwo; /* the first one; NULL: none */
};

/* A namespace, class or function that names are in. */
struct ocd_scope {
    struct ocd_scope *parent;
    const char *name;
    const char *signature; /* in GDB's form, of a C++ function with its parameters; NULL: not made
                              yet */
    struct ocd_elf_file *file;
    Dwarf_Die die;
    bool is_function;
    bool is_nameless_class; /* which GDB leaves out of names */
    bool optional;          /* a namespace without a name, or an inline one */
};

/* A variable or function of the debug information. */
struct ocd_var {
    Dwarf_Die die;
    const char *name;
    struct ocd_scope *scope; /* around the entry; see ocd_var_scope() */
    struct ocd_elf_file *file;
    struct ocd_symbol_data *symbol; /* NULL: not made yet */
    bool is_scope_open;             /* the scope is that of a declaration, not looked up yet */
    bool is_function;
    bool is_external; /* a declaration of what another unit defines */
};

struct ocd_var_list {
    struct ocd_var *items;
    size_t count, capacity;
};

struct ocd_symbols {
    struct ocd_detail detail;
    struct ocd_arena arena;
    struct ocd_elf_file *files[64];
    size_t file_count;
    struct ocd_var_list vars;   /* outside functions */
    struct ocd_var_list locals; /* statics of functions */
    bool has_vars, has_locals;
    struct ocd_scope_map *scope_maps; /* see scope.c */
    struct ocd_type_table *types;     /* see type.c */
    struct ocd_type *no_type;         /* in place of one that cannot be had */
    struct ocd_type *void_type;
    struct ocd_address_index *addresses; /* of vars, see address.c */
    struct ocd_address_index *local_addresses;
    struct ocd_symbols_options options;
    const void *session; /* the last one that values were read in, ... */
    uint64_t session_began;
    bool has_cpp; /* found by the walk: names of functions have parameters */
    int error;    /* OCD_ERR_NOMEM where a walk could not be finished */
};

/* Sets the last failure and answers the code. */
int ocd_symbols_fail(struct ocd_symbols *s, int code, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int ocd_symbols_nomem(struct ocd_symbols *s);

/* --- elf_file.c, elf_table.c --- */

/* Takes `memory` (from malloc) or duplicates `fd`. Adds the file to the symbols. */
int ocd_elf_file_open(struct ocd_symbols *s, const char *path, int fd, char *memory, size_t size);
void ocd_elf_file_close(struct ocd_elf_file *file);
/* Whether there is a symbol table, which is read when it is first asked for. */
bool ocd_elf_has_table(struct ocd_elf_file *file);
/* The number of its entries, which are in ascending order of address from here on. */
size_t ocd_elf_table(struct ocd_elf_file *file);
/* The first byte of `size` bytes at an address; NULL if the file does not have them. `zeros`: the
 * range is in memory, but has no contents. */
const uint8_t *ocd_elf_contents(const struct ocd_elf_file *file, uint64_t addr, uint64_t size,
                                bool *zeros);
const struct ocd_elf_section *ocd_elf_section_at(const struct ocd_elf_file *file, uint64_t addr);
/* These are valid until the next call, after ocd_elf_table() for good. The entry whose range holds
 * the address, or the nearest one without a size before it. */
const struct ocd_elf_symbol *ocd_elf_symbol_at(struct ocd_elf_file *file, uint64_t addr);
/* As above, but only what has a size. */
const struct ocd_elf_symbol *ocd_elf_object_at(struct ocd_elf_file *file, uint64_t addr);
/* An entry of a name, valid until the next call; `unique`: NULL where there are several at
 * different addresses. */
const struct ocd_elf_symbol *ocd_elf_symbol_named(struct ocd_elf_file *file, const char *name,
                                                  bool unique);

/* --- walk.c --- */

/* Fill vars and locals, once. */
int ocd_walk_vars(struct ocd_symbols *s);
int ocd_walk_locals(struct ocd_symbols *s);
/* The scope that its name has. */
struct ocd_scope *ocd_var_scope(struct ocd_var *var);
/* Adds declarations of a name whose definition no unit has. The caller frees the list's items. */
int ocd_walk_declarations(struct ocd_symbols *s, const char *name, struct ocd_var_list *list);
/* Adds what is on a function's stack or in registers and has the name. The caller frees the items.
 */
int ocd_walk_dynamic(struct ocd_symbols *s, const char *name, struct ocd_var_list *list);
/* The unit after `*unit` (NULL: the first), and the entry that has its contents, which may be in a
 * split file. False: there are no more. */
bool ocd_next_unit(struct ocd_elf_file *file, Dwarf_CU **unit, Dwarf_Die *die, bool *is_types);

/* --- scope.c --- */

/* The deepest nesting that is looked into; what a program has is far below. */
enum {
    OCD_DEPTH_MAX = 64
};

/* The scope of any DIE; NULL: none. */
struct ocd_scope *ocd_scope_of(struct ocd_elf_file *file, Dwarf_Die *die);
void ocd_scope_maps_free(struct ocd_symbols *s);
/* The scope for the children of `die`: a new one, or `parent` if it makes none. */
struct ocd_scope *ocd_scope_enter(struct ocd_elf_file *file, struct ocd_scope *parent,
                                  Dwarf_Die *die);

/* --- canonical.c --- */

/* A C++ name in GDB's form; the name itself where it is that already. */
const char *ocd_canonical_name(struct ocd_symbols *s, const char *name);

/* --- scope_name.c --- */

/* The name of a scope; of a C++ function with its parameters. */
const char *ocd_scope_signature(struct ocd_scope *scope);
/* "ns::Class::name" in GDB's form. NULL if memory is short. */
const char *ocd_scope_name(struct ocd_scope *scope, struct ocd_symbols *s, const char *name);
/* The name of a variable template's instance, "value<int>"; the name itself of others. */
const char *ocd_template_name(struct ocd_elf_file *file, Dwarf_Die *die, const char *name);
/* How well a name inside a scope fits a wanted one. */
enum ocd_match {
    OCD_MATCH_NONE,
    OCD_MATCH_TAIL,
    OCD_MATCH_WHOLE
};
enum ocd_match ocd_scope_match(struct ocd_scope *scope, const char *name, const char *wanted);
/* What follows the last "::" that is not in brackets. */
const char *ocd_last_part(const char *name);
/* Whether a name can be the last part of what is wanted; `last` is that part. */
bool ocd_may_match(const char *name, const char *last);

/* --- dwarf_attr.c --- */

bool ocd_die_flag(Dwarf_Die *die, unsigned attr);
bool ocd_die_number(Dwarf_Die *die, unsigned attr, uint64_t *value);
/* Where it is declared; NULL or 0: not known. */
const char *ocd_die_file(Dwarf_Die *die);
unsigned ocd_die_line(Dwarf_Die *die);
/* The DIE that a reference attribute of the DIE itself means. */
bool ocd_die_reference(Dwarf_Die *die, unsigned attr, Dwarf_Die *result);
int ocd_die_language(Dwarf_Die *die);
bool ocd_language_is_rust(int language);
bool ocd_language_is_cpp(int language);

/* Where a variable is. */
enum ocd_location_kind {
    OCD_LOCATION_NONE,        /* no location */
    OCD_LOCATION_ADDRESS,     /* `value` */
    OCD_LOCATION_CONSTANT,    /* `bytes` with `size`, or `value` where bytes is NULL */
    OCD_LOCATION_THREAD,      /* thread-local */
    OCD_LOCATION_PIECES,      /* split up by the compiler, at least partly in memory */
    OCD_LOCATION_UNSUPPORTED, /* a register, a frame */
};
struct ocd_location {
    enum ocd_location_kind kind;
    uint64_t value;
    const uint8_t *bytes;
    size_t size;
};
struct ocd_location ocd_die_location(Dwarf_Die *die);

/* Gets a word of memory while a location is computed; false if it is not known. */
typedef bool (*ocd_word_fn)(uint64_t addr, size_t size, uint64_t *value, void *user);
/* The offset of a member: a constant, or an expression that starts with the object's address.
 * Answers false if it cannot be computed. */
bool ocd_die_member_offset(Dwarf_Die *die, uint64_t object, ocd_word_fn word, void *user,
                           uint64_t *offset);

/* --- symbol.c --- */

/* A symbol with what is not public. */
struct ocd_symbol_data {
    struct ocd_symbol symbol; /* first */
    struct ocd_elf_file *file;
    struct ocd_location constant; /* of OCD_SYMBOL_CONSTANT */
    bool is_external;             /* nothing but a declaration */
};

/* Where a function begins, without the Thumb bit, which the assembler leaves in DWARF. */
bool ocd_function_entry(const struct ocd_elf_file *file, Dwarf_Die *die, uint64_t *addr);
/* The symbol of a variable; NULL if memory is short. */
struct ocd_symbol_data *ocd_symbol_of_var(struct ocd_symbols *s, struct ocd_var *var);
/* The symbol of an entry of the symbol table. */
struct ocd_symbol_data *ocd_symbol_of_entry(struct ocd_elf_file *file,
                                            const struct ocd_elf_symbol *entry);

/* --- find.c --- */

/* As ocd_symbols_find(). */
int ocd_find(struct ocd_symbols *s, const char *wanted, struct ocd_symbol_data **found);

/* After OCD_ERR_NO_SYMBOL: whether it is a local variable, which then is the failure. */
bool ocd_is_dynamic(struct ocd_symbols *s, const char *wanted);

/* --- address.c --- */

/* The variable or function of the debug information that begins at an address, or NULL. `locals`:
 * also those inside functions, which takes longer. */
struct ocd_symbol_data *ocd_var_at(struct ocd_symbols *s, uint64_t addr, bool locals);
/* What GDB writes of an address: "head+4", "callback"; false if nothing is there. */
bool ocd_describe_address(struct ocd_symbols *s, uint64_t addr, struct ocd_buffer *text);

/* --- demangle.c --- */

/* What the compiler makes for a class: "vtable for ns::Class". False: it is something else. */
bool ocd_demangle_special(const char *name, struct ocd_buffer *text);
