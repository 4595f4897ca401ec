// SPDX-License-Identifier: MIT
/* Hexdumps as base/hexdump.h writes them: address, colon, bytes, and the same as characters between
 * bars, which are counted but not compared. Bytes shown as ?? are gaps. A line with nothing but *
 * stands for as many repetitions of the row before it as fit below the next address, and an address
 * with no bytes ends a dump. */
#include <string.h>

#include "image/hex.h"
#include "image/text.h"

struct row {
    uint64_t addr;
    unsigned size;
    uint8_t bytes[OCD_TEXT_BYTES_MAX];
    bool readable[OCD_TEXT_BYTES_MAX];
    bool ascii;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Answers the number of characters, 0 if there is no address with its colon. */
static size_t parse_address(const char *text, size_t size, uint64_t *addr)
{
    size_t i = 0;

    *addr = 0;
    for (; i < size && i < 16 && ocd_hex_digit(text[i]) >= 0; i++)
        *addr = *addr << 4 | (unsigned)ocd_hex_digit(text[i]);
    return i > 0 && i < size && text[i] == ':' ? i + 1 : 0;
}

static bool parse_byte(struct row *row, const char *text, size_t size)
{
    if (size < 2 || row->size == OCD_TEXT_BYTES_MAX ||
        (size > 2 && !is_blank(text[2]) && text[2] != '|'))
        return false;
    bool unknown = text[0] == '?' && text[1] == '?';
    row->bytes[row->size] = 0;
    row->readable[row->size] = !unknown;
    return (unknown || ocd_hex_bytes(text, row->bytes + row->size, 1) == 1) && ++row->size > 0;
}

/* NULL, or what is wrong. */
static const char *parse_row(struct row *row, const char *text, size_t size, size_t *column)
{
    size_t i = parse_address(text, size, &row->addr);

    row->size = 0;
    row->ascii = false;
    *column = i + 1;
    if (i == 0)
        return "no address of up to 16 digits with a colon";
    for (;; i += 2) {
        while (i < size && is_blank(text[i]))
            i++;
        *column = i + 1;
        if (i == size)
            break;
        if (text[i] == '|') {
            row->ascii = true;
            if (size - i != row->size + 2u || text[size - 1] != '|')
                return "as many characters as bytes have to stand between two bars";
            break;
        }
        if (!parse_byte(row, text + i, size - i))
            return "no byte of two digits";
    }
    return row->size > 0 && row->addr > UINT64_MAX - (row->size - 1) ? "the address wraps" : NULL;
}

/* The rows for which a `*` stood above this one. */
static int add_repeats(struct ocd_text *t, uint64_t addr)
{
    struct ocd_text_row *row = &t->row;
    uint64_t size = addr - row->end;

    if (!row->repeated)
        return OCD_OK;
    row->repeated = false;
    if (row->end == 0 || addr <= row->end || size % row->size != 0)
        return ocd_text_error(t, "no whole number of rows fits below this address, for the '*'");
    return row->all ? ocd_image_add(t->im, row->end, size, &row->mark, row->line, OCD_RUN_REPEAT)
                    : OCD_OK;
}

static int note_star(struct ocd_text *t)
{
    if (t->row.size == 0 || t->row.repeated)
        return ocd_text_error(t, "there is no row that the '*' could repeat");
    if (t->row.some && !t->row.all)
        return ocd_text_error(t, "a row with some ?? cannot be repeated");
    t->row.repeated = true;
    return OCD_OK;
}

static int add_bytes(struct ocd_text *t, const struct row *row)
{
    t->row = (struct ocd_text_row){
        .mark = t->mark, .line = t->line, .end = row->addr + row->size, .size = row->size};
    for (unsigned i = 0, n; i < row->size; i += n) {
        for (n = 1; i + n < row->size && row->readable[i + n] == row->readable[i];)
            n++;
        if (!row->readable[i])
            continue;
        t->row.some = true;
        t->row.all = n == row->size;
        int rc = ocd_text_data(t, row->addr + i, row->bytes + i, n);
        if (rc != OCD_OK)
            return rc;
    }
    return OCD_OK;
}

static int parse(struct ocd_text *t, const char *text, size_t size)
{
    struct row row;
    size_t column;

    if (size == 1 && text[0] == '*')
        return t->fetching ? OCD_OK : note_star(t);
    const char *wrong = parse_row(&row, text, size, &column);
    if (wrong != NULL)
        return ocd_text_error(t, "column %zu: %s", column, wrong);
    int rc = t->fetching ? OCD_OK : add_repeats(t, row.addr);
    if (rc != OCD_OK)
        return rc;
    if (row.size > 0 && t->ascii >= 0 && t->ascii != row.ascii)
        return ocd_text_error(t, "only some lines have their characters between bars: one is cut");
    if (row.size > 0)
        t->ascii = row.ascii;
    return add_bytes(t, &row);
}

static int scan(struct ocd_image *im)
{
    struct ocd_text t;
    int rc = ocd_text_scan(&t, im, parse);

    if (rc == OCD_OK && t.row.repeated)
        return ocd_image_malformed(im, t.line, "no address says where the '*' ends");
    return rc;
}

static int fetch_repeats(struct ocd_image *im, struct ocd_run *run, uint64_t addr, uint8_t *data,
                         size_t size)
{
    struct ocd_source_line line;
    struct row row;
    size_t column;
    int rc = ocd_source_line(&im->source, run->start.offset, &line);

    if (rc == 0 && (line.text == NULL || line.overlong ||
                    parse_row(&row, line.text, line.size, &column) != NULL || row.size == 0))
        rc = OCD_SOURCE_CHANGED;
    if (rc != 0)
        return ocd_image_io(im, rc);
    uint64_t phase = (addr - run->first) % row.size;
    for (size_t i = 0; i < size; i++) {
        data[i] = row.bytes[phase];
        phase = phase + 1 == row.size ? 0 : phase + 1;
    }
    return OCD_OK;
}

static int fetch(struct ocd_image *im, struct ocd_run *run, uint64_t addr, uint8_t *data,
                 size_t size)
{
    return run->kind == OCD_RUN_REPEAT ? fetch_repeats(im, run, addr, data, size)
                                       : ocd_text_fetch(im, parse, run, addr, data, size);
}

const struct ocd_image_reader ocd_reader_hexdump = {
    .format = OCD_IMAGE_HEXDUMP, .text = true, .scan = scan, .fetch = fetch};
