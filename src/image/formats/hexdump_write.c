// SPDX-License-Identifier: MIT
/* Hexdumps: what follows a gap begins on a new line. */
#include "image/writer.h"

static int emit(const char *line, size_t size, void *user)
{
    return ocd__writer_out(user, line, size);
}

static int put(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
               uint64_t gap)
{
    uint64_t last = addr + (size - 1);
    bool wide = w->dump.wide;
    int rc = OCD_OK;

    if (w->bytes == 0 || gap > 0) {
        rc = ocd__hexdump_finish(&w->dump);
        ocd__hexdump_init(&w->dump, addr, last + 1, emit, w);
    }
    /* The last address of the dump is not known when it begins. */
    w->dump.wide = wide || last > UINT32_MAX;
    return rc != OCD_OK ? rc : ocd__hexdump_add(&w->dump, data, size);
}

static int end(struct ocd_image_writer *w)
{
    return ocd__hexdump_finish(&w->dump);
}

const struct ocd_image_encoder ocd__encoder_hexdump = {
    .format = OCD_IMAGE_HEXDUMP, .put = put, .end = end};
