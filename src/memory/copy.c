// SPDX-License-Identifier: MIT
/* Memory to memory, window by window. */
#include <inttypes.h>
#include <stdlib.h>

#include "memory/memop.h"
#include "session/address.h"

#define WINDOW_SIZE (1u << 20)

struct copy {
    struct ocd_memop memop;
    uint64_t from, to, size;
    bool backwards; /* the target range overlaps the end of the source: from the end on */
    unsigned flags; /* of the writes */
    ocd_progress_fn progress;
    uint64_t done;
    uint64_t window; /* bytes under way */
    uint64_t offset; /* where they are */
    uint8_t *data;
};

static int step(struct copy *c)
{
    struct ocd_memop *m = &c->memop;
    uint64_t left = c->size - c->done;

    if (left == 0)
        return OCD_OK;
    c->window = left < WINDOW_SIZE ? left : WINDOW_SIZE;
    c->offset = c->backwards ? left - c->window : c->done;
    m->write = false;
    m->progress = NULL; /* what has been read is not yet copied */
    m->op.call.flags &= ~(unsigned)(OCD_WRITE_VERIFY | OCD_WRITE_DRY_RUN);
    ocd__memop_again(m, c->from + c->offset, c->window, c->done);
    return OCD_PENDING;
}

static int complete(struct ocd_memop *m)
{
    struct copy *c = (struct copy *)m;

    if (m->write) {
        c->done += c->window;
        return step(c);
    }
    m->write = true;
    m->progress = c->progress;
    m->op.call.flags |= c->flags;
    ocd__memop_again(m, c->to + c->offset, c->window, c->done);
    return OCD_PENDING;
}

static void ready(struct ocd_memop *m)
{
    struct copy *c = (struct copy *)m;

    if (!ocd__address_reached(&m->op, m->target, c->from, c->size) ||
        !ocd__address_reached(&m->op, m->target, c->to, c->size))
        return;
    int rc = c->from == c->to ? OCD_OK : step(c);
    if (rc != OCD_PENDING)
        ocd__op_end(&m->op, rc);
}

static void account(struct ocd_op *op, int result)
{
    struct copy *c = (struct copy *)op;

    ocd__memop_account(op, result);
    if (!c->memop.write || c->backwards)
        op->detail.error.done = c->done; /* only read, or not from the first byte on */
}

static void destroy(struct ocd_op *op)
{
    free(((struct copy *)op)->data);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class copy_class = {
    .op = OCD_MEMOP_CLASS(struct copy, .account = account, .destroy = destroy),
    .complete = complete,
    .ready = ready,
};

struct ocd_op *ocd_copy_async(struct ocd_session *session, uint64_t from, uint64_t to,
                              uint64_t size, const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd__op_new(session, &copy_class.op, call,
                    "copy %" PRIu64 " bytes from 0x%08" PRIX64 " to 0x%08" PRIX64, size, from, to);
    struct copy *c = (struct copy *)op;

    if (op == NULL)
        return NULL;
    c->from = from;
    c->to = to;
    c->size = size;
    c->backwards = to > from && to - from < size;
    c->memop.write = true;
    op->call.flags &=
        ~(unsigned)OCD_READ_SKIP_UNREADABLE;           /* what cannot be read must not be made up */
    ocd__memop_begin(&c->memop, to, size, NULL, true); /* checks that it may be written */
    if (op->result == OCD_PENDING && size > 0 && from > UINT64_MAX - (size - 1))
        ocd__op_fail(op, OCD_ERR_ARG, "the range wraps past the end of the address space");
    if (op->result != OCD_PENDING)
        return op;
    c->progress = c->memop.progress;
    c->flags = op->call.flags & (unsigned)(OCD_WRITE_VERIFY | OCD_WRITE_DRY_RUN);
    c->data = c->memop.data = malloc(size < WINDOW_SIZE ? (size_t)size + 1 : WINDOW_SIZE);
    if (c->data == NULL)
        ocd__op_fail(op, OCD_ERR_NOMEM, "%s", "");
    return op;
}

int ocd_copy(struct ocd_session *session, uint64_t from, uint64_t to, uint64_t size)
{
    return ocd__op_wait(session, ocd_copy_async(session, from, to, size, NULL));
}
