// SPDX-License-Identifier: MIT
#include <string.h>

#include "image/writer.h"

/* Type digit, then `address_size` bytes of `addr`. */
static int write_record(struct ocd_image_writer *w, unsigned type, unsigned address_size,
                        uint64_t addr, const void *data, unsigned size)
{
    char head[3] = {'S', (char)('0' + type), '\0'};
    uint8_t bytes[1 + OCD_RECORD_MAX] = {(uint8_t)(address_size + size + 1)};

    for (unsigned i = 0; i < address_size; i++)
        bytes[1 + i] = (uint8_t)(addr >> (8 * (address_size - 1 - i)));
    if (size > 0)
        memcpy(bytes + 1 + address_size, data, size);
    return ocd__records_line(w, head, bytes, 1 + address_size + size, 0xff);
}

static unsigned address_size(const struct ocd_image_writer *w)
{
    return w->layout.addr_bits / 8;
}

static int begin(struct ocd_image_writer *w)
{
    const unsigned most = OCD_RECORD_MAX - 2 - 1;
    size_t length = strlen(w->layout.header);

    return write_record(w, 0, 2, 0, w->layout.header, length < most ? (unsigned)length : most);
}

/* S1, S2, S3 */
static int emit(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, unsigned size)
{
    return write_record(w, address_size(w) - 1, address_size(w), addr, data, size);
}

static int put(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
               uint64_t gap)
{
    (void)gap;
    return ocd__records_put(w, addr, data, size, (uint64_t)1 << 32, emit);
}

/* The number of data records as far as a record can hold it, then S9, S8 or S7. */
static int end(struct ocd_image_writer *w)
{
    int rc = ocd__records_flush(w, emit);

    if (rc == OCD_OK && w->records <= 0xffff)
        rc = write_record(w, 5, 2, w->records, NULL, 0);
    else if (rc == OCD_OK && w->records <= 0xffffff)
        rc = write_record(w, 6, 3, w->records, NULL, 0);
    if (rc != OCD_OK)
        return rc;
    return write_record(w, 11 - address_size(w), address_size(w),
                        w->layout.has_entry ? w->layout.entry : 0, NULL, 0);
}

const struct ocd_image_encoder ocd__encoder_srec = {
    .format = OCD_IMAGE_SREC, .begin = begin, .put = put, .end = end};
