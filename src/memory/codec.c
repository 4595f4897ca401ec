// SPDX-License-Identifier: MIT
#include "memory/codec.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "ocd.h"

enum {
    MD_LINE_BYTES = 32, /* OpenOCD, src/target/target.c, target_handle_md_output */
    /* From so many values on nobody reads them in a log: they are written in decimal, which is
     * shorter than 0x… and which OpenOCD's interpreter parses faster. */
    DECIMAL_MIN = 256,
    DECIMAL_DIGITS = 10, /* of 32 bits */
};

/* Value of a hex digit + 1, so that the zeros of the bytes not named mean "none". */
static const uint8_t digit_plus_one[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static bool is_swapped(enum ocd_layout layout)
{
    if (layout == OCD_LAYOUT_HOST)
        return false;
    bool big_host = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    return (layout == OCD_LAYOUT_BIG) != big_host;
}

static inline void put(void *at, unsigned width, uint64_t value, bool swapped)
{
    switch (width) {
    case 1: {
        uint8_t v = (uint8_t)value;
        memcpy(at, &v, sizeof v);
        break;
    }
    case 2: {
        uint16_t v = (uint16_t)value;
        v = swapped ? __builtin_bswap16(v) : v;
        memcpy(at, &v, sizeof v);
        break;
    }
    case 4: {
        uint32_t v = (uint32_t)value;
        v = swapped ? __builtin_bswap32(v) : v;
        memcpy(at, &v, sizeof v);
        break;
    }
    default:
        value = swapped ? __builtin_bswap64(value) : value;
        memcpy(at, &value, sizeof value);
    }
}

static inline uint64_t get(const void *at, unsigned width, bool swapped)
{
    switch (width) {
    case 1: {
        uint8_t v;
        memcpy(&v, at, sizeof v);
        return v;
    }
    case 2: {
        uint16_t v;
        memcpy(&v, at, sizeof v);
        return swapped ? __builtin_bswap16(v) : v;
    }
    case 4: {
        uint32_t v;
        memcpy(&v, at, sizeof v);
        return swapped ? __builtin_bswap32(v) : v;
    }
    default: {
        uint64_t v;
        memcpy(&v, at, sizeof v);
        return swapped ? __builtin_bswap64(v) : v;
    }
    }
}

void ocd_codec_put(void *at, unsigned width, uint64_t value, enum ocd_layout layout)
{
    put(at, width, value, is_swapped(layout));
}

uint64_t ocd_codec_get(const void *at, unsigned width, enum ocd_layout layout)
{
    return get(at, width, is_swapped(layout));
}

static int put_prefix(struct ocd_buffer *out, struct ocd_where where)
{
    return where.target != NULL ? ocd_buffer_printf(out, "%s ", where.target) : out->error;
}

int ocd_codec_read_memory(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk)
{
    put_prefix(out, where);
    return ocd_buffer_printf(out, "read_memory 0x%" PRIx64 " %u %" PRIu32 "%s", chunk.addr,
                             8 * chunk.width, chunk.count, where.phys ? " phys" : "");
}

int ocd_codec_md(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk)
{
    static const char letters[] = " bh w   d";
    put_prefix(out, where);
    return ocd_buffer_printf(out, "md%c %s0x%" PRIx64 " %" PRIu32, letters[chunk.width],
                             where.phys ? "phys " : "", chunk.addr, chunk.count);
}

static inline char *put_hex(char *out, uint64_t value)
{
    static const char hex[] = "0123456789abcdef";
    int shift = value != 0 ? (63 - __builtin_clzll(value)) & ~3 : 0;
    for (; shift >= 0; shift -= 4)
        *out++ = hex[value >> shift & 15];
    return out;
}

static inline char *put_decimal(char *out, uint32_t value)
{
    char digits[DECIMAL_DIGITS];
    unsigned count = 0;

    do
        digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (count > 0)
        *out++ = digits[--count];
    return out;
}

int ocd_codec_write_memory(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk,
                           const void *data, enum ocd_layout layout)
{
    bool decimal = chunk.count >= DECIMAL_MIN && chunk.width <= 4;
    /* "0x", two digits a byte, and a blank: never less than in decimal. */
    size_t room = 3 + 2 * (size_t)chunk.width;

    put_prefix(out, where);
    ocd_buffer_printf(out, "write_memory 0x%" PRIx64 " %u {", chunk.addr, 8 * chunk.width);
    int error = ocd_buffer_reserve(out, chunk.count * room + 8); /* "phys" and the brace too */
    if (error != 0)
        return error;

    bool swapped = is_swapped(layout);
    const uint8_t *from = data;
    char *to = out->data + out->size;
    for (uint32_t i = 0; i < chunk.count; ++i, from += chunk.width) {
        uint64_t value = get(from, chunk.width, swapped);
        if (decimal) {
            to = put_decimal(to, (uint32_t)value);
        } else {
            *to++ = '0';
            *to++ = 'x';
            to = put_hex(to, value);
        }
        *to++ = ' ';
    }
    if (chunk.count != 0)
        --to;
    *to = '\0';
    out->size = (size_t)(to - out->data);
    return ocd_buffer_puts(out, where.phys ? "} phys" : "}");
}

/* Up to `most` hex digits from p; answers the first byte that is none of them. */
static inline const char *scan_hex(const char *p, const char *end, unsigned most, uint64_t *value)
{
    const char *limit = (size_t)(end - p) > most ? p + most : end;
    uint64_t v = 0;
    for (; p < limit; ++p) {
        unsigned digit = digit_plus_one[(unsigned char)*p];
        if (digit == 0)
            break;
        v = v << 4 | (digit - 1);
    }
    *value = v;
    return p;
}

/* Exactly eight hex digits: most of what is ever read. The halves are independent of each other, so
 * that the processor can work on both at once. */
static inline bool scan_word(const char *p, uint64_t *value)
{
    unsigned high = 0, low = 0, seen = 0;
    for (unsigned i = 0; i < 4; ++i) {
        unsigned h = digit_plus_one[(unsigned char)p[i]] - 1u;
        unsigned l = digit_plus_one[(unsigned char)p[i + 4]] - 1u;
        seen |= h | l;
        high = high << 4 | h;
        low = low << 4 | l;
    }
    *value = (uint64_t)high << 16 | low;
    return seen < 16; /* what is no digit has become UINT_MAX */
}

/* Exactly so many hex digits, of which there are enough bytes. */
static inline bool scan_digits(const char *p, unsigned digits, uint64_t *value)
{
    return digits == 8 ? scan_word(p, value) : scan_hex(p, p + digits, digits, value) == p + digits;
}

int ocd_codec_values(const char *text, size_t size, struct ocd_chunk chunk, void *data,
                     enum ocd_layout layout, uint32_t *good)
{
    bool swapped = is_swapped(layout);
    uint8_t *to = data;
    const char *p = text;
    const char *end = text + size;
    for (*good = 0; *good < chunk.count; ++*good, to += chunk.width) {
        if (*good != 0 && (p == end || *p++ != ' '))
            return OCD_ERR_PROTOCOL;
        if (end - p < 2 || p[0] != '0' || p[1] != 'x')
            return OCD_ERR_PROTOCOL;
        p += 2;
        uint64_t value;
        const char *behind = scan_hex(p, end, 2 * chunk.width, &value);
        /* What follows must be a blank or the end: checked here, so that a value too long for the
         * width is not counted as good. */
        if (behind == p || (behind != end && *behind != ' '))
            return OCD_ERR_PROTOCOL;
        p = behind;
        put(to, chunk.width, value, swapped);
    }
    return p == end ? 0 : OCD_ERR_PROTOCOL;
}

/* The beginning of a line of md: "0x08000000: ", more digits only where the address needs them. */
static const char *scan_md_address(const char *p, const char *end, uint64_t addr)
{
    uint64_t value;
    if (end - p < 2 || p[0] != '0' || p[1] != 'x')
        return NULL;
    p += 2;
    const char *behind = scan_hex(p, end, 16, &value);
    unsigned digits = 8;
    while (digits < 16 && addr >> (4 * digits) != 0)
        ++digits;
    if (value != addr || behind - p != digits)
        return NULL;
    if (end - behind < 2 || behind[0] != ':' || behind[1] != ' ')
        return NULL;
    return behind + 2;
}

int ocd_codec_md_values(const char *text, size_t size, struct ocd_chunk chunk, void *data,
                        enum ocd_layout layout, uint32_t *good)
{
    bool swapped = is_swapped(layout);
    unsigned digits = 2 * chunk.width;
    uint32_t per_line = MD_LINE_BYTES / chunk.width;
    uint8_t *to = data;
    const char *p = text;
    const char *end = text + size;
    for (*good = 0; *good < chunk.count; ++*good, to += chunk.width) {
        if (*good % per_line == 0) {
            if (*good != 0 && (p == end || *p++ != '\n'))
                return OCD_ERR_PROTOCOL;
            p = scan_md_address(p, end, chunk.addr + (uint64_t)*good * chunk.width);
            if (p == NULL)
                return OCD_ERR_PROTOCOL;
        }
        uint64_t value;
        if ((size_t)(end - p) <= digits || !scan_digits(p, digits, &value) || p[digits] != ' ')
            return OCD_ERR_PROTOCOL;
        p += digits + 1;
        put(to, chunk.width, value, swapped);
    }
    /* 0.12 ends the last line with its newline, HEAD cuts it off. */
    if (p != end && *p == '\n')
        ++p;
    return p == end ? 0 : OCD_ERR_PROTOCOL;
}
