// SPDX-License-Identifier: MIT
/* Numbers in the target's byte order. */
#include <math.h>
#include <string.h>

#include "symbols/expression/expression.h"

uint64_t ocd__get_number(const uint8_t *data, size_t size, bool big_endian)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | data[big_endian ? i : size - 1 - i];
    return number;
}

void ocd__put_number(uint8_t *data, size_t size, bool big_endian, uint64_t number)
{
    for (size_t i = 0; i < size; i++) {
        data[big_endian ? size - 1 - i : i] = (uint8_t)number;
        number >>= 8;
    }
}

/* Bit i of a field, from its least significant one: which byte, and which bit of that. */
static void find_bit(unsigned bit_offset, unsigned bit_size, bool big_endian, unsigned i,
                     unsigned *byte, unsigned *bit)
{
    unsigned at = big_endian ? bit_offset + bit_size - 1 - i : bit_offset + i;

    *byte = at / 8;
    *bit = big_endian ? 7 - at % 8 : at % 8;
}

uint64_t ocd__get_bits(const uint8_t *data, unsigned bit_offset, unsigned bit_size, bool big_endian)
{
    uint64_t number = 0;
    unsigned byte, bit;

    for (unsigned i = 0; i < bit_size && i < 64; i++) {
        find_bit(bit_offset, bit_size, big_endian, i, &byte, &bit);
        number |= (uint64_t)(data[byte] >> bit & 1) << i;
    }
    return number;
}

void ocd__put_bits(uint8_t *data, unsigned bit_offset, unsigned bit_size, bool big_endian,
                   uint64_t number)
{
    unsigned byte, bit;

    for (unsigned i = 0; i < bit_size && i < 64; i++) {
        find_bit(bit_offset, bit_size, big_endian, i, &byte, &bit);
        data[byte] = (uint8_t)((data[byte] & ~(1u << bit)) | (unsigned)(number >> i & 1) << bit);
    }
}

uint64_t ocd__sign_extend(uint64_t number, unsigned bits)
{
    if (bits == 0 || bits >= 64)
        return number;
    uint64_t sign = (uint64_t)1 << (bits - 1);
    number &= (sign << 1) - 1;
    return (number ^ sign) - sign;
}

static double half_to_double(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023);
    double sign = (bits >> 15) != 0 ? -1.0 : 1.0;

    if (exponent == 31)
        return bits & 1023 ? copysign((double)NAN, sign) : sign * HUGE_VAL;
    return sign * (exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25));
}

bool ocd__get_real(const uint8_t *data, size_t size, bool big_endian, double *real)
{
    uint64_t bits = size <= 8 ? ocd__get_number(data, size, big_endian) : 0;
    uint32_t narrow = (uint32_t)bits;
    float single;

    switch (size) {
    case 2:
        *real = half_to_double(bits);
        return true;
    case 4:
        memcpy(&single, &narrow, sizeof(single));
        *real = (double)single;
        return true;
    case 8:
        memcpy(real, &bits, sizeof(*real));
        return true;
    default:
        *real = 0;
        return false;
    }
}
