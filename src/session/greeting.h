// SPDX-License-Identifier: MIT
/* The first request of a connection: is it an OpenOCD, which one, and what can it do? */
#pragma once

#include "session/session.h"

/* Takes over the connector's socket and asks. */
void ocd__greet(struct ocd_session *s);
/* ocd_op_class.reply of the operation that connects. */
void ocd__greeted(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply);
/* Whether the bytes that have arrived are not from OpenOCD's Tcl port. */
bool ocd__greeting_is_foreign(const struct ocd_session *s);
/* A text that says which server sends these bytes. */
const char *ocd__greeting_foreign_name(const struct ocd_session *s);
