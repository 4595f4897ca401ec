// SPDX-License-Identifier: MIT
/* A set of ELF files: what all sub-folders share. */
#pragma once

#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdbool.h>

#include "base/detail.h"
#include "ocd.h"
#include "symbols/arena.h"

/* A variable or function of the debug information. */
struct ocd_var {
    Dwarf_Die die;
    const char *name;
    struct ocd_scope *scope; /* around the entry; see ocd__var_scope() */
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
    struct ocd_scope_map *scope_maps; /* see dwarf/scope.c */
    struct ocd_type_table *types;     /* see type/type.c */
    struct ocd_type *no_type;         /* in place of a type that cannot be made */
    struct ocd_type *void_type;
    struct ocd_type *made;               /* by type/type_make.c */
    struct ocd_address_index *addresses; /* of vars, see find/address.c */
    struct ocd_address_index *local_addresses;
    struct ocd_symbols_options options;
    const void *session;    /* in which values were read last */
    uint64_t session_began; /* when that session began */
    bool is_plain;          /* without any files: of a number */
    bool has_cpp;           /* found by the walk: names of functions have parameters */
    int error;              /* OCD_ERR_NOMEM where a walk could not be finished */
};

/* Without any files; NULL: memory is short. */
struct ocd_symbols *ocd__symbols_create(void);
/* Bytes of an address. */
unsigned ocd__symbols_word(const struct ocd_symbols *s);
/* Sets the last failure and answers the code. */
int ocd__symbols_fail(struct ocd_symbols *s, int code, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int ocd__symbols_nomem(struct ocd_symbols *s);
