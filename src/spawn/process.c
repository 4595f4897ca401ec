// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, SOCK_CLOEXEC, environ */
#endif
#include "spawn/process.h"

#include "base/clock.h"
#include "ocd.h"
#include "spawn/command_line.h"
#include "spawn/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct ocd_process {
    struct ocd_supervised *shared;
    int socket; /* -1: the supervisor is gone */
    pid_t supervisor;
    pid_t owner; /* the process that started it, and whose child the supervisor is */
    enum ocd_process_state state;
    char reason[160];

    unsigned taken;   /* output handed over by ocd__process_lines */
    size_t line_size; /* of the line that is not yet whole */
    bool line_cut;    /* the beginning of this line has been handed over, the rest is dropped */
    char line[OCD_PROCESS_LOG_MAX];
    char text[OCD_PROCESS_LOG_MAX + 1];
};

static int fail(struct ocd_buffer *message, const char *what)
{
    int saved = errno;
    int code = ocd__buffer_printf(message, "%s: %s", what, strerror(saved));
    errno = saved;
    return code == OCD_ERR_NOMEM ? code : OCD_ERR_SYSTEM;
}

static int descriptor_limit(void)
{
    /* Only for systems without close_range, where closing millions of descriptors takes too
     * long. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536)
        return 65536;
    return (int)limit.rlim_cur;
}

/* No signal may be handled in the child before it has reset our handlers. */
static pid_t fork_supervisor(struct ocd_supervisor *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        ocd__supervise(s);
    int saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return pid;
}

static int launch(struct ocd_process *p, const struct ocd_command_line *program,
                  struct ocd_buffer *message)
{
    void *memory =
        mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return fail(message, "mmap");
    p->shared = memory;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(message, "socketpair");
    struct ocd_supervisor s = {
        .shared = p->shared,
        .socket = ends[1],
        .parent = p->owner,
        .path = program->path,
        .argv = program->argv,
        .envp = environ,
        .fd_limit = descriptor_limit(),
    };
    p->supervisor = fork_supervisor(&s);
    int saved = errno;
    close(ends[1]);
    p->socket = ends[0];
    errno = saved;
    return p->supervisor < 0 ? fail(message, "fork") : 0;
}

int ocd__process_start(struct ocd_process **process, const char *program, const char *config,
                       const char *const *args, struct ocd_buffer *message)
{
    *process = NULL;
    struct ocd_process *p = calloc(1, sizeof(*p));
    if (!p)
        return OCD_ERR_NOMEM;
    p->socket = -1;
    p->supervisor = -1;
    p->owner = getpid();

    struct ocd_command_line prepared;
    int code = ocd__command_line_prepare(&prepared, program, config, args, message);
    if (code == 0)
        code = launch(p, &prepared, message);
    int saved = errno;
    ocd__command_line_free(&prepared);
    if (code == 0)
        *process = p;
    else
        ocd__process_end(&p);
    errno = saved;
    return code;
}

int ocd__process_fd(const struct ocd_process *p)
{
    return p->socket;
}

uint16_t ocd__process_port(const struct ocd_process *p)
{
    return (uint16_t)atomic_load(&p->shared->port);
}

pid_t ocd__process_pid(const struct ocd_process *p)
{
    return atomic_load(&p->shared->pid);
}

static void explain(struct ocd_process *p)
{
    int end = atomic_load(&p->shared->end), value = atomic_load(&p->shared->value);
    size_t size = sizeof(p->reason);
    switch (end) {
    case OCD_END_EXIT:
        snprintf(p->reason, size, "exited with status %d", value);
        break;
    case OCD_END_SIGNAL:
        snprintf(p->reason, size, "killed by signal %d (%s)", value, strsignal(value));
        break;
    case OCD_END_EXEC:
        snprintf(p->reason, size, "cannot be run: %s", strerror(value));
        break;
    case OCD_END_SYSTEM:
        snprintf(p->reason, size, "cannot be started: %s", strerror(value));
        break;
    default:
        snprintf(p->reason, size, "its supervising process was killed");
    }
}

const char *ocd__process_reason(const struct ocd_process *p, int *status, int *signal)
{
    int end = atomic_load(&p->shared->end), value = atomic_load(&p->shared->value);
    bool ended = p->state == OCD_PROCESS_ENDED;
    if (status)
        *status = ended && end == OCD_END_EXIT ? value : -1;
    if (signal)
        *signal = ended && end == OCD_END_SIGNAL ? value : 0;
    return p->reason;
}

/* Takes the wake-ups off the socket; false once the supervisor has closed its end. */
static bool is_open(const struct ocd_process *p)
{
    char bytes[256];
    ssize_t n;
    do
        n = recv(p->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
    while (n > 0 || (n < 0 && errno == EINTR));
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Whether the supervisor has ended; reaps it. A host that ignores SIGCHLD, or reaps whatever it
 * finds, leaves us ECHILD. `options` as for waitpid. */
static bool reap(struct ocd_process *p, int options)
{
    if (p->supervisor <= 0)
        return true;
    pid_t pid;
    do
        pid = waitpid(p->supervisor, NULL, options);
    while (pid < 0 && errno == EINTR);
    if (pid == 0)
        return false;
    p->supervisor = -1;
    return true;
}

enum ocd_process_state ocd__process_poll(struct ocd_process *p)
{
    if (p->state == OCD_PROCESS_ENDED)
        return p->state;
    bool open = is_open(p);
    if (getpid() == p->owner) {
        /* Once the supervisor has reported why OpenOCD ended, only _exit is left. */
        bool ends = atomic_load(&p->shared->end) != OCD_END_NONE;
        if (reap(p, open && !ends ? WNOHANG : 0))
            open = false;
    }
    if (!open) {
        close(p->socket);
        p->socket = -1;
        explain(p);
        p->state = OCD_PROCESS_ENDED;
    } else if (ocd__process_port(p) != 0) {
        p->state = OCD_PROCESS_READY;
    }
    return p->state;
}

/* Copies output from the ring; false if it has been overwritten meanwhile. */
static bool copy_ring(const struct ocd_supervised *shared, unsigned from, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = shared->ring[(from + (unsigned)i) % OCD_LOG_RING];
    /* The supervisor writes some bytes, at most a quarter of the ring, before it counts them. */
    return atomic_load(&shared->written) - from <= OCD_LOG_RING - OCD_LOG_RING / 4;
}

const char *ocd__process_log(struct ocd_process *p)
{
    unsigned end = 0;
    size_t size = 0;
    bool copied = false;
    for (int tries = 0; tries < 10 && !copied; tries++) {
        end = atomic_load(&p->shared->written);
        size = end < OCD_PROCESS_LOG_MAX ? end : OCD_PROCESS_LOG_MAX;
        copied = copy_ring(p->shared, end - (unsigned)size, size, p->text);
    }
    if (!copied)
        size = 0;
    while (size > 0 && (p->text[size - 1] == '\n' || p->text[size - 1] == '\r'))
        size--;
    for (size_t i = 0; i < size; i++)
        if (p->text[i] == '\0')
            p->text[i] = '?';
    p->text[size] = '\0';
    if (end <= OCD_PROCESS_LOG_MAX)
        return p->text;
    const char *line_end = strchr(p->text, '\n');
    return line_end ? line_end + 1 : p->text;
}

typedef void line_fn(const char *text, size_t size, void *user);

static void take_character(struct ocd_process *p, char c, line_fn *line, void *user)
{
    bool full = p->line_size == sizeof(p->line);
    if ((c == '\n' || full) && !p->line_cut)
        line(p->line, p->line_size, user);
    if (c == '\n') {
        p->line_size = 0;
        p->line_cut = false;
    } else if (full) {
        p->line_size = 0;
        p->line_cut = true;
    } else if (!p->line_cut) {
        p->line[p->line_size++] = c;
    }
}

void ocd__process_lines(struct ocd_process *p, line_fn *line, void *user)
{
    unsigned end = atomic_load(&p->shared->written);
    while (p->taken != end) {
        char bytes[1024];
        unsigned size = end - p->taken;
        if (size > sizeof(bytes))
            size = sizeof(bytes);
        if (!copy_ring(p->shared, p->taken, size, bytes)) {
            /* Goes on with the next whole line of the ring's newer half. */
            end = atomic_load(&p->shared->written);
            p->taken = end - OCD_LOG_RING / 2;
            p->line_size = 0;
            p->line_cut = true;
            continue;
        }
        for (unsigned i = 0; i < size; i++)
            take_character(p, bytes[i], line, user);
        p->taken += size;
    }
    if (p->state == OCD_PROCESS_ENDED && p->line_size > 0)
        take_character(p, '\n', line, user);
}

static void await_supervisor(struct ocd_process *p)
{
    ocd_time deadline = ocd__deadline(ocd__now(), OCD_PROCESS_END_MAX_MS);
    for (;;) {
        if (!is_open(p) || reap(p, WNOHANG))
            return;
        int left = ocd__poll_ms(ocd__now(), deadline);
        if (left == 0)
            break;
        struct pollfd wait = {.fd = p->socket, .events = POLLIN};
        poll(&wait, 1, left);
    }
    /* This ends OpenOCD too, which has asked for SIGKILL at its parent's death. The supervisor has
     * not been reaped, so no other process can have its number. */
    kill(p->supervisor, SIGKILL);
}

void ocd__process_end(struct ocd_process **process)
{
    struct ocd_process *p = *process;
    *process = NULL;
    if (!p)
        return;
    if (p->socket >= 0) {
        if (getpid() == p->owner) {
            shutdown(p->socket, SHUT_WR);
            await_supervisor(p);
            reap(p, 0);
        }
        close(p->socket);
    }
    if (p->shared)
        munmap(p->shared, sizeof(*p->shared));
    free(p);
}
