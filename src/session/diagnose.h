// SPDX-License-Identifier: MIT
/* Why an access failed: is it the address, or are the target or its probe not there?
 *
 * OpenOCD answers "failed to read memory" to all of these. So after a failed access the target is
 * asked: whether OpenOCD has examined it, whether it can be polled (`arp_poll`, which OpenOCD does
 * by itself every 100 ms), and whether a Cortex-M sleeps (DHCSR.S_SLEEP, Armv7-M Architecture
 * Reference Manual, C1.6.2). */
#pragma once

#include "session/op.h"

/* Sends the question; its answer goes to the class's `reply` with this tag. False: the operation
 * has ended. */
bool ocd_diagnose_ask(struct ocd_op *op, uint64_t tag);
/* Takes the answer: OCD_ERR_TARGET when the target is there, so that it is the address;
 * OCD_ERR_NOT_EXAMINED, OCD_ERR_ASLEEP, OCD_ERR_NO_ANSWER or OCD_ERR_PROBE; OCD_PENDING when the
 * operation has ended. The operation's detail has the words for it. */
int ocd_diagnose_answered(struct ocd_op *op, struct ocd_reply *reply);
/* Whether the code says that the target or its probe is not there. */
bool ocd_is_absence(int code);
/* Whether OpenOCD's words say that the probe or the target does not answer: OCD_ERR_PROBE or
 * OCD_ERR_NO_ANSWER, otherwise OCD_OK. */
int ocd_diagnose_words(struct ocd_slice log);
/* The first line of these words becomes the message of the operation's detail. */
void ocd_diagnose_explain(struct ocd_op *op, struct ocd_slice log);
