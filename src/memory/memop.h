// SPDX-License-Identifier: MIT
/* What all memory operations have in common: check, learn about the target, transfer, verify. */
#pragma once

#include "session/session.h"
#include "transfer/transfer.h"

struct ocd_memop;

struct ocd_memop_class {
    struct ocd_op_class op; /* made by OCD_MEMOP_CLASS */
    /* Data of a read, in ascending order; see ocd_transfer_consume. May be NULL. */
    int (*consume)(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size);
    /* Data for a write without a buffer. May be NULL. */
    void (*produce)(struct ocd_memop *m, uint64_t addr, void *data, size_t size);
    /* All data have been moved; OCD_OK, the operation's error, or OCD_PENDING after
     * ocd__memop_again. May be NULL. */
    int (*complete)(struct ocd_memop *m);
    /* An access of the range has failed: the result to end with, or OCD_PENDING after
     * ocd__memop_again. May be NULL. */
    int (*failed)(struct ocd_memop *m);
    /* The target is known: begins the work, instead of moving the range that was given to
     * ocd__memop_begin. May be NULL. */
    void (*ready)(struct ocd_memop *m);
};

enum ocd_memop_phase {
    OCD_MEMOP_NEW,
    OCD_MEMOP_ASKING, /* for the target's byte order */
    OCD_MEMOP_MOVING,
    OCD_MEMOP_RETRY32, /* the same in 32-bit accesses, because the width 64 may have caused a
                          failure */
    OCD_MEMOP_VERIFYING,
};

struct ocd_memop {
    struct ocd_op op;
    const struct ocd_memop_class *class;
    bool write;
    unsigned exact; /* bytes of an element; 0: bulk */
    uint64_t addr;
    uint64_t size;
    uint8_t *data;            /* the caller's, or NULL */
    ocd_progress_fn progress; /* the call's */
    enum ocd_memop_phase phase;
    struct ocd_target_info *target;
    uint64_t base;  /* bytes moved before this range */
    uint64_t total; /* bytes in all, for the progress callback */
    uint64_t done;  /* bytes of the range moved, from the first one on */
    struct ocd_transfer transfer;
    uint8_t *image;       /* a 64-bit write as the 32-bit accesses need it, or NULL */
    uint8_t *expected;    /* OCD_WRITE_VERIFY of a write without a buffer: what should be there */
    size_t expected_size; /* bytes of room */
};

/* The class of the operations of `type`; what else it has, such as `.destroy`, follows. */
#define OCD_MEMOP_CLASS(type, ...)                                                                 \
    {                                                                                              \
        .size = sizeof(type), .dry = true, .pump = ocd__memop_pump, .reply = ocd__memop_reply,     \
        __VA_ARGS__                                                                                \
    }

/* Fills in a new operation; ends it at once when the arguments are wrong or there is nothing to do.
 * `data` may be NULL only with `streams` (or a size of 0). */
void ocd__memop_begin(struct ocd_memop *m, uint64_t addr, uint64_t size, void *data, bool streams);
void ocd__memop_pump(struct ocd_op *op);
void ocd__memop_reply(struct ocd_op *op, uint64_t tag, struct ocd_reply *reply);
void ocd__memop_account(struct ocd_op *op, int result);
void ocd__memop_destroy(struct ocd_op *op);
/* In `complete`: another range is to follow. `base` bytes count as done already. */
void ocd__memop_again(struct ocd_memop *m, uint64_t addr, uint64_t size, uint64_t base);
/* Layout of bytes in this target's memory. */
enum ocd_layout ocd__memop_layout(const struct ocd_memop *m);
