// SPDX-License-Identifier: MIT
/* Moves one range between the target and the caller, several requests in flight.
 *
 * Bulk data move raw, through a file of the server. Exact accesses, physical addresses, small
 * ranges, and servers without such files need text. Replies arrive in order, so data are delivered
 * in ascending order.
 *
 * When a raw request fails, what it has read is kept and the bytes after it are tried as text: if
 * that succeeds, the rest of this transfer is text; if not, text finds the first unreadable byte.
 * With OCD_READ_SKIP_UNREADABLE the end of the unreadable range is looked for, and the transfer
 * goes on after it. */
#pragma once

#include "session/op.h"
#include "transfer/text.h"

struct ocd_transfer;

/* A consumer's answer that it has enough: the operation succeeds. */
#define OCD_TRANSFER_STOP 1

/* `size` bytes at `addr` have arrived at `data`, which may be memory of the library's. `data` NULL:
 * they cannot be read. OCD_OK, OCD_TRANSFER_STOP, or the error to end with. */
typedef int ocd_transfer_consume(struct ocd_transfer *t, uint64_t addr, const void *data,
                                 uint64_t size);
/* Puts the `size` bytes for `addr` at `data`. */
typedef void ocd_transfer_produce(struct ocd_transfer *t, uint64_t addr, void *data, size_t size);
/* The transfer has ended. With an error the operation's detail has the reason and t->failed_addr
 * the address; the operation itself is still under way. */
typedef void ocd_transfer_finished(struct ocd_transfer *t, int result);

struct ocd_transfer_job {
    bool write;
    unsigned exact; /* access width in bytes; 0: bulk */
    enum ocd_layout layout;
    uint64_t addr;
    uint64_t size;
    uint8_t *data; /* the whole range, or NULL: chunk by chunk */
    bool more;     /* the operation has more to ask for after it */
    ocd_transfer_consume *consume;
    ocd_transfer_produce *produce;
    ocd_transfer_finished *finished;
};

enum ocd_transfer_phase {
    OCD_TRANSFER_STREAM,     /* chunk after chunk */
    OCD_TRANSFER_CONFIRM,    /* bytes have arrived, and some of their zeros are read singly */
    OCD_TRANSFER_LOCATE,     /* halving [suspect, suspect_end) */
    OCD_TRANSFER_UNREADABLE, /* [suspect, unreadable_end) is unreadable; looking for its end */
    OCD_TRANSFER_DIAGNOSE,   /* asking whether the target is present */
    OCD_TRANSFER_DONE,
};

/* Requests of one transfer without an answer. */
#define OCD_TRANSFER_FLIGHTS 64u

struct ocd_flight {
    uint64_t addr;
    uint64_t size;
    bool raw;
    bool plain; /* text: one command, not a script of several */
};

struct ocd_transfer {
    struct ocd_transfer_job job;
    struct ocd_op *op;
    enum ocd_transfer_phase phase;
    bool text;            /* no more raw requests in this transfer */
    uint64_t text_until;  /* offset up to which text is tried after a failed raw request; 0: none */
    uint64_t next;        /* offset of the first byte that has not been asked for */
    uint64_t done;        /* bytes delivered */
    uint64_t failed_addr; /* after a failure: the first unreadable address, if known */
    int code;             /* the error of the last failed request */

    uint32_t epoch; /* replies of an earlier epoch are ignored */
    struct ocd_flight flights[OCD_TRANSFER_FLIGHTS];
    unsigned first_flight, flying;

    /* Positions are offsets from job.addr. */
    uint64_t suspect, suspect_end; /* LOCATE: the range that holds a fault */
    bool tried;                    /* all of it has been tried, and failed */
    enum ocd_transfer_phase then;  /* DIAGNOSE: the next phase if the target is present */
    struct ocd_chunk failed;       /* DIAGNOSE: the chunk that failed */
    uint64_t hint;                 /* where OpenOCD says that the access failed, or UINT64_MAX */
    uint64_t unreadable_end;       /* UNREADABLE: bytes from `suspect` up to here are unreadable */
    uint64_t stride;               /* the next step of the search for the end, in bytes */
    uint64_t readable;             /* a readable position after it, UINT64_MAX: none known */
    struct ocd_range probe;        /* what was asked for last while locating; addr is an offset */

    bool confirm;          /* zeros of bulk reads have to be confirmed */
    uint64_t held;         /* CONFIRM: bytes that wait at `done` to be delivered */
    uint64_t asked;        /* CONFIRM: the first word that the last request asks for */
    uint64_t confirmed;    /* CONFIRM: end of the last word that was read singly */
    uint64_t single_until; /* offset up to which text is read value by value after a zero that was
                              not confirmed */

    struct ocd_buffer command; /* arguments of the last request */
    bool plain;                /* text: they are one command, not a script of several */
    struct ocd_buffer shown;   /* the same for the trace */
    uint8_t *scratch;
    size_t scratch_size;
};

void ocd__transfer_begin(struct ocd_transfer *t, struct ocd_op *op,
                         const struct ocd_transfer_job *job);
void ocd__transfer_pump(struct ocd_transfer *t);
void ocd__transfer_reply(struct ocd_transfer *t, uint64_t tag, struct ocd_reply *reply);
void ocd__transfer_free(struct ocd_transfer *t);

/* --- Between the files of this folder --- */

/* Whether the next request goes as text. */
bool ocd__transfer_is_text(const struct ocd_transfer *t);
/* Whether it may be sent already. */
bool ocd__transfer_may_send(const struct ocd_transfer *t);
/* Bytes of the next raw request: all that is left, or up to a multiple of OCD_RAW_STEP. Where zeros
 * have to be confirmed, one step: OpenOCD repeats a failed step word by word, which takes long. */
uint64_t ocd__transfer_raw_size(const struct ocd_transfer *t);
/* The size of the next raw requests follows the rate of this one. */
void ocd__transfer_adapt(const struct ocd_transfer *t, const struct ocd_flight *flight,
                         ocd_time took);

/* Asks for the first accesses of `size` bytes at `offset` as text, at most as many as one request
 * takes, and returns how many bytes they are; 0 when that ended the operation. */
uint64_t ocd__transfer_ask(struct ocd_transfer *t, uint64_t offset, uint64_t size);
/* The same without sending: t->command. */
uint64_t ocd__transfer_compose(struct ocd_transfer *t, uint64_t offset, uint64_t size);
/* Parses the reply to a text request and delivers what has been moved. failed->count is 0, or
 * *failed is the chunk that could not be, and the operation's detail says why. False when the
 * transfer has ended. */
bool ocd__transfer_take(struct ocd_transfer *t, const struct ocd_flight *flight,
                        struct ocd_reply *reply, struct ocd_chunk *failed);
/* Keeps OpenOCD's words about a failed chunk in the operation's detail, and sets t->code,
 * t->failed_addr and t->hint. */
void ocd__transfer_record_failure(struct ocd_transfer *t, struct ocd_chunk chunk,
                                  const struct ocd_reply *reply);
/* Memory for the bytes at this offset; `source` fills in the bytes to be written there. NULL: out
 * of memory. */
uint8_t *ocd__transfer_place(struct ocd_transfer *t, uint64_t offset, size_t size);
uint8_t *ocd__transfer_source(struct ocd_transfer *t, uint64_t offset, size_t size);
/* A request has been made. */
void ocd__transfer_in_flight(struct ocd_transfer *t, struct ocd_flight flight);
/* Hands over the next `size` bytes; `data` NULL: unreadable. False when the transfer has ended. */
bool ocd__transfer_deliver(struct ocd_transfer *t, const void *data, uint64_t size);
void ocd__transfer_end(struct ocd_transfer *t, int result);
/* An access has failed: asks whether the target is present. If it is, the phase `then` goes on:
 * LOCATE with t->failed, UNREADABLE with the end of the range, DONE with t->code. */
void ocd__transfer_diagnose(struct ocd_transfer *t, enum ocd_transfer_phase then);
void ocd__transfer_diagnosed(struct ocd_transfer *t, struct ocd_reply *reply);
/* `size` bytes have arrived at the offset `done`. True: they wait for zeros to be confirmed, or the
 * transfer has ended. */
bool ocd__transfer_confirm(struct ocd_transfer *t, const void *data, uint64_t size,
                           struct ocd_view log);
void ocd__transfer_confirm_reply(struct ocd_transfer *t, struct ocd_reply *reply);
/* Ignores the replies in flight, and asks again from `offset` on. */
void ocd__transfer_restart(struct ocd_transfer *t, uint64_t offset);
/* The target is present: reports the unreadable range, and goes on after it. */
void ocd__transfer_end_unreadable(struct ocd_transfer *t);
/* This chunk failed: find out where. */
void ocd__transfer_locate(struct ocd_transfer *t, struct ocd_chunk chunk);
void ocd__transfer_locate_reply(struct ocd_transfer *t, const struct ocd_flight *flight,
                                struct ocd_reply *reply);
