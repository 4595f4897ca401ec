// SPDX-License-Identifier: MIT
/* Intel HEX, as "Intel Hexadecimal Object File Format Specification, revision A" (1988) has it.
 * :LLAAAATT, LL bytes of data, checksum. */
#include "image/formats/text.h"

enum {
    DATA = 0,
    END = 1,
    SEGMENT = 2,       /* bits 4 to 19 of a base */
    START_SEGMENT = 3, /* CS:IP */
    LINEAR = 4,        /* bits 16 to 31 of a base */
    START_LINEAR = 5,  /* EIP */
    RECORD_MAX = 5 + 255,
};

/* A record in a segment wraps around at the segment's end. One with a linear base, or without a
 * base, does not; the specification lets it wrap at 4 GiB, which is an error here. */
static int parse_data(struct ocd_text *t, unsigned addr, const uint8_t *data, size_t size)
{
    struct ocd_image_info *info = &t->im->info;
    uint64_t base = t->mark.base;
    size_t rest = 0x10000 - addr;

    if (!t->mark.segmented || size <= rest) {
        if (base + addr + size > (uint64_t)1 << 32)
            return ocd__text_error(t, "the record goes beyond 4 GiB");
        return ocd__text_data(t, base + addr, data, size);
    }
    if (!t->fetching && info->wrapped++ == 0)
        info->wrapped_place = t->line;
    int rc = ocd__text_data(t, base + addr, data, rest);
    return rc != OCD_OK ? rc : ocd__text_data(t, base, data + rest, size - rest);
}

static int expect_size(struct ocd_text *t, unsigned type, size_t size)
{
    static const uint8_t sizes[] = {
        [SEGMENT] = 2, [START_SEGMENT] = 4, [LINEAR] = 2, [START_LINEAR] = 4, [END] = 0};

    if (size != sizes[type])
        return ocd__text_error(t, "a record of type %02u has %u data bytes, this one %zu", type,
                               sizes[type], size);
    return OCD_OK;
}

static void set_entry(struct ocd_text *t, uint64_t entry)
{
    if (t->fetching)
        return;
    t->im->info.has_entry = true;
    t->im->info.entry = entry;
}

/* Control records. Their address field has no meaning, except in the last record: files without
 * start records, those with 16-bit addresses, have the entry there. */
static int parse_control(struct ocd_text *t, unsigned type, unsigned addr, const uint8_t *data,
                         size_t size)
{
    if (type > START_LINEAR)
        return ocd__text_error(t, "there is no record type %02X", type);
    int rc = expect_size(t, type, size);
    if (rc != OCD_OK)
        return rc;

    uint32_t high = size >= 2 ? (uint32_t)data[0] << 8 | data[1] : 0;
    uint32_t low = size >= 4 ? (uint32_t)data[2] << 8 | data[3] : 0;
    switch (type) {
    case END:
        t->ended = true;
        if (addr != 0 && !t->im->info.has_entry)
            set_entry(t, addr);
        break;
    case SEGMENT:
    case LINEAR:
        t->mark.segmented = type == SEGMENT;
        t->mark.base = high << (type == SEGMENT ? 4 : 16);
        break;
    case START_SEGMENT:
        set_entry(t, (high << 4) + low);
        break;
    default:
        set_entry(t, high << 16 | low);
        break;
    }
    return OCD_OK;
}

static int parse(struct ocd_text *t, const char *text, size_t size)
{
    uint8_t bytes[RECORD_MAX];
    size_t count = 0;
    uint8_t sum = 0;

    if (text[0] != ':')
        return ocd__text_error(t, "the line does not begin with ':'");
    int rc = ocd__text_bytes(t, text + 1, size - 1, 2, bytes, sizeof(bytes), &count);
    if (rc != OCD_OK)
        return rc;
    if (count < 5)
        return ocd__text_error(t, "the record is cut short: %zu of at least 5 bytes", count);
    if (count != 5u + bytes[0])
        return ocd__text_error(t, "the record says %u data bytes, but has %zu", bytes[0],
                               count - 5);
    for (size_t i = 0; i + 1 < count; i++)
        sum = (uint8_t)(sum - bytes[i]);
    if (sum != bytes[count - 1])
        return ocd__text_error(t, "the checksum is %02X, the record's bytes make it %02X",
                               bytes[count - 1], sum);

    unsigned addr = (unsigned)bytes[1] << 8 | bytes[2];
    if (bytes[3] != DATA)
        return parse_control(t, bytes[3], addr, bytes + 4, bytes[0]);
    t->records++;
    return parse_data(t, addr, bytes + 4, bytes[0]);
}

static int scan(struct ocd_image *im)
{
    struct ocd_text t;
    int rc = ocd__text_scan(&t, im, parse);

    if (rc == OCD_OK && !t.ended)
        return ocd__image_malformed(im, t.line, "the file has no end record: it is cut short");
    return rc;
}

static int fetch(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr, uint8_t *data,
                 size_t size)
{
    return ocd__text_fetch(im, parse, extent, addr, data, size);
}

const struct ocd_image_reader ocd__reader_ihex = {
    .format = OCD_IMAGE_IHEX, .text = true, .scan = scan, .fetch = fetch};
