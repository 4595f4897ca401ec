// SPDX-License-Identifier: MIT
/* An OpenOCD of our own as a child process.
 *
 * Between us and OpenOCD is a supervisor (supervisor.h), a forked process that reads OpenOCD's
 * output and ends OpenOCD when our process ends, however that happens. Nothing here blocks but
 * ocd__process_end, and nothing needs a signal handler. */
#pragma once

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ocd__process_log answers at most this many bytes. */
#define OCD_PROCESS_LOG_MAX 8192

/* Upper bound of ocd__process_end: an OpenOCD that is blocked by its probe ignores SIGTERM. */
#define OCD_PROCESS_END_MAX_MS 3500

struct ocd_process;

enum ocd_process_state {
    OCD_PROCESS_STARTING, /* no port yet */
    OCD_PROCESS_READY,    /* it listens. `init` may still be under way: a request is answered
                             after it, and the process may still die of it. Its socket closes some
                             milliseconds before OCD_PROCESS_ENDED is known: wait for that on
                             ocd__process_fd when a connection breaks before the first answer */
    OCD_PROCESS_ENDED,    /* never started, or exited: ocd__process_reason */
};

/* Starts `program` (NULL: $OCD_OPENOCD, else "openocd"; looked up in PATH unless it has a slash)
 * with our defaults, the words of `config` (may be NULL), and `args` (NULL-terminated, may be
 * NULL).
 *
 * The defaults are: no GDB port, no telnet port, a free Tcl port; they come first, so that any of
 * the caller's settings wins. Without any -f or -c of the caller openocd.cfg is loaded, as OpenOCD
 * itself would do.
 *
 * 0; OCD_ERR_ARG (`config` cannot be split); OCD_ERR_NOMEM; OCD_ERR_SYSTEM (errno is set);
 * OCD_ERR_PROCESS (no such program). `message` then has the words for it. */
int ocd__process_start(struct ocd_process **process, const char *program, const char *config,
                       const char *const *args, struct ocd_buffer *message);

/* To be polled for POLLIN, then ocd__process_poll; -1 once that has answered OCD_PROCESS_ENDED. */
int ocd__process_fd(const struct ocd_process *process);

/* The current state. Never blocks. It also reports an OpenOCD that dies later. */
enum ocd_process_state ocd__process_poll(struct ocd_process *process);

/* The Tcl port, 0 until OCD_PROCESS_READY. */
uint16_t ocd__process_port(const struct ocd_process *process);

/* Process id of OpenOCD, 0 as long as it is not known. */
pid_t ocd__process_pid(const struct ocd_process *process);

/* Why it has ended, in a few words: "exited with status 1", "killed by signal 15 (Terminated)",
 * "cannot be run: Exec format error"; "" before. `status` receives the exit status or -1,
 * `signal` the signal or 0; both may be NULL. */
const char *ocd__process_reason(const struct ocd_process *process, int *status, int *signal);

/* The last whole lines of its output, NUL-terminated; valid until the next call. */
const char *ocd__process_log(struct ocd_process *process);

/* Hands over each line of its output (without the line end) that has not been handed over yet.
 * Lines which came too fast to be kept are skipped, one longer than OCD_PROCESS_LOG_MAX is cut. */
void ocd__process_lines(struct ocd_process *process,
                        void (*line)(const char *text, size_t size, void *user), void *user);

/* Ends OpenOCD (SIGTERM, then SIGKILL), reaps what is ours, releases everything and sets *process
 * to NULL. In a child that the caller has forked meanwhile it only releases: OpenOCD goes on. */
void ocd__process_end(struct ocd_process **process);
