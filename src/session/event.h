// SPDX-License-Identifier: MIT
/* Notifications of the server: `type target_event event halted` and its kin (tcl_target_callback_…
 * in OpenOCD's src/server/tcl_server.c). */
#pragma once

#include "base/slice.h"
#include "ocd.h"

/* Tcl that asks for them, and that ends it: a command of its own in 0.12, a subcommand later. */
#define OCD_NOTIFY_ON  "if {[catch {tcl notifications on}]} {tcl_notifications on}"
#define OCD_NOTIFY_OFF "if {[catch {tcl notifications off}]} {tcl_notifications off}"

/* What the frame says; it is changed, and the strings are in it. The byte behind it must be
 * writable. Pure. */
struct ocd_event ocd__event_parse(struct ocd_slice frame);

struct ocd_op;
struct ocd_session;

/* The operation's class has an `event`, which is called until ocd__events_unsubscribe(). The answer
 * to the request for it, if one is needed, has this tag. */
void ocd__events_subscribe(struct ocd_op *op, uint64_t tag);
void ocd__events_unsubscribe(struct ocd_session *s);
