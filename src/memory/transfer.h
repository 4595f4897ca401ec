// SPDX-License-Identifier: MIT
/* The engine: moves one range between the target and the caller, several requests in flight.
 *
 * Replies arrive in order, so data are delivered in ascending order. When a bulk chunk fails, the
 * requests behind it are forgotten, the chunk is halved until the first bad byte is known, and all
 * that is good before it is delivered. With OCD_SKIP_BAD the end of the bad range is looked for and
 * the transfer goes on behind it. */
#pragma once

#include "memory/codec.h"
#include "memory/plan.h"
#include "memory/tuner.h"
#include "session/op.h"

struct ocd_transfer;

/* A consumer's answer that it has enough: the operation succeeds. */
#define OCD_TRANSFER_STOP 1

/* `size` bytes at `addr` have arrived: at `data`, which is inside the transfer's buffer if it has
 * one. `data` NULL: they cannot be read. OCD_OK,
 * OCD_TRANSFER_STOP, or the error to end with. */
typedef int ocd_transfer_consume(struct ocd_transfer *t, uint64_t addr, const void *data,
                                 uint64_t size);
/* Puts the `size` bytes for `addr` at `data`. */
typedef void ocd_transfer_produce(struct ocd_transfer *t, uint64_t addr, void *data, size_t size);
/* The transfer has ended. With an error the operation's detail has the reason and t->bad the
 * address; the operation itself is still under way. */
typedef void ocd_transfer_finished(struct ocd_transfer *t, int result);

struct ocd_transfer_job {
    bool write;
    unsigned exact; /* access width in bytes; 0: bulk */
    enum ocd_layout layout;
    uint64_t addr;
    uint64_t size;
    uint8_t *data; /* the whole range, or NULL: piece by piece */
    bool part;     /* the operation has more to ask for behind it */
    ocd_transfer_consume *consume;
    ocd_transfer_produce *produce;
    ocd_transfer_finished *finished;
};

enum ocd_transfer_phase {
    OCD_TRANSFER_STREAM, /* chunk after chunk */
    OCD_TRANSFER_LOCATE, /* halving [suspect, suspect_end) */
    OCD_TRANSFER_HOLE,   /* bytes from `suspect` to `hole_end` are bad; looking for more */
    OCD_TRANSFER_DONE,
};

struct ocd_flight {
    struct ocd_chunk chunk;
    enum ocd_method method;
    struct ocd_tuner_mark mark; /* only of those of the stream */
};

struct ocd_transfer {
    struct ocd_transfer_job job;
    struct ocd_op *op;
    struct ocd_tuner *tuner;
    enum ocd_transfer_phase phase;
    uint64_t next; /* offset of the first byte that has not been asked for */
    uint64_t done; /* bytes delivered */
    uint64_t bad;  /* first bad address as far as it is known, after a failure */
    int code;      /* what the last refusal amounts to */

    uint64_t doubt; /* end of a chunk that md was refused, as an offset; 0: none */

    uint32_t epoch; /* replies of an earlier one are of no interest */
    struct ocd_flight flights[OCD_IN_FLIGHT_MAX];
    unsigned first_flight, flying;

    /* Positions are offsets from job.addr. */
    uint64_t suspect, suspect_end; /* LOCATE: the range that holds a fault */
    bool tried;                    /* … as it is, it has been tried and failed */
    uint64_t hole_end;             /* HOLE: bytes from `suspect` up to here are bad */
    uint64_t stride;               /* … the next step of the search for the end, in bytes */
    uint64_t readable;             /* … a readable position behind it, UINT64_MAX: none known */
    struct ocd_range probe;        /* what was asked for last while locating; addr is an offset */

    struct ocd_buffer command; /* of the last request that was composed */
    uint8_t *scratch;
    size_t scratch_size;
};

void ocd_transfer_begin(struct ocd_transfer *t, struct ocd_op *op,
                        const struct ocd_transfer_job *job, struct ocd_tuner *tuner);
void ocd_transfer_pump(struct ocd_transfer *t);
void ocd_transfer_reply(struct ocd_transfer *t, uint64_t tag, struct ocd_reply *reply);
void ocd_transfer_free(struct ocd_transfer *t);

/* Between the files of the engine. */

/* Sends one chunk's command; false when that ended the operation. */
bool ocd_transfer_ask(struct ocd_transfer *t, struct ocd_chunk chunk, enum ocd_method method);
/* Decodes (a read) and delivers the chunk that was answered. False when the transfer has ended. */
bool ocd_transfer_take(struct ocd_transfer *t, const struct ocd_flight *flight,
                       struct ocd_reply *reply);
/* Hands over the next `size` bytes; `data` NULL: unreadable. False when the transfer has ended. */
bool ocd_transfer_deliver(struct ocd_transfer *t, const void *data, uint64_t size);
/* Keeps OpenOCD's words in the operation's detail and sets t->code. */
void ocd_transfer_note_refusal(struct ocd_transfer *t, const struct ocd_flight *flight,
                               const struct ocd_reply *reply);
void ocd_transfer_end(struct ocd_transfer *t, int result);
/* The chunk at this flight was refused: find out where. */
void ocd_transfer_locate(struct ocd_transfer *t, struct ocd_chunk chunk);
void ocd_transfer_locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                               struct ocd_reply *reply);
