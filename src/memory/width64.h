// SPDX-License-Identifier: MIT
/* 64-bit elements on a target that has only 32-bit accesses: two for each, the lower address first,
 * combined in the target's byte order. */
#pragma once

#include "memory/memop.h"

/* Changes a job of 64-bit accesses into one of 32-bit accesses. OCD_OK or OCD_ERR_NOMEM. */
int ocd__width64_split(struct ocd_memop *m, struct ocd_transfer_job *job);
/* Combines the words that such a job has read into values; does nothing after a write. */
void ocd__width64_join(struct ocd_memop *m);
