// SPDX-License-Identifier: MIT
/* The wrapper that gives each command a true status. Pure. */
#pragma once

#include "rpc/rpc.h"

/* Appends one request line, terminator included. */
int ocd_wrapper_write(struct ocd_buffer *out, enum ocd_wrap wrap, uint64_t id, const char *command,
                      size_t size);
/* Takes a reply apart, in place. OCD_OK, or OCD_ERR_PROTOCOL if it is no reply of ours. */
int ocd_wrapper_read(struct ocd_slice frame, uint64_t *id, struct ocd_reply *reply);
/* True for what `tcl_notifications` and `tcl_trace` push between replies. */
bool ocd_wrapper_is_event(struct ocd_slice frame);
/* Undoes the escapes of OCD_WRAP_ANY in place and answers the new size. */
size_t ocd_wrapper_unescape(char *text, size_t size);
