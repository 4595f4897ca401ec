// SPDX-License-Identifier: MIT
/* Hexadecimal digits. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a digit, in either case; -1 if it is none. */
int ocd__hex_digit(char c);
/* Reads 2 * `count` digits. Returns the number of bytes read: less than `count` if a character is
 * not a digit. */
size_t ocd__hex_bytes(const char *text, uint8_t *bytes, size_t count);
/* Writes the upper-case digits of bytes; returns the address after them. */
char *ocd__hex_put(char *out, const uint8_t *bytes, size_t count);
/* The same for the `count` last digits of a number. */
char *ocd__hex_put_number(char *out, uint64_t number, unsigned count);
