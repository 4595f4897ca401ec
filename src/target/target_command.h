// SPDX-License-Identifier: MIT
/* Runs a command for a target, and finds out its true status and the target's true state.
 *
 * OpenOCD remembers a state and polls the target only now and then. It reports success for a `halt`
 * that it could not even send, and returns registers though the probe is gone. So the target is
 * polled (`arp_poll`, as OpenOCD itself does every 100 ms: it reads a status register) before the
 * command or after it, in the same round trip. During the command the target is selected, for
 * commands that have no `NAME command` form; then the connection's own selection is restored. */
#pragma once

#include "session/session.h"

/* When to poll. A poll that fails, or does not see the target halted or running, is tried once
 * more: the first one can fail because it has just cleared a fault (lock-up of a Cortex-M), or only
 * see that there has been a reset. */
#define OCD_POLL_BEFORE 1u
#define OCD_POLL_AFTER  2u

/* When to run the command: Tcl expressions on what the poll before it has found. */
#define OCD_WHEN_NEVER   "0"
#define OCD_WHEN_ALWAYS  "1"
#define OCD_WHEN_ANSWERS "!$bad"
#define OCD_WHEN_HALTED  "!$bad && $state eq {halted}"

struct ocd_control {
    const char *target; /* as a Tcl word; NULL: the operation's */
    unsigned polls;
    const char *when;
    struct ocd_view command; /* empty: none */
    struct ocd_view shown;   /* what a trace shows instead of it; empty: the command */
};

struct ocd_answer {
    struct ocd_view target; /* name */
    struct ocd_view type;   /* such as cortex_m */
    bool ran;               /* the command has been run */
    long status;            /* of the command, as `catch` returns it */
    struct ocd_view result; /* of the command */
    bool silent;            /* the last poll failed */
    bool examined;
    enum ocd_target_state before; /* before the command, as OpenOCD remembered it */
    enum ocd_target_state left;   /* after the command, before the poll after it */
    enum ocd_target_state state;  /* after the last poll; OCD_STATE_UNKNOWN if that failed, unless
                                     the state explains why */
    struct ocd_view log;
};

/* False: the operation has ended. */
bool ocd__control_send(struct ocd_op *op, const struct ocd_control *control);
/* Parses the reply in place. False: the operation has ended. */
bool ocd__control_read(struct ocd_op *op, struct ocd_reply *reply, struct ocd_answer *answer);
/* The error if the target or its probe is absent; OCD_OK: both are present. */
int ocd__control_absence(const struct ocd_answer *answer);
/* Ends the operation because the target did not answer, was not halted, or the command failed,
 * whichever comes first. */
void ocd__control_server_error(struct ocd_op *op, const struct ocd_answer *answer,
                               struct ocd_view command);
