// SPDX-License-Identifier: MIT
/* What the values of a session need of symbols and expressions besides the public header. Without
 * libdw, as a library that is built without ELF has it, too. */
#pragma once

#include "ocd.h"

/* One of the files; NULL: there are not as many. */
const struct ocd_elf_info *ocd__symbols_file(const struct ocd_symbols *symbols, size_t index);
/* Bytes of the program as its files have them, zeros for .bss; `addr` is where the program runs.
 * OCD_ERR_NO_VALUE: no section holds all of them. */
int ocd__symbols_contents(struct ocd_symbols *symbols, uint64_t addr, void *data, size_t size);
/* Forgets all bytes that were supplied, and the values made of them. */
void ocd__expression_reset(struct ocd_expression *expression);
struct ocd_symbols *ocd__expression_symbols(const struct ocd_expression *expression);
/* As it was given, cut off where it is too long. */
const char *ocd__expression_text(const struct ocd_expression *expression);
/* The caller's, or NULL: the program in the target is not compared. */
ocd_warning_fn ocd__symbols_warning(const struct ocd_symbols *symbols, void **user);
/* Whether this is the first value that is asked for with these symbols in that session, which began
 * at that time. */
bool ocd__symbols_first_value(struct ocd_symbols *symbols, const void *session, uint64_t began);
