// SPDX-License-Identifier: MIT
/* Typed access: exactly one access of the width for each element. */
#include <inttypes.h>

#include "memory/memop.h"

static const struct ocd_memop_class typed_class = {
    .op = OCD_MEMOP_CLASS(struct ocd_memop, .account = ocd__memop_account,
                          .destroy = ocd__memop_destroy),
};

static struct ocd_op *start(struct ocd_session *s, bool write, unsigned width, uint64_t addr,
                            void *values, size_t count, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(s, &typed_class.op, call, "%s %zu x %u bit at 0x%08" PRIX64,
                                    write ? "write" : "read", count, width * 8, addr);
    struct ocd_memop *m = (struct ocd_memop *)op;

    if (op == NULL)
        return NULL;
    m->write = write;
    m->exact = width;
    if (count > SIZE_MAX / width) {
        ocd__op_fail(op, OCD_ERR_ARG, "the number of elements is too large");
        return op;
    }
    ocd__memop_begin(m, addr, (uint64_t)count * width, values, false);
    return op;
}

#define TYPED(bits, bytes)                                                                         \
    struct ocd_op *ocd_read_u##bits##_async(struct ocd_session *session, uint64_t addr,            \
                                            uint##bits##_t *values, size_t count,                  \
                                            const struct ocd_call *call)                           \
    {                                                                                              \
        return start(session, false, bytes, addr, values, count, call);                            \
    }                                                                                              \
    int ocd_read_u##bits(struct ocd_session *session, uint64_t addr, uint##bits##_t *values,       \
                         size_t count)                                                             \
    {                                                                                              \
        return ocd__op_wait(session,                                                               \
                            ocd_read_u##bits##_async(session, addr, values, count, NULL));         \
    }                                                                                              \
    struct ocd_op *ocd_write_u##bits##_async(struct ocd_session *session, uint64_t addr,           \
                                             const uint##bits##_t *values, size_t count,           \
                                             const struct ocd_call *call)                          \
    {                                                                                              \
        return start(session, true, bytes, addr, (void *)values, count, call);                     \
    }                                                                                              \
    int ocd_write_u##bits(struct ocd_session *session, uint64_t addr,                              \
                          const uint##bits##_t *values, size_t count)                              \
    {                                                                                              \
        return ocd__op_wait(session,                                                               \
                            ocd_write_u##bits##_async(session, addr, values, count, NULL));        \
    }

TYPED(8, 1)
TYPED(16, 2)
TYPED(32, 4)
TYPED(64, 8)
