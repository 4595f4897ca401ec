// SPDX-License-Identifier: MIT
/* Ranges minus other ranges. Pure. */
#pragma once

#include "base/buffer.h"
#include "ocd.h"

/* Appends to `out` what of `ranges`, which ascend and do not overlap, is in none of `without`,
 * which may come in any order and overlap. OCD_OK, OCD_ERR_ARG if one of `without` wraps past the
 * address space or the list is NULL, OCD_ERR_NOMEM. */
int ocd__ranges_without(const struct ocd_range *ranges, size_t count,
                        const struct ocd_range *without, size_t without_count,
                        struct ocd_buffer *out);
