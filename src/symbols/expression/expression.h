// SPDX-License-Identifier: MIT
/* Expressions: text -> tree (parse.c) -> operand (evaluate.c) -> value (value.c) -> text. */
#pragma once

#include "symbols/expression/memory.h"
#include "symbols/find/find.h"

enum {
    OCD_EXPRESSION_MAX = 4096, /* bytes of its text */
    OCD_ARRAYS_MAX = 8,        /* dimensions in the name of a type */
};

/* The name of a type as it is written in an expression. */
struct ocd_type_words {
    int tag; /* DW_TAG_… of "struct", ... ; 0: none */
    const char *name;
    bool is_const, is_volatile;
    unsigned pointers;
    bool reference;
    uint64_t counts[OCD_ARRAYS_MAX];
    size_t count;
};

enum ocd_node_kind {
    OCD_NODE_NUMBER,
    OCD_NODE_REAL,
    OCD_NODE_NAME,
    OCD_NODE_MEMBER, /* a.b and a->b */
    OCD_NODE_INDEX,  /* a[b] */
    OCD_NODE_SLICE,  /* a[b..c] */
    OCD_NODE_DEREF,
    OCD_NODE_ADDRESS,
    OCD_NODE_NEGATE,
    OCD_NODE_CAST,
    OCD_NODE_ADD,
    OCD_NODE_SUBTRACT,
};

struct ocd_node {
    enum ocd_node_kind kind;
    size_t at;        /* offset in the text */
    const char *name; /* names, members */
    uint64_t number;
    double real;
    bool is_char;  /* a character constant */
    bool is_arrow; /* -> */
    struct ocd_type_words type;
    struct ocd_node *a, *b, *c;
};

/* What a part of an expression evaluates to. */
struct ocd_operand {
    struct ocd_type *type; /* NULL: not known */
    bool in_memory;        /* at `addr`, otherwise `data` has its bytes */
    uint64_t addr;
    uint64_t size; /* where the type is not known: of the symbol */
    unsigned bit_offset, bit_size;
    const uint8_t *data; /* in the target's byte order */
    struct ocd_symbol_data *symbol;
};

/* Its bytes; of a bit field those that it is in. */
uint64_t ocd__operand_size(const struct ocd_operand *o);

struct ocd_expression {
    struct ocd_symbols *symbols;
    struct ocd_detail detail;
    struct ocd_expression_options options;
    struct ocd_arena arena;  /* text and tree */
    struct ocd_arena values; /* bytes and values */
    struct ocd_memory memory;
    char *text;
    struct ocd_node *tree; /* NULL: not opened */
    bool located;
    struct ocd_operand operand;
    struct ocd_location location;
    struct ocd_value *value;
    struct ocd_patch patch;
    bool big_endian;
    bool is_fixed;           /* located without any bytes of the target */
    struct ocd_symbols *own; /* of a number, which belongs to no other symbols */
};

int ocd__expression_fail(struct ocd_expression *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int ocd__expression_nomem(struct ocd_expression *e);
/* The symbols' failure becomes the expression's. */
int ocd__expression_adopt(struct ocd_expression *e, int code);

/* --- lex.c --- */

struct ocd_lexer {
    const char *text;
    size_t at;
    struct ocd_arena *arena;
};

void ocd__lex_blanks(struct ocd_lexer *x);
/* Takes `word`, which is not part of a longer identifier, or a sign. */
bool ocd__lex_take(struct ocd_lexer *x, const char *word);
/* A whole name with scopes, template arguments and so on; NULL: there is none. */
char *ocd__lex_name(struct ocd_lexer *x);
/* A plain identifier, or the number of a tuple's member. */
char *ocd__lex_member(struct ocd_lexer *x);
bool ocd__lex_number(struct ocd_lexer *x, uint64_t *number, double *real, bool *is_real);
/* The character after an opening quote, and the quote after it. */
bool ocd__lex_char(struct ocd_lexer *x, uint64_t *c);
/* One character of a string or character constant, with escapes. */
bool ocd__lex_escape(const char **text, uint64_t *c);

/* --- parse.c --- */

int ocd__parse(struct ocd_expression *e);

/* --- type_words.c --- */

/* The name of a type; false: this is none. `is_certain`: it cannot be anything else. */
bool ocd__lex_type(struct ocd_lexer *x, struct ocd_type_words *words, bool *is_certain);

/* --- type_lookup.c --- */

int ocd__type_of_words(struct ocd_symbols *s, const struct ocd_type_words *words,
                       struct ocd_type **type);

/* --- evaluate.c, pointer_math.c, member.c --- */

/* 0, OCD_PENDING or an error. */
int ocd__evaluate(struct ocd_expression *e, const struct ocd_node *node,
                  struct ocd_operand *result);
/* The bytes of an operand; OCD_PENDING. */
int ocd__operand_bytes(struct ocd_expression *e, const struct ocd_operand *o, const uint8_t **data,
                       uint64_t *size);
/* Its number, of a pointer, integer, character or enumeration. */
int ocd__operand_number(struct ocd_expression *e, const struct ocd_operand *o, uint64_t *number,
                        bool *is_signed);
int ocd__operand_dereference(struct ocd_expression *e, struct ocd_operand *o);
/* A reference becomes what it refers to. */
int ocd__operand_follow(struct ocd_expression *e, struct ocd_operand *o);
int ocd__operand_of_number(struct ocd_expression *e, struct ocd_type *type, uint64_t number,
                           struct ocd_operand *o);
/* The value that the declaration of a static member states; o->type is its type. */
bool ocd__static_constant(struct ocd_expression *e, Dwarf_Die *die, struct ocd_operand *o);
int ocd__operand_of_symbol(struct ocd_expression *e, struct ocd_symbol_data *d,
                           struct ocd_operand *o);
int ocd__operand_add(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *o);
int ocd__operand_cast(struct ocd_expression *e, const struct ocd_node *node, struct ocd_operand *o);
int ocd__operand_index(struct ocd_expression *e, const struct ocd_node *node,
                       struct ocd_operand *o);
int ocd__operand_member(struct ocd_expression *e, const char *name, struct ocd_operand *o);
/* Makes the operand a member or an element of itself. */
int ocd__operand_narrow(struct ocd_expression *e, struct ocd_operand *o, struct ocd_type *type,
                        uint64_t offset);
/* Where a virtual base is: bytes from the object's start. */
int ocd__virtual_base_offset(struct ocd_expression *e, struct ocd_type *type, size_t member,
                             uint64_t addr, uint64_t *offset);
/* The active variant of a Rust enum; NULL: none that is known. */
int ocd__active_variant(struct ocd_expression *e, struct ocd_type *type, const uint8_t *data,
                        uint64_t size, const struct ocd_member **variant, uint64_t *discriminant);
bool ocd__is_rust_slice(struct ocd_type *type);

/* --- encode.c --- */

/* The bytes of a value that is given as text; `bits`: of a bit field, otherwise 0. The data are
 * zeros before. */
int ocd__encode(struct ocd_expression *e, struct ocd_type *type, unsigned bits, const char *text,
                size_t length, uint8_t *data, size_t size, unsigned depth);

/* --- bits.c --- */

/* Bytes of the target as a number; up to 8. */
uint64_t ocd__get_number(const uint8_t *data, size_t size, bool big_endian);
void ocd__put_number(uint8_t *data, size_t size, bool big_endian, uint64_t number);
/* A bit field that begins in the first byte of `data`. */
uint64_t ocd__get_bits(const uint8_t *data, unsigned bit_offset, unsigned bit_size,
                       bool big_endian);
void ocd__put_bits(uint8_t *data, unsigned bit_offset, unsigned bit_size, bool big_endian,
                   uint64_t number);
uint64_t ocd__sign_extend(uint64_t number, unsigned bits);
/* A float of 2, 4 or 8 bytes; false: another format. */
bool ocd__get_real(const uint8_t *data, size_t size, bool big_endian, double *real);
