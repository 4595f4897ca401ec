// SPDX-License-Identifier: MIT
/* Values and how they are written. */
#pragma once

#include "symbols/expression/expression.h"

struct value_node {
    struct ocd_value value; /* first */
    struct ocd_expression *expression;
    const struct ocd_member *variant; /* OCD_VALUE_VARIANT: the active one, or NULL */
    bool is_unbounded;                /* an array whose number of elements is not known */
};

/* --- expression.c --- */

/* Makes the operand what ocd_expression_location() returns. */
void ocd__expression_publish(struct ocd_expression *e);

/* --- value.c --- */

/* The value of an operand whose bytes have been supplied. NULL if memory is short. */
struct ocd_value *ocd__value_of_operand(struct ocd_expression *e, const struct ocd_operand *o);
/* Writes the value, to ask for the memory that its children and its text still need. */
int ocd__value_prefetch(struct ocd_expression *e, const struct ocd_value *value);
struct ocd_expression *ocd__value_owner(const struct ocd_value *value);
/* A value somewhere else in memory, such as of a static member. NULL: its bytes are missing. */
struct ocd_value *ocd__value_elsewhere(struct ocd_expression *e, struct ocd_type *type,
                                       uint64_t addr, enum ocd_memory_state *state);
/* A value without contents; NULL if memory is short. */
struct value_node *ocd__value_create(struct ocd_expression *e, struct ocd_type *type);
/* Finds out what the bytes mean. */
struct value_node *ocd__value_complete(struct value_node *n);
/* Makes it a value that is unavailable for this reason. */
void ocd__value_unavailable(struct ocd_value *v, const char *why);
bool ocd__member_is_shown(const struct ocd_member *m);

enum {
    OCD_VIRTUAL_BASES_MAX = 16, /* of one object, that are remembered */
};

/* Where text goes to. */
struct ocd_out {
    struct ocd_buffer text;
    struct ocd_expression *e;
    const struct ocd_expression_options *options;
    unsigned depth;
    const struct ocd_out_static *statics;                /* static members that are being written */
    const struct ocd_type *bases[OCD_VIRTUAL_BASES_MAX]; /* virtual ones that are written */
    unsigned first_base, base_count;                     /* bases[] of the innermost object */
};

struct ocd_out_static {
    const struct ocd_out_static *outer;
    uint64_t addr;
};

/* --- write_gdb.c --- */

void ocd__write_any(struct ocd_out *o, const struct ocd_value *v);
/* With the type of a pointer before it. */
void ocd__write_top(struct ocd_out *o, const struct ocd_value *v);

/* --- write_scalar.c --- */

void ocd__write_integer(struct ocd_out *o, const struct ocd_value *v);
void ocd__write_char(struct ocd_out *o, const struct ocd_value *v);
void ocd__write_real(struct ocd_buffer *b, const struct ocd_value *v, bool big_endian);
void ocd__write_enum(struct ocd_out *o, const struct ocd_value *v);
/* In the format of the options; false: it is the natural one. */
bool ocd__write_formatted(struct ocd_out *o, const struct ocd_value *v);

/* --- write_pointer.c --- */

void ocd__write_pointer(struct ocd_out *o, const struct ocd_value *v);
void ocd__write_function(struct ocd_out *o, const struct ocd_value *v);
/* 0x…, and the name of what is there. */
void ocd__write_address(struct ocd_out *o, uint64_t addr);

/* --- write_member_pointer.c --- */

void ocd__write_member_pointer(struct ocd_out *o, const struct ocd_value *v);

/* --- write_string.c --- */

/* The width in bytes of a character of text; 0: the type is not text. */
unsigned ocd__text_width(struct ocd_type *type);
/* 'c' or u'c'. */
void ocd__write_quoted_char(struct ocd_out *o, struct ocd_type *type, uint64_t c);
/* As GDB: limited, repeats counted, in quotes. `ellipsis`: there is more of it than was read. */
void ocd__write_string(struct ocd_out *o, struct ocd_type *type, const uint8_t *data, size_t count,
                       bool ellipsis);
/* The string of characters of that type that a pointer points to, up to its NUL. False: it is not
 * followed. */
bool ocd__write_text_of(struct ocd_out *o, const struct ocd_value *pointer, struct ocd_type *type);

/* --- write_rust.c --- */

/* False: it is written as in C. */
bool ocd__write_rust(struct ocd_out *o, const struct ocd_value *v);
void ocd__write_rust_char(struct ocd_buffer *b, uint64_t c);

/* --- follow.c --- */

/* Whether the target at an address may be read for what `value`, a pointer or slice, shows. */
bool ocd__may_follow(const struct ocd_value *value, struct ocd_type *target, uint64_t addr);
