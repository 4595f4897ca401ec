// SPDX-License-Identifier: MIT
/* Hexadecimal digits. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One more than the digit's value; 0 for other characters. */
extern const uint8_t ocd__hex_values[256];

/* The value of a digit, in either case; -1 if it is none. */
static inline int ocd__hex_digit(char c)
{
    return ocd__hex_values[(uint8_t)c] - 1;
}
/* Reads 2 * `count` digits. Returns the number of bytes read: less than `count` if a character is
 * not a digit. */
size_t ocd__hex_bytes(const char *text, uint8_t *bytes, size_t count);
/* Writes the upper-case digits of bytes; returns the address after them. */
char *ocd__hex_put(char *out, const uint8_t *bytes, size_t count);
/* The same for the `count` last digits of a number. */
char *ocd__hex_put_number(char *out, uint64_t number, unsigned count);
