// SPDX-License-Identifier: MIT
#include "rpc/rpc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/wrapper.h"

/* Received at a time; also how much is taken before the caller gets its turn. */
#define RECEIVE_SIZE  (256u << 10)
#define RECEIVE_TURNS 16
/* Bytes of memory for requests that are kept between them. */
#define OUT_KEPT (4u << 20)

void ocd_rpc_init(struct ocd_rpc *rpc)
{
    memset(rpc, 0, sizeof(*rpc));
    rpc->fd = -1;
    ocd_detail_init(&rpc->dead);
    ocd_framer_init(&rpc->framer, OCD_REPLY_MAX);
}

static void close_socket(struct ocd_rpc *rpc)
{
    if (rpc->fd >= 0)
        close(rpc->fd);
    rpc->fd = -1;
}

void ocd_rpc_free(struct ocd_rpc *rpc)
{
    close_socket(rpc);
    for (struct ocd_request *r = rpc->head, *next; r != NULL; r = next) {
        next = r->next;
        free(r);
    }
    for (struct ocd_request *r = rpc->spare, *next; r != NULL; r = next) {
        next = r->next;
        free(r);
    }
    ocd_framer_free(&rpc->framer);
    ocd_buffer_free(&rpc->out);
    ocd_detail_free(&rpc->dead);
    ocd_rpc_init(rpc);
}

void ocd_rpc_reset(struct ocd_rpc *rpc)
{
    struct ocd_rpc kept = *rpc;

    ocd_rpc_free(rpc);
    rpc->event = kept.event;
    rpc->event_user = kept.event_user;
    rpc->trace = kept.trace;
    rpc->trace_user = kept.trace_user;
}

void ocd_rpc_open(struct ocd_rpc *rpc, int fd)
{
    rpc->fd = fd;
}

static void trace(struct ocd_rpc *rpc, char direction, const char *text, size_t size)
{
    if (rpc->trace != NULL)
        rpc->trace(direction, text, size, rpc->trace_user);
}

void ocd_rpc_keep_back(struct ocd_rpc *rpc, const char *command, size_t size)
{
    trace(rpc, '~', command, size);
}

static struct ocd_request *new_request(struct ocd_rpc *rpc)
{
    struct ocd_request *r = rpc->spare;

    if (r == NULL)
        return malloc(sizeof(*r));
    rpc->spare = r->next;
    return r;
}

static void append_request(struct ocd_rpc *rpc, struct ocd_request *r)
{
    r->next = NULL;
    if (rpc->tail != NULL)
        rpc->tail->next = r;
    else
        rpc->head = r;
    rpc->tail = r;
    rpc->waiting++;
}

/* Takes the oldest request off the queue and answers it. */
static void answer_head(struct ocd_rpc *rpc, struct ocd_reply *reply)
{
    struct ocd_request *r = rpc->head;
    struct ocd_request copy = *r;

    rpc->head = r->next;
    if (rpc->head == NULL)
        rpc->tail = NULL;
    rpc->waiting--;
    r->next = rpc->spare;
    rpc->spare = r;
    if (copy.reply != NULL)
        copy.reply(copy.owner, copy.tag, reply);
}

int ocd_rpc_send(struct ocd_rpc *rpc, enum ocd_wrap wrap, const char *command, size_t size,
                 ocd_reply_fn *reply, void *owner, uint64_t tag)
{
    if (rpc->fd < 0)
        return rpc->dead.error.code != OCD_OK ? rpc->dead.error.code : OCD_ERR_CLOSED;
    size_t before = rpc->out.size;
    struct ocd_request *r = new_request(rpc);
    if (r == NULL)
        return OCD_ERR_NOMEM;

    int rc = ocd_wrapper_write(&rpc->out, wrap, rpc->last_id + 1, command, size);
    if (rc == OCD_OK && rpc->out.size - before > OCD_LINE_MAX)
        rc = OCD_ERR_ARG;
    if (rc != OCD_OK) {
        /* Nothing of the line may stay behind. */
        rpc->out.size = before;
        rpc->out.error = 0;
        r->next = rpc->spare;
        rpc->spare = r;
        return rc;
    }
    r->id = ++rpc->last_id;
    r->wrap = wrap;
    r->reply = reply;
    r->owner = owner;
    r->tag = tag;
    r->queued = ocd_now();
    append_request(rpc, r);
    trace(rpc, '>', command, size);
    return OCD_OK;
}

void ocd_rpc_forget(struct ocd_rpc *rpc, const void *owner)
{
    for (struct ocd_request *r = rpc->head; r != NULL; r = r->next) {
        if (r->owner == owner)
            r->reply = NULL;
    }
}

void ocd_rpc_die(struct ocd_rpc *rpc, int code, const char *message)
{
    if (rpc->dead.error.code == OCD_OK)
        ocd_detail_set(&rpc->dead, code, "%s", message);
    close_socket(rpc);
    rpc->sent = 0;
    ocd_buffer_clear(&rpc->out);
    while (rpc->head != NULL) {
        struct ocd_reply reply = {.error = rpc->dead.error.code};
        answer_head(rpc, &reply);
    }
}

/* What is gone need not be kept while there is more to be sent. A byte is moved at most once for
 * each byte sent. */
static void drop_sent(struct ocd_rpc *rpc)
{
    if (rpc->sent < rpc->out.size / 2)
        return;
    memmove(rpc->out.data, rpc->out.data + rpc->sent, rpc->out.size - rpc->sent + 1);
    rpc->out.size -= rpc->sent;
    rpc->sent = 0;
}

static void send_out(struct ocd_rpc *rpc)
{
    while (rpc->fd >= 0 && rpc->sent < rpc->out.size) {
        ssize_t n = send(rpc->fd, rpc->out.data + rpc->sent, rpc->out.size - rpc->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            rpc->sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            drop_sent(rpc);
            return;
        } else if (errno != EINTR) {
            /* What the server said before it closed may still be readable: receiving tells. */
            return;
        }
    }
    rpc->sent = 0;
    if (rpc->out.capacity > OUT_KEPT)
        ocd_buffer_free(&rpc->out);
    ocd_buffer_clear(&rpc->out);
}

static void note_round_trip(struct ocd_rpc *rpc, const struct ocd_request *r)
{
    ocd_time took = rpc->arrived - r->queued;

    if (rpc->round_trip == 0 || took < rpc->round_trip)
        rpc->round_trip = took;
}

static void take_frame(struct ocd_rpc *rpc, struct ocd_slice frame)
{
    uint64_t id;
    struct ocd_reply reply = {.error = OCD_OK};

    trace(rpc, '<', frame.data, frame.size);
    if (frame.size == 0) {
        /* `shutdown` and `exit` unwind the wrapper too, and answer an empty reply. */
        ocd_rpc_die(rpc, OCD_ERR_CLOSED, "OpenOCD is shutting down");
        return;
    }
    if (ocd_wrapper_is_event(frame)) {
        if (rpc->event != NULL)
            rpc->event(rpc->event_user, frame);
        return;
    }
    if (ocd_wrapper_read(frame, &id, &reply) != OCD_OK || id > rpc->last_id) {
        ocd_rpc_die(rpc, OCD_ERR_PROTOCOL, "the server sent something that is no reply");
        return;
    }
    if (rpc->head == NULL || id < rpc->head->id)
        return; /* answered before */
    if (id > rpc->head->id) {
        /* A reply is missing, or this one has another's number: nothing says which. */
        ocd_rpc_die(rpc, OCD_ERR_PROTOCOL, "the server left out a reply");
        return;
    }
    note_round_trip(rpc, rpc->head);
    answer_head(rpc, &reply);
}

/* The next frame answers the oldest request: that says how large it may be. */
static void set_max_frame(struct ocd_rpc *rpc)
{
    bool any = rpc->head != NULL && rpc->head->wrap == OCD_WRAP_ANY;

    rpc->framer.max_frame = any ? OCD_REPLY_MAX : OCD_REPLY_OWN_MAX;
}

static void reception_failed(struct ocd_rpc *rpc, int code)
{
    ocd_rpc_die(rpc, code,
                code == OCD_ERR_PROTOCOL ? "the reply is larger than any that libocd accepts"
                                         : ocd_strerror(code));
}

static void take_frames(struct ocd_rpc *rpc)
{
    struct ocd_slice frame;

    while (rpc->fd >= 0) {
        set_max_frame(rpc);
        if (ocd_framer_next(&rpc->framer, &frame) != 1)
            break;
        take_frame(rpc, frame);
    }
    if (rpc->fd >= 0 && rpc->framer.in.error != 0)
        reception_failed(rpc, rpc->framer.in.error);
    else
        ocd_framer_trim(&rpc->framer);
}

static void connection_lost(struct ocd_rpc *rpc, int error)
{
    if (ocd_framer_partial(&rpc->framer) > 0)
        ocd_rpc_die(rpc, OCD_ERR_CLOSED, "the server closed the connection in mid-reply");
    else if (error != 0)
        ocd_rpc_die(rpc, OCD_ERR_CLOSED, strerror(error));
    else
        ocd_rpc_die(rpc, OCD_ERR_CLOSED, "the server closed the connection");
}

static void receive(struct ocd_rpc *rpc)
{
    for (int turn = 0; turn < RECEIVE_TURNS && rpc->fd >= 0; turn++) {
        char *space;
        size_t room;
        set_max_frame(rpc); /* requests may have been added since the last frame */
        int rc = ocd_framer_space(&rpc->framer, RECEIVE_SIZE, &space, &room);
        if (rc != OCD_OK) {
            reception_failed(rpc, rc);
            return;
        }
        ssize_t n = recv(rpc->fd, space, room, MSG_DONTWAIT);
        if (n > 0) {
            rpc->received += (size_t)n;
            rpc->arrived = ocd_now();
            ocd_framer_received(&rpc->framer, (size_t)n);
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

void ocd_rpc_process(struct ocd_rpc *rpc)
{
    send_out(rpc);
    if (rpc->fd >= 0)
        receive(rpc);
    if (rpc->fd >= 0)
        send_out(rpc);
}

void ocd_rpc_flush(struct ocd_rpc *rpc)
{
    if (rpc->fd >= 0)
        send_out(rpc);
}

bool ocd_rpc_wants_to_send(const struct ocd_rpc *rpc)
{
    return rpc->fd >= 0 && rpc->sent < rpc->out.size;
}
