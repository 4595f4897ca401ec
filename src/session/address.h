// SPDX-License-Identifier: MIT
/* How far a target's addresses reach. */
#pragma once

#include "session/session.h"

/* The name of the target type if all its addresses have 32 bits or fewer; NULL if it may have more,
 * or is not known. The string is constant. */
const char *ocd__address_type32(struct ocd_view type);
/* Whether the target has all these addresses, as far as that is known. OpenOCD itself would cut the
 * upper half off and access something else. */
bool ocd__address_exists(const struct ocd_target_info *target, uint64_t addr, uint64_t size);
/* The same. False: the operation has been ended. */
bool ocd__address_reached(struct ocd_op *op, const struct ocd_target_info *target, uint64_t addr,
                          uint64_t size);
