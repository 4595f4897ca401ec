// SPDX-License-Identifier: MIT
/* What the files say: sections, symbol tables, entries of the debug information and their scopes.
 */
#pragma once

#include "symbols/symbols.h"

/* GDB's name for a namespace without one. */
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
    struct ocd_elf_symbol *table; /* see ocd__elf_table() */
    size_t table_count;
    bool is_sorted;                   /* by address */
    struct ocd_elf_symbol **by_name;  /* NULL: not sorted yet */
    unsigned lookups;                 /* lookups before the table was sorted */
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
    bool optional; /* a name may leave it out: a namespace without a name, or an inline one */
};

/* --- elf_file.c, elf_table.c --- */

/* Takes `memory` (from malloc) or duplicates `fd`. Adds the file to the symbols. */
int ocd__elf_file_open(struct ocd_symbols *s, const char *path, int fd, char *memory, size_t size);
void ocd__elf_file_close(struct ocd_elf_file *file);
/* Whether there is a symbol table, which is read when it is first asked for. */
bool ocd__elf_has_table(struct ocd_elf_file *file);
/* The number of its entries, which are in ascending order of address from here on. */
size_t ocd__elf_table(struct ocd_elf_file *file);
/* The first byte of `size` bytes at an address; NULL if the file does not have them. `zeros`: the
 * range is in memory, but has no contents. */
const uint8_t *ocd__elf_contents(const struct ocd_elf_file *file, uint64_t addr, uint64_t size,
                                 bool *zeros);
const struct ocd_elf_section *ocd__elf_section_at(const struct ocd_elf_file *file, uint64_t addr);
/* The results are valid until the next call; after ocd__elf_table() they stay valid. The entry
 * whose range holds the address, or the nearest one without a size before it. */
const struct ocd_elf_symbol *ocd__elf_symbol_at(struct ocd_elf_file *file, uint64_t addr);
/* As above, but only entries that have a size. */
const struct ocd_elf_symbol *ocd__elf_object_at(struct ocd_elf_file *file, uint64_t addr);
/* An entry of a name, valid until the next call; `unique`: NULL where there are several at
 * different addresses. */
const struct ocd_elf_symbol *ocd__elf_symbol_named(struct ocd_elf_file *file, const char *name,
                                                   bool unique);

/* --- dwarf_attr.c --- */

bool ocd__die_flag(Dwarf_Die *die, unsigned attr);
bool ocd__die_number(Dwarf_Die *die, unsigned attr, uint64_t *value);
/* Where it is declared; NULL or 0: not known. */
const char *ocd__die_file(Dwarf_Die *die);
unsigned ocd__die_line(Dwarf_Die *die);
/* The DIE that a reference attribute of the DIE itself means. */
bool ocd__die_reference(Dwarf_Die *die, unsigned attr, Dwarf_Die *result);
int ocd__die_language(Dwarf_Die *die);
bool ocd__language_is_rust(int language);
bool ocd__language_is_cpp(int language);

/* Where a variable is. */
enum ocd_die_location_kind {
    OCD_LOCATION_NONE,        /* no location */
    OCD_LOCATION_ADDRESS,     /* `value` */
    OCD_LOCATION_CONSTANT,    /* `bytes` with `size`, or `value` where bytes is NULL */
    OCD_LOCATION_THREAD,      /* thread-local */
    OCD_LOCATION_PIECES,      /* split up by the compiler, at least partly in memory */
    OCD_LOCATION_UNSUPPORTED, /* a register, a frame */
};
struct ocd_die_location {
    enum ocd_die_location_kind kind;
    uint64_t value;
    const uint8_t *bytes;
    size_t size;
};
struct ocd_die_location ocd__die_location(Dwarf_Die *die);

/* Gets a word of memory while a location is computed; false if it is not known. */
typedef bool (*ocd_word_fn)(uint64_t addr, size_t size, uint64_t *value, void *user);
/* The offset of a member: a constant, or an expression that starts with the object's address.
 * Answers false if it cannot be computed. */
bool ocd__die_member_offset(Dwarf_Die *die, uint64_t object, ocd_word_fn word, void *user,
                            uint64_t *offset);

/* --- unit.c --- */

/* The unit after `*unit` (NULL: the first), and the entry that has its contents, which may be in a
 * split file. False: there are no more. */
bool ocd__next_unit(struct ocd_elf_file *file, Dwarf_CU **unit, Dwarf_Die *die, bool *is_types);

/* --- scope.c --- */

/* Deeper nesting is ignored; that of programs is far below. */
enum {
    OCD_DEPTH_MAX = 64
};

/* The scope of any DIE; NULL: none. */
struct ocd_scope *ocd__scope_of(struct ocd_elf_file *file, Dwarf_Die *die);
void ocd__scope_maps_free(struct ocd_symbols *s);
/* The scope for the children of `die`: a new one, or `parent` if it makes none. */
struct ocd_scope *ocd__scope_enter(struct ocd_elf_file *file, struct ocd_scope *parent,
                                   Dwarf_Die *die);

/* --- canonical.c --- */

/* A C++ name in GDB's form; the name itself where it is that already. */
const char *ocd__canonical_name(struct ocd_symbols *s, const char *name);

/* --- demangle.c --- */

/* What the compiler makes for a class: "vtable for ns::Class". False: it is something else. */
bool ocd__demangle_special(const char *name, struct ocd_buffer *text);
