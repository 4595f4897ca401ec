// SPDX-License-Identifier: MIT
/* The server's clock as this machine's: each request began after it was sent and ended before its
 * reply came, which bounds the difference of the clocks. Pure. Times are in microseconds. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct ocd__server_clock {
    bool known;
    double low, high; /* of this machine's clock less the server's */
    int64_t at;       /* this machine's time of the last request */
};

/* A request that was sent and answered at these times of this machine, and that the server began
 * and ended at these times of its own. */
void ocd__server_clock_learn(struct ocd__server_clock *c, int64_t sent, int64_t answered,
                             int64_t began, int64_t ended);
/* This machine's time for one of the server's, and how far it may be off. */
int64_t ocd__server_clock_here(const struct ocd__server_clock *c, int64_t server, uint32_t *error);
