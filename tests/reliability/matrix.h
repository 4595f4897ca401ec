// SPDX-License-Identifier: MIT
/* Every fault of a server against every public operation. */
#pragma once

#include "cell.h"

/* Sets of results. */
#define M_OK          (1u << 0)
#define M_TIMEOUT     (1u << 1)
#define M_CLOSED      (1u << 2)
#define M_PROTOCOL    (1u << 3)
#define M_REFUSED     (1u << 4) /* what OpenOCD or the target say: see operation.refused */
#define M_NOT_OPENOCD (1u << 5)
#define M_UNSUPPORTED (1u << 6)
#define M_PROCESS     (1u << 7)

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

extern const struct fault matrix_faults[];
extern const size_t matrix_fault_count;

/* Makes the cell. False: something is wrong, and c->wrong says what. */
bool matrix_cell(struct cell *c);
