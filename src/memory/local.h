// SPDX-License-Identifier: MIT
/* The same-host path: OpenOCD's own dump_image and load_image on memory that both sides see.
 *
 * The files are anonymous memory of this process (memfd_create), which OpenOCD opens as
 * /proc/PID/fd/N. They have no name in any directory: nobody else can get at them, and nothing can
 * be left behind, whoever dies. Before anything is opened the server must read the link's text, in
 * which stands a random token; that proves the same host, the same process name space and the
 * permission. Then it must read and write such a file. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "session/op.h"

/* Pieces under way: one is being made while the one before it is copied. */
#define OCD_LOCAL_SLOTS 3

enum ocd_local_state {
    OCD_LOCAL_UNKNOWN,
    OCD_LOCAL_PROVEN,
    OCD_LOCAL_OFF, /* for the rest of the session */
};

struct ocd_local_slot {
    int fd; /* -1: none */
    char path[64];
};

struct ocd_local {
    enum ocd_local_state state;
    pid_t pid; /* whose descriptors these are: a forked child must not use them */
    char token[33];
    struct ocd_local_slot slots[OCD_LOCAL_SLOTS];
    uint64_t piece[2]; /* bytes a piece, reading and writing: follows the measured rate */
};

void ocd_local_init(struct ocd_local *l);
void ocd_local_free(struct ocd_local *l);
/* Whether the path may be used now. */
bool ocd_local_usable(const struct ocd_local *l);
/* Makes the files and sends the question that proves them; false when that is not possible, and the
 * path is off. */
bool ocd_local_ask(struct ocd_local *l, struct ocd_op *op, uint64_t tag);
/* Takes the answer. */
void ocd_local_answered(struct ocd_local *l, struct ocd_reply *reply);
