// SPDX-License-Identifier: MIT
/* A file for a command of OpenOCD that takes one: S-records in a temporary file of the server.
 *
 * It is made, used and deleted within one request (tcl/scripts.h), so that nothing is left whatever
 * becomes of the client. */
#pragma once

#include "base/buffer.h"
#include "ocd.h"
#include "session/op.h"

/* OpenOCD's parser of S-records has room for 512 ranges and does not check that (its
 * src/target/image.c); gaps after this number are filled. */
#define OCD_SERVER_FILE_RANGES_MAX 256u

struct ocd_server_file {
    struct ocd_buffer records;
    struct ocd_buffer command;
    struct ocd_buffer shown; /* the same for the trace */
    struct ocd_image_writer *writer;
    uint64_t next; /* address after the last byte */
    unsigned ranges;
    uint8_t fill; /* for gaps that are filled */
};

void ocd__server_file_free(struct ocd_server_file *f);
/* Whether a file with `size` bytes of data can be made at all. False: the operation has ended. */
bool ocd__server_file_possible(struct ocd_op *op, uint64_t size);
/* Begins an empty file. `fill` is for gaps that have to be filled. */
int ocd__server_file_begin(struct ocd_server_file *f, uint8_t fill);
/* Adds data; addresses ascend and are below 2^32. */
int ocd__server_file_put(struct ocd_server_file *f, uint64_t addr, const void *data, size_t size);
/* Runs `before` PATH `after` at the operation's target when it is halted. The answer is one of
 * ocd__control_send. False: the operation has ended. */
bool ocd__server_file_send(struct ocd_server_file *f, struct ocd_op *op, const char *before,
                           const char *after);
