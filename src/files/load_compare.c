// SPDX-License-Identifier: MIT
/* Reads sectors of flash before they are erased: do they hold the data already, and what else? */
#include <inttypes.h>
#include <string.h>

#include "files/load.h"

bool ocd__load_compares(const struct ocd_load *l, const struct ocd_region *r)
{
    size_t first = ocd__flash_map_find(&l->map, r->erase_addr);

    return (!l->options.rewrite || l->options.keep) &&
           !ocd__flash_map_sector(&l->map, first)->unmapped;
}

/* The next region of flash that is read. False: there are no more. */
static bool next_region(struct ocd_load *l)
{
    while (ocd__load_plan_next(&l->plan, UINT64_MAX, &l->region))
        if (l->region.flash && ocd__load_compares(l, &l->region))
            return true;
    return false;
}

void ocd__load_begin_comparing(struct ocd_load *l)
{
    ocd__load_begin_stage(l, OCD_LOAD_COMPARING);
    while (next_region(l))
        l->memop.total += l->region.erase_size;
    ocd__load_begin_stage(l, OCD_LOAD_COMPARING);
    l->memop.op.call.flags |= OCD_READ_SKIP_UNREADABLE; /* unreadable bytes count as different */
    l->memop.op.call.unreadable = NULL;
}

int ocd__load_step_comparing(struct ocd_load *l)
{
    l->read += l->region.erase_size;
    if (!next_region(l)) {
        l->memop.op.call.flags &= ~(unsigned)OCD_READ_SKIP_UNREADABLE;
        return ocd__load_begin_writing(l);
    }
    size_t i = ocd__flash_map_find(&l->map, l->region.erase_addr);
    for (uint64_t n = 0; n < l->region.sectors; n++, i++)
        ocd__flash_map_sector(&l->map, i)->same = !l->options.rewrite;
    ocd__memop_again(&l->memop, l->region.erase_addr, l->region.erase_size, l->read);
    return OCD_PENDING;
}

static int inspect_other(struct ocd_load *l, struct ocd_flash_sector *s, uint64_t addr,
                         const uint8_t *data, uint64_t size)
{
    if (data == NULL && l->options.keep && size > 0) {
        l->at = addr;
        l->has_at = true;
        return ocd__detail_set(&l->memop.op.detail, OCD_ERR_TARGET,
                               "the flash there cannot be read, so that it cannot be kept; nothing "
                               "was erased");
    }
    for (uint64_t i = 0; data != NULL && i < size; i++) {
        if (data[i] == s->erased)
            continue;
        if (s->other_bytes++ == 0)
            s->other_addr = addr + i;
    }
    return OCD_OK;
}

static int inspect_data(struct ocd_load *l, struct ocd_flash_sector *s, const uint8_t *data,
                        size_t size)
{
    int rc = ocd__cursor_read(&l->cursor, &l->memop.op, l->window, size);

    if (rc == OCD_OK && (data == NULL || memcmp(data, l->window, size) != 0))
        s->same = false;
    return rc;
}

/* Bytes of one sector. */
static int inspect_sector(struct ocd_load *l, struct ocd_flash_sector *s, uint64_t addr,
                          const uint8_t *data, uint64_t size)
{
    int rc = OCD_OK;

    while (rc == OCD_OK && size > 0) {
        struct ocd_range next;
        uint64_t n = size;
        bool more = ocd__cursor_next(&l->cursor, addr + (size - 1), &next);
        if (!more || next.addr > addr) {
            n = more ? next.addr - addr : size;
            rc = inspect_other(l, s, addr, data, n);
        } else {
            n = next.size < OCD_LOAD_WINDOW ? next.size : OCD_LOAD_WINDOW;
            rc = inspect_data(l, s, data, (size_t)n);
        }
        addr += n;
        size -= n;
        data = data != NULL ? data + n : NULL;
    }
    return rc;
}

int ocd__load_inspect(struct ocd_load *l, uint64_t addr, const uint8_t *data, uint64_t size)
{
    int rc = ocd__cursor_skip(&l->cursor, &l->memop.op, addr, l->window, OCD_LOAD_WINDOW);

    while (rc == OCD_OK && size > 0) {
        struct ocd_flash_sector *s =
            ocd__flash_map_sector(&l->map, ocd__flash_map_find(&l->map, addr));
        uint64_t left = s->size - (addr - s->addr), n = size < left ? size : left;
        rc = inspect_sector(l, s, addr, data, n);
        addr += n;
        size -= n;
        data = data != NULL ? data + n : NULL;
    }
    return rc;
}
