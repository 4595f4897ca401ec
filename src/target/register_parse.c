// SPDX-License-Identifier: MIT
#include "target/register_parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/scan.h"

/* Upper bound of a register's width; the widest known ones have 2048 bits. */
#define BITS_MAX 65536u

/* A decimal number of at most 32 bits. */
static bool take_number(struct ocd_view *text, unsigned *value)
{
    uint64_t number;

    if (ocd__scan_starts(*text, "0x") || !ocd__scan_number(text, &number) || number > UINT32_MAX)
        return false;
    *value = (unsigned)number;
    return true;
}

/* "pc (/32): 0x08000123 (dirty)"; the value and what follows may be missing. */
static bool take_register(struct ocd_view text, struct ocd_register_line *line)
{
    struct ocd_view name = {text.data, 0};

    while (text.size > 0 && !ocd__scan_starts(text, " (/")) {
        name.size++;
        text.data++;
        text.size--;
    }
    if (name.size == 0 || !ocd__scan_skip(&text, " (/") || !take_number(&text, &line->bits) ||
        line->bits == 0 || line->bits > BITS_MAX || !ocd__scan_skip(&text, ")"))
        return false;
    line->name = name;
    line->hex = (struct ocd_view){NULL, 0};
    line->dirty = false;
    if (text.size == 0)
        return true;
    if (!ocd__scan_skip(&text, ": 0x"))
        return false;
    line->hex = text;
    line->hex.size = 0;
    while (line->hex.size < text.size && ocd__hex_digit(text.data[line->hex.size]) >= 0)
        line->hex.size++;
    text.data += line->hex.size;
    text.size -= line->hex.size;
    line->dirty = ocd__scan_skip(&text, " (dirty)");
    return line->hex.size > 0 && text.size == 0;
}

int ocd__register_list_next(struct ocd_view *text, struct ocd_register_line *line)
{
    while (text->size > 0) {
        struct ocd_view words = ocd__scan_line(text);
        if (words.size == 0)
            continue;
        if (ocd__scan_skip(&words, "===== ")) {
            line->group = words;
            continue;
        }
        if (ocd__scan_skip(&words, "(") && take_number(&words, &line->number) &&
            ocd__scan_skip(&words, ") ") && take_register(words, line))
            return 1;
        return OCD_ERR_PROTOCOL;
    }
    return 0;
}

bool ocd__register_list_single(struct ocd_view text, struct ocd_register_line *line)
{
    struct ocd_view words = ocd__scan_line(&text);
    struct ocd_register_line one = *line;

    if (!take_register(words, &one) || one.hex.data == NULL)
        return false;
    one.dirty = line->dirty;
    *line = one;
    return true;
}

size_t ocd__register_bytes(unsigned bits)
{
    return (bits + 7) / 8;
}

/* Stores the least significant byte first. False: the value has more than `bits` bits. */
static bool parse_value(struct ocd_view hex, unsigned bits, uint8_t *bytes)
{
    size_t size = ocd__register_bytes(bits);

    memset(bytes, 0, size);
    for (size_t i = 0; i < hex.size; i++) {
        unsigned digit = (unsigned)ocd__hex_digit(hex.data[hex.size - 1 - i]);
        if (i / 2 < size)
            bytes[i / 2] |= (uint8_t)(digit << (i % 2 * 4));
        else if (digit != 0)
            return false;
    }
    return bits % 8 == 0 || bytes[size - 1] >> bits % 8 == 0;
}

static uint64_t low_bits(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size && i < 8; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static char *copy_text(char **at, struct ocd_view text)
{
    char *begin = *at;

    if (text.size > 0)
        memcpy(begin, text.data, text.size);
    begin[text.size] = '\0';
    *at += text.size + 1;
    return begin;
}

int ocd__register_list_build(const struct ocd_register_line *lines, size_t count,
                             struct ocd_register **registers)
{
    size_t size = 1;

    for (size_t i = 0; i < count; i++)
        size += sizeof(**registers) + ocd__register_bytes(lines[i].bits) + lines[i].name.size + 1 +
                lines[i].group.size + 1;
    *registers = calloc(1, size);
    if (*registers == NULL)
        return OCD_ERR_NOMEM;
    char *at = (char *)(*registers + count);
    for (size_t i = 0; i < count; i++) {
        struct ocd_register *r = &(*registers)[i];
        size_t bytes = ocd__register_bytes(lines[i].bits);
        *r = (struct ocd_register){
            .number = lines[i].number,
            .bits = lines[i].bits,
            .valid = lines[i].hex.data != NULL,
            .dirty = lines[i].dirty,
            .bytes = (uint8_t *)at,
        };
        if (r->valid && !parse_value(lines[i].hex, r->bits, (uint8_t *)at)) {
            free(*registers);
            *registers = NULL;
            return OCD_ERR_PROTOCOL;
        }
        r->value = low_bits(r->bytes, bytes);
        at += bytes;
        r->name = copy_text(&at, lines[i].name);
        r->group = copy_text(&at, lines[i].group);
    }
    return OCD_OK;
}
