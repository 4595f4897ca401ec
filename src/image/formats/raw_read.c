// SPDX-License-Identifier: MIT
/* Raw binary: the bytes, and nothing that says where they belong. */
#include "image/reader.h"

static int scan(struct ocd_image *im)
{
    if (!im->options.has_offset)
        return ocd__image_fail(im, OCD_ERR_ARG,
                               "a raw binary does not say where it belongs: give an address");
    return ocd__image_add(im, 0, im->source.size, &(struct ocd_mark){0}, 0, OCD_EXTENT_BLOCK);
}

const struct ocd_image_reader ocd__reader_raw = {
    .format = OCD_IMAGE_BIN, .scan = scan, .fetch = ocd__image_fetch_block};
