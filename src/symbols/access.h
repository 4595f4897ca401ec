// SPDX-License-Identifier: MIT
/* What the values of a session need of symbols and expressions, besides the public header. It does
 * not need libdw: a library that is built without ELF has it, too. */
#pragma once

#include "ocd.h"

/* The file with this index; NULL: there are fewer. */
const struct ocd_elf_info *ocd__symbols_file(const struct ocd_symbols *symbols, size_t index);
/* Bytes of the program as its files have them, zeros for .bss; `addr` is where the program runs.
 * OCD_ERR_NO_VALUE: no section holds all of them. */
int ocd__symbols_contents(struct ocd_symbols *symbols, uint64_t addr, void *data, size_t size);
/* Forgets all bytes that were supplied, and the values made of them. */
void ocd__expression_reset(struct ocd_expression *expression);
struct ocd_symbols *ocd__expression_symbols(const struct ocd_expression *expression);
/* The text as it was given, truncated if it is too long. */
const char *ocd__expression_text(const struct ocd_expression *expression);
/* The caller's warning function, or NULL: the program in the target is not compared. */
ocd_warning_fn ocd__symbols_warning(const struct ocd_symbols *symbols, void **user);
/* Whether this is the first value that is asked for with these symbols in that session, which began
 * at that time. */
bool ocd__symbols_first_value(struct ocd_symbols *symbols, const void *session, uint64_t began);

/* The RAM that the program has sections in, which it writes: up to `max` ranges, in no order;
 * answers how many there are. */
size_t ocd__symbols_ram(const struct ocd_symbols *symbols, struct ocd_range *ranges, size_t max);

/* --- Expressions that are read again and again --- */

/* A number at an address, or an array of them. */
struct ocd__number {
    uint64_t addr;
    unsigned size; /* bytes of one: 1, 2, 4 or 8 */
    bool is_signed, is_real;
    uint32_t count; /* 0: no array */
};

/* An expression that stands for such a number, without symbols: it is located, can be read, and
 * encodes values. OCD_OK or OCD_ERR_NOMEM. */
int ocd__expression_of_number(struct ocd_expression **expression, const struct ocd__number *number);
/* Sets the byte order of a number, which belongs to no ELF file. */
void ocd__expression_set_order(struct ocd_expression *expression, bool big_endian);
/* As ocd__expression_reset(); what was located without any bytes of the target stays located. */
void ocd__expression_renew(struct ocd_expression *expression);
/* Whether its location never changes, and its value is one number or enumerator: then it needs only
 * the bytes there. */
bool ocd__expression_is_plain(const struct ocd_expression *expression);
/* Whether its value has no elements or members: a number, a pointer, an enumerator. */
bool ocd__expression_is_scalar(const struct ocd_expression *expression);
/* Gives a plain expression the bytes at its location, so that ocd_expression_value() has its value.
 * 0 or OCD_ERR_NOMEM. */
int ocd__expression_take(struct ocd_expression *expression, const void *data);
