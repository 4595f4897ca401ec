// SPDX-License-Identifier: MIT
/* How far a transfer has come, on standard error: a bar on a terminal, now and then a line
 * elsewhere. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool enabled;
    bool terminal;
    bool shown;
    double started; /* seconds of the monotonic clock */
    double drawn;
};

/* Starts the clock. Nothing is ever shown unless `wanted`. */
void progress_start(struct progress *progress, bool wanted);

/* On a terminal draws at most ten times a second, and not in the first quarter: short work does not
 * flicker. Elsewhere prints a line every five seconds. */
void progress_update(struct progress *progress, uint64_t done, uint64_t total);

/* Takes the line away, before anything else is written to the terminal. */
void progress_erase(struct progress *progress);

/* The same before results are written, which may go elsewhere: the line stays then. */
void progress_make_room(struct progress *progress);

/* On a terminal erases the line and prints size, time and rate instead. */
void progress_finish(struct progress *progress, uint64_t done);
