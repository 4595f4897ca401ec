// SPDX-License-Identifier: MIT
/* Breakpoints. */
#include <inttypes.h>
#include <stdio.h>

#include "session/write_access.h"
#include "target/breakpoint_parse.h"
#include "target/points.h"

static int next(struct ocd_view *text, void *item)
{
    return ocd__breakpoint_parse(text, item);
}

/* `rbp` takes the context id of breakpoints that have no address. */
static uint64_t key(const void *item)
{
    const struct ocd_breakpoint *b = item;

    return b->kind == OCD_BREAKPOINT_CONTEXT ? b->asid : b->addr;
}

static const struct ocd_points_kind breakpoints = {
    .list = "bp",
    .remove = "rbp",
    .remove_all = "rbp all",
    .none = "no breakpoint at address",
    .size = sizeof(struct ocd_breakpoint),
    .next = next,
    .key = key,
};

struct ocd_op *ocd_breakpoints_async(struct ocd_session *session, struct ocd_breakpoint **list,
                                     size_t *count, const struct ocd_call *call)
{
    return ocd__points_list(session, &breakpoints, "list the breakpoints", list, count, call);
}

int ocd_breakpoints(struct ocd_session *session, struct ocd_breakpoint **list, size_t *count)
{
    return ocd__op_wait(session, ocd_breakpoints_async(session, list, count, NULL));
}

struct ocd_op *ocd_set_breakpoint_async(struct ocd_session *session, uint64_t addr, uint32_t length,
                                        enum ocd_breakpoint_kind kind, const struct ocd_call *call)
{
    char what[64];

    snprintf(what, sizeof(what), "set a breakpoint at 0x%08" PRIX64, addr);
    struct ocd_op *op = ocd__points_set(session, &breakpoints, what, addr, length, call);
    if (op == NULL)
        return NULL;
    if (kind != OCD_BREAKPOINT_SOFT && kind != OCD_BREAKPOINT_HARD)
        ocd__op_fail(op, OCD_ERR_ARG, "only soft and hard breakpoints can be set");
    else if (kind == OCD_BREAKPOINT_HARD || ocd__write_access_check(op, addr, length))
        ocd__points_command(op, "bp 0x%" PRIx64 " %" PRIu32 "%s", addr, length,
                            kind == OCD_BREAKPOINT_HARD ? " hw" : "");
    return op;
}

int ocd_set_breakpoint(struct ocd_session *session, uint64_t addr, uint32_t length,
                       enum ocd_breakpoint_kind kind)
{
    return ocd__op_wait(session, ocd_set_breakpoint_async(session, addr, length, kind, NULL));
}

struct ocd_op *ocd_remove_breakpoint_async(struct ocd_session *session, uint64_t addr,
                                           const struct ocd_call *call)
{
    char what[64];

    snprintf(what, sizeof(what), "remove the breakpoint at 0x%08" PRIX64, addr);
    return ocd__points_remove(session, &breakpoints, what, addr, call);
}

int ocd_remove_breakpoint(struct ocd_session *session, uint64_t addr)
{
    return ocd__op_wait(session, ocd_remove_breakpoint_async(session, addr, NULL));
}

struct ocd_op *ocd_remove_breakpoints_async(struct ocd_session *session,
                                            const struct ocd_call *call)
{
    return ocd__points_remove_all(session, &breakpoints, "remove all breakpoints", call);
}

int ocd_remove_breakpoints(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_remove_breakpoints_async(session, NULL));
}
