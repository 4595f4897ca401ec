// SPDX-License-Identifier: MIT
/* Hexdumps: libocd's own (base/hexdump.h) and those that hexdump_row.h lists. Bytes shown as ?? are
 * gaps. A line with nothing but * means as many repetitions of the row before it as fit below the
 * next address, and an address with no bytes ends a dump.
 *
 * Values of several bytes may be in either byte order. The characters at the end of the lines show
 * which, for the whole file. If they do not show it, the file is refused, except with values of two
 * bytes: xxd prints those by default, in the order of memory. */
#include "image/formats/hexdump_row.h"

/* Added to an error in the first line. */
static const char others[] = " (read are dumps of libocd, xxd, hexdump -C and OpenOCD's mdb and "
                             "mdw)";

/* Adds the rows that a `*` before this row has replaced. */
static int add_repeats(struct ocd_text *t, uint64_t addr)
{
    struct ocd_text_row *row = &t->row;
    uint64_t size = addr - row->end;

    if (!row->repeated)
        return OCD_OK;
    row->repeated = false;
    if (row->end == 0 || addr <= row->end || size % row->size != 0)
        return ocd__text_error(t, "no whole number of rows fits below this address, for the '*'");
    return row->all
               ? ocd__image_add(t->im, row->end, size, &row->mark, row->line, OCD_EXTENT_REPEAT)
               : OCD_OK;
}

static int record_star(struct ocd_text *t)
{
    if (t->row.size == 0 || t->row.repeated)
        return ocd__text_error(t, "there is no row that the '*' could repeat");
    if (t->row.some && !t->row.all)
        return ocd__text_error(t, "a row with some ?? cannot be repeated");
    t->row.repeated = true;
    return OCD_OK;
}

static int add_bytes(struct ocd_text *t, const struct ocd_row *row)
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
        int rc = ocd__text_data(t, row->addr + i, row->bytes + i, n);
        if (rc != OCD_OK)
            return rc;
    }
    return OCD_OK;
}

/* All rows of a file must have the same form. */
static int check_form(struct ocd_text *t, const struct ocd_row *row)
{
    if (row->size == 0 && row->colon)
        return OCD_OK;
    if (t->some && t->colon != row->colon)
        return ocd__text_error(t, "column 1: no address of up to 16 digits with a colon");
    t->colon = row->colon;
    t->some = true;
    return OCD_OK;
}

static int check_characters(struct ocd_text *t, const struct ocd_row *row)
{
    if (row->size == 0 || (row->characters == OCD_ROW_NONE && ocd__row_is_blank(row)))
        return OCD_OK;
    if (t->characters >= 0 && t->characters != (int)row->characters)
        return ocd__text_error(t, "only some lines have their characters at the end: one is cut");
    t->characters = (int)row->characters;
    return OCD_OK;
}

/* Records what the row shows of the byte order of values. */
static int record_order(struct ocd_text *t, const struct ocd_row *row)
{
    bool as_xxd = row->group == 2 && row->characters == OCD_ROW_BARE;

    if (row->order == OCD_ROW_UNKNOWN && !as_xxd && t->unknown_line == 0)
        t->unknown_line = t->line;
    t->straight = t->straight || row->order == OCD_ROW_STRAIGHT;
    t->im->reversed = t->im->reversed || row->order == OCD_ROW_REVERSED;
    if (t->straight && t->im->reversed)
        return ocd__text_error(t, "the characters are not those of the bytes");
    return OCD_OK;
}

static int check_row(struct ocd_text *t, const struct ocd_row *row)
{
    int rc = check_form(t, row);

    if (rc == OCD_OK)
        rc = add_repeats(t, row->addr);
    if (rc == OCD_OK)
        rc = check_characters(t, row);
    return rc == OCD_OK ? record_order(t, row) : rc;
}

/* Brings the bytes of a row into the order of memory. */
static void to_memory_order(const struct ocd_image *im, struct ocd_row *row)
{
    if (row->order == OCD_ROW_TARGET ? !im->options.big_endian : im->reversed)
        ocd__row_reverse(row);
}

static int parse(struct ocd_text *t, const char *text, size_t size)
{
    struct ocd_row row;
    size_t column;

    if (size == 1 && text[0] == '*')
        return t->fetching ? OCD_OK : record_star(t);
    const char *wrong = ocd__row_parse(&row, text, size, &column);
    if (wrong != NULL)
        return ocd__text_error(t, "column %zu: %s%s", column, wrong,
                               t->line == 1 && column == 1 ? others : "");
    int rc = t->fetching ? OCD_OK : check_row(t, &row);
    if (rc != OCD_OK)
        return rc;
    if (t->fetching)
        to_memory_order(t->im, &row);
    return add_bytes(t, &row);
}

static int scan(struct ocd_image *im)
{
    struct ocd_text t;
    int rc = ocd__text_scan(&t, im, parse);

    if (rc == OCD_OK && t.row.repeated)
        return ocd__image_malformed(im, t.line, "no address says where the '*' ends");
    if (rc == OCD_OK && t.unknown_line > 0 && !t.straight && !im->reversed)
        return ocd__image_malformed(im, t.unknown_line,
                                    "nothing shows in which order the bytes of a value are: dump "
                                    "single bytes (xxd -g1)");
    return rc;
}

static int fetch_repeats(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr,
                         uint8_t *data, size_t size)
{
    struct ocd_source_line line;
    struct ocd_row row;
    size_t column;
    int rc = ocd__source_line(&im->source, extent->start.offset, &line);

    if (rc == 0 && (line.text == NULL || line.overlong ||
                    ocd__row_parse(&row, line.text, line.size, &column) != NULL || row.size == 0))
        rc = OCD_SOURCE_CHANGED;
    if (rc != 0)
        return ocd__image_io(im, rc);
    to_memory_order(im, &row);
    uint64_t phase = (addr - extent->first) % row.size;
    for (size_t i = 0; i < size; i++) {
        data[i] = row.bytes[phase];
        phase = phase + 1 == row.size ? 0 : phase + 1;
    }
    return OCD_OK;
}

static int fetch(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr, uint8_t *data,
                 size_t size)
{
    return extent->kind == OCD_EXTENT_REPEAT ? fetch_repeats(im, extent, addr, data, size)
                                             : ocd__text_fetch(im, parse, extent, addr, data, size);
}

const struct ocd_image_reader ocd__reader_hexdump = {
    .format = OCD_IMAGE_HEXDUMP, .text = true, .scan = scan, .fetch = fetch};
