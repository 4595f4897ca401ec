// SPDX-License-Identifier: MIT
#include "rpc/rpc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/tcl.h"
#include "tcl/scripts.h"

/* Bytes of memory for requests that stay allocated between them. */
#define OUT_KEPT (4u << 20)

void ocd__rpc_init(struct ocd_rpc *rpc)
{
    memset(rpc, 0, sizeof(*rpc));
    rpc->fd = -1;
    ocd__detail_init(&rpc->dead);
    ocd__framer_init(&rpc->framer, OCD_REPLY_MAX);
}

static void close_socket(struct ocd_rpc *rpc)
{
    if (rpc->fd >= 0)
        close(rpc->fd);
    rpc->fd = -1;
}

static void free_requests(struct ocd_request *r)
{
    for (struct ocd_request *next; r != NULL; r = next) {
        next = r->next;
        ocd__buffer_free(&r->shown);
        free(r);
    }
}

void ocd__rpc_free(struct ocd_rpc *rpc)
{
    close_socket(rpc);
    free_requests(rpc->head);
    free_requests(rpc->spare);
    ocd__framer_free(&rpc->framer);
    ocd__buffer_free(&rpc->out);
    ocd__detail_free(&rpc->dead);
    ocd__rpc_init(rpc);
}

void ocd__rpc_reset(struct ocd_rpc *rpc)
{
    struct ocd_rpc kept = *rpc;

    ocd__rpc_free(rpc);
    rpc->event = kept.event;
    rpc->event_user = kept.event_user;
    rpc->trace = kept.trace;
    rpc->trace_user = kept.trace_user;
}

void ocd__rpc_open(struct ocd_rpc *rpc, int fd)
{
    rpc->fd = fd;
}

void ocd__rpc_trace(struct ocd_rpc *rpc, char direction, const char *text, size_t size)
{
    if (rpc->trace != NULL)
        rpc->trace(direction, text, size, rpc->trace_user);
}

void ocd__rpc_keep_back(struct ocd_rpc *rpc, const char *command, size_t size)
{
    ocd__rpc_trace(rpc, '~', command, size);
}

static struct ocd_request *new_request(struct ocd_rpc *rpc)
{
    struct ocd_request *r = rpc->spare;

    if (r == NULL)
        return calloc(1, sizeof(*r));
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
    rpc->expected += r->expect;
}

void ocd__rpc_answer(struct ocd_rpc *rpc, struct ocd_reply *reply)
{
    struct ocd_request *r = rpc->head;
    struct ocd_request copy = *r;

    rpc->head = r->next;
    if (rpc->head == NULL)
        rpc->tail = NULL;
    rpc->waiting--;
    rpc->expected -= r->expect;
    r->next = rpc->spare;
    rpc->spare = r;
    if (copy.reply != NULL)
        copy.reply(copy.owner, copy.tag, reply);
}

/* Appends the whole line. */
static int write_line(struct ocd_rpc *rpc, const struct ocd_query *q, uint64_t id)
{
    const char end = OCD_FRAME_END;
    size_t before = rpc->out.size;

    ocd__buffer_printf(&rpc->out, "%s %" PRIu64 " ", q->script, id);
    ocd__buffer_add(&rpc->out, q->args.data, q->args.size);
    int rc = ocd__buffer_add(&rpc->out, &end, 1);
    return rc == OCD_OK && rpc->out.size - before > OCD_LINE_MAX ? OCD_ERR_ARG : rc;
}

/* Uses the memory of an earlier request. Without memory the command stays empty. */
static void record_shown(struct ocd_request *r, struct ocd_view shown)
{
    ocd__buffer_clear(&r->shown);
    ocd__buffer_add(&r->shown, shown.data, shown.size < OCD_SHOWN_MAX ? shown.size : OCD_SHOWN_MAX);
}

static struct ocd_view asked(const struct ocd_request *r)
{
    return (struct ocd_view){r->shown.data, r->shown.error == 0 ? r->shown.size : 0};
}

int ocd__rpc_send(struct ocd_rpc *rpc, const struct ocd_query *q, ocd_reply_fn *reply, void *owner)
{
    if (rpc->fd < 0)
        return rpc->dead.error.code != OCD_OK ? rpc->dead.error.code : OCD_ERR_CLOSED;
    size_t before = rpc->out.size;
    struct ocd_request *r = new_request(rpc);
    if (r == NULL)
        return OCD_ERR_NOMEM;

    int rc = write_line(rpc, q, rpc->last_id + 1);
    if (rc != OCD_OK) {
        /* Nothing of the line may remain. */
        rpc->out.size = before;
        rpc->out.error = 0;
        r->next = rpc->spare;
        rpc->spare = r;
        return rc;
    }
    record_shown(r, q->shown);
    *r = (struct ocd_request){
        .shown = r->shown,
        .id = ++rpc->last_id,
        .expect = q->expect,
        .any = q->any,
        .binary = q->binary,
        .first = rpc->waiting == 0,
        .reply = reply,
        .owner = owner,
        .tag = q->tag,
        .queued = ocd__now(),
    };
    append_request(rpc, r);
    ocd__rpc_trace(rpc, '>', q->shown.data, q->shown.size);
    return OCD_OK;
}

int ocd__rpc_run(struct ocd_rpc *rpc, struct ocd_view command, struct ocd_view shown, bool any,
                 ocd_reply_fn *reply, void *owner, uint64_t tag)
{
    struct ocd_buffer word = {0};
    int rc = ocd__tcl_quote(&word, command.data, command.size);

    if (rc == OCD_OK)
        rc = ocd__rpc_send(rpc,
                           &(struct ocd_query){
                               .script = ocd__script_run,
                               .args = {word.data, word.size},
                               .shown = shown.size > 0 ? shown : command,
                               .any = any,
                               .tag = tag,
                           },
                           reply, owner);
    ocd__buffer_free(&word);
    return rc;
}

struct ocd_view ocd__rpc_oldest_command(const struct ocd_rpc *rpc, const void *owner)
{
    const struct ocd_request *r = rpc->head;

    while (r != NULL && (r->owner != owner || r->reply == NULL))
        r = r->next;
    return r != NULL ? asked(r) : (struct ocd_view){0};
}

void ocd__rpc_forget(struct ocd_rpc *rpc, const void *owner)
{
    for (struct ocd_request *r = rpc->head; r != NULL; r = r->next)
        if (r->owner == owner)
            r->reply = NULL;
}

void ocd__rpc_die(struct ocd_rpc *rpc, int code, const char *message)
{
    if (rpc->dead.error.code == OCD_OK)
        ocd__detail_set(&rpc->dead, code, "%s", message);
    close_socket(rpc);
    rpc->sent = 0;
    ocd__buffer_clear(&rpc->out);
    while (rpc->head != NULL) {
        struct ocd_reply reply = {.error = rpc->dead.error.code, .asked = asked(rpc->head)};
        ocd__rpc_answer(rpc, &reply);
    }
}

/* Removes sent bytes from the buffer. At most one byte is moved for each byte sent. */
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
            /* What the server said before it closed may still be readable: receiving shows it. */
            return;
        }
    }
    rpc->sent = 0;
    if (rpc->out.capacity > OUT_KEPT)
        ocd__buffer_free(&rpc->out);
    ocd__buffer_clear(&rpc->out);
}

void ocd__rpc_process(struct ocd_rpc *rpc)
{
    send_out(rpc);
    if (rpc->fd >= 0)
        ocd__rpc_receive(rpc);
    if (rpc->fd >= 0)
        send_out(rpc);
}

void ocd__rpc_flush(struct ocd_rpc *rpc)
{
    if (rpc->fd >= 0)
        send_out(rpc);
}

bool ocd__rpc_wants_to_send(const struct ocd_rpc *rpc)
{
    return rpc->fd >= 0 && rpc->sent < rpc->out.size;
}
