// SPDX-License-Identifier: MIT
#include "session/write_access.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool ocd__write_access_set(struct ocd_session *s, const struct ocd_options *options)
{
    s->read_only = options->read_only;
    if (options->writable == NULL || options->writable_count == 0)
        return true;
    s->writable = calloc(options->writable_count, sizeof(*s->writable));
    if (s->writable == NULL)
        return false;
    memcpy(s->writable, options->writable, options->writable_count * sizeof(*s->writable));
    s->writable_count = options->writable_count;
    return true;
}

static bool contains(const struct ocd_range *range, uint64_t addr, uint64_t size)
{
    return addr >= range->addr && size <= range->size && addr - range->addr <= range->size - size;
}

bool ocd__write_access_check(struct ocd_op *op, uint64_t addr, uint64_t size)
{
    const struct ocd_session *s = op->session;

    if (s->read_only) {
        ocd__op_fail(op, OCD_ERR_READ_ONLY, "the session is read-only");
        return false;
    }
    if (s->writable_count == 0 || size == 0)
        return true;
    for (size_t i = 0; i < s->writable_count; i++)
        if (contains(&s->writable[i], addr, size))
            return true;
    ocd__op_fail(op, OCD_ERR_READ_ONLY,
                 "0x%08" PRIX64 " to 0x%08" PRIX64 " is not inside one of the writable ranges",
                 addr, addr + size - 1);
    return false;
}

bool ocd__write_access_command(struct ocd_op *op)
{
    const struct ocd_session *s = op->session;

    if (!s->read_only && s->writable_count == 0)
        return true;
    ocd__op_fail(op, OCD_ERR_READ_ONLY,
                 "the session's writes are restricted, and a command could write anything");
    return false;
}

bool ocd__write_access_point(struct ocd_op *op)
{
    if (op->session->read_only)
        ocd__op_fail(op, OCD_ERR_READ_ONLY, "the session is read-only");
    return op->result == OCD_PENDING;
}

bool ocd__write_access_register(struct ocd_op *op)
{
    if (!ocd__write_access_point(op))
        return false;
    if (op->session->writable_count > 0)
        ocd__op_fail(op, OCD_ERR_READ_ONLY,
                     "the session may write ranges of memory only, not registers");
    return op->result == OCD_PENDING;
}
