// SPDX-License-Identifier: MIT
#include "watch/server_clock.h"

/* Maximum drift of two clocks, in microseconds per microsecond. */
#define DRIFT 100e-6

void ocd__server_clock_learn(struct ocd__server_clock *c, int64_t sent, int64_t answered,
                             int64_t began, int64_t ended)
{
    double low = (double)(sent - began), high = (double)(answered - ended);

    if (high < low)
        high = low; /* one of the clocks was set meanwhile */
    if (c->known && answered > c->at) {
        double drift = (double)(answered - c->at) * DRIFT;
        c->low -= drift;
        c->high += drift;
    }
    c->at = answered;
    bool apart = low > c->high || high < c->low; /* one of them was set since */
    if (!c->known || apart || low > c->low)
        c->low = low;
    if (!c->known || apart || high < c->high)
        c->high = high;
    c->known = true;
}

int64_t ocd__server_clock_here(const struct ocd__server_clock *c, int64_t server, uint32_t *error)
{
    double width = (c->high - c->low) / 2;

    *error = width < UINT32_MAX ? (uint32_t)(width + 0.5) : UINT32_MAX;
    return server + (int64_t)(c->low + width);
}
