// SPDX-License-Identifier: MIT
#include "transfer/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/hex.h"
#include "ocd.h"

/* Whether the most significant byte comes first. */
static bool is_big(enum ocd_layout layout)
{
    return layout == OCD_LAYOUT_BIG ||
           (layout == OCD_LAYOUT_HOST && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

void ocd__text_put(void *at, unsigned width, uint64_t value, enum ocd_layout layout)
{
    uint8_t *bytes = at;
    bool big = is_big(layout);

    for (unsigned i = 0; i < width; i++)
        bytes[big ? width - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

uint64_t ocd__text_get(const void *at, unsigned width, enum ocd_layout layout)
{
    const uint8_t *bytes = at;
    bool big = is_big(layout);
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)bytes[big ? width - 1 - i : i] << 8 * i;
    return value;
}

static int put_prefix(struct ocd_buffer *out, struct ocd_where where)
{
    return where.target != NULL ? ocd__buffer_printf(out, "%s ", where.target) : out->error;
}

int ocd__text_reads_begin(struct ocd_buffer *out, struct ocd_where where, bool stop)
{
    if (where.target != NULL)
        ocd__buffer_printf(out, "[list %s]", where.target); /* even an empty name is one */
    else
        ocd__buffer_puts(out, "{}");
    return ocd__buffer_printf(out, " {%s} %d {", where.phys ? "phys" : "", stop);
}

int ocd__text_reads_add(struct ocd_buffer *out, struct ocd_chunk chunk)
{
    return ocd__buffer_printf(out, "0x%" PRIx64 " %u %" PRIu32 " ", chunk.addr, 8 * chunk.width,
                              chunk.count);
}

int ocd__text_reads_end(struct ocd_buffer *out, struct ocd_where where)
{
    return ocd__buffer_puts(out, where.poll ? "} 1" : "}");
}

int ocd__text_read(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk)
{
    put_prefix(out, where);
    return ocd__buffer_printf(out, "read_memory 0x%" PRIx64 " %u %" PRIu32 "%s", chunk.addr,
                              8 * chunk.width, chunk.count, where.phys ? " phys" : "");
}

int ocd__text_write(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk,
                    const void *data, enum ocd_layout layout)
{
    const uint8_t *from = data;

    put_prefix(out, where);
    ocd__buffer_printf(out, "write_memory 0x%" PRIx64 " %u {", chunk.addr, 8 * chunk.width);
    for (uint32_t i = 0; i < chunk.count && out->error == 0; i++, from += chunk.width)
        ocd__buffer_printf(out, "%s0x%" PRIx64, i > 0 ? " " : "",
                           ocd__text_get(from, chunk.width, layout));
    return ocd__buffer_puts(out, where.phys ? "} phys" : "}");
}

/* Up to `most` hex digits from p; returns the first byte that is none of them. */
static inline const char *scan_hex(const char *p, const char *end, unsigned most, uint64_t *value)
{
    const char *limit = (size_t)(end - p) > most ? p + most : end;
    uint64_t v = 0;
    for (; p < limit; ++p) {
        int digit = ocd__hex_digit(*p);
        if (digit < 0)
            break;
        v = v << 4 | (unsigned)digit;
    }
    *value = v;
    return p;
}

/* A number and the blank after it. */
static bool take_number(struct ocd_view *rest, long *value)
{
    bool negative = rest->size > 0 && rest->data[0] == '-';
    size_t at = negative ? 1 : 0, first = at;
    long v = 0;

    for (; at < rest->size && rest->data[at] >= '0' && rest->data[at] <= '9'; at++) {
        if (v > INT32_MAX / 10 - 1)
            return false;
        v = v * 10 + (rest->data[at] - '0');
    }
    if (at == first || at == rest->size || rest->data[at] != ' ')
        return false;
    *value = negative ? -v : v;
    rest->data += at + 1;
    rest->size -= at + 1;
    return true;
}

int ocd__text_next(struct ocd_view *result, long *status, struct ocd_view *values)
{
    long size;

    if (!take_number(result, status) || !take_number(result, &size) || size < 0 ||
        (size_t)size >= result->size || result->data[size] != '\n')
        return OCD_ERR_PROTOCOL;
    *values = (struct ocd_view){result->data, (size_t)size};
    result->data += size + 1;
    result->size -= (size_t)size + 1;
    return OCD_OK;
}

int ocd__text_values(struct ocd_view values, struct ocd_chunk chunk, void *data,
                     enum ocd_layout layout)
{
    uint8_t *to = data;
    const char *p = values.data;
    const char *end = p + values.size;

    for (uint32_t i = 0; i < chunk.count; ++i, to += chunk.width) {
        uint64_t value;
        if (i != 0 && (p == end || *p++ != ' '))
            return OCD_ERR_PROTOCOL;
        if (end - p < 2 || p[0] != '0' || p[1] != 'x')
            return OCD_ERR_PROTOCOL;
        p += 2;
        const char *after = scan_hex(p, end, 2 * chunk.width, &value);
        if (after == p)
            return OCD_ERR_PROTOCOL;
        p = after;
        ocd__text_put(to, chunk.width, value, layout);
    }
    return p == end ? OCD_OK : OCD_ERR_PROTOCOL;
}
