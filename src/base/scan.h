// SPDX-License-Identifier: MIT
/* Parsing of what OpenOCD prints for people. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

/* The next line off the front of the text, without its end. */
struct ocd_view ocd__scan_line(struct ocd_view *text);
bool ocd__scan_starts(struct ocd_view text, const char *prefix);
/* Takes these characters off the front, if it begins with them. */
bool ocd__scan_skip(struct ocd_view *text, const char *prefix);
/* Takes a number off the front, decimal or 0x…, of up to 64 bits. */
bool ocd__scan_number(struct ocd_view *text, uint64_t *value);
/* Whether the words are anywhere in the text. */
bool ocd__scan_contains(struct ocd_view text, const char *words);

/* A blank within a line. */
static inline bool ocd_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A blank or the end of a line, whatever the locale. */
static inline bool ocd_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
