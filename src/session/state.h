// SPDX-License-Identifier: MIT
/* OpenOCD's words for a target's state. Pure. */
#pragma once

#include "base/view.h"
#include "ocd.h"

/* OCD_STATE_UNKNOWN for a word that is none of them. */
enum ocd_target_state ocd__state_parse(struct ocd_view word);
