// SPDX-License-Identifier: MIT
/* A long run under faults: sessions in threads of their own use two OpenOCDs, every result is
 * compared with the simulated chip's memory, and faults are provoked meanwhile. */
#pragma once

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ocd.h"
#include "ocdsim.h"

#define SERVERS 2 /* OpenOCDs */
#define WORKERS 8

#define RAM_SIZE   (2u << 20)
#define AREA_SIZE  (64u << 10) /* of the RAM, each worker's own */
#define AREA_BASE  0x20040000u /* of the first one */
#define FLASH_SIZE SIM_FLASH_SIZE_DEFAULT

/* Deadline of every call, ms, and what it may last beyond on a busy machine. With a sanitizer the
 * chips are slow too. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TIMEOUT_MS 20000
#else
#define TIMEOUT_MS 10000
#endif
#define SLACK_MS 10000

/* Whatever is asked for. */
#define SOAK_OPERATIONS(X)                                                                         \
    X(read_values)                                                                                 \
    X(write_values)                                                                                \
    X(read_bytes)                                                                                  \
    X(write_bytes)                                                                                 \
    X(fill)                                                                                        \
    X(search)                                                                                      \
    X(hexdump)                                                                                     \
    X(read_many)                                                                                   \
    X(read_flash)                                                                                  \
    X(dump)                                                                                        \
    X(load)                                                                                        \
    X(verify)                                                                                      \
    X(command)                                                                                     \
    X(targets)                                                                                     \
    X(many_at_once)                                                                                \
    X(cancelled)                                                                                   \
    X(cut_off)

#define SOAK_FAULTS(X)                                                                             \
    X(frozen_probe, "probe frozen")                                                                \
    X(dropped_probe, "probe gone, OpenOCD restarted")                                              \
    X(bad_memory, "memory that answers with bus errors")                                           \
    X(stopped_openocd, "OpenOCD stopped")                                                          \
    X(killed_openocd, "OpenOCD killed and restarted")                                              \
    X(slow_probe, "probe slowed down")

enum {
#define SOAK_ENUM(name) OPERATION_##name,
    SOAK_OPERATIONS(SOAK_ENUM)
#undef SOAK_ENUM
    OPERATIONS
};

enum {
#define SOAK_ENUM(name, text) FAULT_##name,
    SOAK_FAULTS(SOAK_ENUM)
#undef SOAK_ENUM
    FAULTS
};

/* An OpenOCD in front of its chip. */
struct server {
    struct sim *sim;
    uint8_t flash[FLASH_SIZE]; /* what is in it; nobody writes there */
    uint32_t latency_us;
    struct ocd_session *owner; /* has started the OpenOCD; only the main thread uses it */
    pid_t openocd;
    atomic_uint port;        /* 0: there is none at the moment */
    atomic_uint starts;      /* how often one was started */
    atomic_uint active;      /* faults that are going on, or whose traces are */
    atomic_uint changes;     /* how often that has changed */
    atomic_uint last;        /* the last fault, and when it was over, for reports */
    atomic_ullong last_over; /* ns */
};

struct worker {
    unsigned index;
    struct server *server;
    struct soak *soak;
    pthread_t thread;
    bool raw, reconnects; /* its data may move raw; its sessions connect again */
    uint64_t seed;
    uint32_t base;               /* of its area */
    uint8_t memory[AREA_SIZE];   /* the expected contents */
    uint8_t scratch[FLASH_SIZE]; /* for what is read */
    uint8_t there[AREA_SIZE + 1];
    struct ocd_session *session; /* NULL: none at the moment */
    unsigned starts;             /* server->starts when it was connected */
    bool cut;                    /* the worker has cut its connection itself */
    char file[64];

    /* The operation under way. */
    unsigned operation;
    unsigned active, changes;
    uint64_t begun;    /* ns */
    uint64_t progress; /* when it last reported some; 0: not yet */

    atomic_uint turns; /* operations that have ended */
    uint64_t done[OPERATIONS];
    uint64_t connects, resumed;
};

struct soak {
    struct server servers[SERVERS];
    struct worker workers[WORKERS];
    char directory[32];
    atomic_bool pause, stop;
    pthread_barrier_t barrier; /* all workers and the main thread */
    atomic_uint wrong;         /* results that are not what they must be */
    atomic_uint slow;          /* calls whose time was over while they were still getting on */
    atomic_uint calls;
    atomic_uint errors[512]; /* failed calls by their code, negated */
    atomic_uint longest_ms;
    uint64_t faults[FAULTS];
    uint64_t seed;
    uint64_t begun; /* ns */
};

uint64_t soak_now(void);
uint32_t soak_random(uint64_t *seed, uint32_t below);
/* Reports a wrong result on standard error, and counts it. */
void soak_wrong(struct worker *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* worker.c */
void *worker_run(void *worker);
/* Before and after each call. `judge` answers whether it has succeeded, and complains of failures
 * that nothing explains. */
void worker_begin(struct worker *w);
bool worker_judge(struct worker *w, int result, const struct ocd_error *error);
/* After a write of `size` bytes that should have been `data`: what is there is compared. The
 * first `good` bytes are known to be written, all others may be old or new. */
void worker_written(struct worker *w, uint32_t offset, const void *data, size_t size, size_t good);
/* Compares what was read with the expected contents. */
void worker_compare(struct worker *w, uint32_t offset, const void *data, size_t size);
/* A range of the area, small more often than large: offset and size. */
size_t worker_range(struct worker *w, uint32_t *offset, size_t most);
void worker_lose_session(struct worker *w);

/* operations.c: one of them, picked at random. */
void operation_run(struct worker *w);

/* faults.c: starts the chips and OpenOCDs; false: that is not possible. */
bool faults_start(struct soak *soak);
void faults_stop(struct soak *soak);
/* Ends the OpenOCDs, and starts others. */
void faults_close(struct soak *soak);
void faults_open(struct soak *soak);
/* Provokes a fault, and ends it. */
void faults_make(struct soak *soak, uint64_t *seed);
/* Lets that time pass, and does meanwhile what the started OpenOCDs need. */
void faults_rest(struct soak *soak, unsigned ms);
