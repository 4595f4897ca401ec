// SPDX-License-Identifier: MIT
/* Read-modify-write of one element: one read and one write of its width. */
#include <inttypes.h>

#include "memory/memop.h"

struct modify {
    struct ocd_memop memop;
    uint64_t clear, set;
    uint64_t value; /* as an array of one element of the width */
    uint64_t *before;
};

static void store(struct modify *m, uint64_t value)
{
    ocd__text_put((uint8_t *)&m->value, m->memop.exact, value, OCD_LAYOUT_HOST);
}

static uint64_t load(const struct modify *m)
{
    return ocd__text_get((const uint8_t *)&m->value, m->memop.exact, OCD_LAYOUT_HOST);
}

/* The read or the write is complete. */
static int complete(struct ocd_memop *memop)
{
    struct modify *m = (struct modify *)memop;
    uint64_t before = load(m);

    if (memop->write)
        return OCD_OK;
    if (m->before != NULL)
        *m->before = before;
    store(m, (before & ~m->clear) | m->set);
    memop->write = true;
    ocd__memop_again(memop, memop->addr, memop->exact, 0);
    return OCD_PENDING;
}

static const struct ocd_memop_class modify_class = {
    .op = OCD_MEMOP_CLASS(struct modify, .account = ocd__memop_account,
                          .destroy = ocd__memop_destroy),
    .complete = complete,
};

struct ocd_op *ocd_modify_async(struct ocd_session *session, uint64_t addr, unsigned width,
                                uint64_t clear_mask, uint64_t set_mask, uint64_t *before,
                                const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &modify_class.op, call,
                                    "modify 1 x %u bit at 0x%08" PRIX64, width, addr);
    struct modify *m = (struct modify *)op;
    bool known = width == 8 || width == 16 || width == 32 || width == 64;

    if (op == NULL)
        return NULL;
    m->clear = clear_mask;
    m->set = set_mask;
    m->before = before;
    m->memop.exact = width / 8;
    if (!known)
        ocd__op_fail(op, OCD_ERR_ARG, "the width is %u, and not 8, 16, 32 or 64", width);
    else if (width < 64 && ((clear_mask | set_mask) >> width) != 0)
        ocd__op_fail(op, OCD_ERR_ARG, "a mask does not fit in %u bits", width);
    if (op->result != OCD_PENDING)
        return op;
    m->memop.write = true; /* for the checks of a write */
    ocd__memop_begin(&m->memop, addr, width / 8, &m->value, false);
    m->memop.write = false;
    m->memop.progress = NULL;
    return op;
}

int ocd_modify(struct ocd_session *session, uint64_t addr, unsigned width, uint64_t clear_mask,
               uint64_t set_mask, uint64_t *before)
{
    return ocd__op_wait(session,
                        ocd_modify_async(session, addr, width, clear_mask, set_mask, before, NULL));
}
