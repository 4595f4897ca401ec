// SPDX-License-Identifier: MIT
/* Notifications of the server: `type target_event event halted` and others (tcl_target_callback_…
 * in OpenOCD's src/server/tcl_server.c). */
#pragma once

#include "base/view.h"
#include "ocd.h"

/* Parses the frame, which is changed: the event's strings point into it. The byte after it must be
 * writable. Pure. */
struct ocd_event ocd__event_parse(struct ocd_view frame);

struct ocd_op;
struct ocd_session;

/* The operation's class has an `event`, which is called until ocd__events_unsubscribe(). The answer
 * to the request for it, if one is needed, has this tag. */
void ocd__events_subscribe(struct ocd_op *op, uint64_t tag);
void ocd__events_unsubscribe(struct ocd_session *s);
