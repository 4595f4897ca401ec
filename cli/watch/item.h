// SPDX-License-Identifier: MIT
/* What is to be watched, as users write it: EXPR or ADDR:TYPE[N], and NAME[,UNIT] of --as. Pure. */
#pragma once

#include <stdbool.h>

#include "ocd.h"

struct item {
    char *text; /* as it was written; the expression, if it is one */
    char *name; /* --as, or the text */
    char *unit; /* "": none */
    bool is_address;
    uint64_t addr;
    enum ocd_number_type type;
    uint32_t count; /* elements of an array; 0: a scalar */
};

#define ITEM_COUNT_MAX 65536u /* elements of an array */

/* Whether a word is ADDR:…; what is before its colon is a number. */
bool item_is_address(const char *word);

/* NULL, or what is wrong, in words that follow the quoted text. The item is to be freed in both
 * cases. */
const char *item_parse(struct item *item, const char *word);
/* Takes NAME[,UNIT]. Likewise. */
const char *item_rename(struct item *item, const char *as);
void item_free(struct item *item);

/* Bytes of one element. */
unsigned item_type_size(enum ocd_number_type type);
