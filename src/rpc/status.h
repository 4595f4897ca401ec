// SPDX-License-Identifier: MIT
/* What the status of a failed command means. */
#pragma once

#include <stdbool.h>

#include "rpc/rpc.h"

/* OpenOCD's error numbers in words (its src/target/target.h and src/helper/command.h); NULL for
 * those that say nothing. */
const char *ocd__status_text(long status);
/* The log without the status itself, which `capture` returns instead of an empty log (0.12) or
 * appends to the log (later). */
struct ocd_view ocd__status_log(struct ocd_view log, long status);
/* Whether a command failed because the target runs. Often only the text shows it: read_memory fails
 * with status 1 for every reason. */
bool ocd__status_not_halted(const struct ocd_reply *reply);
