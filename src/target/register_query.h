// SPDX-License-Identifier: MIT
/* Asking OpenOCD about registers, one by one and all at once, in one round trip. */
#pragma once

#include "session/op.h"
#include "target/register_parse.h"
#include "target/target_command.h"

/* One `reg NAME ARGUMENT`. */
struct ocd_register_query {
    const char *name;
    const char *argument; /* "", "force", or a value */
};

/* The answers. The views point into the reply. */
struct ocd_register_reply {
    struct ocd_view results; /* status and answer of each, still to be taken */
    struct ocd_view list;    /* the whole list, afterwards */
    struct ocd_view log;
};

/* Sends the queries, to be run only if a poll finds the target halted; with `anyway`, for the list
 * alone, in every state. False: the operation has ended. */
bool ocd__register_query_send(struct ocd_op *op, const struct ocd_register_query *asks,
                              size_t count, bool anyway);
/* Parses the reply. False: the operation has ended. */
bool ocd__register_query_read(struct ocd_op *op, struct ocd_reply *reply,
                              struct ocd_register_reply *regs);
/* Takes the answer to the next `reg NAME`: OCD_OK and the register, OCD_ERR_NO_REGISTER,
 * OCD_ERR_COMMAND, or OCD_ERR_PROTOCOL. After an error the operation's detail has OpenOCD's words.
 */
int ocd__register_query_take(struct ocd_op *op, struct ocd_register_reply *regs, const char *name,
                             struct ocd_register_line *line);
/* The register of that name in the list: 1, 0 if there is none, or OCD_ERR_PROTOCOL. */
int ocd__register_query_find(struct ocd_view list, const char *name,
                             struct ocd_register_line *line);
/* Whether `reg` takes the word for a name: not for a number or nothing. */
bool ocd__register_is_name(const char *name);
