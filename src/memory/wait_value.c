// SPDX-License-Identifier: MIT
/* Waiting for a value in memory: one read, a pause, the next read, until it is there. */
#include <inttypes.h>

#include "memory/memop.h"

struct wait_value {
    struct ocd_memop memop;
    union {
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint64_t u64;
    } read;
    uint64_t mask, value;
    uint64_t last; /* what has been read last */
    bool any;      /* a value has been read */
    bool pausing;
    uint64_t *result; /* of the caller, or NULL */
};

static uint64_t value_read(const struct wait_value *w)
{
    switch (w->memop.exact) {
    case 1:
        return w->read.u8;
    case 2:
        return w->read.u16;
    case 4:
        return w->read.u32;
    default:
        return w->read.u64;
    }
}

/* Lets other operations of the session go on; this one is pumped again after its pause. */
static void let_others_run(struct ocd_op *op)
{
    op->all_sent = true;
}

static int complete(struct ocd_memop *m)
{
    struct wait_value *w = (struct wait_value *)m;

    w->last = value_read(w);
    w->any = true;
    if ((w->last & w->mask) == w->value)
        return OCD_OK;
    w->pausing = true;
    m->op.wake = ocd__deadline(ocd__now(), OCD_WAIT_VALUE_MS);
    return OCD_PENDING;
}

static void pump(struct ocd_op *op)
{
    struct wait_value *w = (struct wait_value *)op;

    if (w->pausing) {
        w->pausing = false;
        ocd__memop_again(&w->memop, w->memop.addr, w->memop.size, 0);
    } else {
        ocd__memop_pump(op);
    }
    let_others_run(op);
}

static void reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *r)
{
    ocd__memop_reply(op, tag, r);
    if (op->result == OCD_PENDING)
        let_others_run(op);
}

static void account(struct ocd_op *op, int result)
{
    struct wait_value *w = (struct wait_value *)op;
    struct ocd_buffer message = {0};

    ocd__memop_account(op, result);
    op->detail.error.done = 0;
    if (result != OCD_ERR_TIMEOUT || !w->any)
        return; /* the server did not answer at all */
    op->detail.error.addr = w->memop.addr;
    op->detail.error.has_addr = true;
    ocd__buffer_printf(&message, "the last value read was 0x%0*" PRIX64, (int)(w->memop.exact * 2),
                       w->last);
    if (message.error == 0)
        ocd__detail_message(&op->detail, message.data, message.size);
    ocd__buffer_free(&message);
}

static void ended(struct ocd_op *op, int result)
{
    struct wait_value *w = (struct wait_value *)op;

    (void)result;
    if (w->result != NULL && w->any)
        *w->result = w->last;
}

static const struct ocd_memop_class wait_value_class = {
    .op =
        {
            .size = sizeof(struct wait_value),
            .reads = true,
            .background = true,
            .pump = pump,
            .reply = reply,
            .account = account,
            .ended = ended,
            .destroy = ocd__memop_destroy,
        },
    .complete = complete,
};

/* False: the operation has been ended. */
static bool check(struct ocd_op *op, unsigned width, uint64_t mask, uint64_t value)
{
    uint64_t most = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;

    if (width != 8 && width != 16 && width != 32 && width != 64)
        ocd__op_fail(op, OCD_ERR_ARG, "the width is %u bits, not 8, 16, 32 or 64", width);
    else if (value > most)
        ocd__op_fail(op, OCD_ERR_ARG, "the value has more than %u bits", width);
    else if ((value & ~mask) != 0)
        ocd__op_fail(op, OCD_ERR_ARG, "the value has bits that the mask leaves out");
    return op->result == OCD_PENDING;
}

struct ocd_op *ocd_wait_value_async(struct ocd_session *session, uint64_t addr, unsigned width,
                                    uint64_t mask, uint64_t value, uint64_t *last,
                                    const struct ocd_call *call)
{
    struct ocd_op *op =
        ocd__op_new(session, &wait_value_class.op, call,
                    "wait for 0x%" PRIX64 " in %u bits at 0x%08" PRIX64, value, width, addr);
    struct wait_value *w = (struct wait_value *)op;

    if (op == NULL)
        return NULL;
    w->mask = mask;
    w->value = value;
    w->result = last;
    if (op->result != OCD_PENDING || !check(op, width, mask, value))
        return op;
    w->memop.exact = width / 8;
    op->call.flags &= ~(unsigned)OCD_READ_SKIP_UNREADABLE;
    op->call.progress = NULL;
    ocd__memop_begin(&w->memop, addr, width / 8, &w->read, false);
    op->single = true;
    return op;
}

int ocd_wait_value(struct ocd_session *session, uint64_t addr, unsigned width, uint64_t mask,
                   uint64_t value, uint64_t *last, uint32_t timeout_ms)
{
    struct ocd_call call = {.timeout_ms = timeout_ms};

    return ocd__op_wait(session,
                        ocd_wait_value_async(session, addr, width, mask, value, last, &call));
}
