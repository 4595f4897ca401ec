// SPDX-License-Identifier: MIT
/* How long others wait while 16 MiB are read: a small read of the same session, and another client
 * when the one that reads is stopped. */
#include "bench.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE   (16u * MIB)
#define PERIOD 0.01 /* seconds between small reads */
/* A read at a latency takes longer: it is cancelled. */
#define LONGEST 2.0
/* Small reads while the other client is stopped, and how long one of them may take (ms). */
#define READS    20
#define GIVEN_UP 5000u

struct small {
    struct ocd_session *session;
    double begun;
    uint32_t value;
    bool busy;
};

static double longest;

static void small_done(struct ocd_op *op, int result, void *user)
{
    struct small *small = user;
    double waited = bench_now() - small->begun;

    bench_ok(small->session, result, "a small read");
    longest = waited > longest ? waited : longest;
    small->busy = false;
    ocd_op_free(op);
}

static void turn_loop(struct ocd_session *s, double until)
{
    double left = (until - bench_now()) * 1000;
    int timeout = ocd_loop_timeout(s), most = left < 0 ? 0 : (int)left;
    struct pollfd fd = {ocd_loop_fd(s), ocd_loop_events(s), 0};

    poll(&fd, 1, timeout >= 0 && timeout < most ? timeout : most);
    bench_ok(s, ocd_loop_dispatch(s), "reading");
}

static void measure_small(struct chip *c)
{
    struct ocd_session *s = c->session;
    struct small small = {0};
    struct ocd_op *bulk = ocd_read_bytes_async(s, BENCH_AT, c->room, SIZE, NULL);
    double begun = bench_now(), next = begun;

    longest = 0;
    while (ocd_op_result(bulk) == OCD_PENDING && bench_now() - begun < LONGEST) {
        if (bench_now() >= next && !small.busy) {
            small = (struct small){.session = s, .begun = bench_now(), .busy = true};
            next = small.begun + PERIOD;
            ocd_read_u32_async(s, BENCH_RAM, &small.value, 1,
                               &(struct ocd_call){.done = small_done, .user = &small});
        }
        turn_loop(s, next > bench_now() ? next : bench_now() + PERIOD);
    }
    ocd_cancel(bulk);
    int result = ocd_wait(bulk);
    if (result != OCD_ERR_CANCELLED)
        bench_ok(s, result, "reading 16 MiB");
    while (small.busy)
        turn_loop(s, bench_now() + 1);
    series_add(c->latency, "longest wait during 16 MiB", "u32, same session", longest);
}

/* Stops this process in the middle. */
static int stop(uint64_t done, uint64_t total, void *user)
{
    bool *stopped = user;

    if (!*stopped && done >= total / 2) {
        *stopped = true;
        raise(SIGSTOP);
    }
    return 0;
}

static _Noreturn void run_stopped(const struct chip *c)
{
    struct ocd_session *s;
    bool stopped = false;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    s = chip_connect(c->tcl_port);
    int result = ocd_wait(ocd_read_bytes_async(
        s, BENCH_AT, c->room, SIZE, &(struct ocd_call){.progress = stop, .user = &stopped}));
    _exit(result == OCD_OK ? 0 : 1);
}

/* A read that is not answered in GIVEN_UP ms counts as having taken so long. */
static double wait_for_read(struct chip *c)
{
    uint32_t value;
    double begun = bench_now();
    int result = ocd_wait(ocd_read_u32_async(c->session, BENCH_RAM, &value, 1,
                                             &(struct ocd_call){.timeout_ms = GIVEN_UP}));

    if (result != OCD_ERR_TIMEOUT)
        bench_ok(c->session, result, "a small read");
    return bench_now() - begun;
}

static void measure_stopped(struct chip *c)
{
    double most = 0;
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        run_stopped(c);
    if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
        bench_fail("the client to be stopped did not start");
    for (int i = 0; i < READS && most * 1000 < GIVEN_UP; i++) {
        double waited = wait_for_read(c);
        most = waited > most ? waited : most;
    }
    series_add(c->latency, "longest wait during 16 MiB", "u32, the other client stopped", most);
    kill(pid, SIGCONT);
    if (c->latency == SLOW) /* reading the rest takes long */
        kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    if (c->latency == FAST && status != 0)
        bench_fail("the client that was stopped did not read on");
}

void wait_measure(struct chip *c)
{
    measure_small(c);
    measure_stopped(c);
}
