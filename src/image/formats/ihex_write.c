// SPDX-License-Identifier: MIT
#include <string.h>

#include "image/writer.h"

#define PAGE 0x10000u /* a record never crosses a multiple of this: readers differ about that */

enum {
    DATA = 0,
    END = 1,
    SEGMENT = 2,
    START_SEGMENT = 3,
    LINEAR = 4,
    START_LINEAR = 5,
};

static int write_record(struct ocd_image_writer *w, unsigned type, unsigned addr,
                        const uint8_t *data, unsigned size)
{
    uint8_t bytes[4 + OCD_RECORD_MAX] = {(uint8_t)size, (uint8_t)(addr >> 8), (uint8_t)addr,
                                         (uint8_t)type};

    if (size > 0)
        memcpy(bytes + 4, data, size);
    return ocd__records_line(w, ":", bytes, 4 + size, 0);
}

static int write_base(struct ocd_image_writer *w, uint64_t base)
{
    bool segment = w->layout.addr_bits == 20;
    uint64_t value = segment ? base >> 4 : base >> 16;
    uint8_t data[2] = {(uint8_t)(value >> 8), (uint8_t)value};

    w->base = base;
    return write_record(w, segment ? SEGMENT : LINEAR, 0, data, sizeof(data));
}

static int emit(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, unsigned size)
{
    uint64_t base = addr - addr % PAGE;
    int rc = base != w->base ? write_base(w, base) : OCD_OK;

    return rc != OCD_OK ? rc : write_record(w, DATA, (unsigned)(addr % PAGE), data, size);
}

static int put(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
               uint64_t gap)
{
    (void)gap;
    return ocd__records_put(w, addr, data, size, PAGE, emit);
}

static int write_entry(struct ocd_image_writer *w)
{
    uint64_t entry = w->layout.entry;
    bool linear = w->layout.addr_bits == 32;
    uint64_t high = linear ? entry >> 16 : entry >> 4 & 0xf000;
    uint8_t data[4] = {(uint8_t)(high >> 8), (uint8_t)high, (uint8_t)(entry >> 8), (uint8_t)entry};

    return write_record(w, linear ? START_LINEAR : START_SEGMENT, 0, data, sizeof(data));
}

static int end(struct ocd_image_writer *w)
{
    int rc = ocd__records_flush(w, emit);

    if (rc == OCD_OK && w->layout.has_entry)
        rc = write_entry(w);
    return rc != OCD_OK ? rc : write_record(w, END, 0, NULL, 0);
}

const struct ocd_image_encoder ocd__encoder_ihex = {
    .format = OCD_IMAGE_IHEX, .put = put, .end = end};
