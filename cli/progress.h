// SPDX-License-Identifier: MIT
/* A line on standard error that shows how far a transfer has come. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool enabled;
    bool shown;
    double started; /* seconds of the monotonic clock */
    double drawn;
};

/* Starts the clock. Shown only if `wanted` and standard error is a terminal. */
void progress_start(struct progress *progress, bool wanted);

/* Draws at most ten times a second, and not in the first quarter: short work does not flicker. */
void progress_update(struct progress *progress, uint64_t done, uint64_t total);

/* Takes the line away, before anything else is written to the terminal. */
void progress_erase(struct progress *progress);

/* Erases the line and tells size, time and rate instead. */
void progress_finish(struct progress *progress, uint64_t done);
