// SPDX-License-Identifier: MIT
/* What the tests of symbols share. */
#pragma once

#include "../unit/support.h"
#include "symbols/access.h"

/* The same buffer at each call. */
char *data_path(const char *name, const char *suffix);
/* To be released with free; NUL follows. */
void *read_whole(const char *path, size_t *size);
struct ocd_symbols *open_data(const char *name);
int locate(struct ocd_symbols *symbols, struct ocd_expression *e);
int read_value(struct ocd_symbols *symbols, struct ocd_expression *e);
/* The number that an expression has: the address of a pointer, ... */
uint64_t number_of(struct ocd_symbols *symbols, const char *text);
/* "at @&nested@" with the number of each expression between @ in hexadecimal; to be released with
 * free. */
char *expand(struct ocd_symbols *symbols, const char *text);
/* An expression's value as text or JSON, or "error: ..."; to be released with free. */
char *print(struct ocd_symbols *symbols, const char *text,
            const struct ocd_expression_options *options, bool json);
