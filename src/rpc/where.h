// SPDX-License-Identifier: MIT
/* Whom a command addresses. */
#pragma once

#include <stdbool.h>

struct ocd_where {
    const char *target; /* already a Tcl word; NULL for the connection's current target */
    bool phys;
};
