// SPDX-License-Identifier: MIT
/* Waiting for processes, by descriptors and with a bound. */
#pragma once

#include "spawn/process.h"

#include <stdbool.h>

/* Starts an OpenOCD that must start; `mode` is its only argument. */
struct ocd_process *must_start(const char *program, const char *mode);

/* Polls until the process is in that state; fails the test after a minute or when it cannot be
 * reached any more. */
void await_state(struct ocd_process *process, enum ocd_process_state wanted);

/* The same until its log has that text. */
void await_log(struct ocd_process *process, const char *text);

/* A descriptor that reports the end of any process (a pidfd). */
int watch_pid(pid_t pid);

/* Whether that process ends within a minute; closes the descriptor. */
bool ends_soon(int watched);

/* Whether it has not ended yet. */
bool still_runs(int watched);

/* Ends one that is ready and answers how many milliseconds it took. Fails the test when it runs on.
 */
long end_it(struct ocd_process **process);

/* An end at once takes less, except on a busy machine, so that a test tries several times. */
#define AT_ONCE_MS 1000
#define TRIES      10
