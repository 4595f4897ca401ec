// SPDX-License-Identifier: MIT
/* Every fault against every operation, in the blocking and the asynchronous form: prints the matrix
 * and what is wrong in it. Most cells wait for a deadline, so that many are made at a time, by
 * processes that take one after the other; one that hangs is ended by its alarm and counts as
 * wrong.
 *
 * usage: reliability_matrix [FAULT [OPERATION]]: those whose names contain the words */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "matrix.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS    32
#define WATCHDOG_S 150
/* Cells after which a worker takes another server: its log of requests is bounded. */
#define SERVER_CELLS 200

struct outcome {
    bool made, good;
    char letter;
    long late_ms;
    char wrong[512];
};

static struct shared {
    atomic_uint next;
    atomic_uint current[WORKERS];
    struct outcome outcomes[];
} * shared;

static const struct operation *ops[CELL_OPS];
static const struct fault *faults[256];
static unsigned op_count, fault_count, cell_count;

/* Cells that run at the same time have different faults: few faults need much memory or time. */
static const struct fault *fault_of(unsigned cell)
{
    return faults[cell % fault_count];
}

static const struct operation *op_of(unsigned cell)
{
    return ops[cell / fault_count / 2];
}

static bool is_looped(unsigned cell)
{
    return cell / fault_count % 2 != 0;
}

static void choose(const char *fault, const char *operation)
{
    op_count = cell_choose(ops, operation);
    for (size_t i = 0; i < matrix_fault_count; i++)
        if (strstr(matrix_faults[i].name, fault) != NULL)
            faults[fault_count++] = &matrix_faults[i];
    cell_count = fault_count * op_count * 2;
}

static void make(unsigned cell, struct fake **f, const char *directory)
{
    static struct cell c;
    struct outcome *o = &shared->outcomes[cell];

    /* A late end may be caused by a busy machine, but not three times. */
    for (int tries = 0; tries < 3; tries++) {
        c = (struct cell){.op = op_of(cell),
                          .fault = fault_of(cell),
                          .looped = is_looped(cell),
                          .fake = *f,
                          .directory = directory};
        o->good = matrix_cell(&c);
        if (c.server_gone || !o->good) {
            fake_stop(*f);
            *f = cell_server();
        }
        if (o->good || c.late_ms <= 0)
            break;
    }
    o->letter = c.letter;
    o->late_ms = c.timeout_ms < 1000 ? c.late_ms : 0;
    memcpy(o->wrong, c.wrong, sizeof(o->wrong));
    o->made = true;
}

static int work(unsigned worker)
{
    char directory[] = "/tmp/ocd-matrix-XXXXXX";
    struct fake *f = cell_server();

    if (f == NULL || mkdtemp(directory) == NULL)
        return 1;
    for (unsigned made = 0;; made++) {
        unsigned cell = atomic_fetch_add(&shared->next, 1);
        if (cell >= cell_count)
            break;
        atomic_store(&shared->current[worker], cell);
        if (made % SERVER_CELLS == SERVER_CELLS - 1) {
            fake_stop(f);
            f = cell_server();
        }
        alarm(WATCHDOG_S);
        make(cell, &f, directory);
        alarm(0);
    }
    fake_stop(f);
    return cell_remove(directory) ? 0 : 1;
}

static pid_t start_worker(unsigned worker)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        exit(work(worker)); /* not _exit: that is when leaks are looked for */
    return pid;
}

/* A worker has ended with an error: marks the cell that it was running as wrong. */
static void blame(unsigned worker, int status)
{
    unsigned cell = atomic_load(&shared->current[worker]);
    struct outcome *o = &shared->outcomes[cell];

    o->made = true;
    o->good = false;
    o->letter = '!';
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(o->wrong, sizeof(o->wrong), "it hung");
    else if (WIFSIGNALED(status))
        snprintf(o->wrong, sizeof(o->wrong), "signal %d", WTERMSIG(status));
    else
        snprintf(o->wrong, sizeof(o->wrong), "the process ended with status %d",
                 WEXITSTATUS(status));
}

static void make_all(void)
{
    pid_t pids[WORKERS];
    unsigned workers = cell_count < WORKERS ? cell_count : WORKERS, running = workers;
    int status;

    for (unsigned i = 0; i < workers; i++)
        pids[i] = start_worker(i);
    while (running > 0) {
        pid_t pid = wait(&status);
        if (pid < 0 && errno == EINTR)
            continue;
        for (unsigned i = 0; i < workers; i++) {
            if (pids[i] != pid)
                continue;
            if (status != 0)
                blame(i, status);
            if (status != 0 && atomic_load(&shared->next) < cell_count)
                pids[i] = start_worker(i);
            else
                running--;
        }
    }
}

static void print_matrix(void)
{
    printf(". done right   t timed out   c closed   p protocol   n no OpenOCD   u too old\n"
           "r refused by OpenOCD or the target   ! hung or crashed   [x] wrong\n"
           "Of each pair the first is the blocking form, the second the asynchronous one.\n\n");
    for (unsigned i = 0; i < op_count; i++)
        printf("%2u %-24s%s", i + 1, ops[i]->name, i % 4 == 3 || i + 1 == op_count ? "\n" : "");
    printf("\n%-26s", "");
    for (unsigned i = 0; i < op_count; i++)
        printf(" %2u", i + 1);
    printf("\n");
    for (unsigned fault = 0; fault < fault_count; fault++) {
        printf("%-26s", faults[fault]->name);
        for (unsigned op = 0; op < op_count; op++) {
            const struct outcome *o = &shared->outcomes[op * 2 * fault_count + fault];
            printf("%c%c%c", o->good && o[fault_count].good ? ' ' : '[', o->letter,
                   o[fault_count].letter);
        }
        printf("\n");
    }
}

static unsigned print_wrongs(void)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < cell_count; i++) {
        const struct outcome *o = &shared->outcomes[i];
        if (o->made && o->good)
            continue;
        wrong++;
        printf("WRONG: %s / %s, %s: %s\n", fault_of(i)->name, op_of(i)->name,
               is_looped(i) ? "asynchronous" : "blocking", o->made ? o->wrong : "not made");
    }
    return wrong;
}

int main(int argc, char **argv)
{
    long begin = now_ms(), latest = 0;

    choose(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
    if (cell_count == 0)
        return 2;
    size_t size = sizeof(*shared) + cell_count * sizeof(shared->outcomes[0]);
    shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    make_all();
    print_matrix();
    unsigned wrong = print_wrongs();
    for (unsigned i = 0; i < cell_count; i++)
        latest = shared->outcomes[i].late_ms > latest ? shared->outcomes[i].late_ms : latest;
    printf("\n%u faults x %u operations x 2 forms = %u cells, %u wrong\n", fault_count, op_count,
           cell_count, wrong);
    printf("latest end beyond a timeout: %ld ms (%d are allowed); %ld s in all\n", latest, SLACK_MS,
           (now_ms() - begin) / 1000);
    return wrong == 0 ? 0 : 1;
}
