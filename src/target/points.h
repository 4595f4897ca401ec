// SPDX-License-Identifier: MIT
/* The operation of the calls about breakpoints and watchpoints. */
#pragma once

#include "base/cause.h"
#include "base/view.h"
#include "session/op.h"

/* What the two kinds differ in. */
struct ocd_points_kind {
    const char *list;       /* command that lists them */
    const char *remove;     /* … that removes the one at an address */
    const char *remove_all; /* a script that removes all */
    const char *none;       /* what 0.12 says, with success, when there is none to remove */
    size_t size;            /* of an item */
    /* Takes the next item off the text; as ocd__breakpoint_parse. */
    int (*next)(struct ocd_view *text, void *item);
    /* What `remove` finds it by. */
    uint64_t (*key)(const void *item);
};

struct ocd_op *ocd__points_list(struct ocd_session *session, const struct ocd_points_kind *kind,
                                const char *what, void *items, size_t *count,
                                const struct ocd_call *call);
/* Its command is still to come: ocd__points_command. */
struct ocd_op *ocd__points_set(struct ocd_session *session, const struct ocd_points_kind *kind,
                               const char *what, uint64_t addr, uint32_t length,
                               const struct ocd_call *call);
void ocd__points_command(struct ocd_op *op, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What may be the cause when there is no resource for it. */
void ocd__points_fact(struct ocd_op *op, enum ocd_fact fact);
struct ocd_op *ocd__points_remove(struct ocd_session *session, const struct ocd_points_kind *kind,
                                  const char *what, uint64_t addr, const struct ocd_call *call);
struct ocd_op *ocd__points_remove_all(struct ocd_session *session,
                                      const struct ocd_points_kind *kind, const char *what,
                                      const struct ocd_call *call);
