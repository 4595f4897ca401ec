// SPDX-License-Identifier: MIT
#include "image/format.h"

#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/scan.h"
#include "image/formats/hexdump_row.h"

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
    uint8_t addr_bits;
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

const char *ocd__image_format_title(enum ocd_image_format format)
{
    return titles[(size_t)format < sizeof(titles) / sizeof(*titles) ? format : OCD_IMAGE_AUTO];
}

static bool find(const char *word, bool extension, enum ocd_image_format *format,
                 unsigned *addr_bits)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!(extension ? names[i].extension : names[i].word_too) ||
            strcasecmp(names[i].word, word) != 0)
            continue;
        *format = names[i].format;
        if (addr_bits != NULL)
            *addr_bits = names[i].addr_bits;
        return true;
    }
    return false;
}

bool ocd_image_format_named(const char *word, enum ocd_image_format *format, unsigned *addr_bits)
{
    return word != NULL && format != NULL && find(word, false, format, addr_bits);
}

bool ocd_image_format_of_path(const char *path, enum ocd_image_format *format, unsigned *addr_bits)
{
    if (path == NULL || format == NULL)
        return false;
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash + 1 : path, '.');
    return dot != NULL && find(dot + 1, true, format, addr_bits);
}

static size_t count_digits(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && ocd__hex_digit(text[n]) >= 0)
        n++;
    return n;
}

/* Whether the text begins with a complete record: `head` characters, then as many bytes as the
 * first of these says, plus `rest`. No other data look like that by accident. */
static bool is_record(const char *text, size_t size, size_t head, size_t rest)
{
    uint8_t length;

    if (size < head + 2 || ocd__hex_bytes(text + head, &length, 1) != 1)
        return false;
    size_t digits = 2 * (length + rest);
    return count_digits(text + head, size - head) == digits;
}

static size_t count_blanks(const char *text, size_t size)
{
    size_t n = 0;

    while (n < size && ocd_is_blank(text[n]))
        n++;
    return n;
}

/* Whether the text begins with a value of 1 to 8 bytes, of which some may be ??. */
static bool is_value(const char *text, size_t size)
{
    size_t n = 0;

    while (n + 2 <= size && n < 16 &&
           (count_digits(text + n, 2) == 2 || memcmp(text + n, "??", 2) == 0))
        n += 2;
    return n > 0 && (n == size || ocd_is_blank(text[n]) || text[n] == '\r' || text[n] == '\n');
}

/* Also true for dumps of other tools: they are then an error, and not loaded as raw data. */
static bool is_dump(const char *text, size_t size)
{
    bool prefixed = size > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

    text += prefixed ? 2 : 0;
    size -= prefixed ? 2 : 0;
    size_t digits = count_digits(text, size);
    if (digits < 1 || digits > 16 || digits == size)
        return false;
    text += digits;
    size -= digits;
    if (text[0] == ':') {
        size_t blanks = count_blanks(text + 1, size - 1);
        return blanks > 0 && (prefixed || is_value(text + 1 + blanks, size - 1 - blanks));
    }
    size_t blanks = count_blanks(text, size);
    if (blanks == 0 || blanks == size || (digits < 6 && !prefixed))
        return false;
    return text[blanks] == '=' || (prefixed && text[blanks] == '<') ||
           is_value(text + blanks, size - blanks);
}

/* Whether the first line is a row of a hexdump in a form that is read. */
static bool is_row(const char *text, size_t size)
{
    struct ocd_row row;
    size_t column;
    const char *end = memchr(text, '\n', size);
    size_t line = end != NULL ? (size_t)(end - text) : size;

    while (line > 0 && (ocd_is_blank(text[line - 1]) || text[line - 1] == '\r'))
        line--;
    return ocd__row_parse(&row, text, line, &column) == NULL && row.size > 0;
}

enum ocd_image_format ocd__format_of_content(const void *data, size_t size, bool *certain)
{
    const char *text = data;

    *certain = true;
    if (size >= 4 && memcmp(text, "\177ELF", 4) == 0)
        return OCD_IMAGE_ELF;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        size -= 3;
    }
    while (size > 0 && (ocd_is_blank(*text) || *text == '\r' || *text == '\n')) {
        text++;
        size--;
    }
    if (size >= 11 && text[0] == ':' && count_digits(text + 1, 10) == 10) {
        *certain = is_record(text, size, 1, 5);
        return OCD_IMAGE_IHEX;
    }
    if (size >= 10 && (text[0] == 'S' || text[0] == 's') && text[1] >= '0' && text[1] <= '9' &&
        count_digits(text + 2, 8) == 8) {
        *certain = is_record(text, size, 2, 1);
        return OCD_IMAGE_SREC;
    }
    if (is_dump(text, size)) {
        *certain = is_row(text, size);
        return OCD_IMAGE_HEXDUMP;
    }
    *certain = false;
    return OCD_IMAGE_AUTO;
}

const char *ocd__format_container(const void *data, size_t size)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *name;
    } containers[] = {
        {"UF2\nWQ]\x9E", 8, "UF2"},
        {"DfuSe\x01", 6, "DfuSe"},
        {"/* From address 0x", 18, "C array"}, /* as libocd writes it */
        {"unsigned char ", 14, "C array"},     /* as xxd -i does */
    };

    const char *text = data;
    size_t digits = size > 0 && text[0] == '@' ? count_digits(text + 1, size - 1) : 0;

    if (digits >= 4 && digits <= 16 && digits + 1 < size &&
        (text[digits + 1] == '\n' || text[digits + 1] == '\r' || ocd_is_blank(text[digits + 1])))
        return "Verilog or TI-TXT";
    for (size_t i = 0; i < sizeof(containers) / sizeof(*containers); i++)
        if (size >= containers[i].size &&
            memcmp(data, containers[i].magic, containers[i].size) == 0)
            return containers[i].name;
    return NULL;
}
