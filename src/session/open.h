// SPDX-License-Identifier: MIT
/* Opening a session, and opening it once more. */
#pragma once

#include "session/session.h"

/* How an OpenOCD of the session's own is started. */
struct ocd_start {
    char *openocd; /* as in struct ocd_options, each NULL or a copy */
    char *config;
    char **args; /* ended by NULL, or NULL */
};

/* A copy of these options (NULL: the defaults). NULL: out of memory. */
struct ocd_start *ocd__start_new(const struct ocd_options *options);
void ocd__start_free(struct ocd_start *start);

/* The operation starts an OpenOCD, if the session has one of its own, and connects. */
void ocd__open_begin(struct ocd_session *s, struct ocd_op *op);
/* ocd_op_class.pump and .ended of such an operation. */
void ocd__open_pump(struct ocd_op *op);
void ocd__open_ended(struct ocd_op *op, int result);
