// SPDX-License-Identifier: MIT
/* The process between us and OpenOCD. It is forked without exec, possibly from a program with many
 * threads, so it may use async-signal-safe calls only. It keeps a copy-on-write view of that
 * program's memory: memory that the program changes later exists twice while OpenOCD runs.
 *
 * It talks to us through memory that both share and through a socket pair, whose only meaning is
 * "look again" (a byte) and "the other side is gone" (its end). */
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of OpenOCD's output that are kept; a power of two, so that positions may wrap. */
#define OCD_LOG_RING 65536u

/* SIGKILL follows SIGTERM after this time. A healthy OpenOCD ends within some 100 ms. */
#define OCD_SUPERVISOR_TERM_MS 2000
/* After SIGKILL it is given up after this time (a process in an uninterruptible sleep). */
#define OCD_SUPERVISOR_KILL_MS 1000

enum ocd_end {
    OCD_END_NONE = 0, /* running, or the supervisor was killed */
    OCD_END_EXIT,     /* value: exit status */
    OCD_END_SIGNAL,   /* value: signal */
    OCD_END_EXEC,     /* value: errno of execve */
    OCD_END_SYSTEM,   /* value: errno of what the supervisor could not do */
};

/* Written by the supervisor (`end` also by OpenOCD's process before execve), read by us. */
struct ocd_supervised {
    atomic_uint port;
    atomic_int pid;
    atomic_int end;
    atomic_int value;    /* valid once `end` is set */
    atomic_uint written; /* bytes of output so far, modulo 2^32 */
    char ring[OCD_LOG_RING];
};

/* What it needs, prepared before the fork. */
struct ocd_supervisor {
    struct ocd_supervised *shared;
    int socket;
    pid_t parent;
    const char *path; /* of the program */
    char *const *argv;
    char *const *envp;
    int fd_limit; /* one above the highest descriptor, where close_range is missing */
};

/* To be called in the child with all signals blocked. Never returns. */
_Noreturn void ocd__supervise(const struct ocd_supervisor *s);
