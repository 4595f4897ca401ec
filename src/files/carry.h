// SPDX-License-Identifier: MIT
/* A file for a command of OpenOCD that takes one: S-records, in memory that both sides see where
 * that works, otherwise in a temporary file of the server.
 *
 * That one is made (mkstemp), used and deleted within one request, so that nothing is left behind
 * whatever becomes of the client. */
#pragma once

#include "base/buffer.h"
#include "memory/local.h"
#include "ocd.h"

/* OpenOCD's parser of S-records has room for 512 stretches and does not check that (its
 * src/target/image.c); gaps behind so many are filled. */
#define OCD_CARRY_RUNS_MAX 256u

struct ocd_carry {
    struct ocd_buffer records;
    struct ocd_buffer command;
    struct ocd_image_writer *writer;
    uint64_t next; /* address behind the last byte */
    unsigned runs;
    int slot; /* of the same-host path, or -1 */
};

void ocd_carry_free(struct ocd_carry *c);
/* Begins an empty file. */
int ocd_carry_begin(struct ocd_carry *c);
/* Adds data; addresses ascend and are below 2^32. */
int ocd_carry_put(struct ocd_carry *c, uint64_t addr, const void *data, size_t size);
/* Whether the same-host path is still to be proven: the question has been sent with this tag, and
 * ocd_carry_proven takes the answer. */
bool ocd_carry_prove(struct ocd_op *op, uint64_t tag);
/* False: the operation has ended. */
bool ocd_carry_proven(struct ocd_op *op, struct ocd_reply *reply);
/* Runs `before` PATH `after` at the operation's target when it is halted. The answer is one of
 * ocd_control_send. False: the operation has ended. */
bool ocd_carry_send(struct ocd_carry *c, struct ocd_op *op, const char *before, const char *after);
/* It has been answered. */
void ocd_carry_answered(struct ocd_carry *c, struct ocd_op *op);
/* The operation has ended, whether it has been answered or not. */
void ocd_carry_abandon(struct ocd_carry *c, struct ocd_op *op);
