// SPDX-License-Identifier: MIT
/* A range filled with a repeated pattern. */
#include <inttypes.h>
#include <string.h>

#include "memory/memop.h"

#define PATTERN_MAX 4096

struct fill {
    struct ocd_memop memop;
    size_t length;
    uint8_t pattern[PATTERN_MAX];
};

static void produce(struct ocd_memop *m, uint64_t addr, void *data, size_t size)
{
    const struct fill *f = (const struct fill *)m;
    uint8_t *to = data;
    size_t from = (size_t)((addr - m->addr) % f->length);

    for (size_t done = 0; done < size;) {
        size_t n = f->length - from < size - done ? f->length - from : size - done;
        memcpy(to + done, f->pattern + from, n);
        done += n;
        from = 0;
    }
}

static const struct ocd_memop_class fill_class = {
    .op =
        OCD_MEMOP_CLASS(struct fill, .account = ocd__memop_account, .destroy = ocd__memop_destroy),
    .produce = produce,
};

struct ocd_op *ocd_fill_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                              const void *pattern, size_t length, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(session, &fill_class.op, call,
                                    "fill %" PRIu64 " bytes at 0x%08" PRIX64, size, addr);
    struct fill *f = (struct fill *)op;

    if (op == NULL)
        return NULL;
    f->memop.write = true;
    if (pattern == NULL || length == 0 || length > PATTERN_MAX) {
        ocd__op_fail(op, OCD_ERR_ARG, "a pattern has 1 to %d bytes", PATTERN_MAX);
        return op;
    }
    memcpy(f->pattern, pattern, length);
    f->length = length;
    ocd__memop_begin(&f->memop, addr, size, NULL, true);
    return op;
}

int ocd_fill(struct ocd_session *session, uint64_t addr, uint64_t size, const void *pattern,
             size_t length)
{
    return ocd__op_wait(session, ocd_fill_async(session, addr, size, pattern, length, NULL));
}
