// SPDX-License-Identifier: MIT
/* Hexadecimal digits of the text formats. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a digit, in either case; -1 if it is none. */
int ocd_hex_digit(char c);
/* Reads 2 * `count` digits. The number of bytes that are good: less than `count` if a character is
 * no digit. */
size_t ocd_hex_bytes(const char *text, uint8_t *bytes, size_t count);
/* Writes upper-case digits; answers the place behind them. */
char *ocd_hex_put(char *out, const uint8_t *bytes, size_t count);
