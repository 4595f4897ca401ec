// SPDX-License-Identifier: MIT
/* Received bytes become replies, and each goes to the request that it answers. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "rpc/rpc.h"

/* Bytes received at a time, and how often before the caller gets control back. */
#define RECEIVE_SIZE  (256u << 10)
#define RECEIVE_TURNS 16

/* Measures only requests that did not have to wait for others. */
static void measure_round_trip(struct ocd_rpc *rpc, const struct ocd_request *r, ocd_time server)
{
    ocd_time took = rpc->arrived - r->queued;

    if (!r->first || took < server)
        return;
    if (rpc->round_trip == 0 || took - server < rpc->round_trip)
        rpc->round_trip = took - server;
}

static void trace_reply(struct ocd_rpc *rpc, const struct ocd_rpc_frame *frame)
{
    struct ocd_buffer text = {0};

    if (rpc->trace == NULL)
        return;
    if (!frame->is_reply) {
        ocd__rpc_trace(rpc, '<', frame->data.data, frame->data.size);
        return;
    }
    ocd__buffer_printf(&text, "%ld ", frame->status);
    if (rpc->head != NULL && rpc->head->binary)
        ocd__buffer_printf(&text, "<%zu bytes>", frame->data.size);
    else
        ocd__buffer_add(&text, frame->data.data, frame->data.size);
    if (frame->log.size > 0)
        ocd__buffer_puts(&text, "\n");
    ocd__buffer_add(&text, frame->log.data, frame->log.size);
    if (text.error == 0)
        ocd__rpc_trace(rpc, '<', text.data, text.size);
    ocd__buffer_free(&text);
}

static bool is_event(struct ocd_view frame)
{
    static const char prefix[] = "type target_";

    return frame.size >= sizeof(prefix) - 1 && memcmp(frame.data, prefix, sizeof(prefix) - 1) == 0;
}

static void take_other(struct ocd_rpc *rpc, struct ocd_view frame)
{
    if (frame.size == 0) {
        /* `shutdown` and `exit` unwind the script too, and answer an empty reply. */
        ocd__rpc_die(rpc, OCD_ERR_CLOSED, "OpenOCD is shutting down");
    } else if (!is_event(frame)) {
        ocd__rpc_die(rpc, OCD_ERR_PROTOCOL, "the server sent something that is no reply");
    } else if (rpc->event != NULL) {
        rpc->event(rpc->event_user, frame);
    }
}

static void take_frame(struct ocd_rpc *rpc, const struct ocd_rpc_frame *frame)
{
    struct ocd_reply reply = {
        .status = frame->status,
        .result = frame->data,
        .log = frame->log,
        .server_time = (ocd_time)frame->us * 1000,
    };

    trace_reply(rpc, frame);
    if (!frame->is_reply) {
        take_other(rpc, frame->data);
        return;
    }
    if (frame->id > rpc->last_id) {
        ocd__rpc_die(rpc, OCD_ERR_PROTOCOL, "the server sent something that is no reply");
        return;
    }
    if (rpc->head == NULL || frame->id < rpc->head->id)
        return; /* answered before */
    if (frame->id > rpc->head->id) {
        /* A reply is missing, or this one has another's number: nothing says which. */
        ocd__rpc_die(rpc, OCD_ERR_PROTOCOL, "the server left out a reply");
        return;
    }
    measure_round_trip(rpc, rpc->head, reply.server_time);
    ocd__rpc_answer(rpc, &reply);
    /* Set after the reply function, whose time is not the server's. The first request is the
     * greeting, which is not progress of any call. */
    if (frame->id > 1)
        rpc->completed = ocd__now();
}

/* The next frame answers the oldest request, which decides how large it may be. */
static void set_max_frame(struct ocd_rpc *rpc)
{
    bool any = rpc->head != NULL && rpc->head->any;

    rpc->framer.max_frame = any ? OCD_REPLY_MAX : OCD_REPLY_OWN_MAX;
}

static void reception_failed(struct ocd_rpc *rpc, int code)
{
    const char *why = ocd_strerror(code);

    if (code == OCD_ERR_PROTOCOL)
        why = rpc->framer.too_large ? "the reply is larger than any that libocd accepts"
                                    : "the server sent something that is no reply";
    ocd__rpc_die(rpc, code, why);
}

static void take_frames(struct ocd_rpc *rpc)
{
    struct ocd_rpc_frame frame;

    while (rpc->fd >= 0) {
        set_max_frame(rpc);
        if (ocd__framer_next(&rpc->framer, &frame) != 1)
            break;
        take_frame(rpc, &frame);
    }
    if (rpc->fd >= 0 && rpc->framer.in.error != 0)
        reception_failed(rpc, rpc->framer.in.error);
    else
        ocd__framer_trim(&rpc->framer);
}

static void connection_lost(struct ocd_rpc *rpc, int error)
{
    if (ocd__framer_partial(&rpc->framer) > 0)
        ocd__rpc_die(rpc, OCD_ERR_CLOSED, "the server closed the connection in mid-reply");
    else if (error != 0)
        ocd__rpc_die(rpc, OCD_ERR_CLOSED, strerror(error));
    else
        ocd__rpc_die(rpc, OCD_ERR_CLOSED, "the server closed the connection");
}

void ocd__rpc_receive(struct ocd_rpc *rpc)
{
    for (int turn = 0; turn < RECEIVE_TURNS && rpc->fd >= 0; turn++) {
        char *space;
        size_t room;
        set_max_frame(rpc); /* requests may have been added since the last frame */
        int rc = ocd__framer_space(&rpc->framer, RECEIVE_SIZE, &space, &room);
        if (rc != OCD_OK) {
            reception_failed(rpc, rc);
            return;
        }
        ssize_t n = recv(rpc->fd, space, room, MSG_DONTWAIT);
        if (n > 0) {
            rpc->received += (size_t)n;
            rpc->arrived = ocd__now();
            ocd__framer_received(&rpc->framer, (size_t)n);
            take_frames(rpc);
            if ((size_t)n < room)
                return;
        } else if (n == 0) {
            connection_lost(rpc, 0);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno != EINTR) {
            connection_lost(rpc, errno);
        }
    }
}
