// SPDX-License-Identifier: MIT
/* A process that passes one connection on, counts its bytes, and delays them. */
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNKS    1024u
#define CHUNK_MAX (64u * KIB)

struct relay {
    pid_t pid;
    uint16_t port;
    uint64_t bytes;
};

/* One direction: bytes with the time at which they are passed on. */
struct flow {
    int from, to;
    unsigned first, count;
    size_t sent; /* of the first chunk */
    struct chunk {
        double due;
        size_t size;
        char bytes[CHUNK_MAX];
    } * chunks;
};

static void take(struct flow *f, struct relay *relay, double delay)
{
    struct chunk *p = &f->chunks[(f->first + f->count) % CHUNKS];
    ssize_t n = recv(f->from, p->bytes, sizeof(p->bytes), MSG_DONTWAIT);

    if (n == 0)
        _exit(0);
    if (n < 0)
        return;
    p->size = (size_t)n;
    p->due = bench_now() + delay;
    f->count++;
    __atomic_add_fetch(&relay->bytes, (uint64_t)n, __ATOMIC_RELAXED);
}

/* Sends the bytes that are due. Returns when the next ones are due, or `soonest`. */
static double pass(struct flow *f, double soonest)
{
    while (f->count > 0) {
        struct chunk *p = &f->chunks[f->first];
        if (p->due > bench_now())
            return p->due < soonest ? p->due : soonest;
        ssize_t n = send(f->to, p->bytes + f->sent, p->size - f->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0)
            return bench_now() + 1e-3; /* the other side is slow */
        f->sent += (size_t)n;
        if (f->sent == p->size) {
            f->sent = 0;
            f->first = (f->first + 1) % CHUNKS;
            f->count--;
        }
    }
    return soonest;
}

static void run(struct relay *relay, int client, int server, double delay)
{
    struct flow flows[2] = {{.from = client, .to = server}, {.from = server, .to = client}};

    for (unsigned i = 0; i < 2; i++)
        flows[i].chunks = malloc(CHUNKS * sizeof(*flows[i].chunks));
    if (flows[0].chunks == NULL || flows[1].chunks == NULL)
        _exit(1);
    for (;;) {
        struct pollfd fds[2];
        double soonest = pass(&flows[1], pass(&flows[0], bench_now() + 1));
        double left = soonest - bench_now();
        struct timespec wait = {0, left > 0 ? (long)(left * 1e9) % 1000000000L : 0};
        for (unsigned i = 0; i < 2; i++)
            fds[i] = (struct pollfd){flows[i].from, flows[i].count < CHUNKS ? POLLIN : 0, 0};
        ppoll(fds, 2, &wait, NULL);
        for (unsigned i = 0; i < 2; i++)
            if (fds[i].revents != 0)
                take(&flows[i], relay, delay);
    }
}

static void run_child(struct relay *relay, int listener, uint16_t port, double delay)
{
    struct wire server;
    int on = 1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int client = accept(listener, NULL, NULL);
    wire_open(&server, port);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    run(relay, client, server.fd, delay);
}

struct relay *relay_start(uint16_t port, double delay)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(addr);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct relay *relay =
        mmap(NULL, sizeof(*relay), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (relay == MAP_FAILED || listener < 0 ||
        bind(listener, (struct sockaddr *)&addr, length) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&addr, &length) != 0)
        bench_fail("the relay does not start");
    relay->port = ntohs(addr.sin_port);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        run_child(relay, listener, port, delay);
    relay->pid = pid;
    close(listener);
    if (pid < 0)
        bench_fail("the relay does not start");
    return relay;
}

uint16_t relay_port(const struct relay *relay)
{
    return relay->port;
}

uint64_t relay_bytes(const struct relay *relay)
{
    return __atomic_load_n(&relay->bytes, __ATOMIC_RELAXED);
}

void relay_stop(struct relay *relay)
{
    kill(relay->pid, SIGKILL);
    waitpid(relay->pid, NULL, 0);
    munmap(relay, sizeof(*relay));
}
