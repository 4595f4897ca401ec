// SPDX-License-Identifier: MIT
/* Every public operation in a form in which it can be run under whatever conditions, and checked:
 * used by the matrix of faults and by the failing allocations. */
#pragma once

#include "support.h"

#define CELL_OUT  16384
#define CELL_BADS 64
/* Four bytes that cannot be read. */
#define CELL_UNREADABLE (FLASH + 0x18000)
#define CELL_OPS        96

struct cell;
struct fault;

/* A public operation. To add one: an entry in one of the tables. */
struct operation {
    const char *name;
    enum {
        ON_SESSION, /* needs a session that is connected */
        CONNECTS,   /* makes one */
        STARTS,     /* makes one with an OpenOCD of its own */
    } kind;
    int refused;                     /* what it ends with when the target refuses */
    int other;                       /* another code that it may end with then; 0: none */
    void (*prepare)(struct cell *c); /* what it needs to find; may be NULL */
    struct ocd_op *(*start)(struct cell *c, const struct ocd_call *call);
    int (*block)(struct cell *c); /* NULL: ocd_wait() on `start` */
    unsigned flags;               /* of ocd_call */
    bool phys;                    /* a physical call: its data move as text */
    /* False when what it has given is wrong: cell_wrong has said what. */
    bool (*check)(struct cell *c, int result);
    uint64_t addr, size; /* of the memory that it is about */
    bool writes;         /* cell_data of each address to it, or `from` */
    uint64_t from;       /* writes what is at this address; 0: cell_data */
    unsigned unit;       /* bytes that ocd_error.done counts in; 0: it counts something else */
    int fails;           /* what it ends with when nothing is wrong, if not with OCD_OK */
    bool vague;          /* a malformed answer may look like a refusal */
    bool polls;          /* it waits until the server says something, or for its deadline */
    bool reconnects;     /* it is to find its connection closed, and to make another */
};

/* An operation, what it is to meet, and what it leaves. */
struct cell {
    const struct operation *op;
    const struct fault *fault;
    bool looped; /* driven by the caller's loop, not by a blocking call */
    struct fake *fake;
    const char *directory;
    char path[128];
    uint32_t timeout_ms;
    struct ocd_session *session;

    /* What the operation has given. */
    uint8_t out[CELL_OUT];
    size_t size; /* bytes of `out`, of what comes chunk by chunk */
    struct ocd_item items[4];
    char *text;
    char lines[5 * CELL_OUT]; /* text that comes line by line */
    uint64_t *matches;
    size_t count;
    uint64_t found[256];
    struct ocd_target *targets;
    enum ocd_target_state state;
    uint64_t value;
    struct ocd_register *registers;
    struct ocd_breakpoint *breakpoints;
    struct ocd_watchpoint *watchpoints;
    struct ocd_image_writer *writer;
    struct ocd_image *image;
    struct ocd_symbols *symbols;
    struct ocd_expression *expression;
    struct ocd_sampler *sampler;
    uint32_t id; /* of its value */
    bool disorder;
    struct ocd_range bad[CELL_BADS];
    size_t bad_count;
    uint64_t done; /* ocd_error.done */

    unsigned ends; /* calls of the completion callback */
    int end_result;
    bool server_gone; /* it needs another one */
    char letter;      /* what the printed matrix shows */
    long late_ms;     /* what it took beyond its time */
    bool too_late;    /* whether that was too much */
    char wrong[512];  /* "": nothing */

    long live; /* allocations, and descriptors, before it all */
    size_t descriptors;
};

/* Each ends with an entry without a name. */
extern const struct operation cell_session_ops[], cell_read_ops[], cell_bulk_ops[],
    cell_write_ops[], cell_file_ops[], cell_value_ops[], cell_sampler_ops[], cell_target_ops[];
/* All of them whose names contain that; returns their number, CELL_OPS at the most. */
unsigned cell_choose(const struct operation **ops, const char *name);

/* A server as the operations need it; NULL if it cannot be started. */
struct fake *cell_server(void);
/* Notes what there is before. */
void cell_begin(struct cell *c);
/* Runs the operation and answers its result, which is in the callback and in the errors alike.
 */
int cell_run(struct cell *c);
/* Whether all calls of the session report that its connection is lost. */
bool cell_says_dead(struct ocd_session *s);
/* Closes the session, and looks for what must not be left: memory of the server that has been
 * changed, files, allocations, descriptors. True when nothing has been wrong from the beginning. */
bool cell_end(struct cell *c, int result);

/* Removes a cell's directory at the end; false if it is not empty. */
bool cell_remove(const char *directory);

/* Notes what is wrong; returns false. */
bool cell_wrong(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The byte that writes put at an address, which always differs from the old one. */
uint8_t cell_data(uint64_t addr);
/* For `check`: the bytes in `out` are those of the server's memory from op->addr on, all of them
 * after a success, ocd_error.done of them otherwise. */
bool cell_check_out(struct cell *c, int result);
/* For ocd_call.unreadable, with the cell as its user. */
void cell_unreadable(uint64_t addr, uint64_t size, void *user);
