// SPDX-License-Identifier: MIT
/* Writes what is outside of flash, and verifies the whole image in the end. */
#include "files/image_input.h"
#include "files/load.h"
#include "image/image.h"

int ocd__load_step_plain(struct ocd_load *l)
{
    struct ocd_memop *m = &l->memop;

    while (l->taken == l->region.bytes) {
        if (!ocd__load_plan_next(&l->plan, UINT64_MAX, &l->region)) {
            if (!l->verify || l->dry)
                return OCD_OK;
            l->stage = OCD_LOAD_VERIFY;
            m->write = false;
            m->data = NULL;
            ocd__image_rewind(l->image);
            return ocd__load_step(l);
        }
        l->taken = 0;
        if (!l->region.flash)
            break;
        l->taken = l->region.bytes;
    }
    uint64_t left = l->region.bytes - l->taken, addr = l->region.addr + l->taken;
    l->under_way = left < OCD_LOAD_WINDOW ? (size_t)left : OCD_LOAD_WINDOW;
    int rc = ocd__cursor_skip(&l->cursor, &m->op, addr, l->window, OCD_LOAD_WINDOW);
    if (rc == OCD_OK)
        rc = ocd__cursor_read(&l->cursor, &m->op, l->window, l->under_way);
    if (rc != OCD_OK)
        return rc;
    l->taken += l->under_way;
    m->data = l->window;
    ocd__memop_again(m, addr, l->under_way, l->read + l->done);
    return OCD_PENDING;
}

int ocd__load_step_verify(struct ocd_load *l)
{
    const struct ocd_image_info *info = ocd_image_get_info(l->image);
    struct ocd_memop *m = &l->memop;

    if (l->range == info->range_count)
        return OCD_OK;
    const struct ocd_range *range = &info->ranges[l->range++];
    ocd__memop_again(m, range->addr, range->size, l->read + l->done + l->equal);
    return OCD_PENDING;
}

int ocd__load_compare(struct ocd_load *l, uint64_t addr, const void *data, uint64_t size)
{
    struct ocd_memop *m = &l->memop;
    const uint8_t *have = data;

    while (size > 0) {
        size_t i = 0, n = size < OCD_LOAD_WINDOW ? (size_t)size : OCD_LOAD_WINDOW;
        int rc = ocd__image_input_read(&m->op, l->image, addr, l->window, n);
        if (rc != OCD_OK)
            return rc;
        while (i < n && have[i] == l->window[i])
            i++;
        l->equal += i;
        l->differs_at = addr + i;
        if (i < n)
            return ocd__detail_set(&m->op.detail, OCD_ERR_MISMATCH,
                                   "wrote 0x%02x, but it reads back as 0x%02x", l->window[i],
                                   have[i]);
        addr += n;
        have += n;
        size -= n;
    }
    return OCD_OK;
}
