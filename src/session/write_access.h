// SPDX-License-Identifier: MIT
/* What a session may write. */
#pragma once

#include "session/session.h"

/* Takes over ocd_options.read_only and .writable. False: out of memory. */
bool ocd__write_access_set(struct ocd_session *s, const struct ocd_options *options);
/* False when the range may not be written: the operation has been ended. */
bool ocd__write_access_check(struct ocd_op *op, uint64_t addr, uint64_t size);
/* False when commands that could write anything are not allowed: the operation has been ended. */
bool ocd__write_access_command(struct ocd_op *op);
/* False when comparators of the core may not be set: the operation has been ended. */
bool ocd__write_access_point(struct ocd_op *op);
/* False when registers may not be written, nor code run on the core: what that does is not confined
 * to ranges. The operation has been ended. */
bool ocd__write_access_register(struct ocd_op *op);
