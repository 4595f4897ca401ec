// SPDX-License-Identifier: MIT
/* The bytes that `ocd search` looks for, from hex text. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PATTERN_MAX 65536u /* the library's limit for ocd_search() */

/* Appends the bytes of `hex` to the `*length` bytes at `pattern`, which has room for PATTERN_MAX.
 * Two digits a byte, blanks between bytes. NULL, or what is wrong in words that follow the quoted
 * text. */
const char *pattern_add(const char *hex, uint8_t *pattern, size_t *length);
