// SPDX-License-Identifier: MIT
/* Motorola S-records: S, type, count of the bytes that follow, address, data, checksum. */
#include <inttypes.h>

#include "image/formats/text.h"

enum {
    RECORD_MAX = 1 + 255,
};

/* Bytes of the address; for S5 and S6 of the count. 0: there is no such type. */
static const uint8_t address_sizes[10] = {2, 2, 3, 4, 0, 2, 3, 4, 3, 2};

/* The header is text only by convention. */
static void take_header(struct ocd_image *im, const uint8_t *data, size_t size)
{
    if (im->header[0] != '\0')
        return;
    while (size > 0 && (data[size - 1] == '\0' || data[size - 1] == ' '))
        size--;
    for (size_t i = 0; i < size; i++)
        im->header[i] = data[i] >= 0x20 && data[i] <= 0x7e ? (char)data[i] : '.';
    im->header[size] = '\0';
}

static int parse_data(struct ocd_text *t, uint64_t addr, unsigned address_size, const uint8_t *data,
                      size_t size)
{
    t->records++;
    if (addr + size > (uint64_t)1 << (8 * address_size))
        return ocd__text_error(t, "the record goes beyond its %u-bit addresses", 8 * address_size);
    return ocd__text_data(t, addr, data, size);
}

/* A count that does not fit is taken modulo 2^16 or 2^24, as srec_cat writes it. */
static int parse_count(struct ocd_text *t, uint64_t count, unsigned size)
{
    uint64_t expected = t->records & (((uint64_t)1 << (8 * size)) - 1);

    t->counted = true;
    if (!t->fetching && count != expected)
        return ocd__text_error(
            t, "the count is %" PRIu64 ", but there are %" PRIu64 " data records before it", count,
            t->records);
    return OCD_OK;
}

static int parse_record(struct ocd_text *t, unsigned type, const uint8_t *bytes, size_t count)
{
    unsigned address_size = address_sizes[type];
    const uint8_t *data = bytes + address_size;
    size_t size = count - address_size;
    uint64_t addr = 0;

    for (unsigned i = 0; i < address_size; i++)
        addr = addr << 8 | bytes[i];
    t->counted = false;
    if (type >= 5 && size != 0)
        return ocd__text_error(t, "a record of type S%u has no data, this one %zu bytes", type,
                               size);
    switch (type) {
    case 0:
        if (!t->fetching)
            take_header(t->im, data, size);
        return OCD_OK;
    case 1:
    case 2:
    case 3:
        return parse_data(t, addr, address_size, data, size);
    case 5:
    case 6:
        return parse_count(t, addr, address_size);
    default: /* the address is mandatory: 0 is written for none */
        t->ended = true;
        t->im->info.has_entry = addr != 0;
        t->im->info.entry = addr;
        return OCD_OK;
    }
}

static int parse(struct ocd_text *t, const char *text, size_t size)
{
    uint8_t bytes[RECORD_MAX];
    size_t count = 0;
    uint8_t sum = 0xff;

    if ((text[0] != 'S' && text[0] != 's') || size < 2 || text[1] < '0' || text[1] > '9')
        return ocd__text_error(t, "the line does not begin with 'S' and a digit");
    unsigned type = (unsigned)(text[1] - '0');
    if (address_sizes[type] == 0)
        return ocd__text_error(t, "there is no record type S%u", type);
    int rc = ocd__text_bytes(t, text + 2, size - 2, 3, bytes, sizeof(bytes), &count);
    if (rc != OCD_OK)
        return rc;
    if (count == 0)
        return ocd__text_error(t, "the record is cut short: it says no length");
    if (count != 1u + bytes[0])
        return ocd__text_error(t, "the record says %u bytes, but has %zu", bytes[0], count - 1);
    if (bytes[0] < address_sizes[type] + 1u)
        return ocd__text_error(t, "a record of type S%u has at least %u bytes, this one %u", type,
                               address_sizes[type] + 1u, bytes[0]);
    for (size_t i = 0; i + 1 < count; i++)
        sum = (uint8_t)(sum - bytes[i]);
    if (sum != bytes[count - 1])
        return ocd__text_error(t, "the checksum is %02X, the record's bytes make it %02X",
                               bytes[count - 1], sum);
    return parse_record(t, type, bytes + 1, count - 2);
}

static int scan(struct ocd_image *im)
{
    struct ocd_text t;
    int rc = ocd__text_scan(&t, im, parse);

    if (rc == OCD_OK && !t.ended && !t.counted)
        return ocd__image_malformed(im, t.line,
                                    "the file has neither a count (S5, S6) nor a termination "
                                    "record (S7, S8, S9) at its end: it is cut short");
    return rc;
}

static int fetch(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr, uint8_t *data,
                 size_t size)
{
    return ocd__text_fetch(im, parse, extent, addr, data, size);
}

const struct ocd_image_reader ocd__reader_srec = {
    .format = OCD_IMAGE_SREC, .text = true, .scan = scan, .fetch = fetch};
