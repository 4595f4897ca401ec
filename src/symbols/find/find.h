// SPDX-License-Identifier: MIT
/* Symbols: the variables and functions of the debug information, and the rest of the symbol table,
 * by name and by address. */
#pragma once

#include "symbols/type/type.h"

/* --- walk.c --- */

/* Fill vars and locals, once. */
int ocd__walk_vars(struct ocd_symbols *s);
int ocd__walk_locals(struct ocd_symbols *s);
/* The scope of its name. */
struct ocd_scope *ocd__var_scope(struct ocd_var *var);
/* Adds declarations of a name whose definition no unit has. The caller frees the list's items. */
int ocd__walk_declarations(struct ocd_symbols *s, const char *name, struct ocd_var_list *list);
/* Adds what is on a function's stack or in registers and has the name. The caller frees the items.
 */
int ocd__walk_dynamic(struct ocd_symbols *s, const char *name, struct ocd_var_list *list);
/* --- symbol.c --- */

/* A symbol with what is not public. */
struct ocd_symbol_data {
    struct ocd_symbol symbol; /* first */
    struct ocd_elf_file *file;
    struct ocd_die_location constant; /* of OCD_SYMBOL_CONSTANT */
    bool is_external;                 /* nothing but a declaration */
};

/* Where a function begins, without the Thumb bit, which the assembler leaves in DWARF. */
bool ocd__function_entry(const struct ocd_elf_file *file, Dwarf_Die *die, uint64_t *addr);
/* The symbol of a variable; NULL if memory is short. */
struct ocd_symbol_data *ocd__symbol_of_var(struct ocd_symbols *s, struct ocd_var *var);
/* The symbol of an entry of the symbol table. */
struct ocd_symbol_data *ocd__symbol_of_entry(struct ocd_elf_file *file,
                                             const struct ocd_elf_symbol *entry);

/* --- find.c --- */

/* As ocd_symbols_find(). */
int ocd__find(struct ocd_symbols *s, const char *wanted, struct ocd_symbol_data **found);

/* After OCD_ERR_NO_SYMBOL: whether it is a local variable, which then is the failure. */
bool ocd__is_dynamic(struct ocd_symbols *s, const char *wanted);

/* --- address.c --- */

/* The variable or function of the debug information that begins at an address, or NULL. `locals`:
 * also those inside functions, which takes longer. */
struct ocd_symbol_data *ocd__var_at(struct ocd_symbols *s, uint64_t addr, bool locals);
/* What GDB writes of an address: "head+4", "callback"; false if nothing has that address. */
bool ocd__describe_address(struct ocd_symbols *s, uint64_t addr, struct ocd_buffer *text);
