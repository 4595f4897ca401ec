// SPDX-License-Identifier: MIT
/* The tests' side of the fake server. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, memmem */
#endif
#include "fake_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fake {
    struct fake_shared *shared;
    size_t shared_size;
    pid_t pid;
    int control;
    int reserved; /* has the port, too, and does not listen */
    uint16_t port;
};

uint8_t fake_pattern(uint64_t addr)
{
    uint64_t x = addr * 0x9e3779b97f4a7c15u;
    return (uint8_t)(x >> 56);
}

const char *fake_fault_name(enum fake_kind kind)
{
    static const char *const names[] = {"nothing",
#define FAKE_NAME(name, text) text,
                                        FAKE_FAULT_MAP(FAKE_NAME)
#undef FAKE_NAME
    };
    return kind < FAKE_KINDS ? names[kind] : "unknown";
}

static bool share_memory(struct fake *f, const struct fake_options *options)
{
    static const struct fake_region usual[FAKE_REGIONS] = {{0x08000000, 128 * 1024},
                                                           {0x20000000, 64 * 1024}};
    const struct fake_region *regions = options->regions[0].size > 0 ? options->regions : usual;
    size_t size = 0;
    for (int i = 0; i < FAKE_REGIONS; i++)
        size += regions[i].size;
    f->shared_size = sizeof(*f->shared) + size;
    void *memory =
        mmap(NULL, f->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    f->shared = memory;
    size_t at = 0;
    for (int i = 0; i < FAKE_REGIONS; i++) {
        f->shared->regions[i] = regions[i];
        f->shared->region_at[i] = at;
        for (uint32_t j = 0; j < regions[i].size; j++)
            f->shared->memory[at++] = fake_pattern(regions[i].addr + j);
    }
    return true;
}

/* A socket with that port of the loopback (0: any, which is answered). */
static int bind_to_loopback(const struct fake_options *options, uint16_t *port)
{
    struct sockaddr_in six_less = {.sin_family = AF_INET, .sin_port = htons(*port)};
    struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons(*port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int on = 1;
    six_less.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr *addr = options->ipv6 ? (struct sockaddr *)&six : (struct sockaddr *)&six_less;
    socklen_t size = options->ipv6 ? sizeof(six) : sizeof(six_less);
    int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, addr, size) != 0 || getsockname(fd, addr, &size) != 0) {
        close(fd);
        return -1;
    }
    *port = ntohs(options->ipv6 ? six.sin6_port : six_less.sin_port);
    return fd;
}

static _Noreturn void serve(const struct fake *f, const struct fake_options *options, int listener,
                            int control, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1000);
    if (getppid() != parent)
        _exit(0);
    signal(SIGINT, SIG_IGN); /* the test ends us */
    static struct fake_server s;
    s.options = options;
    s.shared = f->shared;
    s.listener = listener;
    s.control = control;
    s.last_request = &s.requests;
    fake_tcl_open(&s);
    fake_serve(&s);
}

static bool launch(struct fake *f, const struct fake_options *options)
{
    int ends[2];
    f->reserved = bind_to_loopback(options, &f->port);
    int listener = f->reserved >= 0 ? bind_to_loopback(options, &f->port) : -1;
    if (listener < 0)
        return false;
    if (listen(listener, 16) == 0 &&
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
        pid_t parent = getpid();
        f->pid = fork();
        if (f->pid == 0) {
            close(ends[0]);
            serve(f, options, listener, ends[1], parent);
        }
        close(ends[1]);
        f->control = ends[0];
    }
    close(listener);
    return f->pid > 0;
}

struct fake *fake_start(const struct fake_options *options)
{
    static const struct fake_options usual;
    struct fake *f = calloc(1, sizeof(*f));
    if (!f)
        return NULL;
    f->control = f->reserved = -1;
    f->pid = -1;
    if (!options)
        options = &usual;
    if (share_memory(f, options) && launch(f, options))
        return f;
    int saved = errno;
    fake_stop(f);
    errno = saved;
    return NULL;
}

void fake_leave(struct fake *f)
{
    if (f->pid > 0) {
        kill(f->pid, SIGKILL);
        waitpid(f->pid, NULL, 0);
    }
    f->pid = -1;
}

void fake_stop(struct fake *f)
{
    if (!f)
        return;
    fake_leave(f);
    if (f->control >= 0)
        close(f->control);
    if (f->reserved >= 0)
        close(f->reserved);
    if (f->shared)
        munmap(f->shared, f->shared_size);
    free(f);
}

uint16_t fake_port(const struct fake *f)
{
    return f->port;
}

pid_t fake_pid(const struct fake *f)
{
    return f->pid;
}

int fake_inject(struct fake *f, const struct fake_fault *fault)
{
    static const char event[] = "type target_event event halted\r\n\x1a";
    for (int i = 0; i < FAKE_FAULTS; i++) {
        struct fake_slot *slot = &f->shared->faults[i];
        if (atomic_load(&slot->armed))
            continue;
        const char *text = fault->text;
        if (!text)
            text = fault->kind == FAKE_NOTIFY         ? event
                   : fault->kind == FAKE_NOT_A_NUMBER ? "zz"
                                                      : "";
        size_t size = fault->text && fault->text_size > 0 ? fault->text_size : strlen(text);
        if (size > FAKE_TEXT_MAX || (fault->match && strlen(fault->match) >= FAKE_MATCH_MAX))
            return -1;
        slot->fault = *fault;
        slot->fault.text = NULL;
        slot->fault.match = NULL;
        slot->fault.text_size = size;
        memcpy(slot->text, text, size);
        slot->text[size] = '\0';
        strcpy(slot->match, fault->match ? fault->match : "");
        atomic_store(&slot->seen, 0);
        atomic_store(&slot->struck, 0);
        atomic_store(&slot->armed, true);
        return i;
    }
    return -1;
}

unsigned fake_strikes(const struct fake *f, int fault)
{
    return fault >= 0 && fault < FAKE_FAULTS ? atomic_load(&f->shared->faults[fault].struck) : 0;
}

void fake_heal(struct fake *f)
{
    for (int i = 0; i < FAKE_FAULTS; i++)
        atomic_store(&f->shared->faults[i].armed, false);
}

void fake_freeze(struct fake *f)
{
    int status;
    kill(f->pid, SIGSTOP);
    waitpid(f->pid, &status, WUNTRACED);
}

void fake_thaw(struct fake *f)
{
    const struct timespec tick = {.tv_nsec = 1000000};
    unsigned pick = atomic_load(&f->shared->picks);
    siginfo_t end = {0};

    if (f->pid <= 0)
        return;
    kill(f->pid, SIGCONT);
    /* It may have been about to stop, and do that only now. */
    while (pick % 2 != 0 && atomic_load(&f->shared->picks) == pick &&
           waitid(P_PID, (id_t)f->pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0) {
        nanosleep(&tick, NULL);
        kill(f->pid, SIGCONT);
    }
}

void fake_push(struct fake *f, const void *bytes, size_t size)
{
    char byte = 0;
    if (size > sizeof(f->shared->push))
        size = sizeof(f->shared->push);
    memcpy(f->shared->push, bytes, size);
    f->shared->push_size = size;
    if (write(f->control, &byte, 1) == 1)
        (void)!read(f->control, &byte, 1);
}

uint8_t *fake_memory(const struct fake *f, uint64_t addr, size_t size)
{
    for (int i = 0; i < FAKE_REGIONS; i++) {
        const struct fake_region *r = &f->shared->regions[i];
        if (addr >= r->addr && addr - r->addr < r->size && size <= r->size - (addr - r->addr))
            return f->shared->memory + f->shared->region_at[i] + (addr - r->addr);
    }
    return NULL;
}

void fake_unreadable(struct fake *f, uint64_t addr, uint64_t size)
{
    unsigned i = atomic_load(&f->shared->unreadable_count);
    if (i == FAKE_UNREADABLE_MAX || size == 0)
        return;
    f->shared->unreadable_at[i] = addr;
    f->shared->unreadable_size[i] = size;
    atomic_store(&f->shared->unreadable_count, i + 1);
}

void fake_set_files_full(struct fake *f, bool full)
{
    atomic_store(&f->shared->files_full, full);
}

void fake_set_raw_fails(struct fake *f, bool fails)
{
    atomic_store(&f->shared->raw_fails, fails);
}

unsigned fake_requests(const struct fake *f)
{
    return atomic_load(&f->shared->requests);
}

const char *fake_request(const struct fake *f, unsigned index)
{
    if (index >= fake_requests(f) || index >= FAKE_KEPT || f->shared->kept_at[index] == 0)
        return "";
    return f->shared->kept + f->shared->kept_at[index] - 1;
}

unsigned fake_requests_with(const struct fake *f, const char *text)
{
    unsigned count = 0;
    for (unsigned i = 0; i < fake_requests(f); i++)
        count += strstr(fake_request(f, i), text) != NULL;
    return count;
}

unsigned fake_connections(const struct fake *f)
{
    return atomic_load(&f->shared->connections);
}
