// SPDX-License-Identifier: MIT
/* Addresses by name: an expression over the ELF files means the address of its object. */
#pragma once

#include "cli.h"

struct location {
    uint64_t addr;
    uint64_t size; /* bytes from `addr` to the end of the object; 0: not known */
    bool named;    /* by a name, not a number */
};

/* NUMBER, or where an ELF file is given NAME or NAME+BYTES, NAME being any expression that is in
 * memory or points there. `what` names the word in messages. CLI_DONE, or the exit code after a
 * message.
 */
int location_parse(struct cli *cli, const char *what, const char *word, struct location *location);

/* Whether a word cannot be a number. */
bool location_is_name(const char *word);

/* The type of an expression, NULL: it has none. Pointers that it follows are not read: the type is
 * the same whatever they point to. */
const struct ocd_type *location_type(struct ocd_symbols *symbols, const char *text);

/* Opens an expression. CLI_DONE, or the exit code after a message; to be closed only then. */
int location_open(struct cli *cli, const char *text, const struct ocd_expression_options *options,
                  struct ocd_expression **expression);
