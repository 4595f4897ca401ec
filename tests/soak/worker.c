// SPDX-License-Identifier: MIT
/* A session's thread: connects, works, compares, and checks its memory after a failure. */
#define _DEFAULT_SOURCE
#include "soak.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A session that can reconnect must have done so after this time. */
#define RECOVERY_MS 60000
/* OpenOCD takes 256 bytes of a connection at a time, all connections in turn: after this many round
 * trips nothing that was sent over a connection that has been cut is left. The most that is sent
 * there is 16 KiB of data as text. */
#define ROUNDS_AFTER_CUT 300

static void rest(void)
{
    const struct timespec tick = {.tv_nsec = 5000000};

    nanosleep(&tick, NULL);
}

static bool have_session(struct worker *w)
{
    const struct ocd_options options = {
        .host = "127.0.0.1",
        .port = (uint16_t)atomic_load(&w->server->port),
        .timeout_ms = TIMEOUT_MS,
        .reconnect = w->reconnects,
    };

    if (w->session != NULL)
        return true;
    if (options.port == 0)
        return false;
    w->starts = atomic_load(&w->server->starts);
    w->cut = false;
    w->connects++;
    worker_begin(w);
    int rc = ocd_connect(&w->session, &options);
    if (worker_judge(w, rc, ocd_last_error(w->session)))
        return true;
    worker_lose_session(w);
    return false;
}

void worker_lose_session(struct worker *w)
{
    ocd_close(w->session);
    w->session = NULL;
}

void worker_begin(struct worker *w)
{
    w->changes = atomic_load(&w->server->changes);
    w->active = atomic_load(&w->server->active);
    w->begun = soak_now();
    w->progress = 0;
}

/* A fault that overlapped with the call, or that has ended the connection before it. */
static bool is_explained(const struct worker *w, int result)
{
    bool fault = w->active > 0 || atomic_load(&w->server->active) > 0 ||
                 atomic_load(&w->server->changes) != w->changes;
    bool lost = w->cut || atomic_load(&w->server->starts) != w->starts;

    switch (result) {
    case OCD_ERR_TARGET:
    case OCD_ERR_NOT_EXAMINED:
    case OCD_ERR_NO_ANSWER:
    case OCD_ERR_PROBE:
    case OCD_ERR_TIMEOUT:
    case OCD_ERR_COMMAND:
        return fault;
    case OCD_ERR_CLOSED:
    case OCD_ERR_CONNECT:
        return fault || lost;
    default:
        return false;
    }
}

/* The machine may be too busy for the deadline. A call that hangs is something else. */
static bool is_getting_on(const struct worker *w)
{
    return w->progress != 0 && soak_now() - w->progress < UINT64_C(1000000) * TIMEOUT_MS / 2;
}

bool worker_judge(struct worker *w, int result, const struct ocd_error *error)
{
    unsigned took = (unsigned)((soak_now() - w->begun) / 1000000);
    unsigned longest = atomic_load(&w->soak->longest_ms);

    atomic_fetch_add(&w->soak->calls, 1);
    while (took > longest && !atomic_compare_exchange_weak(&w->soak->longest_ms, &longest, took))
        continue;
    if (took > TIMEOUT_MS + SLACK_MS)
        soak_wrong(w, "took %u ms", took);
    if (result == OCD_OK)
        return true;
    atomic_fetch_add(&w->soak->errors[-result], 1);
    if (is_explained(w, result))
        return false;
    if (result == OCD_ERR_TIMEOUT && is_getting_on(w))
        atomic_fetch_add(&w->soak->slow, 1);
    else
        soak_wrong(w, "%s, %llu done, the last %.3f s after the beginning: %s",
                   ocd_err_name(result), (unsigned long long)error->done,
                   w->progress != 0 ? (double)(w->progress - w->begun) / 1e9 : 0.0, error->text);
    return false;
}

/* Whether the server has run or dropped everything that was sent. */
static bool has_settled(struct worker *w)
{
    bool cut = w->session == NULL || w->cut;
    bool same = atomic_load(&w->server->starts) == w->starts;

    if (!have_session(w))
        return false;
    for (int i = 0; i < (cut && same ? ROUNDS_AFTER_CUT : 1); i++) {
        worker_begin(w);
        int rc = ocd_command(w->session, "expr 1", NULL);
        if (!worker_judge(w, rc, ocd_last_error(w->session))) {
            if (rc == OCD_ERR_CLOSED || rc == OCD_ERR_CONNECT)
                worker_lose_session(w);
            return false;
        }
    }
    w->cut = false;
    return true;
}

static void settle(struct worker *w)
{
    uint64_t begin = soak_now();

    while (!has_settled(w)) {
        rest();
        if (soak_now() - begin > (uint64_t)RECOVERY_MS * 1000000) {
            soak_wrong(w, "the session does not come back");
            begin = soak_now();
        }
        if (atomic_load(&w->soak->stop))
            return;
    }
}

void worker_compare(struct worker *w, uint32_t offset, const void *data, size_t size)
{
    const uint8_t *have = data;

    for (size_t i = 0; i < size; i++) {
        if (have[i] != w->memory[offset + i]) {
            soak_wrong(w, "0x%08x: 0x%02x was read, 0x%02x is there",
                       (unsigned)(w->base + offset + i), have[i], w->memory[offset + i]);
            return;
        }
    }
}

void worker_written(struct worker *w, uint32_t offset, const void *data, size_t size, size_t good)
{
    const uint8_t *new = data, *now = w->there;

    if (good < size)
        settle(w);
    if (sim_peek(w->server->sim, w->base + offset, w->there, size) != 0)
        soak_wrong(w, "the memory cannot be looked at");
    for (size_t i = 0; i < size; i++) {
        if (now[i] != new[i] && (i < good || now[i] != w->memory[offset + i])) {
            soak_wrong(w, "0x%08x: 0x%02x is there, not 0x%02x%s (%zu of %zu were written)",
                       (unsigned)(w->base + offset + i), now[i], new[i],
                       i < good ? "" : " and not what was there before", good, size);
            break;
        }
    }
    memcpy(w->memory + offset, now, size);
}

size_t worker_range(struct worker *w, uint32_t *offset, size_t most)
{
    static const uint32_t limits[] = {16, 256, 256, 4096, 16384, AREA_SIZE};
    size_t size = soak_random(&w->seed, limits[soak_random(&w->seed, 6)]) + 1;

    size = size < most ? size : most;
    *offset = soak_random(&w->seed, (uint32_t)(AREA_SIZE - size + 1));
    return size;
}

/* Between operations the whole area must be what the worker thinks it is. */
static void check_area(struct worker *w)
{
    sim_peek(w->server->sim, w->base, w->scratch, AREA_SIZE);
    if (memcmp(w->scratch, w->memory, AREA_SIZE) != 0)
        soak_wrong(w, "the area holds what nobody has written");
}

/* Waits without a session while the main thread measures the memory of the process. */
static void stand_by(struct worker *w)
{
    worker_lose_session(w);
    check_area(w);
    pthread_barrier_wait(&w->soak->barrier);
    pthread_barrier_wait(&w->soak->barrier);
}

void *worker_run(void *worker)
{
    struct worker *w = worker;

    sim_peek(w->server->sim, w->base, w->memory, AREA_SIZE);
    while (!atomic_load(&w->soak->stop)) {
        if (atomic_load(&w->soak->pause)) {
            settle(w);
            stand_by(w);
        } else if (have_session(w)) {
            operation_run(w);
            if (soak_random(&w->seed, 300) == 0)
                worker_lose_session(w);
        } else {
            rest();
        }
    }
    worker_lose_session(w);
    return NULL;
}
