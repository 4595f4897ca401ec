// SPDX-License-Identifier: MIT
#include "files/origin.h"

#include <inttypes.h>
#include <string.h>

int ocd_origin_failed(struct ocd_op *op, const struct ocd_image *image, int rc)
{
    const struct ocd_error *error = ocd_image_error(image);

    ocd_detail_set(&op->detail, rc, "%s", error->message);
    op->detail.error.system_errno = error->system_errno;
    return rc;
}

bool ocd_origin_image(struct ocd_op *op, struct ocd_image **image, const char *path,
                      const struct ocd_image_options *options)
{
    int rc = ocd_image_open(image, path, options);

    if (rc == OCD_OK)
        return true;
    if (*image != NULL)
        ocd_origin_failed(op, *image, rc);
    ocd_op_end(op, rc);
    return false;
}

int ocd_origin_read(struct ocd_op *op, struct ocd_image *image, uint64_t addr, void *data,
                    size_t size)
{
    uint8_t *to = data;

    while (size > 0) {
        uint64_t at;
        size_t n;
        int rc = ocd_image_next(image, &at, to, size, &n);
        if (rc != OCD_OK)
            return ocd_origin_failed(op, image, rc);
        if (n == 0 || at != addr)
            return ocd_detail_set(&op->detail, OCD_ERR_FILE, "the file has changed at 0x%08" PRIX64,
                                  addr);
        to += n;
        addr += n;
        size -= n;
    }
    return OCD_OK;
}
