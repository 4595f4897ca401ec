// SPDX-License-Identifier: MIT
/* In place of elf_read.c in a library that is built without libelf. */
#include "image/reader.h"

static int scan(struct ocd_image *im)
{
    return ocd__image_fail(im, OCD_ERR_UNSUPPORTED_BUILD,
                           "ELF files cannot be read; convert it with objcopy -O ihex");
}

const struct ocd_image_reader ocd__reader_elf = {
    .format = OCD_IMAGE_ELF, .scan = scan, .fetch = ocd__image_fetch_block};
