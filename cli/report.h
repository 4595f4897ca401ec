// SPDX-License-Identifier: MIT
/* Messages on standard error: one line each, text from outside escaped. Where the answer is JSON a
 * failure is an object, too: {"error": {"code", "address", "message", "hint"}}. */
#pragma once

#include "cli.h"

/* "ocd: COMMAND: …; try 'ocd COMMAND --help'". Returns CLI_USAGE. */
int report_usage(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a word of the command line: "ocd: COMMAND: WHAT 'WORD' WRONG; try …". */
int report_word(const struct cli *cli, const char *what, const char *word, const char *wrong);

/* What an operation has failed with: "ocd: VERB 0x20000000: reason (what to try)". `error` may be
 * NULL. The unit ("bytes") counts what was done before; NULL leaves that out. Returns the exit
 * code; that of a signal, without a word, if one has come. */
int report_failure(struct cli *cli, int result, const struct ocd_error *error, const char *subject,
                   const char *unit);

/* A local failure: "ocd: WHAT: reason", the reason being that of `error`, an errno. Silent for
 * EPIPE: the reader of our output has seen enough. Returns CLI_LOCAL, or the code of a signal. */
int report_local(struct cli *cli, const char *what, int error);

/* "ocd: WHAT: message" of an ocd_err. Returns `status`, or the code of a signal. */
int report_error(struct cli *cli, int status, int code, const char *what, const char *message);
/* The same, of wrong usage or of a local failure, as the status says. */
int report_message(struct cli *cli, int status, const char *what, const char *message);

/* "ocd: VERB: 0x20000000 to 0x20000FFF unreadable (4096 bytes)". Nothing where the answer is JSON.
 */
void report_unreadable(struct cli *cli, uint64_t addr, uint64_t size);

/* "read 0x20000000" into `buffer`; returns `buffer`. */
#define REPORT_SUBJECT_MAX 64
const char *report_subject(const struct cli *cli, uint64_t addr, char buffer[REPORT_SUBJECT_MAX]);

/* With --verbose writes what travels between tool and server, and a command that a dry run keeps
 * back to standard output, one a line. For ocd_options.trace. */
void report_trace(char direction, const char *text, size_t size, void *cli);
