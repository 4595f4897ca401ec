// SPDX-License-Identifier: MIT
#include "files/image_input.h"

#include <inttypes.h>
#include <string.h>

#include "image/image.h"

int ocd__image_input_failed(struct ocd_op *op, const struct ocd_image *image, int rc)
{
    const struct ocd_error *error = ocd_image_error(image);

    ocd__detail_set(&op->detail, rc, "%s", error->message);
    op->detail.error.system_errno = error->system_errno;
    return rc;
}

bool ocd__image_input_open(struct ocd_op *op, struct ocd_image **image, const char *path,
                           const struct ocd_image_options *options)
{
    int rc = ocd_image_open(image, path, options);

    if (rc == OCD_OK)
        return true;
    if (*image != NULL)
        ocd__image_input_failed(op, *image, rc);
    ocd__op_end(op, rc);
    return false;
}

int ocd__image_input_read(struct ocd_op *op, struct ocd_image *image, uint64_t addr, void *data,
                          size_t size)
{
    uint8_t *to = data;

    while (size > 0) {
        uint64_t at;
        size_t n;
        int rc = ocd_image_next(image, &at, to, size, &n);
        if (rc != OCD_OK)
            return ocd__image_input_failed(op, image, rc);
        if (n == 0 || at != addr)
            return ocd__detail_set(&op->detail, OCD_ERR_FILE,
                                   "the file has changed at 0x%08" PRIX64, addr);
        to += n;
        addr += n;
        size -= n;
    }
    return OCD_OK;
}

void ocd__cursor_begin(struct ocd_cursor *c, struct ocd_image *image)
{
    *c = (struct ocd_cursor){.image = image};
    ocd__image_rewind(image);
}

bool ocd__cursor_next(const struct ocd_cursor *c, uint64_t last, struct ocd_range *next)
{
    const struct ocd_image_info *info = ocd_image_get_info(c->image);

    if (c->range == info->range_count)
        return false;
    const struct ocd_range *range = &info->ranges[c->range];
    *next = (struct ocd_range){.addr = range->addr + c->taken, .size = range->size - c->taken};
    if (next->addr > last)
        return false;
    if (next->size - 1 > last - next->addr)
        next->size = last - next->addr + 1;
    return true;
}

int ocd__cursor_read(struct ocd_cursor *c, struct ocd_op *op, void *data, size_t size)
{
    const struct ocd_range *range = &ocd_image_get_info(c->image)->ranges[c->range];
    int rc = ocd__image_input_read(op, c->image, range->addr + c->taken, data, size);

    c->taken += size;
    if (c->taken == range->size) {
        c->range++;
        c->taken = 0;
    }
    return rc;
}

int ocd__cursor_skip(struct ocd_cursor *c, struct ocd_op *op, uint64_t end, void *buffer,
                     size_t room)
{
    struct ocd_range next;
    int rc = OCD_OK;

    while (rc == OCD_OK && end > 0 && ocd__cursor_next(c, end - 1, &next))
        rc = ocd__cursor_read(c, op, buffer, next.size < room ? (size_t)next.size : room);
    return rc;
}
