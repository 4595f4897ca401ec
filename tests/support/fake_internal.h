// SPDX-License-Identifier: MIT
/* What the parts of the fake server share: memory common to both processes, and the server's own
 * state, which only the child has. */
#pragma once

#include "fake_server.h"

#include <stdatomic.h>

#include <jim.h>

#define FAKE_FAULTS         16
#define FAKE_UNREADABLE_MAX 16
#define FAKE_MATCH_MAX      256
#define FAKE_TARGETS        4
#define FAKE_KEPT           65536
#define FAKE_KEPT_BYTES     (16u << 20)
#define FAKE_KEPT_COMMAND   4096
#define FAKE_TERMINATOR     '\x1a'

struct fake_slot {
    atomic_bool armed; /* the rest is written before, and read only after this */
    atomic_uint seen;
    atomic_uint struck;
    struct fake_fault fault; /* match and text are below */
    char match[FAKE_MATCH_MAX];
    char text[FAKE_TEXT_MAX + 1];
};

struct fake_shared {
    struct fake_slot faults[FAKE_FAULTS];
    uint64_t unreadable_at[FAKE_UNREADABLE_MAX];
    uint64_t unreadable_size[FAKE_UNREADABLE_MAX];
    atomic_uint unreadable_count;
    struct fake_region regions[FAKE_REGIONS];
    size_t region_at[FAKE_REGIONS]; /* in memory */
    atomic_uint connections;
    atomic_uint picks;    /* odd while a request's fault is chosen, and while that has stopped us */
    atomic_uint requests; /* published after the text */
    uint32_t kept_at[FAKE_KEPT];
    uint32_t kept_size;
    char kept[FAKE_KEPT_BYTES];
    char push[FAKE_TEXT_MAX];
    size_t push_size;
    atomic_bool files_full, raw_fails;
    uint8_t memory[];
};

/* Bytes on their way, in or out. */
struct fake_piece {
    struct fake_piece *next;
    int64_t due;          /* nanoseconds */
    bool alone;           /* not joined with what follows */
    enum fake_kind after; /* what happens once it is sent */
    size_t repeat;        /* the data again and again, this many bytes in all */
    size_t size, sent;
    char data[];
};

struct fake_queue {
    struct fake_piece *head, *tail;
};

struct fake_conn {
    struct fake_conn *next;
    int fd;      /* -1: closed, kept while requests refer to it */
    bool mute;   /* nothing is read any more */
    bool silent; /* nothing is queued any more */
    bool ended;  /* the client has closed it */
    const struct fake_slot *foreign;
    bool notify;
    unsigned target;  /* current one */
    unsigned waiting; /* requests not yet run */
    struct fake_queue in, out;
    char *line;
    size_t line_size, line_capacity;
    bool dropping; /* a line that is too long */
};

struct fake_text {
    char *data;
    size_t size, capacity;
};

/* What a request asks for. */
struct fake_command {
    struct fake_text text; /* see fake_request() */
    uint64_t id;           /* the number that libocd gave it; 0: it is none of libocd's */
    bool dumps;            /* the result is the bytes of a dump_image */
    unsigned reads;        /* the result is a list of this many reads */
    bool stops;            /* no read is made after one that fails */
    bool counts;           /* the result is the number of commands that succeeded */
};

struct fake_request {
    struct fake_request *next;
    struct fake_conn *conn;
    int64_t due;
    struct fake_command command;
    size_t size;
    char line[]; /* NUL-terminated, as in OpenOCD: a NUL within ends it */
};

struct fake_server {
    const struct fake_options *options;
    struct fake_shared *shared;
    int listener, control;
    Jim_Interp *interp;
    struct fake_conn *conns;
    struct fake_request *requests, **last_request;
    int64_t busy_until;

    /* while a request is run */
    struct fake_conn *conn;
    const struct fake_slot *fault;
    uint64_t elements;  /* touched */
    int64_t began;      /* when, by the simulated clock */
    int64_t began_real; /* when, by the machine's clock */
    int64_t asleep;     /* nanoseconds of `sleep` */
    bool leave;         /* `shutdown` or `exit` */

    unsigned captures; /* nested `capture` commands */
    struct fake_text log;
    const char *state[FAKE_TARGETS];
};

/* A counted reply. */
struct fake_frame {
    uint64_t id, us;
    long status;
    struct fake_text result, log;
    int64_t count_off; /* the header counts this many bytes of result more than there are */
};

/* fake_text.c: growing text; out of memory ends the process */
void fake_text_add(struct fake_text *t, const void *bytes, size_t size);
void fake_text_printf(struct fake_text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* fake_frame.c */
/* False: it is no counted reply, or its counts are wrong. To be freed with fake_frame_free. */
bool fake_frame_parse(struct fake_frame *frame, const struct fake_text *reply);
void fake_frame_free(struct fake_frame *frame);
/* Replaces what is in `reply`. */
void fake_frame_build(const struct fake_frame *frame, struct fake_text *reply);

/* fake_command.c */
void fake_command_of(const char *line, struct fake_command *command);

/* fake_memory.c */
/* OpenOCD's status codes (src/helper/log.h, src/helper/fileio.h, src/target/target.h of 0.12). */
#define FAKE_ERROR_FAIL       (-4)
#define FAKE_ERROR_SYNTAX     (-601)
#define FAKE_ERROR_ARGUMENT   (-603)
#define FAKE_ERROR_NOT_HALTED (-304)
#define FAKE_ERROR_UNALIGNED  (-306)
#define FAKE_ERROR_FILE       (-1202)

/* What a command is to do, once its words have been understood. */
struct fake_access {
    struct fake_server *s;
    unsigned target;
    uint64_t addr;
    unsigned width; /* bytes */
    size_t count;
};

/* Registers the commands that touch memory. */
void fake_memory_commands(struct fake_server *s);
/* The one that runs is `name` of target `index`: read_memory, mdw, …; -1: no such command. */
int fake_memory_run(struct fake_server *s, unsigned index, int argc, Jim_Obj *const *argv);
/* The bytes of one element at a->addr. 0 or the target's status. */
int fake_memory_reach(struct fake_access *a, uint8_t **at, bool write);
/* Ends a command with a text and a status. */
int fake_memory_fail(struct fake_server *s, int status, const char *text);
int fake_memory_finish(struct fake_server *s, const struct fake_text *text, int status);

/* fake_files.c */
int fake_dump_image(struct fake_access *a, int argc, Jim_Obj *const *argv);
int fake_load_image(struct fake_access *a, int argc, Jim_Obj *const *argv);
/* Makes `file` and `open` as the options have them. */
void fake_file_commands(struct fake_server *s);

/* fake_tcl.c */
void fake_tcl_open(struct fake_server *s);
void fake_log(struct fake_server *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
unsigned fake_targets(const struct fake_server *s);
const char *fake_target_name(unsigned index);
/* Runs a line; returns its result, which is valid until the next one. */
const char *fake_tcl_run(struct fake_server *s, const char *line, int *size);

/* fake_faults.c */
const struct fake_slot *fake_fault_pick(struct fake_shared *shared, bool accepting,
                                        const char *command);
/* Changes the contents of a reply (header, values, bytes) as the fault has it. */
void fake_fault_apply(const struct fake_slot *slot, const struct fake_command *command,
                      struct fake_text *reply);
/* The reply to a request that is refused without being run. */
void fake_fault_refuse(const struct fake_slot *slot, const struct fake_command *command,
                       struct fake_text *reply);

/* fake_wire.c: never returns */
_Noreturn void fake_serve(struct fake_server *s);
int64_t fake_now(void);
/* When the request that is being run is done, by the simulated clock. */
int64_t fake_simulated_now(const struct fake_server *s);
/* Queues bytes for a connection from `due` on, network included. */
struct fake_piece *fake_queue_out(struct fake_server *s, struct fake_conn *c, int64_t due,
                                  const void *bytes, size_t size);

/* fake_reply.c: queues a reply that is complete at `due`, with what the fault does to its bytes. */
void fake_reply(struct fake_server *s, struct fake_conn *c, int64_t due, struct fake_text *reply,
                const struct fake_slot *fault);
