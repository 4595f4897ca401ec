// SPDX-License-Identifier: MIT
/* Every fault of a server against every public operation: what the parts of the matrix share. */
#pragma once

#include "support.h"

/* Sets of results. */
#define M_OK          (1u << 0)
#define M_TIMEOUT     (1u << 1)
#define M_CLOSED      (1u << 2)
#define M_PROTOCOL    (1u << 3)
#define M_REFUSED     (1u << 4) /* what OpenOCD or the target say: see operation.refused */
#define M_NOT_OPENOCD (1u << 5)
#define M_UNSUPPORTED (1u << 6)
#define M_PROCESS     (1u << 7)

#define CELL_OUT  16384
#define CELL_BADS 64
/* Four bytes that cannot be read. */
#define MATRIX_HOLE (FLASH + 0x18000)

struct cell;

/* A public operation. To add one: an entry in one of the tables. */
struct operation {
    const char *name;
    enum {
        ON_SESSION, /* needs a session that is connected */
        CONNECTS,   /* makes one */
        STARTS,     /* makes one with an OpenOCD of its own */
    } kind;
    int refused;                     /* M_REFUSED stands for this code, … */
    int other;                       /* … and for this one, if it is not 0 */
    void (*prepare)(struct cell *c); /* what it needs to find; may be NULL */
    struct ocd_op *(*start)(struct cell *c, const struct ocd_call *call);
    int (*block)(struct cell *c); /* NULL: ocd_wait() on `start` */
    unsigned flags;               /* of ocd_call */
    /* False when what it has given is wrong: cell_wrong has said what. */
    bool (*check)(struct cell *c, int result);
    uint64_t addr, size; /* of the memory that it is about */
    bool writes;         /* … cell_data of each address to it */
    unsigned unit;       /* bytes that ocd_error.done counts in; 0: it counts something else */
    bool fails;          /* it ends with `refused` when the server is sound */
};

/* A fault of the server. */
struct fault {
    const char *name;
    struct fake_fault spec;
    unsigned results; /* of operations on a session */
    unsigned connect; /* of those that make one */
    enum {
        EITHER, /* the session works on, or says that it is dead */
        LIVES,  /* it works on */
        MUTE,   /* the server never answers again: it may time out, too */
    } after;
};

/* One cell while it is made. */
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
    size_t size; /* bytes of `out`, of what comes piece by piece */
    struct ocd_item items[4];
    char *text;
    uint64_t *matches;
    size_t count;
    uint64_t found[256];
    struct ocd_target *targets;
    struct ocd_range bad[CELL_BADS];
    size_t bad_count;
    uint64_t done; /* ocd_error.done */

    unsigned ends; /* calls of the completion callback */
    int end_result;
    bool server_gone; /* it needs another one */
    char letter;      /* what the printed matrix shows */
    long late_ms;     /* what it took beyond its time */
    bool too_late;    /* … was too much */
    char wrong[512];
};

extern const struct fault matrix_faults[];
extern const size_t matrix_fault_count;

/* Each ends with an entry without a name. */
extern const struct operation matrix_session_ops[], matrix_read_ops[], matrix_bulk_ops[],
    matrix_write_ops[];

/* Makes the cell. False: something is wrong, and c->wrong says what. */
bool matrix_cell(struct cell *c);

/* Notes what is wrong; answers false. */
bool cell_wrong(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What writes put at an address: never what stood there. */
uint8_t cell_data(uint64_t addr);
/* For `check`: the bytes in `out` are those of the server's memory from op->addr on, all of them
 * after a success, ocd_error.done of them otherwise. */
bool cell_check_out(struct cell *c, int result);
/* For ocd_call.bad, with the cell as its user. */
void cell_bad(uint64_t addr, uint64_t size, void *user);
