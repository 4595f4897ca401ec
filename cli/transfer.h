// SPDX-License-Identifier: MIT
/* One bulk operation with its output, its progress and its unreadable ranges. */
#pragma once

#include "cli.h"
#include "output.h"

struct transfer {
    struct cli *cli;
    struct output output;
    uint64_t unreadable; /* bytes that were skipped */
    uint64_t found;      /* the matches or other results of the operation */
    uint64_t max;        /* ends the operation when `found` reaches it, 0: never */
    int digits;          /* of the addresses it prints */
};

/* A bulk call that reports to the transfer: progress, and unreadable ranges as they come. */
struct ocd_call transfer_call(struct transfer *transfer);

/* -w, --verify, --dry-run and -f. */
extern const struct option transfer_write_options[];
/* Flags of a write, as --verify and --dry-run say. To be called before cli_connect(). */
unsigned transfer_write_flags(struct cli *cli, const struct args *args);

/* Waits, closes the output, reports what has failed, releases the operation. Returns the exit code:
 * CLI_REFUSED also when something was skipped. `addr` is what the command line said. */
int transfer_end(struct transfer *transfer, struct ocd_op *op, uint64_t addr);
/* The same for an operation that messages call `subject`. */
int transfer_end_as(struct transfer *transfer, struct ocd_op *op, const char *subject);

/* After a write: with -f json what has been done, as an object on standard output. */
void transfer_print_written(const struct cli *cli, uint64_t addr, uint64_t size, bool verified);
/* CLI_DONE, or the exit code after a message: --verify of no bytes would prove nothing. */
int transfer_check_size(struct cli *cli, const struct args *args, uint64_t size);
/* CLI_DONE, or the exit code after a message: -f is text or json, and commands of a dry run are no
 * JSON.
 */
int transfer_check_format(struct cli *cli, const struct args *args);

/* Reports output.error, if any, after output_close(). */
int transfer_output_status(struct transfer *transfer);
