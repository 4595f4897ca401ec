// SPDX-License-Identifier: MIT
/* The target that a command addresses, and how. */
#pragma once

#include <stdbool.h>

struct ocd_where {
    const char *target; /* already a Tcl word; NULL for the connection's current target */
    bool phys;
    bool poll; /* the target is to be polled after its accesses: OpenOCD answers zeros and success
                  when it is gone */
    bool confirm; /* zeros among several values have to be read singly: see transfer/confirm.c */
};
