// SPDX-License-Identifier: MIT
/* A command at a target, with its own true status and the target's true state.
 *
 * OpenOCD remembers a state and only now and then looks at the target; it takes `halt` for done
 * when it could not even be sent, and answers registers of a probe that is gone. So the target is
 * polled
 * (`arp_poll`, which is what OpenOCD does by itself every 100 ms: a status register is read) before
 * the command or after it, all in one round trip. The commands that have no `NAME command` form
 * find their target selected, and the connection's own selection stays what it was. */
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
    long status;            /* … and ended so, as `catch` has it */
    struct ocd_view result; /* … with this */
    bool silent;            /* the last poll failed */
    bool examined;
    enum ocd_target_state before; /* the command, as OpenOCD remembered it then */
    enum ocd_target_state left;   /* by the command, before the poll after it */
    enum ocd_target_state state;  /* as far as it can be trusted: OCD_STATE_UNKNOWN where the poll
                              failed,  unless OpenOCD knows why it must */
    struct ocd_view log;
};

/* False: the operation has ended. */
bool ocd__control_send(struct ocd_op *op, const struct ocd_control *control);
/* Takes the reply apart, in place. False: the operation has ended. */
bool ocd__control_read(struct ocd_op *op, struct ocd_reply *reply, struct ocd_answer *answer);
/* Which error it is that the target or its probe are not there; OCD_OK: they are. */
int ocd__control_absence(const struct ocd_answer *answer);
/* Ends the operation because the target did not answer, it was not halted, or the command was
 * refused, whichever comes first. */
void ocd__control_server_error(struct ocd_op *op, const struct ocd_answer *answer,
                               struct ocd_view command);
