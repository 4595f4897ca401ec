// SPDX-License-Identifier: MIT
/* What the status of a refused command means. */
#pragma once

#include <stdbool.h>

#include "rpc/rpc.h"

/* OpenOCD's error numbers in words (its src/target/target.h and src/helper/command.h); NULL for
 * those that say nothing. */
const char *ocd__status_text(long status);
/* The log without the status itself, which `capture` answers when nothing was logged (0.12) or
 * after what was logged (later). */
struct ocd_view ocd__status_log(struct ocd_view log, long status);
/* Whether it was refused because the target runs. The status says that it was refused; only the
 * words say why, since read_memory fails with 1 whatever the reason. */
bool ocd__status_not_halted(const struct ocd_reply *reply);
