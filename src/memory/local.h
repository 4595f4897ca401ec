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

/* What ocd_local_take answers when there is no file for a piece. */
#define OCD_LOCAL_BUSY   (-1) /* for now */
#define OCD_LOCAL_BROKEN (-2) /* the path is off */

enum ocd_local_state {
    OCD_LOCAL_UNKNOWN,
    OCD_LOCAL_PROVEN,
    OCD_LOCAL_OFF, /* for the rest of the session */
};

struct ocd_local_slot {
    int fd; /* -1: none */
    char path[32];
    char mark[48];    /* stands in the text of the link that `path` is */
    const void *user; /* whose piece is under way in it, or NULL */
};

struct ocd_local {
    enum ocd_local_state state;
    pid_t pid; /* whose descriptors these are: a forked child must not use them */
    char token[33];
    unsigned made; /* files so far: tells their marks apart */
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

/* An empty file for a piece: the index of its slot, or OCD_LOCAL_BUSY, or OCD_LOCAL_BROKEN. It is
 * the user's alone until it is given back, when OpenOCD has done with it. */
int ocd_local_take(struct ocd_local *l, const void *user);
void ocd_local_give_back(struct ocd_local *l, unsigned slot);
/* The user no longer waits for what OpenOCD does with its files, which may come at any time: they
 * are never used again. */
void ocd_local_abandon(struct ocd_local *l, const void *user);
/* Writes all of it; false: errno says why. */
bool ocd_local_write(int fd, const void *data, size_t size);
