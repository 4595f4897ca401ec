// SPDX-License-Identifier: MIT
/* Taking apart what OpenOCD prints for people. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* The next line off the front of the text, without its end. */
struct ocd_slice ocd_scan_line(struct ocd_slice *text);
bool ocd_scan_starts(struct ocd_slice text, const char *prefix);
/* Takes these characters off the front, if they stand there. */
bool ocd_scan_skip(struct ocd_slice *text, const char *prefix);
/* Takes a number off the front, decimal or 0x…, of up to 64 bits. */
bool ocd_scan_number(struct ocd_slice *text, uint64_t *value);
bool ocd_scan_contains(struct ocd_slice text, const char *words);
/* 0 to 15; -1 for what is no digit of a hexadecimal number. */
int ocd_scan_digit(char c);
