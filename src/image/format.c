// SPDX-License-Identifier: MIT
#include "image/format.h"

#include <string.h>
#include <strings.h>

#include "image/hex.h"

static const char *const titles[] = {
    [OCD_IMAGE_AUTO] = "unknown format",
    [OCD_IMAGE_BIN] = "raw binary",
    [OCD_IMAGE_IHEX] = "Intel HEX",
    [OCD_IMAGE_SREC] = "S-record",
    [OCD_IMAGE_ELF] = "ELF",
    [OCD_IMAGE_C_ARRAY] = "C array",
    [OCD_IMAGE_HEXDUMP] = "hexdump",
};

struct name {
    const char *word;
    enum ocd_image_format format;
    uint8_t address_bits;
    bool extension;
    bool word_too; /* not an extension only */
};

static const struct name names[] = {
    {"bin", OCD_IMAGE_BIN, 0, true, true},         {"raw", OCD_IMAGE_BIN, 0, true, true},
    {"binary", OCD_IMAGE_BIN, 0, false, true},     {"img", OCD_IMAGE_BIN, 0, true, false},
    {"ihex", OCD_IMAGE_IHEX, 0, true, true},       {"hex", OCD_IMAGE_IHEX, 0, true, true},
    {"ihex16", OCD_IMAGE_IHEX, 16, false, true},   {"ihex20", OCD_IMAGE_IHEX, 20, false, true},
    {"ihx", OCD_IMAGE_IHEX, 0, true, false},       {"h86", OCD_IMAGE_IHEX, 0, true, false},
    {"mcs", OCD_IMAGE_IHEX, 0, true, false},       {"a43", OCD_IMAGE_IHEX, 0, true, false},
    {"srec", OCD_IMAGE_SREC, 0, true, true},       {"s19", OCD_IMAGE_SREC, 16, true, true},
    {"s28", OCD_IMAGE_SREC, 24, true, true},       {"s37", OCD_IMAGE_SREC, 32, true, true},
    {"mot", OCD_IMAGE_SREC, 0, true, true},        {"sx", OCD_IMAGE_SREC, 0, true, false},
    {"s", OCD_IMAGE_SREC, 0, true, false},         {"elf", OCD_IMAGE_ELF, 0, true, true},
    {"axf", OCD_IMAGE_ELF, 0, true, false},        {"out", OCD_IMAGE_ELF, 0, true, false},
    {"o", OCD_IMAGE_ELF, 0, true, false},          {"c-array", OCD_IMAGE_C_ARRAY, 0, false, true},
    {"c", OCD_IMAGE_C_ARRAY, 0, true, true},       {"h", OCD_IMAGE_C_ARRAY, 0, true, false},
    {"hexdump", OCD_IMAGE_HEXDUMP, 0, true, true}, {"dump", OCD_IMAGE_HEXDUMP, 0, true, false},
};

const char *ocd_image_format_title(enum ocd_image_format format)
{
    return titles[(size_t)format < sizeof(titles) / sizeof(*titles) ? format : OCD_IMAGE_AUTO];
}

static bool find(const char *word, bool extension, enum ocd_image_format *format,
                 unsigned *address_bits)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!(extension ? names[i].extension : names[i].word_too) ||
            strcasecmp(names[i].word, word) != 0)
            continue;
        *format = names[i].format;
        if (address_bits != NULL)
            *address_bits = names[i].address_bits;
        return true;
    }
    return false;
}

bool ocd_image_format_named(const char *word, enum ocd_image_format *format, unsigned *address_bits)
{
    return find(word, false, format, address_bits);
}

bool ocd_image_format_of_path(const char *path, enum ocd_image_format *format,
                              unsigned *address_bits)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash + 1 : path, '.');

    return dot != NULL && find(dot + 1, true, format, address_bits);
}

static size_t count_digits(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && ocd_hex_digit(text[n]) >= 0)
        n++;
    return n;
}

static bool is_dump(const char *text, size_t size)
{
    size_t n = count_digits(text, size);

    if (n < 1 || n > 16 || size < n + 4 || text[n] != ':' || text[n + 1] != ' ')
        return false;
    text += n + 2;
    return count_digits(text, 2) == 2 || memcmp(text, "??", 2) == 0;
}

enum ocd_image_format ocd_format_of_content(const void *data, size_t size)
{
    const char *text = data;

    if (size >= 4 && memcmp(text, "\177ELF", 4) == 0)
        return OCD_IMAGE_ELF;
    while (size > 0 && (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')) {
        text++;
        size--;
    }
    if (size >= 11 && text[0] == ':' && count_digits(text + 1, 10) == 10)
        return OCD_IMAGE_IHEX;
    if (size >= 10 && (text[0] == 'S' || text[0] == 's') && text[1] >= '0' && text[1] <= '9' &&
        count_digits(text + 2, 8) == 8)
        return OCD_IMAGE_SREC;
    return is_dump(text, size) ? OCD_IMAGE_HEXDUMP : OCD_IMAGE_AUTO;
}
