// SPDX-License-Identifier: MIT
/* Operations: calls that have been started and have not ended.
 *
 * A session carries its operations out in the order in which they were started: an operation is
 * pumped when all before it have sent everything that they are going to send. OpenOCD answers in
 * order, so that small operations started together share the round trip. If one may send more after
 * a reply, such as a read that then searches for the fault, a later one waits for it when either of
 * the two has side effects. An operation that waits for something else than a reply sets `wake`. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/detail.h"
#include "ocd.h"
#include "rpc/rpc.h"
#include "rpc/where.h"

/* Requests without an answer, over all operations of a session. A network of 20 ms with a server
 * that takes 0.2 ms a request needs more than a hundred. */
#define OCD_IN_FLIGHT_MAX 256u

/* Requests that an operation may send at a time without checking that number. */
#define OCD_BURST_MAX 4u

struct ocd_op_class {
    size_t size;     /* of the structure that begins with struct ocd_op */
    bool exclusive;  /* waits until all before it have ended, except background ones */
    bool background; /* may take long: no other operation waits for it */
    bool dry;        /* supports OCD_WRITE_DRY_RUN, or changes nothing */
    bool reads;      /* changes nothing that other operations could notice */
    /* Sends what may be sent now. Sets op->all_sent when nothing more is to come. */
    void (*pump)(struct ocd_op *op);
    /* The answer to a request of the operation, which is still pending. */
    void (*reply)(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply);
    /* A notification of the server, whichever operation asked for it. May be NULL. */
    void (*event)(struct ocd_op *op, const struct ocd_event *event);
    /* Called before it ends with an error: puts its progress into op->detail. May be NULL. */
    void (*account)(struct ocd_op *op, int result);
    /* The operation has ended: hand the outputs over. May be NULL. */
    void (*ended)(struct ocd_op *op, int result);
    /* The connection was lost. True: the operation continues on the next connection, and op->wake
     * is when that is to be tried. Called only if the session reconnects. NULL: the operation ends
     * with the code. */
    bool (*lost)(struct ocd_op *op, int code, const char *message);
    /* Releases what the structure holds. May be NULL. */
    void (*destroy)(struct ocd_op *op);
};

struct ocd_op_list {
    struct ocd_op *first, *last;
};

struct ocd_op {
    const struct ocd_op_class *class;
    struct ocd_session *session; /* NULL once the session is closed */
    struct ocd_op_list *list;    /* the session's list that it is in */
    struct ocd_op *prev, *next;
    struct ocd_call call;  /* call.target is not used: see `target` */
    char *target;          /* name of the call's own target, or NULL */
    char *target_word;     /* the same as a Tcl word */
    int result;            /* OCD_PENDING until it has ended */
    bool started;          /* pumped at least once */
    bool all_sent;         /* nothing more to send, unless a reply requires it */
    bool may_send_more;    /* a reply may require more requests after all_sent */
    bool has_side_effects; /* others could notice that it has been carried out */
    bool single;           /* a read that is one request */
    bool outlives;         /* the connection was lost, and it waits for another one */
    uint64_t order;        /* number of its first pump in the session */
    unsigned busy;         /* nested uses of the structure by the library itself */
    bool release;          /* to be freed as soon as it is not busy */
    bool bulk;             /* each request that is completed starts its timeout over */
    uint32_t timeout_ms;
    ocd_time since;    /* the timeout counts from here */
    ocd_time deadline; /* OCD_NEVER: none */
    ocd_time wake;     /* when to pump it again, not earlier; 0: no such time */
    struct ocd_detail detail;
    struct ocd_buffer what; /* what was asked, for error texts */
};

/* Makes an operation and puts it at the end of the session's list. NULL: out of memory, or no
 * session. Format says what was asked. */
struct ocd_op *ocd__op_new(struct ocd_session *session, const struct ocd_op_class *class,
                           const struct ocd_call *call, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Ends it. `detail` of the operation must say why when `result` is an error. */
void ocd__op_end(struct ocd_op *op, int result);
/* Ends it with an error that needs no more than a sentence. */
void ocd__op_fail(struct ocd_op *op, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Sends a request for it, whose answer goes to the class's `reply` with the query's tag. Ends the
 * operation and answers false when it cannot be sent; nothing is sent for one that has ended. */
bool ocd__op_send(struct ocd_op *op, const struct ocd_query *query);
/* The same with a Tcl command, run at the top level. */
bool ocd__op_run(struct ocd_op *op, const char *command, size_t size, uint64_t tag);
/* The same; the trace shows `shown` instead of the command, unless that is empty. */
bool ocd__op_run_shown(struct ocd_op *op, struct ocd_view command, struct ocd_view shown,
                       uint64_t tag);
/* The same with a command of the caller's, whose reply may be as large as any. */
bool ocd__op_run_any(struct ocd_op *op, struct ocd_view command, uint64_t tag);
/* True when there is no reply but a transport error: the operation has been ended with it. */
bool ocd__op_transport_failed(struct ocd_op *op, const struct ocd_reply *reply);
/* OpenOCD answered `command` with an error: its words go into the detail. */
void ocd__op_record_server_error(struct ocd_op *op, struct ocd_view command,
                                 const struct ocd_reply *reply);
/* The same, and ends the operation. */
void ocd__op_server_error(struct ocd_op *op, int code, struct ocd_view command,
                          const struct ocd_reply *reply);
/* Work without a request, as in a dry run, has been done: the timeout starts over. */
void ocd__op_progress(struct ocd_op *op);
/* Whether an operation that was started later has sent something already. */
bool ocd__op_overtaken(const struct ocd_op *op);
/* The target that its commands address. */
struct ocd_where ocd__op_where(const struct ocd_op *op);
/* The moment at which its time is over, OCD_NEVER for none. */
ocd_time ocd__op_expiry(const struct ocd_op *op);
/* To be called before its first pump. */
void ocd__op_start(struct ocd_op *op);
/* Ends one whose time is over. */
void ocd__op_expire(struct ocd_op *op, ocd_time now);
void ocd__op_list_add(struct ocd_op_list *list, struct ocd_op *op);
void ocd__op_list_remove(struct ocd_op *op);
/* Frees the structure, or marks it to be freed when it is no longer busy. */
void ocd__op_release(struct ocd_op *op);
/* What a blocking call does with its operation: waits, releases, and returns the result. */
int ocd__op_wait(struct ocd_session *session, struct ocd_op *op);
