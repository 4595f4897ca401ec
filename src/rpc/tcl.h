// SPDX-License-Identifier: MIT
/* Tcl's syntax: one word out, lists in. Pure. */
#pragma once

#include "base/buffer.h"
#include "base/view.h"

/* Appends `text` as exactly one Tcl word which evaluates to these bytes whatever they are: bare
 * where every byte is harmless, in braces where that is safe (readable), otherwise a double-quoted
 * word with every special byte and every byte below 0x20 (0x1a above all, which would end the
 * request) as a backslash escape. The word may also be inside a braced script.
 * NUL is refused with OCD_ERR_ARG: OpenOCD ends a line there. Otherwise 0 or the buffer's error. */
int ocd__tcl_quote(struct ocd_buffer *out, const char *text, size_t size);

/* Takes the next element off the front of a Tcl list. Braced elements are views of the list's
 * own memory; elements with backslashes are unescaped in place, so that the list's bytes are
 * changed. 1: `word` holds an element; 0: the list has ended; OCD_ERR_PROTOCOL: no list. */
int ocd__tcl_next(struct ocd_view *list, struct ocd_view *word);
