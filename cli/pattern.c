// SPDX-License-Identifier: MIT
#include "pattern.h"

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *pattern_add(const char *hex, uint8_t *pattern, size_t *length)
{
    while (*hex != '\0') {
        if (*hex == ' ' || *hex == '\t') {
            hex++;
            continue;
        }
        /* As a number 0xDEADBEEF would be EF BE AD DE in most memories. */
        if (hex[0] == '0' && (hex[1] == 'x' || hex[1] == 'X')) {
            return "must be bytes as they stand in memory, without 0x";
        }
        int high = digit_of(hex[0]);
        if (high < 0) {
            return "is not made of hex digits (for text give --text)";
        }
        int low = digit_of(hex[1]);
        if (low < 0) {
            return hex[1] == '\0' || hex[1] == ' ' || hex[1] == '\t'
                       ? "has an odd number of hex digits"
                       : "is not made of hex digits (for text give --text)";
        }
        if (*length == PATTERN_MAX) {
            return "makes the pattern longer than 65536 bytes";
        }
        pattern[(*length)++] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
    return NULL;
}
