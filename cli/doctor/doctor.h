// SPDX-License-Identifier: MIT
/* The checks of `ocd doctor`: each adds lines to the answer, with a cure where something is wrong.
 */
#pragma once

#include "cli.h"

enum doctor_result {
    DOCTOR_OK,
    DOCTOR_NOTE,    /* not a failure, for information */
    DOCTOR_SKIPPED, /* cannot be checked, or was not asked for */
    DOCTOR_FAILED,
};

struct doctor {
    struct cli *cli;
    bool connected;         /* `cli->session` is ready for calls */
    struct ocd_range range; /* memory that may be read to measure the rate; of 0 bytes: none */
    unsigned count;         /* lines so far */
    unsigned failed;        /* of them */
};

/* One line of the answer. `cure` NULL or "": there is none. */
void doctor_add(struct doctor *doctor, const char *check, enum doctor_result result,
                const char *cure, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same of a failed operation: "SUBJECT: what OpenOCD said", and the library's hint, to which
 * `more` is added unless it is "". `op` may be NULL. */
void doctor_add_error(struct doctor *doctor, const char *check, enum doctor_result result,
                      const struct ocd_op *op, const char *subject, const char *more);
/* Begins and ends the answer. */
void doctor_begin(const struct doctor *doctor);
void doctor_end(const struct doctor *doctor);

/* The installed OpenOCD: that it can be run, and how old it is. */
void doctor_check_openocd(struct doctor *doctor);
/* The connection, which has succeeded or failed with `op`: who answers, or who listens there. */
void doctor_check_port(struct doctor *doctor, const struct ocd_op *op, const char *subject);
/* Debug probes on USB, and whether this user may open them. */
void doctor_check_probe(struct doctor *doctor);
/* The target: examined, and in which state. */
void doctor_check_target(struct doctor *doctor);
/* How bytes move. */
void doctor_check_bytes(struct doctor *doctor);
/* The ELF files: for this kind of processor, and in the target. Where no range is given, that of
 * the largest part of the program becomes doctor->range. */
void doctor_check_program(struct doctor *doctor);
/* How fast bytes move: reads doctor->range once. */
void doctor_check_rate(struct doctor *doctor);
