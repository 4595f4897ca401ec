// SPDX-License-Identifier: MIT
/* Asking OpenOCD where the flash of a target is, and what state the target has. */
#pragma once

#include "flash/flash_map.h"
#include "target/target_command.h"

/* Asks for the banks of the operation's target that may have anything between the two addresses.
 * The answer is one of ocd__control_send. */
void ocd__flash_query_send(struct ocd_op *op, uint64_t first, uint64_t last);
/* Takes the answer. False: the operation has ended. */
bool ocd__flash_query_take(struct ocd_op *op, struct ocd_flash_map *map, struct ocd_answer *answer);
