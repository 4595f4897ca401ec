// SPDX-License-Identifier: MIT
/* Hexdump lines from bytes that arrive in chunks. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 16 address digits, ": ", 16 times "XX ", the gap, "|", 16 characters, "|", newline and NUL. */
#define OCD_HEXDUMP_LINE_MAX 96

/* Called with each line that is complete, newline included. Anything but 0 stops. */
typedef int ocd_hexdump_line_fn(const char *line, size_t size, void *user);

struct ocd_hexdump {
    uint64_t addr; /* of the line that is being filled */
    bool wide;     /* 16 address digits */
    unsigned fill; /* bytes in it so far */
    uint8_t bytes[16];
    bool unreadable[16]; /* shown as ?? */
    ocd_hexdump_line_fn *line;
    void *user;
};

/* Lines start at `addr` itself, not at a multiple of 16. `end` (the address after the last byte,
 * 0 for 2^64) decides the number of address digits. */
void ocd__hexdump_init(struct ocd_hexdump *h, uint64_t addr, uint64_t end,
                       ocd_hexdump_line_fn *line, void *user);
/* `size` more bytes; `data` NULL means unreadable ones. 0 or what `line` answered. */
int ocd__hexdump_add(struct ocd_hexdump *h, const void *data, size_t size);
/* Emits the last, padded line. */
int ocd__hexdump_finish(struct ocd_hexdump *h);
