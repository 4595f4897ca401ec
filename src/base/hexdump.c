// SPDX-License-Identifier: MIT
#include "base/hexdump.h"

#include <string.h>

#include "base/hex.h"

enum {
    BYTES = 16, /* of a line */
};

void ocd__hexdump_init(struct ocd_hexdump *h, uint64_t addr, uint64_t end,
                       ocd_hexdump_line_fn *line, void *user)
{
    *h = (struct ocd_hexdump){
        .addr = addr, .wide = end - 1 > UINT32_MAX, .line = line, .user = user};
}

static char *put_byte(char *out, const struct ocd_hexdump *h, unsigned i)
{
    if (i >= h->fill)
        memset(out, ' ', 2);
    else if (h->unreadable[i])
        memset(out, '?', 2);
    else
        ocd__hex_put(out, &h->bytes[i], 1);
    out[2] = ' ';
    return out + 3;
}

static char ascii(const struct ocd_hexdump *h, unsigned i)
{
    if (h->unreadable[i])
        return '?';
    return h->bytes[i] >= 0x20 && h->bytes[i] <= 0x7e ? (char)h->bytes[i] : '.';
}

static int emit(struct ocd_hexdump *h)
{
    char text[OCD_HEXDUMP_LINE_MAX];
    char *out = ocd__hex_put_number(text, h->addr, h->wide ? 16 : 8);
    *out++ = ':';
    *out++ = ' ';
    for (unsigned i = 0; i < BYTES; ++i) {
        out = put_byte(out, h, i);
        if (i % 8 == 7)
            *out++ = ' ';
    }
    *out++ = '|';
    for (unsigned i = 0; i < h->fill; ++i)
        *out++ = ascii(h, i);
    *out++ = '|';
    *out++ = '\n';
    *out = '\0';
    h->addr += BYTES;
    h->fill = 0;
    return h->line(text, (size_t)(out - text), h->user);
}

int ocd__hexdump_add(struct ocd_hexdump *h, const void *data, size_t size)
{
    const uint8_t *from = data;
    while (size != 0) {
        size_t take = BYTES - h->fill;
        if (take > size)
            take = size;
        memset(h->unreadable + h->fill, from == NULL, take);
        if (from != NULL) {
            memcpy(h->bytes + h->fill, from, take);
            from += take;
        }
        h->fill += (unsigned)take;
        size -= take;
        if (h->fill == BYTES) {
            int stop = emit(h);
            if (stop != 0)
                return stop;
        }
    }
    return 0;
}

int ocd__hexdump_finish(struct ocd_hexdump *h)
{
    return h->fill != 0 ? emit(h) : 0;
}
