// SPDX-License-Identifier: MIT
/* Chunks to records, for Intel HEX and S-records. */
#include <string.h>

#include "base/hex.h"
#include "image/writer.h"

int ocd__records_flush(struct ocd_image_writer *w, ocd_record_fn *emit)
{
    unsigned size = w->record_fill;

    if (size == 0)
        return OCD_OK;
    w->record_fill = 0;
    w->records++;
    return emit(w, w->record_addr, w->record, size);
}

/* Bytes from `addr` to where the record ends. */
static uint64_t room(const struct ocd_image_writer *w, uint64_t addr, uint64_t page)
{
    uint64_t in_record = w->layout.record_size - addr % w->layout.record_size;
    uint64_t in_page = page - addr % page;

    return in_record < in_page ? in_record : in_page;
}

int ocd__records_put(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
                     uint64_t page, ocd_record_fn *emit)
{
    int rc = OCD_OK;

    if (w->record_fill > 0 && w->record_addr + w->record_fill != addr)
        rc = ocd__records_flush(w, emit);
    while (rc == OCD_OK && size > 0) {
        uint64_t rest = room(w, addr, page);
        unsigned take = (unsigned)(size < rest ? size : rest);
        if (w->record_fill == 0)
            w->record_addr = addr;
        memcpy(w->record + w->record_fill, data, take);
        w->record_fill += take;
        if (take == rest)
            rc = ocd__records_flush(w, emit);
        addr += take;
        data += take;
        size -= take;
    }
    return rc;
}

int ocd__records_line(struct ocd_image_writer *w, const char *head, const uint8_t *bytes,
                      size_t count, uint8_t sum)
{
    char line[2 + 2 * (5 + OCD_RECORD_MAX) + 1];
    char *out = line;

    for (size_t i = 0; i < count; i++)
        sum = (uint8_t)(sum - bytes[i]);
    while (*head != '\0')
        *out++ = *head++;
    out = ocd__hex_put(out, bytes, count);
    out = ocd__hex_put(out, &sum, 1);
    *out++ = '\n';
    return ocd__writer_out(w, line, (size_t)(out - line));
}
