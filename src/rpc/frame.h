// SPDX-License-Identifier: MIT
/* Framing of the Tcl RPC port: bytes in, frames out. No I/O.
 * A frame is any bytes but 0x1a, ended by 0x1a (OpenOCD, src/server/tcl_server.c). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/slice.h"

#define OCD_FRAME_END '\x1a'

struct ocd_framer {
    struct ocd_buffer in; /* in.error: sticky, nothing comes out any more */
    size_t max_frame;     /* bytes without the terminator; 0 means no bound */
    size_t start;         /* first byte of the frame that is being received */
    size_t scanned;       /* bytes known to hold no terminator, from the beginning of `in` */
};

void ocd_framer_init(struct ocd_framer *f, size_t max_frame);
void ocd_framer_free(struct ocd_framer *f);
/* Where to put received bytes: at least `min` bytes of room at *space, *room of them.
 * Moves earlier contents: slices taken before are void. Take the whole frames first, or they pile
 * up. 0, OCD_ERR_NOMEM, or OCD_ERR_PROTOCOL for good when a frame is over the bound. */
int ocd_framer_space(struct ocd_framer *f, size_t min, char **space, size_t *room);
/* `size` bytes have been put there. */
void ocd_framer_received(struct ocd_framer *f, size_t size);
/* 1: `frame` is the next whole frame without its terminator (the byte behind it is NUL and may be
 * overwritten), valid until the next ocd_framer_space; 0: more bytes are needed, or the frame is
 * over the bound, as ocd_framer_space will say. */
int ocd_framer_next(struct ocd_framer *f, struct ocd_slice *frame);
/* Releases memory that only an unusually large frame needed, once it is taken. Slices are void. */
void ocd_framer_trim(struct ocd_framer *f);
/* Bytes received of the frame that is not yet whole. */
size_t ocd_framer_partial(const struct ocd_framer *f);
