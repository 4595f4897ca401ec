// SPDX-License-Identifier: MIT
/* Requests and replies on one connection.
 *
 * OpenOCD answers requests in order, and its replies do not say whether a command succeeded. Each
 * request is therefore a script (tcl/scripts.h) whose reply has its number, the status of the
 * server's `catch`, the result, and what was logged meanwhile. The number makes sure that no reply
 * is taken for that of another request. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/detail.h"
#include "base/view.h"
#include "rpc/frame.h"

/* Bytes of the largest reply; the connection is closed when a reply exceeds it. */
#define OCD_REPLY_MAX (64u << 20)
/* The same for libocd's own requests: 65536 values of 19 bytes, and what OpenOCD logs meanwhile,
 * which is a line for each access on some targets, and more with debug_level. */
#define OCD_REPLY_OWN_MAX (16u << 20)
/* OpenOCD drops a line of 4 MiB without an answer that could be framed (src/server/tcl_server.c,
 * TCL_LINE_MAX). The end of the line is included. */
#define OCD_LINE_MAX ((4u << 20) - 4096u)

/* Bytes of a command that are kept until it is answered. */
#define OCD_SHOWN_MAX 4096u

struct ocd_reply {
    int error;              /* OCD_OK: the server answered; otherwise why it did not */
    struct ocd_view asked;  /* with an error: the command, as ocd_query.shown */
    long status;            /* 0: the command succeeded, as `catch` has it */
    struct ocd_view result; /* valid during the callback, may be overwritten */
    struct ocd_view log;
    ocd_time server_time; /* the server's own time for it; 0: not measured */
};

typedef void ocd_reply_fn(void *owner, uint64_t tag, struct ocd_reply *reply);

/* What is to be asked. */
struct ocd_query {
    const char *script;    /* one of tcl/scripts.h */
    struct ocd_view args;  /* its arguments after the request's number, as Tcl words */
    struct ocd_view shown; /* what the trace shows of them */
    size_t expect;         /* bytes that the reply will have, as far as that is known */
    bool any;              /* a command of the caller's: its result may be large */
    bool binary;           /* the trace shows only the size of the result */
    uint64_t tag;          /* passed to the reply function */
};

struct ocd_request {
    struct ocd_request *next;
    uint64_t id;
    size_t expect;
    struct ocd_buffer shown; /* what was asked, as the trace shows it, at most OCD_SHOWN_MAX */
    bool any, binary;
    bool first;          /* no other request was waiting when it was queued */
    ocd_reply_fn *reply; /* NULL: nobody waits any more, the reply is dropped */
    void *owner;
    uint64_t tag;
    ocd_time queued;
};

/* What `tcl_notifications` and `tcl_trace` push between replies. */
typedef void ocd_notice_fn(void *user, struct ocd_view frame);

struct ocd_rpc {
    int fd; /* -1: not connected */
    uint64_t last_id;
    struct ocd_framer framer;
    struct ocd_buffer out;
    size_t sent; /* bytes of `out` that have been sent */
    struct ocd_request *head, *tail;
    struct ocd_request *spare;
    unsigned waiting;       /* requests without an answer */
    struct ocd_detail dead; /* why the connection was given up; code OCD_OK while it is not */
    uint64_t received;      /* bytes, in all */
    ocd_time arrived;       /* when the bytes being processed were received */
    ocd_time completed;     /* when the last reply had been processed; 0: none yet */
    size_t expected;        /* bytes of data that the unanswered requests will bring */
    ocd_time round_trip;    /* shortest one so far, without the server's time; 0: none yet */
    ocd_notice_fn *event;
    void *event_user;
    ocd_trace_fn trace;
    void *trace_user;
};

void ocd__rpc_init(struct ocd_rpc *rpc);
void ocd__rpc_free(struct ocd_rpc *rpc);
/* Prepares a dead connection for a new socket. Callbacks stay. */
void ocd__rpc_reset(struct ocd_rpc *rpc);
/* Takes over a connected, non-blocking socket. */
void ocd__rpc_open(struct ocd_rpc *rpc, int fd);

/* Queues a request. OCD_OK, OCD_ERR_NOMEM, OCD_ERR_ARG (the line is too long), or the code with
 * which the connection died. */
int ocd__rpc_send(struct ocd_rpc *rpc, const struct ocd_query *query, ocd_reply_fn *reply,
                  void *owner);
/* The same for a Tcl command that is run at the top level; OCD_ERR_ARG also for a NUL in it. The
 * trace shows `shown` instead of it, unless that is empty. `any`: see ocd_query. */
int ocd__rpc_run(struct ocd_rpc *rpc, struct ocd_view command, struct ocd_view shown, bool any,
                 ocd_reply_fn *reply, void *owner, uint64_t tag);
/* Shows a command that is not sent to the trace. */
void ocd__rpc_keep_back(struct ocd_rpc *rpc, const char *command, size_t size);
/* The command of the owner's oldest request that has no reply yet; empty: there is none. */
struct ocd_view ocd__rpc_oldest_command(const struct ocd_rpc *rpc, const void *owner);
/* The owner no longer waits for any reply. */
void ocd__rpc_forget(struct ocd_rpc *rpc, const void *owner);

/* Sends and receives what is possible without waiting, and calls the reply functions. */
void ocd__rpc_process(struct ocd_rpc *rpc);
/* Sends what can be sent, and receives nothing. */
void ocd__rpc_flush(struct ocd_rpc *rpc);
bool ocd__rpc_wants_to_send(const struct ocd_rpc *rpc);
/* Gives the connection up: every waiting request is answered with `code`. */
void ocd__rpc_die(struct ocd_rpc *rpc, int code, const char *message);

/* --- Between rpc.c and receive.c --- */

/* Receives what has arrived, and calls the reply functions. */
void ocd__rpc_receive(struct ocd_rpc *rpc);
/* Takes the oldest request off the queue and answers it. */
void ocd__rpc_answer(struct ocd_rpc *rpc, struct ocd_reply *reply);
void ocd__rpc_trace(struct ocd_rpc *rpc, char direction, const char *text, size_t size);
