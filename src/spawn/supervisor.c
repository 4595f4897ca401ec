// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* syscall, pipe2, NSIG */
#endif
#include "spawn/supervisor.h"

#include "spawn/listen_port.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/* The socket's descriptor, above those that are rearranged and closed. */
#define SOCKET_FD 10

/* How often the port is looked for where OpenOCD's log does not have it: `log_output FILE`,
 * `debug_level 1`. */
#define LISTENER_MS 200

/* How often our parent is looked for where there are no pidfds (before Linux 5.3). */
#define PARENT_MS 1000

/* Bytes read at a time. The next block may overwrite this much of the ring while it is read. */
#define BLOCK 16384
_Static_assert(BLOCK <= OCD_LOG_RING / 4, "see copy_ring in process.c");

/* Output taken at most once OpenOCD has ended, when somebody else goes on writing. A pipe holds
 * 64 KiB, at most 1 MiB. */
#define DRAIN_MAX (1024 * 1024)

struct supervisor {
    struct ocd_supervised *shared;
    struct ocd_listen_port_scan scan;
    pid_t child; /* leader of its process group */
    int pipe;    /* its output; -1: closed */
    int parent;  /* pidfd of our parent; -1: the system has none */
    pid_t parent_pid;
    int sent; /* last signal sent to end it, or 0 */
    int64_t deadline;
    bool reaped;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Only the first cause is kept. */
static void set_end(struct ocd_supervised *shared, enum ocd_end end, int value)
{
    if (atomic_load(&shared->end) != OCD_END_NONE)
        return;
    atomic_store(&shared->value, value);
    atomic_store(&shared->end, (int)end);
}

static void wake_parent(void)
{
    /* An error is ignored: a full socket has enough wake-ups in it. */
    (void)!send(SOCKET_FD, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static _Noreturn void give_up(struct ocd_supervised *shared, enum ocd_end end)
{
    set_end(shared, end, errno);
    _exit(127);
}

static void on_child(int signal)
{
    (void)signal; /* only to interrupt pselect */
}

static void set_disposition(int signal, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

/* Our parent's handlers must not run here. Signals that are sent by program name (killall) or at
 * shutdown are ignored: only our parent's end ends OpenOCD. */
static void settle_signals(void)
{
    for (int i = 1; i < NSIG; i++)
        set_disposition(i, SIG_DFL);
    static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        set_disposition(ignored[i], SIG_IGN);
    set_disposition(SIGCHLD, on_child);

    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD); /* unblocked by pselect only */
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

static void close_range_of(unsigned first, unsigned last, int fd_limit)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, last, 0) == 0)
        return;
#endif
    for (int fd = (int)first; fd < fd_limit && (unsigned)fd <= last; fd++)
        close(fd);
}

/* Leaves the socket at SOCKET_FD, /dev/null at 0 to 2, and nothing else: a pipe of our parent's
 * must not be held open here. */
static bool settle_descriptors(const struct ocd_supervisor *s)
{
    int moved = fcntl(s->socket, F_DUPFD_CLOEXEC, SOCKET_FD);
    if (moved < 0)
        return false;
    if (moved != SOCKET_FD) {
        if (dup2(moved, SOCKET_FD) < 0 || fcntl(SOCKET_FD, F_SETFD, FD_CLOEXEC) != 0)
            return false;
    }
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return false;
    for (int fd = 0; fd <= 2; fd++)
        if (null != fd && dup2(null, fd) < 0)
            return false;
    close_range_of(3, SOCKET_FD - 1, s->fd_limit);
    close_range_of(SOCKET_FD + 1, ~0u, s->fd_limit);
    return true;
}

/* OpenOCD's own process, up to execve. */
static _Noreturn void become_openocd(const struct ocd_supervisor *s, int output, pid_t supervisor)
{
#ifdef __linux__
    /* For the case that the supervisor is killed. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != supervisor)
        _exit(127);
    setpgid(0, 0);
    for (int i = 1; i < NSIG; i++)
        set_disposition(i, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
        give_up(s->shared, OCD_END_SYSTEM);
    execve(s->path, s->argv, s->envp);
    give_up(s->shared, OCD_END_EXEC);
}

static void start(struct supervisor *v, const struct ocd_supervisor *s)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        give_up(s->shared, OCD_END_SYSTEM);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(SOCKET_FD, F_SETFL, O_NONBLOCK);

    /* No signal may be lost between fork and execve: a blocked signal stays pending, but an ignored
     * one, as SIGTERM is here, would be discarded. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t self = getpid();
    v->child = fork();
    if (v->child < 0)
        give_up(s->shared, OCD_END_SYSTEM);
    if (v->child == 0)
        become_openocd(s, ends[1], self);
    sigprocmask(SIG_SETMASK, &before, NULL);
    setpgid(v->child, v->child); /* in either process, whichever is first */
    close(ends[1]);
    v->pipe = ends[0];
    atomic_store(&s->shared->pid, v->child);
}

static void found_port(struct supervisor *v, uint16_t port)
{
    atomic_store(&v->shared->port, port);
}

static void keep(struct ocd_supervised *shared, const char *bytes, size_t size)
{
    unsigned at = atomic_load(&shared->written);
    for (size_t done = 0; done < size;) {
        unsigned from = (at + (unsigned)done) % OCD_LOG_RING;
        size_t count = OCD_LOG_RING - from;
        if (count > size - done)
            count = size - done;
        memcpy(shared->ring + from, bytes + done, count);
        done += count;
    }
    atomic_store(&shared->written, at + (unsigned)size);
}

/* One block of output; false if there is none at present. */
static bool drain(struct supervisor *v)
{

    static char block[BLOCK];
    ssize_t n = v->pipe < 0 ? 0 : read(v->pipe, block, sizeof(block));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        if (v->pipe >= 0)
            close(v->pipe);
        v->pipe = -1;
        return false;
    }
    keep(v->shared, block, (size_t)n);
    if (atomic_load(&v->shared->port) == 0) {
        uint16_t port = ocd__listen_port_scan(&v->scan, block, (size_t)n);
        if (port != 0)
            found_port(v, port);
        wake_parent();
    }
    return true;
}

static void look_for_listener(struct supervisor *v)
{
    /* A log that announces other services will announce this one too. */
    if (atomic_load(&v->shared->port) != 0 || v->scan.lines > 0)
        return;
    uint16_t port = ocd__listen_port_ask(v->child);
    if (port != 0) {
        found_port(v, port);
        wake_parent();
    }
}

/* Whether OpenOCD has ended. Whatever it has started in its process group ends with it; that is
 * done before it is reaped, while no other group can have its number. */
static bool has_ended(struct supervisor *v)
{
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)v->child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != v->child)
        return false;
    kill(-v->child, SIGKILL);
    for (size_t drained = 0; drained < DRAIN_MAX && drain(v); drained += BLOCK)
        ;
    int status = 0;
    waitpid(v->child, &status, 0);
    if (WIFSIGNALED(status))
        set_end(v->shared, OCD_END_SIGNAL, WTERMSIG(status));
    else
        set_end(v->shared, OCD_END_EXIT, WEXITSTATUS(status));
    return true;
}

static void send_signal(struct supervisor *v, int signal, int grace_ms)
{
    kill(-v->child, signal);
    /* A stopped process handles SIGTERM only when it continues. */
    kill(-v->child, SIGCONT);
    v->sent = signal;
    v->deadline = now_ms() + grace_ms;
}

/* Whether our parent has ended, or has shut the socket down. It never sends anything. */
static bool must_end(const struct supervisor *v, const fd_set *ready)
{
    char byte;
    if (FD_ISSET(SOCKET_FD, ready)) {
        ssize_t n = read(SOCKET_FD, &byte, 1);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return true;
    }
    if (v->parent >= 0)
        return FD_ISSET(v->parent, ready);
    return getppid() != v->parent_pid;
}

static void await(struct supervisor *v, fd_set *ready)
{
    int last = SOCKET_FD;
    FD_ZERO(ready);
    if (v->sent == 0) {
        FD_SET(SOCKET_FD, ready);
        if (v->parent >= 0) {
            FD_SET(v->parent, ready);
            last = v->parent > last ? v->parent : last;
        }
    }
    if (v->pipe >= 0)
        FD_SET(v->pipe, ready);

    int64_t ms = -1;
    if (v->sent != 0)
        ms = v->deadline - now_ms();
    else if (atomic_load(&v->shared->port) == 0)
        ms = LISTENER_MS;
    else if (v->parent < 0)
        ms = PARENT_MS;
    if (v->sent != 0 && ms < 0)
        ms = 0;
    struct timespec t = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    sigset_t none;
    sigemptyset(&none);
    int n = pselect(last + 1, ready, NULL, NULL, ms < 0 ? NULL : &t, &none);
    if (n <= 0)
        FD_ZERO(ready);
    if (n == 0 && v->sent == 0)
        look_for_listener(v);
}

static void watch(struct supervisor *v)
{
    while (!has_ended(v)) {
        fd_set ready;
        await(v, &ready);
        if (v->pipe >= 0 && FD_ISSET(v->pipe, &ready))
            drain(v);
        if (v->sent == 0) {
            if (must_end(v, &ready))
                send_signal(v, SIGTERM, OCD_SUPERVISOR_TERM_MS);
        } else if (now_ms() >= v->deadline) {
            if (v->sent == SIGKILL)
                return; /* it cannot be ended: the kernel does it once it can */
            send_signal(v, SIGKILL, OCD_SUPERVISOR_KILL_MS);
        }
    }
}

_Noreturn void ocd__supervise(const struct ocd_supervisor *s)
{
    settle_signals();
    /* A session of its own: Ctrl-C and hang-up of a terminal reach only our parent, which
     * decides. */
    setsid();
    if (!settle_descriptors(s))
        give_up(s->shared, OCD_END_SYSTEM);

    struct supervisor v = {.shared = s->shared, .pipe = -1, .parent = -1, .parent_pid = s->parent};
#ifdef __linux__
    prctl(PR_SET_NAME, "ocd-supervisor");
#ifdef SYS_pidfd_open
    /* The socket alone does not show our parent's end if it has forked since: its child holds
     * the socket open too. */
    v.parent = (int)syscall(SYS_pidfd_open, s->parent, 0);
#endif
#endif
    if (getppid() != s->parent)
        _exit(0);
    start(&v, s);
    watch(&v);
    /* The socket's end says the same, unless another thread of our parent's forked a process that
     * holds it open. */
    wake_parent();
    _exit(0);
}
