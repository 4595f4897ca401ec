// SPDX-License-Identifier: MIT
/* The file of an operation. */
#pragma once

#include "session/op.h"

/* Opens it. False: the operation has ended with the reason. */
bool ocd_origin_image(struct ocd_op *op, struct ocd_image **image, const char *path,
                      const struct ocd_image_options *options);
/* What has failed goes into the operation's detail; answers `rc`. */
int ocd_origin_failed(struct ocd_op *op, const struct ocd_image *image, int rc);
/* Exactly the `size` bytes at `addr`, which must come next. */
int ocd_origin_read(struct ocd_op *op, struct ocd_image *image, uint64_t addr, void *data,
                    size_t size);
