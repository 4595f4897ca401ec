// SPDX-License-Identifier: MIT
/* The detail of a failure, with the memory of its strings. */
#pragma once

#include <stdarg.h>

#include "base/buffer.h"
#include "base/cause.h"
#include "ocd.h"

struct ocd_detail {
    struct ocd_error error; /* its strings point into the buffers, or at constants */
    struct ocd_buffer command;
    struct ocd_buffer message;
    struct ocd_buffer text;
    struct ocd_buffer reason;
    struct ocd_buffer hint;
    enum ocd_fact fact; /* for the hint */
    uint64_t number;    /* of the fact */
};

/* The error of an object that could not be created. */
const struct ocd_error *ocd__detail_no_memory(void);

void ocd__detail_init(struct ocd_detail *d);
void ocd__detail_free(struct ocd_detail *d);
/* Forgets everything. */
void ocd__detail_clear(struct ocd_detail *d);
/* The setters never fail: without memory a text is left out. ocd__detail_set returns `code`. */
int ocd__detail_set(struct ocd_detail *d, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void ocd__detail_command(struct ocd_detail *d, const char *command, size_t size);
/* The server's or the system's words; white space at the ends is left out. */
void ocd__detail_message(struct ocd_detail *d, const char *message, size_t size);
void ocd__detail_address(struct ocd_detail *d, uint64_t addr, uint64_t done);
/* What the operation knows about its failure besides these words, and the number of that fact. */
void ocd__detail_fact(struct ocd_detail *d, enum ocd_fact fact, uint64_t number);
/* Composes `text`, "WHAT: at 0x…: REASON", `reason` and `hint` from what is known. `what` says what
 * was asked. */
void ocd__detail_compose(struct ocd_detail *d, const char *what);
void ocd__detail_copy(struct ocd_detail *to, const struct ocd_detail *from);
