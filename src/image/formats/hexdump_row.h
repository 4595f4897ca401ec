// SPDX-License-Identifier: MIT
/* One line of a hexdump, as libocd, xxd, `hexdump -C`, U-Boot's md and OpenOCD's mdb, mdh, mdw and
 * mdd print it. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/formats/text.h"

/* How a line shows its bytes as characters. */
enum ocd_row_characters {
    OCD_ROW_NONE,
    OCD_ROW_BARS, /* between | and | */
    OCD_ROW_BARE, /* after a gap, up to the end of the line */
};

/* The byte order of values of several bytes that the characters, or the form, prove. */
enum ocd_row_order {
    OCD_ROW_EITHER,   /* the bytes are the same both ways */
    OCD_ROW_UNKNOWN,  /* they differ, and the characters do not */
    OCD_ROW_STRAIGHT, /* as in memory */
    OCD_ROW_REVERSED,
    OCD_ROW_TARGET, /* values as the target has them */
};

struct ocd_row {
    uint64_t addr;
    bool colon;     /* after the address */
    bool prefixed;  /* the address begins with 0x, as OpenOCD prints it */
    unsigned group; /* bytes of a value; only the last one may have fewer */
    unsigned size;
    uint8_t bytes[OCD_TEXT_BYTES_MAX];
    bool readable[OCD_TEXT_BYTES_MAX];
    enum ocd_row_characters characters;
    enum ocd_row_order order;
};

/* NULL, or what is wrong, with the column that it is about, counted from 1. */
const char *ocd__row_parse(struct ocd_row *row, const char *text, size_t size, size_t *column);
/* Reverses the bytes of each value. */
void ocd__row_reverse(struct ocd_row *row);
/* Whether every byte is a blank, which cannot be seen at the end of a line. */
bool ocd__row_is_blank(const struct ocd_row *row);
