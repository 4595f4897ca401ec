// SPDX-License-Identifier: MIT
/* Formats without addresses: raw binary and C array. Their first byte is the first that is put, and
 * gaps are filled. */
#include <inttypes.h>
#include <string.h>

#include "image/writer.h"

enum {
    FILL_SIZE = 4096, /* bytes written at once */
    LINE_BYTES = 12,  /* of a C array */
};

typedef int out_fn(struct ocd_image_writer *w, uint64_t position, const uint8_t *data, size_t size);

static int put_filled(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
                      uint64_t gap, out_fn *out)
{
    uint8_t fill[FILL_SIZE];
    uint64_t position = w->bytes;
    int rc = OCD_OK;

    if (gap > w->layout.gap_max)
        return ocd__writer_fail(w, OCD_ERR_FORMAT,
                                "%s cannot leave out the %" PRIu64 " bytes below 0x%08" PRIX64
                                ", and %" PRIu64 " are the most that are filled",
                                ocd__image_format_title(w->layout.format), gap, addr,
                                w->layout.gap_max);
    memset(fill, w->layout.fill, sizeof(fill));
    while (rc == OCD_OK && gap > 0) {
        size_t n = gap < sizeof(fill) ? (size_t)gap : sizeof(fill);
        rc = out(w, position, fill, n);
        position += n;
        gap -= n;
    }
    return rc != OCD_OK ? rc : out(w, position, data, size);
}

static int out_raw(struct ocd_image_writer *w, uint64_t position, const uint8_t *data, size_t size)
{
    (void)position;
    return ocd__writer_out(w, data, size);
}

static int put_raw(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
                   uint64_t gap)
{
    return put_filled(w, addr, data, size, gap, out_raw);
}

/* "0x00, 0x01,", 12 a line */
static int out_c(struct ocd_image_writer *w, uint64_t position, const uint8_t *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    int rc = OCD_OK;

    for (size_t i = 0; rc == OCD_OK && i < size; i++, position++) {
        char text[] = "\n    0x00,";
        text[7] = digits[data[i] >> 4];
        text[8] = digits[data[i] & 15];
        rc = position % LINE_BYTES == 0 ? ocd__writer_out(w, text, 10)
                                        : ocd__writer_out(w, text + 4, 6);
    }
    return rc;
}

static int put_c(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
                 uint64_t gap)
{
    int rc = OCD_OK;

    if (size > UINT32_MAX || gap > UINT32_MAX || w->bytes + gap + size > UINT32_MAX)
        return ocd__writer_fail(w, OCD_ERR_FORMAT,
                                "an unsigned int cannot count more than %" PRIu32 " bytes",
                                UINT32_MAX);
    if (w->bytes == 0)
        rc = ocd__writer_printf(w,
                                "/* From address 0x%08" PRIX64 ". */\n"
                                "const unsigned char %s[] = {",
                                addr, w->layout.name);
    return rc != OCD_OK ? rc : put_filled(w, addr, data, size, gap, out_c);
}

static int end_c(struct ocd_image_writer *w)
{
    if (w->bytes == 0)
        return ocd__writer_fail(w, OCD_ERR_FORMAT, "C has no array without elements");
    return ocd__writer_printf(w, "\n};\nconst unsigned int %s_len = %" PRIu64 ";\n", w->layout.name,
                              w->bytes);
}

const struct ocd_image_encoder ocd__encoder_raw = {.format = OCD_IMAGE_BIN, .put = put_raw};
const struct ocd_image_encoder ocd__encoder_c_array = {
    .format = OCD_IMAGE_C_ARRAY, .put = put_c, .end = end_c};
