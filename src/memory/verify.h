// SPDX-License-Identifier: MIT
/* Reading back what was written. */
#pragma once

#include "memory/memop.h"

/* Changes the job of a write into one that reads the same accesses and compares. */
void ocd__verify_prepare(struct ocd_memop *m, struct ocd_transfer_job *job);
