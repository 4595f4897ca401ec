// SPDX-License-Identifier: MIT
/* Requests and replies on one connection.
 *
 * OpenOCD answers in the order in which it was asked, and says nothing of success. Each request is
 * therefore wrapped so that the reply is the Tcl list `ID STATUS RESULT LOG`: our own number, the
 * status of the server's `catch`, the command's result, and what was logged meanwhile. The number
 * makes sure that no reply is ever handed to another request than its own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/detail.h"
#include "base/slice.h"
#include "rpc/frame.h"

/* A whole reply may be so large (bytes); beyond it the connection is given up. */
#define OCD_REPLY_MAX (64u << 20)
/* The same for what libocd asks for itself: 65536 values of 19 bytes, and what OpenOCD logs
 * meanwhile, which is a line for each access on some targets, and more with debug_level. */
#define OCD_REPLY_OWN_MAX (16u << 20)
/* OpenOCD drops a line of 4 MiB without an answer that could be framed
 * (src/server/tcl_server.c, TCL_LINE_MAX). Its own end of the line included. */
#define OCD_LINE_MAX ((4u << 20) - 4096u)

struct ocd_reply {
    int error;               /* OCD_OK: the server answered; otherwise why it did not */
    long status;             /* 0: the command succeeded, as `catch` has it */
    struct ocd_slice result; /* valid during the callback, may be overwritten */
    struct ocd_slice log;
};

typedef void ocd_reply_fn(void *owner, uint64_t tag, struct ocd_reply *reply);

/* How a command is put into its wrapper. */
enum ocd_wrap {
    OCD_WRAP_PLAIN, /* our own command, a single one that means the same in any frame; without
                       0x1a; if it succeeds a result without braces, backslashes and 0x1a */
    OCD_WRAP_ANY    /* anybody's: quoted, and its result and log come back with 0x1a escaped */
};

struct ocd_request {
    struct ocd_request *next;
    uint64_t id;
    enum ocd_wrap wrap;
    ocd_reply_fn *reply; /* NULL: nobody waits any more, the reply is dropped */
    void *owner;
    uint64_t tag;
    ocd_time queued;
};

/* A frame that is no reply: a notification. */
typedef void ocd_notice_fn(void *user, struct ocd_slice frame);

struct ocd_rpc {
    int fd; /* -1: not connected */
    uint64_t last_id;
    struct ocd_framer framer;
    struct ocd_buffer out;
    size_t sent; /* bytes of `out` that are gone */
    struct ocd_request *head, *tail;
    struct ocd_request *spare;
    unsigned waiting;       /* requests without an answer */
    struct ocd_detail dead; /* why the connection was given up; code OCD_OK while it is not */
    uint64_t received;      /* bytes, in all */
    ocd_time arrived;       /* when the bytes that are being looked at were received */
    ocd_time round_trip;    /* of the request answered soonest so far; 0: none yet */
    ocd_notice_fn *event;
    void *event_user;
    ocd_trace_fn trace;
    void *trace_user;
};

void ocd_rpc_init(struct ocd_rpc *rpc);
void ocd_rpc_free(struct ocd_rpc *rpc);
/* Back to the beginning after it has died, for another connection. Callbacks stay. */
void ocd_rpc_reset(struct ocd_rpc *rpc);
/* Takes over a connected, non-blocking socket. */
void ocd_rpc_open(struct ocd_rpc *rpc, int fd);

/* Queues a command. OCD_OK, OCD_ERR_NOMEM, OCD_ERR_ARG (the line is too long, or holds a NUL), or
 * the code with which the connection died. */
int ocd_rpc_send(struct ocd_rpc *rpc, enum ocd_wrap wrap, const char *command, size_t size,
                 ocd_reply_fn *reply, void *owner, uint64_t tag);
/* Shows a command that is not sent to the trace. */
void ocd_rpc_keep_back(struct ocd_rpc *rpc, const char *command, size_t size);
/* The owner no longer waits for any reply. */
void ocd_rpc_forget(struct ocd_rpc *rpc, const void *owner);

/* Sends and receives what is possible without waiting, and calls the reply functions. */
void ocd_rpc_process(struct ocd_rpc *rpc);
/* Sends what can be sent, and receives nothing. */
void ocd_rpc_flush(struct ocd_rpc *rpc);
bool ocd_rpc_wants_to_send(const struct ocd_rpc *rpc);
/* Gives the connection up: every waiting request is answered with `code`. */
void ocd_rpc_die(struct ocd_rpc *rpc, int code, const char *message);
