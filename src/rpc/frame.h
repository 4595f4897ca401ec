// SPDX-License-Identifier: MIT
/* Framing of the Tcl RPC port: bytes in, frames out. No I/O.
 *
 * OpenOCD ends what it sends with 0x1a and escapes nothing (src/server/tcl_server.c). A reply to
 * libocd begins with NUL and a header that counts its bytes (tcl/scripts.h), so it may hold any
 * bytes, 0x1a too. Everything else, such as an event, ends at the first 0x1a. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

#define OCD_FRAME_END '\x1a'

struct ocd_rpc_frame {
    bool is_reply;        /* a counted reply; otherwise only `data` is set */
    uint64_t id;          /* number of the request */
    long status;          /* of the server's `catch` */
    uint64_t us;          /* server's own time for the request, in microseconds; 0: not measured */
    struct ocd_view data; /* the result, or the bytes of another frame without the terminator */
    struct ocd_view log;
};

struct ocd_framer {
    struct ocd_buffer in; /* in.error: sticky, no more frames come out */
    size_t max_frame;     /* bytes of result and log, or of another frame; 0 means no bound */
    size_t start;         /* first byte of the frame that is being received */
    size_t scanned;       /* bytes known to hold no terminator, from the beginning of `in` */
    size_t whole;         /* bytes of the counted reply that is being received; 0: not known yet */
    struct ocd_rpc_frame next; /* its header, once that is known */
    bool too_large;            /* why in.error is OCD_ERR_PROTOCOL */
};

void ocd__framer_init(struct ocd_framer *f, size_t max_frame);
void ocd__framer_free(struct ocd_framer *f);
/* Where to put received bytes: at least `min` bytes of room at *space, *room of them.
 * Moves earlier contents: views taken before are void. Take the whole frames first, or they pile
 * up. 0, OCD_ERR_NOMEM, or OCD_ERR_PROTOCOL, which stays: a header or a count is wrong, or a frame
 * is over the bound (then f->too_large). */
int ocd__framer_space(struct ocd_framer *f, size_t min, char **space, size_t *room);
/* `size` bytes have been put there. */
void ocd__framer_received(struct ocd_framer *f, size_t size);
/* 1: `frame` is the next whole frame, whose views may be overwritten and are valid until the next
 * ocd__framer_space; 0: more bytes are needed, or the framer has an error. */
int ocd__framer_next(struct ocd_framer *f, struct ocd_rpc_frame *frame);
/* Releases memory that only an unusually large frame needed, once it is taken. Views taken before
 * are void. */
void ocd__framer_trim(struct ocd_framer *f);
/* Bytes received of the frame that is not yet whole. */
size_t ocd__framer_partial(const struct ocd_framer *f);
