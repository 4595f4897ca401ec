// SPDX-License-Identifier: MIT
#pragma once

#include "ocd.h"
#include "rpc/connect.h"
#include "rpc/rpc.h"
#include "session/op.h"
#include "spawn/process.h"

enum ocd_session_state {
    OCD_SESSION_NEW,
    OCD_SESSION_STARTING,   /* waiting for a started OpenOCD to open its port */
    OCD_SESSION_CONNECTING, /* resolving and connecting */
    OCD_SESSION_GREETING,   /* connected; is it an OpenOCD? */
    OCD_SESSION_ENDING,     /* a started OpenOCD closed the connection: waiting for its end */
    OCD_SESSION_READY,
    OCD_SESSION_DEAD,
};

/* What is remembered of a target. */
struct ocd_target_info {
    struct ocd_target_info *next;
    char *name; /* NULL: the connection's current target */
    bool known; /* the members up to type32 are valid */
    enum ocd_endian endian;
    bool poll;          /* ocd_where.poll */
    bool confirm;       /* ocd_where.confirm */
    const char *type32; /* its type, if that has 32-bit addresses at the most */
    enum {
        OCD_WIDTH64_UNKNOWN,
        OCD_WIDTH64_YES,
        OCD_WIDTH64_NO
    } width64;
};

/* Step of raw transfers in bytes: dump_image reads 4096 at a time, aligned only within each step
 * (OpenOCD, src/target/target.c, handle_dump_image_command). */
#define OCD_RAW_STEP 4096u

struct ocd_session {
    enum ocd_session_state state;
    ocd_time began;
    char *host;
    uint16_t port;
    uint32_t timeout_ms;
    uint32_t deadline_ms; /* of a whole call; OCD_TIMEOUT_NONE: none */
    char *target;         /* name, NULL for OpenOCD's current one */
    char *target_word;    /* the same as a Tcl word */
    bool phys;
    bool reconnect;
    bool wait_server;
    bool greet_again;      /* the server is not ready yet: this connection is of no use */
    const char *not_ready; /* why one was of no use, or NULL */
    bool read_only;
    struct ocd_range *writable; /* NULL: everything */
    size_t writable_count;

    struct ocd_start *start;     /* how it starts an OpenOCD of its own, or NULL */
    struct ocd_process *process; /* the OpenOCD that the session started, or NULL */
    struct ocd_connector connector;
    struct ocd_rpc rpc;
    struct ocd_op *connecting; /* the operation of ocd_connect or ocd_start */

    struct ocd_op_list active; /* under way, in order */
    struct ocd_op_list ended;  /* ended, callback still to be called */
    struct ocd_op_list idle;   /* callback called, to be released by the caller */

    uint64_t pumped;   /* operations that have been pumped, except background ones */
    unsigned depth;    /* nested library calls that may run callbacks */
    bool delivering;   /* the callbacks of ended operations are being called */
    bool close_wanted; /* ocd_close was called inside a callback */

    char *selected; /* what a command of the caller selected, for a reconnect; or NULL */
    bool unsure;    /* what it selected last is not known: no reconnect */
    char *server_version;
    unsigned features;
    struct ocd_target_info *targets;
    ocd_event_fn event; /* of the caller, or NULL */
    void *event_user;
    unsigned event_waits;         /* operations that wait for an event */
    ocd_connection_fn connection; /* of the caller, or NULL */
    void *connection_user;
    bool lost;        /* the connection was lost, and is not back */
    bool report_lost; /* the caller has to be informed of the loss */
    bool report_back; /* the caller has to be informed that it is back */
    struct ocd_detail loss;
    bool notified; /* the server has been asked for events */
    /* Raw bytes through a file of the server: [0] reading, [1] writing. */
    char *text_reason;    /* why that is not possible, or NULL */
    uint64_t file_max;    /* bytes that OpenOCD may write to a file */
    bool raw;             /* whether it is possible */
    uint32_t raw_size[2]; /* bytes of the next request, 0: not known yet */
    ocd_time raw_time[2]; /* server's time for the last one */
    struct ocd_detail last_error;
};

/* A session with these options (NULL: the defaults), not yet connected. NULL: out of memory. */
struct ocd_session *ocd__session_new(const struct ocd_options *options);
/* Does all that can be done now, callbacks included. False: the session has been closed by one of
 * them and is gone. */
bool ocd__session_run(struct ocd_session *s);
/* Pumps the operations that may send. */
void ocd__session_pump(struct ocd_session *s);
/* Continues opening the session: start, connect, greet. */
void ocd__session_advance(struct ocd_session *s);
/* The time for connecting is over. */
void ocd__session_connect_expired(struct ocd_session *s);
/* Begins a reconnect if the connection was lost and may be made again. If not OCD_OK: the session
 * is dead, and its calls end with this code. */
int ocd__session_reconnect(struct ocd_session *s);
/* The first operation under way that does not outlive the connection; NULL: there is none. */
struct ocd_op *ocd__session_first_bound(const struct ocd_session *s);
/* Connects again if an operation has waited for that long enough. */
void ocd__session_revive(struct ocd_session *s);
/* The session is ready: to be reported if the connection had been lost. */
void ocd__session_is_back(struct ocd_session *s);
/* Reports to the caller that the connection was lost, or is back. */
void ocd__session_tell_connection(struct ocd_session *s);
/* Releases everything at once. */
void ocd__session_free(struct ocd_session *s);
/* Ends the session: every operation under way fails with this code. */
void ocd__session_die(struct ocd_session *s, int code, const char *message);
/* What is remembered of the target that `name` (NULL: the current one) means; NULL: memory. */
struct ocd_target_info *ocd__session_target(struct ocd_session *s, const char *name);
/* `little` or `big`; false for any other word. */
bool ocd__endian_parse(struct ocd_view word, enum ocd_endian *endian);
/* Drops what is known of the targets. */
void ocd__session_forget_targets(struct ocd_session *s);
/* The current target may be another now. */
void ocd__session_forget_current(struct ocd_session *s);
