// SPDX-License-Identifier: MIT
/* What the values of a session need of symbols and expressions besides the public header. Without
 * libdw, as a library that is built without ELF has it, too. */
#pragma once

#include "ocd.h"

struct ocd_symbols *ocd__expression_symbols(const struct ocd_expression *expression);
/* As it was given, cut off where it is too long. */
const char *ocd__expression_text(const struct ocd_expression *expression);
/* The caller's, or NULL: the program in the target is not compared. */
ocd_warning_fn ocd__symbols_warning(const struct ocd_symbols *symbols, void **user);
/* Whether this is the first value that is asked for with these symbols in that session, which began
 * at that time. */
bool ocd__symbols_first_value(struct ocd_symbols *symbols, const void *session, uint64_t began);
