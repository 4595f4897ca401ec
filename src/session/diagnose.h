// SPDX-License-Identifier: MIT
/* Why an access failed: because of the address, or because the target or its probe is absent.
 *
 * OpenOCD answers "failed to read memory" to all of these. So after a failed access the target is
 * asked: whether OpenOCD has examined it, whether it can be polled (`arp_poll`, which OpenOCD does
 * by itself every 100 ms), whether a Cortex-M sleeps (DHCSR.S_SLEEP, Armv7-M Architecture Reference
 * Manual, C1.6.2), and whether the address is in a flash bank. */
#pragma once

#include "session/op.h"

/* Sends the question about the access at this address; its answer goes to the class's `reply` with
 * this tag. False: the operation has ended. */
bool ocd__diagnose_ask(struct ocd_op *op, uint64_t addr, uint64_t tag);
/* Takes the answer: OCD_ERR_TARGET when the target is present, so that the address is the cause;
 * OCD_ERR_NOT_EXAMINED, OCD_ERR_ASLEEP, OCD_ERR_NO_ANSWER or OCD_ERR_PROBE; OCD_ERR_NOT_HALTED when
 * it has to be halted for such an access; OCD_PENDING when the operation has ended. The operation's
 * detail has the words for it. */
int ocd__diagnose_answered(struct ocd_op *op, bool write, struct ocd_reply *reply);
/* Whether the code says that the target or its probe is absent. */
bool ocd__is_absence(int code);
/* These words, unless there are none, become the message of the operation's detail. */
void ocd__diagnose_explain(struct ocd_op *op, struct ocd_view words);
