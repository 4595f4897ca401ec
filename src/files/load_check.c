// SPDX-License-Identifier: MIT
/* All checks that are possible before flash is erased, so that a load that cannot succeed erases
 * nothing. */
#include <inttypes.h>

#include "files/load.h"
#include "session/write_access.h"

/* Bytes that are read at each end of a range outside of flash. */
#define WORD 4u

/* A range of the image that begins in flash and ends outside of it, or the reverse, is a mistake:
 * the image is too large, or is for another chip. */
static int check_edge(struct ocd_load *l, const struct ocd_region *before,
                      const struct ocd_region *r)
{
    uint64_t edge = before->addr + before->size, last = r->addr + (r->size - 1);

    if (before->size == 0 || edge != r->addr || before->flash == r->flash)
        return OCD_OK;
    l->at = edge;
    l->has_at = true;
    if (before->flash)
        return ocd__detail_set(&l->memop.op.detail, OCD_ERR_ARG,
                               "0x%08" PRIX64 " to 0x%08" PRIX64 " runs over the end of flash bank "
                               "%u, whose last byte is at 0x%08" PRIX64,
                               before->addr, last, before->bank, edge - 1);
    return ocd__detail_set(&l->memop.op.detail, OCD_ERR_ARG,
                           "0x%08" PRIX64 " to 0x%08" PRIX64 " runs into flash bank %u, which "
                           "begins at 0x%08" PRIX64,
                           before->addr, last, r->bank, edge);
}

static int check_protection(struct ocd_load *l, const struct ocd_region *r)
{
    const struct ocd_flash_sector *s = ocd__flash_map_protected(
        &l->map, ocd__flash_map_find(&l->map, r->erase_addr), (size_t)r->sectors);

    if (s == NULL)
        return OCD_OK;
    l->at = s->addr;
    l->has_at = true;
    return ocd__detail_set(&l->memop.op.detail, OCD_ERR_TARGET,
                           "the flash sector from there to 0x%08" PRIX64
                           " (bank %u) is protected; nothing was erased",
                           s->addr + (s->size - 1), s->bank);
}

static int check_region(struct ocd_load *l, const struct ocd_region *before,
                        const struct ocd_region *r)
{
    struct ocd_op *op = &l->memop.op;
    int rc = check_edge(l, before, r);

    if (rc != OCD_OK)
        return rc;
    if (!r->flash && l->options.where == OCD_LOAD_FLASH)
        return ocd__detail_set(&op->detail, OCD_ERR_ARG,
                               "0x%08" PRIX64 " to 0x%08" PRIX64
                               " is in no flash bank of the target",
                               r->addr, r->addr + (r->size - 1));
    if (!ocd__write_access_check(op, r->flash ? r->erase_addr : r->addr,
                                 r->flash ? r->erase_size : r->size))
        return op->result;
    if (!r->flash)
        return OCD_OK;
    if (l->options.keep && !ocd__load_compares(l, r))
        return ocd__detail_set(&op->detail, OCD_ERR_ARG,
                               "flash bank %u is not to be read at its addresses, so that what it "
                               "holds cannot be kept",
                               r->bank);
    return check_protection(l, r);
}

static int check_regions(struct ocd_load *l)
{
    struct ocd_region before = {0}, r;
    int rc = OCD_OK;

    ocd__load_plan_begin(&l->plan, ocd_image_get_info(l->image), &l->map);
    while (rc == OCD_OK && ocd__load_plan_next(&l->plan, UINT64_MAX, &r)) {
        l->has_flash = l->has_flash || r.flash;
        rc = check_region(l, &before, &r);
        before = r;
    }
    return rc;
}

/* A dry run is allowed with a running target, too. */
static int check_state(struct ocd_load *l, enum ocd_target_state state)
{
    if (!l->has_flash || l->dry || state == OCD_STATE_HALTED)
        return OCD_OK;
    return ocd__detail_set(&l->memop.op.detail, OCD_ERR_NOT_HALTED,
                           "flash is written by a halted target only, and its state is %s; nothing "
                           "was erased",
                           ocd_state_name(state));
}

/* Reports what is written where. */
static int report_regions(struct ocd_load *l)
{
    struct ocd_op *op = &l->memop.op;
    struct ocd_region r;

    ocd__load_plan_begin(&l->plan, ocd_image_get_info(l->image), &l->map);
    while (l->options.region != NULL && ocd__load_plan_next(&l->plan, UINT64_MAX, &r)) {
        if (l->options.region(&r, l->options.user) != 0)
            return OCD_ERR_CANCELLED;
        if (op->result != OCD_PENDING)
            return op->result;
    }
    return OCD_OK;
}

int ocd__load_begin_writing(struct ocd_load *l)
{
    int rc = report_regions(l);

    if (rc != OCD_OK)
        return rc;
    l->memop.write = true;
    ocd__load_begin_stage(l, l->has_flash ? OCD_LOAD_PROGRAMMING : OCD_LOAD_PLAIN);
    l->plan.split = true;
    return ocd__load_step(l);
}

/* Reads the next end of a range outside of flash. */
int ocd__load_step_probing(struct ocd_load *l)
{
    struct ocd_region *r = &l->region;

    if (l->taken == r->size) {
        do {
            if (!ocd__load_plan_next(&l->plan, UINT64_MAX, r)) {
                ocd__load_begin_comparing(l);
                return ocd__load_step(l);
            }
        } while (r->flash);
        l->taken = 0;
    }
    uint64_t left = r->size - l->taken, size = left < WORD ? left : WORD;
    uint64_t at = l->taken == 0 ? r->addr : r->addr + (r->size - size);
    l->taken = l->taken == 0 && r->size > WORD ? size : r->size;
    ocd__memop_again(&l->memop, at, size, 0);
    return OCD_PENDING;
}

/* A load that erases nothing does not read before it writes. */
void ocd__load_check(struct ocd_load *l, enum ocd_target_state state)
{
    int rc = check_regions(l);

    if (rc == OCD_OK && l->has_flash && !l->dry &&
        !ocd__server_file_possible(&l->memop.op, OCD_LOAD_CHUNK))
        return;
    if (rc == OCD_OK)
        rc = check_state(l, state);
    if (rc != OCD_OK) {
        ocd__load_settle(l, rc);
        return;
    }
    if (!l->has_flash || state != OCD_STATE_HALTED) {
        ocd__load_settle(l, ocd__load_begin_writing(l));
        return;
    }
    l->memop.write = false;
    l->memop.data = NULL;
    ocd__load_begin_stage(l, OCD_LOAD_PROBING);
    ocd__load_settle(l, ocd__load_step(l));
}
