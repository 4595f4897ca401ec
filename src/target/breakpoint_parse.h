// SPDX-License-Identifier: MIT
/* What OpenOCD's `bp` and `wp` print (handle_bp_command_list and handle_wp_command in its
 * src/target/target.c), 0.12 and later. Pure. */
#pragma once

#include "base/view.h"
#include "ocd.h"

/* Take the next one off the front of the text. 1: there is one; 0: the text has ended;
 * OCD_ERR_PROTOCOL: something else is there. */
int ocd__breakpoint_parse(struct ocd_view *text, struct ocd_breakpoint *breakpoint);
int ocd__watchpoint_parse(struct ocd_view *text, struct ocd_watchpoint *watchpoint);
