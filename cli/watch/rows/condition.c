// SPDX-License-Identifier: MIT
#include "watch/rows/condition.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

double number_real(const struct number *number)
{
    switch (number->kind) {
    case NUMBER_UNSIGNED:
        return (double)number->integer;
    case NUMBER_SIGNED:
        return (double)(int64_t)number->integer;
    case NUMBER_REAL:
        return number->real;
    default:
        return NAN;
    }
}

static bool is_negative(const struct number *number)
{
    return number->kind == NUMBER_SIGNED && (int64_t)number->integer < 0;
}

/* Two's complement keeps the order among numbers of one sign. */
static int compare_integers(const struct number *a, const struct number *b)
{
    if (is_negative(a) != is_negative(b))
        return is_negative(a) ? -1 : 1;
    return a->integer < b->integer ? -1 : a->integer > b->integer;
}

int number_compare(const struct number *a, const struct number *b)
{
    if (a->kind != NUMBER_REAL && b->kind != NUMBER_REAL && a->kind != NUMBER_NONE &&
        b->kind != NUMBER_NONE)
        return compare_integers(a, b);
    double x = number_real(a), y = number_real(b);
    if (isnan(x) || isnan(y))
        return 2;
    return x < y ? -1 : x > y;
}

/* --- Parsing --- */

/* The last operator; `->` is none. */
static const char *find_operator(const char *text, size_t *size)
{
    for (const char *at = text + strlen(text); at-- > text;) {
        if (strchr("<>=!", *at) == NULL || (*at == '>' && at > text && at[-1] == '-'))
            continue;
        bool two = at > text && *at == '=' && strchr("<>=!", at[-1]) != NULL;
        *size = two ? 2 : 1;
        return two ? at - 1 : at;
    }
    return NULL;
}

static bool take_operator(struct condition *condition, const char *text, size_t size)
{
    static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strlen(names[i]) == size && strncmp(names[i], text, size) == 0) {
            condition->op = (enum condition_op)i;
            return true;
        }
    }
    return false;
}

/* Integers as everywhere; otherwise a number as strtod() has it. */
static const char *take_value(struct condition *condition, const char *text)
{
    struct number *value = &condition->value;
    bool negative = text[0] == '-';
    char *end;
    if (number_parse(text + negative, &value->integer) == NULL &&
        (!negative || value->integer <= (uint64_t)INT64_MAX + 1)) {
        value->kind = negative ? NUMBER_SIGNED : NUMBER_UNSIGNED;
        value->integer = negative ? 0 - value->integer : value->integer;
        return NULL;
    }
    errno = 0;
    value->kind = NUMBER_REAL;
    value->real = strtod(text, &end);
    if (end == text || *end != '\0' || isnan(value->real))
        return "has no number after the operator";
    return NULL;
}

static char *copy_trimmed(const char *text, size_t size)
{
    while (size > 0 && isspace((unsigned char)text[0])) {
        text++;
        size--;
    }
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    return strndup(text, size);
}

static const char no_operator[] = "has no operator (==, !=, <, <=, > or >=)";

const char *condition_parse(struct condition *condition, const char *text)
{
    size_t size = 0;
    const char *at = find_operator(text, &size);
    *condition = (struct condition){0};
    if (at == NULL || !take_operator(condition, at, size))
        return no_operator;
    condition->item = copy_trimmed(text, (size_t)(at - text));
    char *value = copy_trimmed(at + size, strlen(at + size));
    size_t length = condition->item != NULL ? strlen(condition->item) : 0;
    const char *wrong = NULL;
    if (condition->item == NULL || value == NULL)
        wrong = "cannot be kept: out of memory";
    else if (length == 0)
        wrong = "has nothing before the operator";
    else if (strchr("<>=!", condition->item[length - 1]) != NULL)
        wrong = no_operator;
    else
        wrong = take_value(condition, value);
    free(value);
    return wrong;
}

void condition_free(struct condition *condition)
{
    free(condition->item);
    *condition = (struct condition){0};
}

/* --- Values --- */

bool condition_holds(const struct condition *condition, const struct number *value)
{
    int order = number_compare(value, &condition->value);
    switch (condition->op) {
    case CONDITION_EQUAL:
        return order == 0;
    case CONDITION_NOT_EQUAL:
        return order != 0;
    case CONDITION_LESS:
        return order == -1;
    case CONDITION_LESS_EQUAL:
        return order == -1 || order == 0;
    case CONDITION_MORE:
        return order == 1;
    default:
        return order == 1 || order == 0;
    }
}

bool condition_fires(struct condition *condition, const struct number *value)
{
    if (value->kind == NUMBER_NONE)
        return false;
    bool holds = condition_holds(condition, value);
    bool fires = holds && condition->known && !condition->held;
    condition->known = true;
    condition->held = holds;
    return fires;
}
