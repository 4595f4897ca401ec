// SPDX-License-Identifier: MIT
/* The condition of --trigger: 'EXPR OP VALUE'. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A number without loss: a 64-bit one is not always a double. */
struct number {
    enum {
        NUMBER_NONE,
        NUMBER_UNSIGNED,
        NUMBER_SIGNED,
        NUMBER_REAL
    } kind;
    uint64_t integer; /* signed: to be cast */
    double real;
};

double number_real(const struct number *number);
/* -1, 0 or 1; 2 where they cannot be compared: one is NaN or none. */
int number_compare(const struct number *a, const struct number *b);

enum condition_op {
    CONDITION_EQUAL,
    CONDITION_NOT_EQUAL,
    CONDITION_LESS,
    CONDITION_LESS_EQUAL,
    CONDITION_MORE,
    CONDITION_MORE_EQUAL,
};

struct condition {
    char *item; /* what is before the operator */
    enum condition_op op;
    struct number value;
    bool known; /* there has been a value */
    bool held;  /* it was true */
};

/* NULL, or what is wrong, in words that follow the quoted text. To be freed in both cases. */
const char *condition_parse(struct condition *condition, const char *text);
void condition_free(struct condition *condition);

/* Whether it is true of this value. */
bool condition_holds(const struct condition *condition, const struct number *value);
/* Takes the next value and answers whether the condition becomes true with it: it was false with
 * the one before. A value that is none changes nothing. */
bool condition_fires(struct condition *condition, const struct number *value);
