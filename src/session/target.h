// SPDX-License-Identifier: MIT
/* What operations must know of their target before they can start. */
#pragma once

#include "session/session.h"

/* Takes its byte order and type as `cget` answers them. False: they are none. */
bool ocd_target_learn(struct ocd_target_info *target, struct ocd_slice endian,
                      struct ocd_slice type);
/* The target of the operation. When it is not known yet it has been asked for, and the class's
 * `reply` will get the answer. NULL: the operation has ended (out of memory, or this OpenOCD has no
 * read_memory). */
struct ocd_target_info *ocd_target_known(struct ocd_op *op);
/* Takes that answer. False: the operation has ended. */
bool ocd_target_answered(struct ocd_op *op, struct ocd_target_info *target,
                         struct ocd_reply *reply);
