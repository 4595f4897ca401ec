// SPDX-License-Identifier: MIT
/* Watchpoints. */
#include <inttypes.h>
#include <stdio.h>

#include "base/reserved.h"
#include "target/breakpoint_parse.h"
#include "target/points.h"
#include "tcl/scripts.h"

static int next(struct ocd_view *text, void *item)
{
    return ocd__watchpoint_parse(text, item);
}

static uint64_t key(const void *item)
{
    return ((const struct ocd_watchpoint *)item)->addr;
}

static const struct ocd_points_kind watchpoints = {
    .list = "wp",
    .remove = "rwp",
    .remove_all = ocd__script_remove_watchpoints,
    .none = "no watchpoint at address",
    .size = sizeof(struct ocd_watchpoint),
    .next = next,
    .key = key,
};

struct ocd_op *ocd_watchpoints_async(struct ocd_session *session, struct ocd_watchpoint **list,
                                     size_t *count, const struct ocd_call *call)
{
    return ocd__points_list(session, &watchpoints, "list the watchpoints", list, count, call);
}

int ocd_watchpoints(struct ocd_session *session, struct ocd_watchpoint **list, size_t *count)
{
    return ocd__op_wait(session, ocd_watchpoints_async(session, list, count, NULL));
}

/* Without a value the server's own default is taken, whose width depends on its version. */
static void compose(struct ocd_op *op, const struct ocd_watchpoint *w)
{
    char letter = w->access == OCD_WATCHPOINT_READ    ? 'r'
                  : w->access == OCD_WATCHPOINT_WRITE ? 'w'
                                                      : 'a';

    ocd__points_command(op, "wp 0x%" PRIx64 " %" PRIu32 " %c", w->addr, w->length, letter);
    if ((w->length & (w->length - 1)) != 0 || w->addr % w->length != 0)
        ocd__points_fact(op, OCD_FACT_WATCH_RANGE);
    if (w->match_value)
        ocd__points_fact(op, OCD_FACT_WATCH_VALUE);
    if (w->match_value)
        ocd__points_command(op, " 0x%" PRIx64 " 0x%" PRIx64, w->value, w->ignore);
}

struct ocd_op *ocd_set_watchpoint_async(struct ocd_session *session, const struct ocd_watchpoint *w,
                                        const struct ocd_call *call)
{
    static const struct ocd_watchpoint none;
    char what[64];

    if (w == NULL)
        w = &none;
    snprintf(what, sizeof(what), "set a watchpoint at 0x%08" PRIX64, w->addr);
    struct ocd_op *op = ocd__points_set(session, &watchpoints, what, w->addr, w->length, call);
    if (op == NULL)
        return NULL;
    if (w->access < OCD_WATCHPOINT_READ || w->access > OCD_WATCHPOINT_ACCESS)
        ocd__op_fail(op, OCD_ERR_ARG, "the access is not one of enum ocd_watchpoint_access");
    else if (OCD_RESERVED_USED(w))
        ocd__op_fail(op, OCD_ERR_ARG, "ocd_watchpoint.reserved is not zero");
    else if (w->length > 0)
        compose(op, w);
    return op;
}

int ocd_set_watchpoint(struct ocd_session *session, const struct ocd_watchpoint *watchpoint)
{
    return ocd__op_wait(session, ocd_set_watchpoint_async(session, watchpoint, NULL));
}

struct ocd_op *ocd_remove_watchpoint_async(struct ocd_session *session, uint64_t addr,
                                           const struct ocd_call *call)
{
    char what[64];

    snprintf(what, sizeof(what), "remove the watchpoint at 0x%08" PRIX64, addr);
    return ocd__points_remove(session, &watchpoints, what, addr, call);
}

int ocd_remove_watchpoint(struct ocd_session *session, uint64_t addr)
{
    return ocd__op_wait(session, ocd_remove_watchpoint_async(session, addr, NULL));
}

struct ocd_op *ocd_remove_watchpoints_async(struct ocd_session *session,
                                            const struct ocd_call *call)
{
    return ocd__points_remove_all(session, &watchpoints, "remove all watchpoints", call);
}

int ocd_remove_watchpoints(struct ocd_session *session)
{
    return ocd__op_wait(session, ocd_remove_watchpoints_async(session, NULL));
}
