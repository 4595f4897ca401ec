// SPDX-License-Identifier: MIT
/* A range through the same-host path, piece by piece. */
#pragma once

#include "memory/local.h"

struct ocd_memop;

struct ocd_piece {
    uint64_t offset;
    uint64_t size;
    unsigned slot;
    ocd_time sent;
};

struct ocd_pieces {
    uint32_t epoch; /* replies of an earlier one are of no interest */
    uint64_t next;  /* offset of the first byte that has not been asked for */
    struct ocd_piece flying[OCD_LOCAL_SLOTS];
    unsigned first, count;
    ocd_time last; /* when the last piece was done */
    struct ocd_buffer command;
    void *scratch;
};

enum ocd_pieces_result {
    OCD_PIECES_MORE,   /* under way */
    OCD_PIECES_DONE,   /* everything has been moved */
    OCD_PIECES_ENDED,  /* the operation has ended meanwhile */
    OCD_PIECES_REFUSED /* the piece at `refused` could not be moved this way */
};

/* From this offset on. */
void ocd_pieces_begin(struct ocd_memop *m, uint64_t offset);
/* Sends what can be sent. False: the path has broken, none is under way; the engine is to go on. */
bool ocd_pieces_pump(struct ocd_memop *m);
/* Those under way are of no interest any more. */
void ocd_pieces_drop(struct ocd_memop *m);
/* `refused` receives the piece that the engine is to move. */
enum ocd_pieces_result ocd_pieces_reply(struct ocd_memop *m, uint64_t tag, struct ocd_reply *reply,
                                        struct ocd_piece *refused);
void ocd_pieces_free(struct ocd_memop *m);
