// SPDX-License-Identifier: MIT
#include "base/hex.h"

const uint8_t ocd__hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static const char digits[] = "0123456789ABCDEF";

size_t ocd__hex_bytes(const char *text, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned high = ocd__hex_values[(uint8_t)text[2 * i]];
        unsigned low = ocd__hex_values[(uint8_t)text[2 * i + 1]];
        if (high == 0 || low == 0)
            return i;
        bytes[i] = (uint8_t)((high - 1) << 4 | (low - 1));
    }
    return count;
}

char *ocd__hex_put_number(char *out, uint64_t number, unsigned count)
{
    while (count-- > 0)
        *out++ = digits[number >> (4 * count) & 15];
    return out;
}

char *ocd__hex_put(char *out, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    return out;
}
