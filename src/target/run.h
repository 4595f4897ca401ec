// SPDX-License-Identifier: MIT
/* Run control: each call sends one command, or none, and then polls until the target is in a state
 * that ends it. Between polls OpenOCD is free for its other clients. */
#pragma once

#include "session/target.h"
#include "target/target_command.h"

/* What is asked for. */
struct ocd_run_spec {
    const char *command;     /* NULL: none */
    const char *when;        /* condition under which it is run: OCD_WHEN_... */
    bool must_run;           /* it is an error if the condition is false */
    bool retry;              /* the command is repeated when it may have been ignored */
    bool steps;              /* the command steps: OpenOCD may have given it up */
    bool allow_unreachable;  /* a target that does not answer is in the state "unknown" */
    uint32_t goal;           /* states that end it, as bits */
    uint32_t unreachable_ms; /* how long the target may not answer */
};

struct ocd_run {
    struct ocd_op op;
    struct ocd_run_spec spec;
    struct ocd_buffer command; /* still to be run; empty: none */
    bool at;                   /* `addr` is a new program counter */
    uint64_t addr;
    enum {
        OCD_RUN_NEW,
        OCD_RUN_ASKING, /* how far its addresses reach */
        OCD_RUN_POLLING,
        OCD_RUN_PAUSING,
    } phase;
    struct ocd_target_info *info;
    char *target; /* as a Tcl word, once it is known: the session may go on to another */
    bool silent;  /* at the last poll */
    enum ocd_target_state last;
    ocd_time give_up;
    uint32_t pause_ms;
    enum ocd_target_state *state; /* of the caller, or NULL */
};

/* A call that sends a command, and one that only waits. */
extern const struct ocd_op_class ocd__run_class, ocd__run_wait_class;

/* Set what the call does; the second one with a new program counter. They return `op`. */
struct ocd_op *ocd__run_begin(struct ocd_op *op, const struct ocd_run_spec *spec);
struct ocd_op *ocd__run_begin_at(struct ocd_op *op, const struct ocd_run_spec *spec, uint64_t addr);
