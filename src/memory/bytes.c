// SPDX-License-Identifier: MIT
/* Bytes, in the order of their addresses. */
#include <inttypes.h>
#include <string.h>

#include "memory/memop.h"

/* With OCD_READ_SKIP_UNREADABLE: unreadable bytes become ocd_call.fill. */
static int fill_unreadable(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    if (data == NULL)
        memset(m->data + (addr - m->addr), m->op.call.fill, (size_t)size);
    return OCD_OK;
}

static const struct ocd_memop_class bytes_class = {
    .op = OCD_MEMOP_CLASS(struct ocd_memop, .account = ocd__memop_account,
                          .destroy = ocd__memop_destroy),
    .consume = fill_unreadable,
};

static struct ocd_op *start(struct ocd_session *s, bool write, uint64_t addr, void *data,
                            size_t size, const struct ocd_call *call)
{
    struct ocd_op *op = ocd__op_new(s, &bytes_class.op, call, "%s %zu bytes at 0x%08" PRIX64,
                                    write ? "write" : "read", size, addr);
    struct ocd_memop *m = (struct ocd_memop *)op;

    if (op == NULL)
        return NULL;
    m->write = write;
    ocd__memop_begin(m, addr, size, data, false);
    return op;
}

struct ocd_op *ocd_read_bytes_async(struct ocd_session *session, uint64_t addr, void *data,
                                    size_t size, const struct ocd_call *call)
{
    return start(session, false, addr, data, size, call);
}

int ocd_read_bytes(struct ocd_session *session, uint64_t addr, void *data, size_t size)
{
    return ocd__op_wait(session, ocd_read_bytes_async(session, addr, data, size, NULL));
}

struct ocd_op *ocd_write_bytes_async(struct ocd_session *session, uint64_t addr, const void *data,
                                     size_t size, const struct ocd_call *call)
{
    return start(session, true, addr, (void *)data, size, call);
}

int ocd_write_bytes(struct ocd_session *session, uint64_t addr, const void *data, size_t size)
{
    return ocd__op_wait(session, ocd_write_bytes_async(session, addr, data, size, NULL));
}
