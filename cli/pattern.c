// SPDX-License-Identifier: MIT
#include "pattern.h"

#include "numbers.h"

const char *pattern_add(const char *hex, uint8_t *pattern, size_t *length)
{
    while (*hex != '\0') {
        if (*hex == ' ' || *hex == '\t') {
            hex++;
            continue;
        }
        /* A number would be ambiguous: 0xDEADBEEF is EF BE AD DE in little-endian memory. */
        if (hex[0] == '0' && (hex[1] == 'x' || hex[1] == 'X'))
            return "must be bytes in memory order, without 0x";
        unsigned high = number_digit(hex[0]);
        if (high == NUMBER_NO_DIGIT)
            return "is not made of hex digits (for text give --text)";
        unsigned low = number_digit(hex[1]);
        if (low == NUMBER_NO_DIGIT) {
            return hex[1] == '\0' || hex[1] == ' ' || hex[1] == '\t'
                       ? "has an odd number of hex digits"
                       : "is not made of hex digits (for text give --text)";
        }
        if (*length == PATTERN_MAX)
            return "makes the pattern longer than 65536 bytes";
        pattern[(*length)++] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
    return NULL;
}
