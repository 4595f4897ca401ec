// SPDX-License-Identifier: MIT
#include "transfer/raw.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/scan.h"

/* NULs in a row from which `[string repeat \0 N]` is shorter than the NULs. */
#define NULS_MIN 12

static int put_target(struct ocd_buffer *out, struct ocd_where where)
{
    if (where.target == NULL)
        return ocd__buffer_puts(out, "{} ");
    return ocd__buffer_printf(out, "[list %s] ", where.target);
}

int ocd__raw_read(struct ocd_buffer *out, struct ocd_where where, uint64_t addr, uint64_t size)
{
    put_target(out, where);
    return ocd__buffer_printf(out, "0x%" PRIx64 " %" PRIu64 "%s", addr, size,
                              where.confirm ? " 2"
                              : where.poll  ? " 1"
                                            : "");
}

int ocd__raw_write(struct ocd_buffer *out, struct ocd_where where, uint64_t addr, const void *data,
                   size_t size)
{
    put_target(out, where);
    ocd__buffer_printf(out, "load_image {0x%" PRIx64 " bin} ", addr);
    ocd__raw_quote(out, data, size);
    return ocd__buffer_puts(out, where.poll ? " 1" : "");
}

int ocd__raw_show(struct ocd_buffer *out, bool write, struct ocd_where where, uint64_t addr,
                  uint64_t size)
{
    if (where.target != NULL)
        ocd__buffer_printf(out, "targets %s; ", where.target);
    return write ? ocd__buffer_printf(out, "load_image <%" PRIu64 " bytes> 0x%" PRIx64 " bin", size,
                                      addr)
                 : ocd__buffer_printf(out, "dump_image <%" PRIu64 " bytes> 0x%" PRIx64 " %" PRIu64,
                                      size, addr, size);
}

/* What a byte becomes in a double-quoted word where it cannot be written as itself, or NULL. 0x1a
 * would end the request, NUL the line. */
static const char *escape_of(uint8_t byte, bool digit_follows)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '$':
        return "\\$";
    case '[':
        return "\\[";
    case '\\':
        return "\\\\";
    case '\0':
        return digit_follows ? "\\000" : "\\0";
    case 0x1a:
        return digit_follows ? "\\032" : "\\32";
    default:
        return NULL;
    }
}

/* Bytes from `at` on that can be written as themselves. */
static size_t plain_size(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *p = at;

    while (p < end && escape_of(*p, false) == NULL)
        p++;
    return (size_t)(p - at);
}

static size_t nul_count(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *p = at;

    while (p < end && *p == 0)
        p++;
    return (size_t)(p - at);
}

int ocd__raw_quote(struct ocd_buffer *out, const void *data, size_t size)
{
    const uint8_t *p = data;
    const uint8_t *end = p + size;

    /* Most data need little more than their size. */
    ocd__buffer_reserve(out, size + size / 16 + 32);
    ocd__buffer_puts(out, "\"");
    while (p < end && out->error == 0) {
        size_t run = plain_size(p, end), nuls;
        ocd__buffer_add(out, p, run);
        p += run;
        if (p == end)
            break;
        nuls = nul_count(p, end);
        if (nuls >= NULS_MIN) {
            ocd__buffer_printf(out, "[string repeat \\0 %zu]", nuls);
            p += nuls;
            continue;
        }
        bool digit_follows = p + 1 < end && p[1] >= '0' && p[1] <= '7';
        ocd__buffer_puts(out, escape_of(*p, digit_follows));
        p++;
    }
    return ocd__buffer_puts(out, "\"");
}

bool ocd__raw_written(struct ocd_view result, uint64_t size)
{
    char words[48];
    size_t length = (size_t)snprintf(words, sizeof(words), "downloaded %" PRIu64 " bytes ", size);

    return length < sizeof(words) && ocd__scan_contains(result, words);
}
