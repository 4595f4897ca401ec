// SPDX-License-Identifier: MIT
/* A program of tests/symbols/data in the memory of the simulated chip. */
#pragma once

#include "rig.h"
#include "symbols/access.h"

struct program {
    struct rig *rig;
    struct ocd_symbols *symbols;
    struct ocd_call call; /* a big-endian program is read through the big-endian target */
    unsigned warnings;
    char warning[600]; /* the last one */
};

/* Starts a chip and loads NAME.elf, as a debugger does: the memory is that of a program that has
 * not run yet. */
void program_start(struct program *p, const char *name);
void program_stop(struct program *p);
/* The file; the same buffer at each call. */
const char *program_path(const char *name);
/* For ocd_symbols_options.warning, with the program as its user. */
void program_warn(const char *text, void *user);
/* Opens the file once more; the warnings are counted in `p`. */
struct ocd_symbols *program_open(struct program *p, const char *path);

/* To be closed. */
struct ocd_expression *program_expression(struct program *p, const char *text);
/* The value as text, or "error: ...", to be released with free. */
char *program_print(struct program *p, const char *text);
/* Writes a value; returns the code. */
int program_write(struct program *p, const char *text, const char *value);
void program_assert_value(struct program *p, const char *text, const char *value);
/* The address of an object. */
uint32_t program_address(struct program *p, const char *text);
