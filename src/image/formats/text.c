// SPDX-License-Identifier: MIT
#include "image/formats/text.h"

#include <string.h>

#include "base/hex.h"

enum {
    PROGRESS_STEP = 1024 * 1024, /* bytes of the file */
};

int ocd__text_error(struct ocd_text *t, const char *format, ...)
{
    if (t->fetching) /* the line was well-formed when the file was checked */
        return ocd__image_io(t->im, OCD_SOURCE_CHANGED);
    va_list args;
    va_start(args, format);
    int rc = ocd__image_vmalformed(t->im, t->line, format, args);
    va_end(args);
    return rc;
}

static int scan_line(struct ocd_text *t, const struct ocd_source_line *line)
{
    t->line++;
    if (line->overlong)
        return ocd__text_error(t, "the line has more than %u characters", OCD_SOURCE_LINE_MAX);
    if (line->size == 0)
        return OCD_OK;
    if (t->ended)
        return ocd__text_error(t, "there is more after the record that ends the file");
    return t->parse(t, line->text, line->size);
}

/* Editors of Windows begin UTF-8 with a byte order mark. */
static int skip_mark(struct ocd_image *im, uint64_t *offset)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    uint8_t head[sizeof(mark)];

    if (im->source.size < sizeof(mark))
        return 0;
    int error = ocd__source_read(&im->source, 0, head, sizeof(head));
    if (error == 0 && memcmp(head, mark, sizeof(mark)) == 0)
        *offset = sizeof(mark);
    return error;
}

int ocd__text_scan(struct ocd_text *t, struct ocd_image *im, ocd_text_line_fn *parse)
{
    const struct ocd_image_options *o = &im->options;
    uint64_t report = 0;

    *t = (struct ocd_text){.im = im, .parse = parse, .characters = -1};
    int error = skip_mark(im, &t->mark.offset);
    if (error != 0)
        return ocd__image_io(im, error);
    for (;;) {
        struct ocd_source_line line;
        if (o->progress != NULL && t->mark.offset >= report) {
            if (o->progress(t->mark.offset, im->source.size, o->user) != 0)
                return ocd__image_io(im, OCD_SOURCE_STOPPED);
            report = t->mark.offset + PROGRESS_STEP;
        }
        int rc = ocd__source_line(&im->source, t->mark.offset, &line);
        if (rc != 0)
            return ocd__image_io(im, rc);
        if (line.text == NULL)
            return OCD_OK;
        rc = scan_line(t, &line);
        if (rc != OCD_OK)
            return rc;
        t->mark.offset = line.next;
    }
}

int ocd__text_fetch(struct ocd_image *im, ocd_text_line_fn *parse, struct ocd_extent *extent,
                    uint64_t addr, uint8_t *data, size_t size)
{
    struct ocd_text t = {
        .im = im,
        .parse = parse,
        .mark = extent->now,
        .characters = -1,
        .fetching = true,
        .extent = extent,
        .next = extent->at,
        .first = addr,
        .last = addr + (size - 1),
        .data = data,
    };

    while (!t.done) {
        struct ocd_source_line line;
        int rc = ocd__source_line(&im->source, t.mark.offset, &line);
        if (rc != 0 || line.text == NULL || line.overlong)
            return ocd__image_io(im, rc != 0 ? rc : OCD_SOURCE_CHANGED);
        rc = line.size > 0 ? parse(&t, line.text, line.size) : OCD_OK;
        if (rc != OCD_OK)
            return rc;
        t.mark.offset = line.next;
    }
    return OCD_OK;
}

/* A line may also hold records of other extents: ours begins where the one before it ended. */
static void take(struct ocd_text *t, uint64_t addr, const uint8_t *data, size_t size)
{
    uint64_t last = addr + (size - 1);

    if (t->done || addr != t->next)
        return;
    uint64_t from = addr > t->first ? addr : t->first;
    uint64_t to = last < t->last ? last : t->last;
    if (from <= to)
        memcpy(t->data + (from - t->first), data + (from - addr), (size_t)(to - from) + 1);
    if (last >= t->last) {
        t->extent->now = t->mark;
        t->extent->at = addr;
        t->done = true;
    } else {
        t->next = last + 1;
    }
}

int ocd__text_data(struct ocd_text *t, uint64_t addr, const uint8_t *data, size_t size)
{
    if (t->fetching) {
        if (size > 0)
            take(t, addr + t->im->options.offset, data, size);
        return OCD_OK;
    }
    return ocd__image_add(t->im, addr, size, &t->mark, t->line, OCD_EXTENT_RECORDS);
}

int ocd__text_bytes(struct ocd_text *t, const char *text, size_t size, unsigned column,
                    uint8_t *bytes, size_t max, size_t *count)
{
    size_t whole = size / 2 < max ? size / 2 : max;
    size_t valid = ocd__hex_bytes(text, bytes, whole);

    *count = whole;
    if (valid < whole || (size % 2 != 0 && ocd__hex_digit(text[size - 1]) < 0)) {
        size_t wrong = valid < whole ? 2 * valid : size - 1;
        wrong += valid < whole && ocd__hex_digit(text[wrong]) >= 0;
        uint8_t c = (uint8_t)text[wrong];
        if (c > 0x20 && c < 0x7f)
            return ocd__text_error(t, "'%c' in column %zu is no hexadecimal digit", c,
                                   wrong + column);
        return ocd__text_error(t, "the byte 0x%02X in column %zu is no hexadecimal digit", c,
                               wrong + column);
    }
    if (size % 2 != 0)
        return ocd__text_error(t, "the line ends in half a byte");
    if (size / 2 > max)
        return ocd__text_error(t, "the line is too long for a record");
    return OCD_OK;
}
