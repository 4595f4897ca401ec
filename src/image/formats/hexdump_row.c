// SPDX-License-Identifier: MIT
#include "image/formats/hexdump_row.h"

#include "base/hex.h"
#include "base/scan.h"

enum {
    GAP = 2,       /* blanks; characters may follow a gap of at least this size */
    GAP_AFTER = 8, /* bytes, after which our own dumps have a gap too */
};

struct scanner {
    struct ocd_row *row;
    const char *text;
    size_t size;
    size_t at;
};

static size_t count_blanks(const struct scanner *s)
{
    size_t n = 0;

    while (s->at + n < s->size && ocd_is_blank(s->text[s->at + n]))
        n++;
    return n;
}

static const char *parse_address(struct scanner *s)
{
    struct ocd_row *row = s->row;
    size_t digits = 0;

    row->prefixed = s->size > 2 && s->text[0] == '0' && (s->text[1] == 'x' || s->text[1] == 'X');
    s->at = row->prefixed ? 2 : 0;
    for (; s->at < s->size && digits < 16 && ocd__hex_digit(s->text[s->at]) >= 0; s->at++, digits++)
        row->addr = row->addr << 4 | (unsigned)ocd__hex_digit(s->text[s->at]);
    row->colon = s->at < s->size && s->text[s->at] == ':';
    if (digits > 0 && row->colon) {
        s->at++;
        return NULL;
    }
    /* `hexdump -C` has no colon, but a gap, and nothing at all in its last line. */
    if (digits >= 7 && !row->prefixed && (s->at == s->size || count_blanks(s) >= GAP))
        return NULL;
    s->at = 0;
    return "no address of up to 16 digits with a colon";
}

/* --- Characters --- */

static char character(uint8_t byte)
{
    return byte >= 0x20 && byte <= 0x7e ? (char)byte : '.';
}

/* The index of the byte that is shown at `i` when the bytes of each value are reversed. */
static unsigned reversed_index(const struct ocd_row *row, unsigned i)
{
    unsigned start = i - i % row->group;
    unsigned end = start + row->group < row->size ? start + row->group : row->size;

    return start + (end - 1 - i);
}

/* Whether the characters are those of the bytes. Blanks at the end of the line have been
 * removed. */
static bool shows(const struct ocd_row *row, const char *text, size_t size, bool reversed)
{
    if (size > row->size)
        return false;
    for (unsigned i = 0; i < row->size; i++) {
        unsigned k = reversed ? reversed_index(row, i) : i;
        char expected = row->readable[k] ? character(row->bytes[k]) : '?';
        if ((i < size ? text[i] : ' ') != expected)
            return false;
    }
    return true;
}

static bool is_symmetric(const struct ocd_row *row)
{
    for (unsigned i = 0; i < row->size; i++)
        if (row->bytes[i] != row->bytes[reversed_index(row, i)])
            return false;
    return true;
}

/* False: they are the characters of other bytes. */
static bool find_order(struct ocd_row *row, const char *text, size_t size)
{
    bool straight = shows(row, text, size, false);
    bool reversed = shows(row, text, size, true);

    if (is_symmetric(row))
        row->order = OCD_ROW_EITHER;
    else if (straight && reversed)
        row->order = OCD_ROW_UNKNOWN;
    else
        row->order = straight ? OCD_ROW_STRAIGHT : OCD_ROW_REVERSED;
    return straight || reversed;
}

/* The characters may begin with blanks: any blank of the gap after its first two may be the
 * first. */
static bool find_bare(struct scanner *s, size_t gap)
{
    for (size_t skip = GAP; skip <= gap; skip++) {
        const char *text = s->text + s->at + skip;
        size_t size = s->size - s->at - skip;
        if (find_order(s->row, text, size)) {
            s->row->characters = OCD_ROW_BARE;
            return true;
        }
    }
    return false;
}

/* Characters of single bytes are counted but not compared: the bytes may have been edited. */
static const char *parse_bars(struct scanner *s)
{
    struct ocd_row *row = s->row;
    size_t size = s->size - s->at;

    if (size != row->size + 2u || s->text[s->size - 1] != '|')
        return "between two bars there must be as many characters as bytes";
    row->characters = OCD_ROW_BARS;
    if (row->group > 1 && !find_order(row, s->text + s->at + 1, row->size))
        return "the characters are not those of the bytes";
    s->at = s->size;
    return NULL;
}

/* --- Values --- */

static const char *parse_value(struct scanner *s)
{
    static const char wrong[] = "no byte of two digits";
    struct ocd_row *row = s->row;
    size_t start = s->at;
    unsigned first = row->size;

    while (s->at < s->size && !ocd_is_blank(s->text[s->at]) && s->text[s->at] != '|') {
        const char *text = s->text + s->at;
        bool unknown = s->size - s->at >= 2 && text[0] == '?' && text[1] == '?';
        row->bytes[row->size % OCD_TEXT_BYTES_MAX] = 0;
        if (row->size == OCD_TEXT_BYTES_MAX || s->size - s->at < 2 ||
            (!unknown && ocd__hex_bytes(text, row->bytes + row->size, 1) != 1)) {
            s->at = start;
            return wrong;
        }
        row->readable[row->size++] = !unknown;
        s->at += 2;
    }
    unsigned size = row->size - first;
    if (first == 0)
        row->group = size;
    if (size == 0 || size > row->group || first % row->group != 0) {
        s->at = start;
        return wrong;
    }
    return NULL;
}

/* A value that has fewer bytes than the others may be aligned to the right. */
static bool is_short_value(const struct scanner *s, size_t gap)
{
    size_t digits = 0;

    while (s->at + digits < s->size && ocd__hex_digit(s->text[s->at + digits]) >= 0)
        digits++;
    return gap == 1 + 2 * s->row->group - digits;
}

/* Parses the blanks between values and what ends the line. `*done`: the line has ended. */
static const char *parse_gap(struct scanner *s, bool *done)
{
    struct ocd_row *row = s->row;
    size_t gap = count_blanks(s);
    size_t rest = s->size - s->at - gap;

    *done = rest == 0;
    if (rest == 0)
        return NULL;
    if (row->size > 0 && gap >= GAP && find_bare(s, gap)) {
        *done = true;
        return NULL;
    }
    bool wide = row->size > 0 && gap >= GAP;
    s->at += gap;
    if (s->text[s->at] == '|') {
        *done = true;
        return parse_bars(s);
    }
    if (wide && rest <= row->size)
        return "these are neither the characters of the bytes nor clearly more bytes";
    if (wide && row->size % GAP_AFTER != 0 && !is_short_value(s, gap))
        return "a gap between bytes";
    return NULL;
}

const char *ocd__row_parse(struct ocd_row *row, const char *text, size_t size, size_t *column)
{
    struct scanner s = {.row = row, .text = text, .size = size};
    bool done = false;

    row->addr = 0;
    row->size = 0;
    row->group = 1;
    row->characters = OCD_ROW_NONE;
    row->order = OCD_ROW_EITHER;
    const char *wrong = parse_address(&s);
    while (wrong == NULL && !done) {
        wrong = parse_gap(&s, &done);
        if (wrong == NULL && !done)
            wrong = parse_value(&s);
    }
    *column = s.at + 1;
    if (wrong != NULL)
        return wrong;
    if (row->size > 0 && !row->colon && row->characters == OCD_ROW_NONE)
        return "no characters after the bytes: the line is cut, or of another tool";
    if (row->size > 0 && row->addr > UINT64_MAX - (row->size - 1))
        return "the address wraps";
    if (row->group > 1 && row->characters == OCD_ROW_NONE && !is_symmetric(row))
        row->order = row->prefixed ? OCD_ROW_TARGET : OCD_ROW_UNKNOWN;
    return NULL;
}

void ocd__row_reverse(struct ocd_row *row)
{
    for (unsigned start = 0; start < row->size; start += row->group) {
        unsigned end = start + row->group < row->size ? start + row->group : row->size;
        for (unsigned a = start, b = end - 1; a < b; a++, b--) {
            uint8_t byte = row->bytes[a];
            bool readable = row->readable[a];
            row->bytes[a] = row->bytes[b];
            row->readable[a] = row->readable[b];
            row->bytes[b] = byte;
            row->readable[b] = readable;
        }
    }
}

bool ocd__row_is_blank(const struct ocd_row *row)
{
    for (unsigned i = 0; i < row->size; i++)
        if (!row->readable[i] || row->bytes[i] != ' ')
            return false;
    return true;
}
