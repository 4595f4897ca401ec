// SPDX-License-Identifier: MIT
#include "numbers.h"

#include <string.h>
#include <strings.h>

const char number_not_one[] = "is not a number (decimal or 0x...)";
const char number_leading_zero[] = "begins with 0";
static const char too_large[] = "is too large";

unsigned number_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : NUMBER_NO_DIGIT;
}

/* Parses the number that `*text` begins with and moves `*text` after it. */
static const char *parse_prefix(const char **text, uint64_t *value)
{
    const char *at = *text;
    unsigned base = 10;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        base = 16;
        at += 2;
    } else if (at[0] == '0' && number_digit(at[1]) < 10) {
        return number_leading_zero;
    }

    const char *first = at;
    uint64_t sum = 0;
    for (; number_digit(*at) < base; at++) {
        unsigned digit = number_digit(*at);
        if (sum > (UINT64_MAX - digit) / base)
            return too_large;
        sum = sum * base + digit;
    }
    if (at == first)
        return number_not_one;
    *text = at;
    *value = sum;
    return NULL;
}

const char *number_parse(const char *text, uint64_t *value)
{
    const char *wrong = parse_prefix(&text, value);
    if (wrong == NULL && *text != '\0')
        wrong = number_not_one;
    return wrong;
}

bool number_is_digits(const char *text, bool decimal)
{
    size_t count = strspn(text, decimal ? "0123456789" : "0123456789abcdefABCDEF");
    return count > 0 && text[count] == '\0';
}

const char *number_parse_size(const char *text, uint64_t *value)
{
    static const char units[] = "KMG";
    uint64_t number;
    const char *wrong = parse_prefix(&text, &number);
    if (wrong != NULL)
        return wrong;

    unsigned shift = 0;
    if (*text != '\0') {
        char upper = (char)(*text & ~0x20);
        const char *unit = strchr(units, upper);
        if (upper == '\0' || unit == NULL || (text[1] != '\0' && strcasecmp(text + 1, "iB") != 0))
            return "is not a size (decimal or 0x..., with K, M or G for KiB, MiB or GiB)";
        shift = 10 * (unsigned)(unit - units + 1);
    }
    if (number > UINT64_MAX >> shift)
        return too_large;
    *value = number << shift;
    return NULL;
}

const char *number_parse_range(const char *text, uint64_t *addr, uint64_t *size)
{
    static const char not_a_range[] = "is not ADDR:SIZE or ADDR..END within 64 bits";
    uint64_t end = 0;
    const char *wrong = parse_prefix(&text, addr);

    if (wrong == NULL && strncmp(text, "..", 2) == 0) {
        wrong = number_parse(text + 2, &end);
        *size = end > *addr ? end - *addr : 0;
    } else if (wrong == NULL) {
        wrong = *text == ':' ? number_parse_size(text + 1, size) : not_a_range;
    }
    return wrong != NULL || *size == 0 || !number_range_fits(*addr, *size) ? not_a_range : NULL;
}

const char *number_parse_value(const char *text, unsigned width, uint64_t *value)
{
    static const char *const does_not_fit[] = {
        "does not fit in 8 bits",
        "does not fit in 16 bits",
        "does not fit in 32 bits",
        "does not fit in 64 bits",
    };
    const char *no_fit = does_not_fit[width == 8 ? 0 : width == 16 ? 1 : width == 32 ? 2 : 3];
    uint64_t max = UINT64_MAX >> (64 - width);
    bool negative = *text == '-';

    uint64_t number;
    const char *wrong = number_parse(text + (negative ? 1 : 0), &number);
    if (wrong != NULL)
        return wrong == too_large ? no_fit : wrong;
    if (number > (negative ? max / 2 + 1 : max))
        return no_fit;
    *value = negative ? (0 - number) & max : number;
    return NULL;
}

const char *number_parse_width(const char *text, unsigned *width)
{
    uint64_t number;
    if (number_parse(text, &number) != NULL ||
        (number != 8 && number != 16 && number != 32 && number != 64))
        return "is not a width (8, 16, 32 or 64 bits)";
    *width = (unsigned)number;
    return NULL;
}

const char *number_parse_port(const char *text, uint16_t *port)
{
    uint64_t number;
    if (number_parse(text, &number) != NULL || number > UINT16_MAX)
        return "is not a port (0 to 65535)";
    *port = (uint16_t)number;
    return NULL;
}

const char *number_parse_seconds(const char *text, uint32_t *milliseconds)
{
    static const char not_seconds[] = "is not a number of seconds (such as 5 or 0.25)";
    const char *at = text;
    uint64_t ms = 0;
    int digits = 0;
    for (; *at >= '0' && *at <= '9'; at++, digits++) {
        ms = ms * 10 + (uint64_t)(*at - '0') * 1000;
        if (ms >= UINT32_MAX)
            return too_large;
    }
    bool more = false;
    if (*at == '.') {
        at++;
        for (unsigned unit = 100; *at >= '0' && *at <= '9'; at++, digits++, unit /= 10) {
            ms += unit * (uint64_t)(*at - '0');
            more = more || (unit == 0 && *at != '0');
        }
    }
    if (digits == 0 || *at != '\0')
        return not_seconds;
    ms += more ? 1 : 0;
    if (ms >= UINT32_MAX)
        return too_large;
    *milliseconds = ms == 0 ? UINT32_MAX : (uint32_t)ms;
    return NULL;
}

bool number_range_fits(uint64_t addr, uint64_t size)
{
    return size == 0 || size - 1 <= UINT64_MAX - addr;
}

int number_address_digits(uint64_t addr, uint64_t size)
{
    uint64_t last = size == 0 ? addr : addr + (size - 1);
    return last > UINT32_MAX ? 16 : 8;
}
