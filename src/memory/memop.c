// SPDX-License-Identifier: MIT
#include "memory/memop.h"

#include <stdlib.h>
#include <string.h>

#include "memory/verify.h"
#include "memory/width64.h"
#include "session/address.h"
#include "session/diagnose.h"
#include "session/target.h"
#include "session/write_access.h"

/* A read of this many bytes is one request. */
#define SINGLE_MAX 4096u

/* A dry run of a write. */
static bool is_dry(const struct ocd_memop *m)
{
    return m->write && (m->op.call.flags & OCD_WRITE_DRY_RUN) != 0;
}

void ocd__memop_begin(struct ocd_memop *m, uint64_t addr, uint64_t size, void *data, bool streams)
{
    m->class = (const struct ocd_memop_class *)m->op.class;
    m->progress = m->op.call.progress;
    m->addr = addr;
    m->size = size;
    m->total = size;
    m->data = data;
    m->transfer.failed_addr = addr;
    m->op.has_side_effects = m->write;
    m->op.may_send_more = true;
    m->op.bulk = m->exact == 0;
    m->op.single =
        !m->write && size <= SINGLE_MAX && m->class->complete == NULL && m->class->ready == NULL;
    if (is_dry(m))
        m->op.call.flags &= ~(unsigned)OCD_WRITE_VERIFY;
    if (m->write)
        m->op.call.flags &=
            ~(unsigned)OCD_READ_SKIP_UNREADABLE; /* what cannot be read back is not verified */
    if (size > 0 && data == NULL && !streams)
        ocd__op_fail(&m->op, OCD_ERR_ARG, "the buffer is NULL");
    else if (!ocd__range_valid(addr, size))
        ocd__op_fail(&m->op, OCD_ERR_ARG, "the range wraps past the end of the address space");
    else if (m->write)
        ocd__write_access_check(&m->op, addr, size);
}

void ocd__memop_destroy(struct ocd_op *op)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    ocd__transfer_free(&m->transfer);
    free(m->image);
    free(m->expected);
}

enum ocd_layout ocd__memop_layout(const struct ocd_memop *m)
{
    return m->target->endian == OCD_BIG_ENDIAN ? OCD_LAYOUT_BIG : OCD_LAYOUT_LITTLE;
}

void ocd__memop_account(struct ocd_op *op, int result)
{
    struct ocd_memop *m = (struct ocd_memop *)op;
    unsigned unit = m->exact != 0 ? m->exact : 1;

    op->detail.error.done = (m->base + m->done) / unit;
    op->detail.error.addr = m->transfer.failed_addr - (m->transfer.failed_addr - m->addr) % unit;
    op->detail.error.has_addr = result == OCD_ERR_TARGET || result == OCD_ERR_NOT_HALTED ||
                                result == OCD_ERR_PROTOCOL || result == OCD_ERR_MISMATCH ||
                                ocd__is_absence(result);
}

static void end(struct ocd_memop *m, int result)
{
    if (result == OCD_TRANSFER_STOP)
        result = OCD_OK;
    if (result == OCD_OK && m->class->complete != NULL)
        result = m->class->complete(m);
    else if (result == OCD_ERR_TARGET && m->class->failed != NULL)
        result = m->class->failed(m);
    if (result != OCD_PENDING)
        ocd__op_end(&m->op, result);
}

static struct ocd_memop *memop_of(struct ocd_transfer *t)
{
    return (struct ocd_memop *)t->op;
}

/* Hands the next bytes to the class and reports progress. OCD_OK, or the result to end with. */
static int take(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct ocd_op *op = &m->op;
    int rc = OCD_OK;

    if (!m->write && m->class->consume != NULL)
        rc = m->class->consume(m, addr, data, size);
    if (op->result != OCD_PENDING || rc != OCD_OK)
        return rc;
    m->done = addr - m->addr + size;
    if (m->progress != NULL && m->progress(m->base + m->done, m->total, op->call.user) != 0)
        return OCD_ERR_CANCELLED;
    return OCD_OK;
}

static int consume(struct ocd_transfer *t, uint64_t addr, const void *data, uint64_t size)
{
    return take(memop_of(t), addr, data, size);
}

static void produce(struct ocd_transfer *t, uint64_t addr, void *data, size_t size)
{
    memop_of(t)->class->produce(memop_of(t), addr, data, size);
}

static void moved(struct ocd_transfer *t, int result);
/* Moves the whole range. */
static void move(struct ocd_memop *m, enum ocd_memop_phase phase)
{
    struct ocd_transfer_job job = {
        .write = m->write,
        .exact = m->exact,
        .layout = m->exact != 0 ? OCD_LAYOUT_HOST : ocd__memop_layout(m),
        .addr = m->addr,
        .size = m->size,
        .data = m->data,
        .more = m->class->complete != NULL,
        .consume = consume,
        .produce = m->class->produce != NULL ? produce : NULL,
        .finished = moved,
    };

    if (m->exact == 8 && m->target->width64 == OCD_WIDTH64_NO) {
        int rc = ocd__width64_split(m, &job);
        if (rc != OCD_OK) {
            end(m, rc);
            return;
        }
    }
    m->phase = phase;
    m->op.all_sent = false;
    ocd__transfer_begin(&m->transfer, &m->op, &job);
    ocd__transfer_pump(&m->transfer);
}

void ocd__memop_again(struct ocd_memop *m, uint64_t addr, uint64_t size, uint64_t base)
{
    if (m->op.result != OCD_PENDING)
        return; /* a callback of the caller's has ended it */
    m->addr = addr;
    m->size = size;
    m->base = base;
    m->done = 0;
    move(m, OCD_MEMOP_MOVING);
}

static void verified(struct ocd_transfer *t, int result)
{
    end(memop_of(t), result);
}

static void verify(struct ocd_memop *m)
{
    struct ocd_transfer_job job = m->transfer.job;

    m->phase = OCD_MEMOP_VERIFYING;
    job.addr = m->addr;
    job.size = m->size;
    job.exact = job.exact != 0 ? job.exact : m->exact;
    job.layout = m->exact != 0 && m->image == NULL ? OCD_LAYOUT_HOST : ocd__memop_layout(m);
    ocd__verify_prepare(m, &job);
    job.finished = verified;
    job.more = false;
    ocd__transfer_begin(&m->transfer, &m->op, &job);
    m->op.all_sent = false;
    ocd__transfer_pump(&m->transfer);
}

/* All data have been moved. */
static void finish(struct ocd_memop *m)
{
    if (m->write && (m->op.call.flags & OCD_WRITE_VERIFY) != 0)
        verify(m);
    else
        end(m, OCD_OK);
}

/* The width 64 or the address has caused the failure: 32-bit accesses show which. If it was the
 * width, nothing has been accessed yet. */
static bool retry_in_32(struct ocd_memop *m, int result)
{
    if (m->exact != 8 || result != OCD_ERR_TARGET || m->transfer.done > 0 ||
        m->phase != OCD_MEMOP_MOVING || m->target->width64 != OCD_WIDTH64_UNKNOWN)
        return false;
    m->target->width64 = OCD_WIDTH64_NO;
    move(m, OCD_MEMOP_RETRY32);
    return true;
}

static void moved(struct ocd_transfer *t, int result)
{
    struct ocd_memop *m = memop_of(t);

    if (m->phase == OCD_MEMOP_RETRY32 && result != OCD_OK)
        m->target->width64 = OCD_WIDTH64_UNKNOWN; /* the width may not be the cause */
    if (retry_in_32(m, result))
        return;
    if (m->exact == 8 && t->job.exact == 8 && result == OCD_OK && !is_dry(m))
        m->target->width64 = OCD_WIDTH64_YES;
    if (m->exact == 8 && t->job.exact == 4)
        ocd__width64_join(m);
    if (result == OCD_OK)
        finish(m);
    else
        end(m, result);
}

/* Whether no reply can make the operation send more. A bulk read may search for a fault; a bulk
 * write does so only if no later operation has sent anything. */
static bool is_final(const struct ocd_memop *m)
{
    bool verifies = m->write && (m->op.call.flags & OCD_WRITE_VERIFY) != 0;
    bool width64 = m->transfer.job.exact == 8 && m->target->width64 == OCD_WIDTH64_UNKNOWN;

    return m->op.all_sent && (m->phase == OCD_MEMOP_MOVING || m->phase == OCD_MEMOP_RETRY32) &&
           m->class->complete == NULL && !verifies && !width64 && (m->exact != 0 || m->write);
}

/* The target is known now. */
static void begin_moving(struct ocd_memop *m)
{
    if (m->class->ready != NULL)
        m->class->ready(m);
    else if (ocd__address_reached(&m->op, m->target, m->addr, m->size))
        move(m, OCD_MEMOP_MOVING);
}

static void begin(struct ocd_memop *m)
{
    m->phase = OCD_MEMOP_ASKING;
    m->target = ocd__target_known(&m->op);
    if (m->target == NULL)
        return;
    if (m->size == 0 && m->class->ready == NULL)
        end(m, OCD_OK);
    else if (m->target->known)
        begin_moving(m);
}

void ocd__memop_pump(struct ocd_op *op)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    switch (m->phase) {
    case OCD_MEMOP_NEW:
        begin(m);
        break;
    case OCD_MEMOP_ASKING:
        break;
    default:
        ocd__transfer_pump(&m->transfer);
        break;
    }
    op->may_send_more = !is_final(m);
}

void ocd__memop_reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply)
{
    struct ocd_memop *m = (struct ocd_memop *)op;

    switch (m->phase) {
    case OCD_MEMOP_ASKING:
        if (ocd__target_answered(op, m->target, reply))
            begin_moving(m);
        break;
    default:
        ocd__transfer_reply(&m->transfer, tag, reply);
        break;
    }
    op->may_send_more = !is_final(m);
}
