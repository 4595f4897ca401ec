// SPDX-License-Identifier: MIT
//
// The messages of ST's stlink-server, as OpenOCD's stlink_usb.c speaks them: the
// first byte says which, the length follows from it. Pure: bytes in, bytes out.
#pragma once

#include "probe/probe.h"

#define FRAME_MAX   10240u /* both ways, as OpenOCD's own buffers */
#define FRAME_ERROR SIZE_MAX

/* One client's view of the server. */
struct frame_session {
    struct probe *probe;
    unsigned api; /* stlink-server API version to announce */
    bool open;    /* the client has opened the device */
    bool hang_up; /* the last message was invalid: the connection must be closed */
};

/* Length of the message that begins at `in`: 0 when more bytes are needed to know it,
 * FRAME_ERROR when the message is invalid. */
size_t sim__frame_length(const uint8_t *in, size_t size);

/* True when the message is a command for the probe: it takes its time on the bus. */
bool sim__frame_is_usb(const uint8_t *in);

/* Runs one whole message and answers the length of its reply in `out`. */
size_t sim__frame_answer(struct frame_session *session, const uint8_t *in, size_t size,
                         uint8_t out[FRAME_MAX]);
