// SPDX-License-Identifier: MIT
/* The cost model: what one more access costs, and what one more word. Pure. */
#pragma once

#include "watch/plan.h"

/* Accesses that are measured, at the most. */
#define OCD__COST_SIZES 4u

/* The costs of a fast probe, for when nothing can be measured. */
struct ocd__cost ocd__cost_default(void);
/* The numbers of words that are worth measuring in `words` of RAM, ascending, the first one 1;
 * answers how many they are, 0 where it is not worth it. */
size_t ocd__cost_sizes(uint64_t words, uint32_t sizes[OCD__COST_SIZES]);
/* The model of the microseconds that reads of these numbers of words took. */
struct ocd__cost ocd__cost_fit(const uint32_t *sizes, const double *us, size_t count);
