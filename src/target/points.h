// SPDX-License-Identifier: MIT
/* The operation of the calls about breakpoints and watchpoints. */
#pragma once

#include "base/cause.h"
#include "base/view.h"
#include "session/op.h"

/* How breakpoints and watchpoints differ. */
struct ocd_points_kind {
    const char *list;       /* command that lists them */
    const char *remove;     /* command that removes the one at an address */
    const char *remove_all; /* a script that removes all */
    const char *none;       /* what 0.12 says, with success, when there is none to remove */
    size_t size;            /* of an item */
    /* Takes the next item off the text; as ocd__breakpoint_parse. */
    int (*next)(struct ocd_view *text, void *item);
    /* The number by which `remove` finds it. */
    uint64_t (*key)(const void *item);
};

struct ocd_op *ocd__points_list(struct ocd_session *session, const struct ocd_points_kind *kind,
                                const char *what, void *items, size_t *count,
                                const struct ocd_call *call);
/* ocd__points_command has to be called for its command. */
struct ocd_op *ocd__points_set(struct ocd_session *session, const struct ocd_points_kind *kind,
                               const char *what, uint64_t addr, uint32_t length,
                               const struct ocd_call *call);
void ocd__points_command(struct ocd_op *op, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The likely cause if the core has no free resource. */
void ocd__points_fact(struct ocd_op *op, enum ocd_fact fact);
struct ocd_op *ocd__points_remove(struct ocd_session *session, const struct ocd_points_kind *kind,
                                  const char *what, uint64_t addr, const struct ocd_call *call);
struct ocd_op *ocd__points_remove_all(struct ocd_session *session,
                                      const struct ocd_points_kind *kind, const char *what,
                                      const struct ocd_call *call);
