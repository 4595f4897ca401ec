// SPDX-License-Identifier: MIT
/* The image file of an operation. */
#pragma once

#include "session/op.h"

/* Opens it. False: the operation has ended with the reason. */
bool ocd__image_input_open(struct ocd_op *op, struct ocd_image **image, const char *path,
                           const struct ocd_image_options *options);
/* Copies the image's error into the operation's detail; returns `rc`. */
int ocd__image_input_failed(struct ocd_op *op, const struct ocd_image *image, int rc);
/* How far an image has been read. */
struct ocd_cursor {
    struct ocd_image *image;
    size_t range;
    uint64_t taken; /* bytes of that range */
};

/* Starts at the lowest address. */
void ocd__cursor_begin(struct ocd_cursor *c, struct ocd_image *image);
/* The next bytes that follow each other, as far as they are at or below `last`. False: there are
 * none. */
bool ocd__cursor_next(const struct ocd_cursor *c, uint64_t last, struct ocd_range *next);
/* Reads the next `size` bytes, which must follow each other. */
int ocd__cursor_read(struct ocd_cursor *c, struct ocd_op *op, void *data, size_t size);
/* Reads over all bytes below `end`, with a buffer of `room` bytes. */
int ocd__cursor_skip(struct ocd_cursor *c, struct ocd_op *op, uint64_t end, void *buffer,
                     size_t room);

/* Exactly the `size` bytes at `addr`, which must come next. */
int ocd__image_input_read(struct ocd_op *op, struct ocd_image *image, uint64_t addr, void *data,
                          size_t size);
