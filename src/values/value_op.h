// SPDX-License-Identifier: MIT
/* What is done with an expression in the memory of a session. */
#pragma once

#include "session/op.h"

enum ocd_value_goal {
    OCD_VALUE_CHECK, /* the program in the target; without an expression */
    OCD_VALUE_LOCATE,
    OCD_VALUE_READ,
    OCD_VALUE_WRITE,
};

/* `value` is that of a write, otherwise NULL. NULL: memory is short. */
struct ocd_op *ocd__value_op(struct ocd_session *session, enum ocd_value_goal goal,
                             struct ocd_expression *expression, const char *value,
                             const struct ocd_call *call);
/* A write of an expression that is closed with the operation. NULL: memory is short, and it was
 * closed. */
struct ocd_op *ocd__value_op_owning(struct ocd_session *session, struct ocd_expression *expression,
                                    const char *value, const struct ocd_call *call);
struct ocd_op *ocd__check_op(struct ocd_session *session, struct ocd_symbols *symbols,
                             const struct ocd_call *call);
