// SPDX-License-Identifier: MIT
#include "memory/memop.h"

#include <stdlib.h>
#include <string.h>

#include "memory/state.h"
#include "memory/verify.h"
#include "memory/width64.h"
#include "session/target.h"

void ocd_memop_begin(struct ocd_memop *m, uint64_t addr, uint64_t size, void *data, bool streams)
{
    m->class = (const struct ocd_memop_class *)m->op.class;
    m->addr = addr;
    m->size = size;
    m->data = data;
    if (size > 0 && data == NULL && !streams)
        ocd_op_fail(&m->op, OCD_ERR_ARG, "the buffer is NULL");
    else if (!ocd_range_valid(addr, size))
        ocd_op_fail(&m->op, OCD_ERR_ARG, "the range wraps past the end of the address space");
}

void ocd_memop_destroy(struct ocd_op *op)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    ocd_transfer_free(&m->transfer);
    free(m->image);
    free(m->expected);
}

enum ocd_layout ocd_memop_layout(const struct ocd_memop *m)
{
    return m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

void ocd_memop_account(struct ocd_op *op, int result)
{
    const struct ocd_memop *m = (const struct ocd_memop *)op;
    unsigned unit = m->exact != 0 ? m->exact : 1;

    op->detail.error.done = m->transfer.done / unit;
    op->detail.error.address = m->transfer.bad;
    op->detail.error.has_address =
        result == OCD_ERR_TARGET || result == OCD_ERR_NOT_HALTED || result == OCD_ERR_PROTOCOL;
}

static void end(struct ocd_memop *m, int result)
{
    if (result == OCD_TRANSFER_STOP)
        result = OCD_OK;
    if (result == OCD_OK && m->class->complete != NULL)
        result = m->class->complete(m);
    ocd_op_end(&m->op, result);
}

static struct ocd_memop *memop_of(struct ocd_transfer *t)
{
    return (struct ocd_memop *)t->op;
}

static int consume(struct ocd_transfer *t, uint64_t addr, const void *data, uint64_t size)
{
    return memop_of(t)->class->consume(memop_of(t), addr, data, size);
}

static void produce(struct ocd_transfer *t, uint64_t addr, void *data, size_t size)
{
    memop_of(t)->class->produce(memop_of(t), addr, data, size);
}

static struct ocd_tuner *tuner(const struct ocd_memop *m, bool write)
{
    return &m->op.session->memory->tuners[(write ? 1 : 0) + (m->exact != 0 ? 2 : 0)];
}

static void moved(struct ocd_transfer *t, int result);

static void move(struct ocd_memop *m)
{
    struct ocd_transfer_job job = {
        .write = m->write,
        .exact = m->exact,
        .layout = m->exact != 0 ? OCD_LAYOUT_HOST : ocd_memop_layout(m),
        .addr = m->addr,
        .size = m->size,
        .data = m->data,
        .consume = m->class->consume != NULL ? consume : NULL,
        .produce = m->class->produce != NULL ? produce : NULL,
        .finished = moved,
    };

    m->phase = OCD_MEMOP_MOVING;
    if (m->exact == 8 && m->target->width64 == OCD_WIDTH64_NO) {
        int rc = ocd_width64_split(m, &job);
        if (rc != OCD_OK) {
            end(m, rc);
            return;
        }
    }
    ocd_transfer_begin(&m->transfer, &m->op, &job, tuner(m, m->write));
    ocd_transfer_pump(&m->transfer);
}

static void verified(struct ocd_transfer *t, int result)
{
    end(memop_of(t), result);
}

static void verify(struct ocd_memop *m)
{
    struct ocd_transfer_job job = m->transfer.job;

    m->phase = OCD_MEMOP_VERIFYING;
    ocd_verify_prepare(m, &job);
    job.finished = verified;
    ocd_transfer_begin(&m->transfer, &m->op, &job, tuner(m, false));
    m->op.issued = false;
    ocd_transfer_pump(&m->transfer);
}

/* Width 64 was refused, or the address was: the same in 32-bit accesses tells which. Nothing has
 * been accessed yet when it was the width. */
static bool retry_in_32(struct ocd_memop *m, int result)
{
    if (m->exact != 8 || result != OCD_ERR_TARGET || m->transfer.done > 0 ||
        m->phase != OCD_MEMOP_MOVING || m->target->width64 != OCD_WIDTH64_UNKNOWN)
        return false;
    m->target->width64 = OCD_WIDTH64_NO;
    m->op.issued = false;
    move(m);
    m->phase = OCD_MEMOP_RETRY32;
    return true;
}

static void moved(struct ocd_transfer *t, int result)
{
    struct ocd_memop *m = memop_of(t);

    if (m->phase == OCD_MEMOP_RETRY32 && result != OCD_OK && t->done == 0)
        m->target->width64 = OCD_WIDTH64_UNKNOWN; /* it was not the width */
    if (retry_in_32(m, result))
        return;
    if (m->exact == 8 && t->job.exact == 8 && result == OCD_OK)
        m->target->width64 = OCD_WIDTH64_YES;
    if (m->exact == 8 && t->job.exact == 4)
        ocd_width64_join(m);
    if (result == OCD_OK && m->write && (m->op.call.flags & OCD_VERIFY) != 0)
        verify(m);
    else
        end(m, result);
}

static void begin(struct ocd_memop *m)
{
    m->phase = OCD_MEMOP_ASKING;
    m->target = ocd_target_known(&m->op);
    if (m->target == NULL)
        return;
    if (!ocd_memory_prepare(m->op.session))
        ocd_op_fail(&m->op, OCD_ERR_NOMEM, "%s", "");
    else if (m->size == 0)
        end(m, OCD_OK);
    else if (m->target->known)
        move(m);
}

void ocd_memop_pump(struct ocd_op *op)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    if (m->phase == OCD_MEMOP_NEW)
        begin(m);
    else if (m->phase != OCD_MEMOP_ASKING)
        ocd_transfer_pump(&m->transfer);
}

void ocd_memop_reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    if (m->phase != OCD_MEMOP_ASKING)
        ocd_transfer_reply(&m->transfer, tag, reply);
    else if (ocd_target_answered(op, m->target, reply))
        move(m);
}
