// SPDX-License-Identifier: MIT
/* What a session has learnt about moving memory. */
#pragma once

#include "memory/local.h"
#include "memory/route.h"
#include "memory/tuner.h"
#include "session/session.h"

struct ocd_memory {
    struct ocd_local local;
    struct ocd_route route;     /* of reads */
    struct ocd_tuner tuners[4]; /* reads, writes; exact reads, exact writes */
};

/* Makes sure that session->memory is there; false: out of memory. */
bool ocd_memory_prepare(struct ocd_session *s);
