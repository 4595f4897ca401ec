// SPDX-License-Identifier: MIT
#include "server/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "jtag/bitbang.h"
#include "server/frame.h"
#include "server/near.h"

#define CLIENTS_MAX 8

/* While one client keeps sending, the other descriptors are polled only when it has
 * paused for QUIET_US, and after BUSY_MAX messages. */
#define QUIET_US     20000
#define BUSY_MAX     256
#define FOLLOW_EVERY 32 /* messages */

/* The end of a delay is waited for in a loop: a sleep ends some 50 us late. */
#define SPIN_NS   60000
#define NS_PER_S  1000000000u
#define NS_PER_US 1000u

struct client {
    int fd; /* -1: a free place */
    size_t filled;
    struct frame_session session;
    uint8_t in[FRAME_MAX];
};

struct server {
    struct sim *sim;
    int stop_fd;
    unsigned clients;
    struct near near;
    struct client client[CLIENTS_MAX];
    uint8_t out[FRAME_MAX];
};

uint64_t sim__clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void sleep_until(uint64_t deadline)
{
    uint64_t now = sim__clock_ns();

    if (deadline > now + SPIN_NS) {
        uint64_t wake = deadline - SPIN_NS;
        struct timespec at = {
            .tv_sec = (time_t)(wake / NS_PER_S),
            .tv_nsec = (long)(wake % NS_PER_S),
        };

        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
            continue;
    }
    while (sim__clock_ns() < deadline)
        continue;
}

int sim__server_open(struct sim *sim, uint16_t port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t length = sizeof(addr);
    int one = 1;

    sim->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sim->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (sim->wake_fd < 0 || sim->listen_fd < 0)
        return -errno;
    /* A fixed port can be taken again while old connections time out. */
    if (setsockopt(sim->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
        bind(sim->listen_fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
        listen(sim->listen_fd, CLIENTS_MAX) < 0 ||
        getsockname(sim->listen_fd, (struct sockaddr *)&addr, &length) < 0)
        return -errno;
    sim->port = ntohs(addr.sin_port);
    return 0;
}

void sim__server_close(struct sim *sim)
{
    if (sim->listen_fd >= 0)
        close(sim->listen_fd);
    if (sim->wake_fd >= 0)
        close(sim->wake_fd);
    sim->listen_fd = -1;
    sim->wake_fd = -1;
}

static enum sim_link link_state(const struct server *server)
{
    return (enum sim_link)atomic_load_explicit(&server->sim->link, memory_order_acquire);
}

static bool is_jtag(const struct server *server)
{
    return sim__chip_is_riscv(&server->sim->chip);
}

static void drop_client(struct server *server, struct client *client)
{
    if (client->fd < 0)
        return;
    if (client->session.open) {
        sim__lock(server->sim);
        sim__probe_release(&server->sim->probe);
        sim__unlock(server->sim);
    }
    close(client->fd);
    client->fd = -1;
    server->clients--;
}

static void accept_client(struct server *server)
{
    int fd = accept4(server->sim->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    struct timeval quiet = {.tv_usec = QUIET_US};
    int one = 1;

    if (fd < 0)
        return;
    /* A JTAG adapter has one client at a time: two would mix their signals. */
    if (link_state(server) == SIM_LINK_DOWN || (is_jtag(server) && server->clients > 0)) {
        close(fd);
        return;
    }
    sim__bitbang_open(&server->sim->bitbang);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = &server->client[i];

        if (client->fd >= 0)
            continue;
        client->fd = fd;
        client->filled = 0;
        client->session =
            (struct frame_session){.probe = &server->sim->probe, .api = server->sim->server_api};
        server->clients++;
        atomic_fetch_add_explicit(&server->sim->trace.connections, 1, memory_order_relaxed);
        return;
    }
    close(fd);
}

/* Waits for one of: fd ready for `events`, stop_fd, the link's state. False when the
 * client is to be given up. */
static bool wait_for(struct server *server, int fd, short events)
{
    struct pollfd set[] = {
        {.fd = server->stop_fd, .events = POLLIN},
        {.fd = server->sim->wake_fd, .events = POLLIN},
        {.fd = fd, .events = events},
    };

    while (poll(set, 3, -1) < 0)
        if (errno != EINTR)
            return false;
    if (set[1].revents) {
        uint64_t ignored;
        ssize_t n = read(server->sim->wake_fd, &ignored, sizeof(ignored));

        (void)n;
    }
    return set[0].revents == 0 && link_state(server) != SIM_LINK_DOWN;
}

static bool send_all(struct server *server, const struct client *client, size_t size)
{
    size_t sent = 0;

    while (sent < size) {
        ssize_t n = send(client->fd, server->out + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0)
            sent += (size_t)n;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_for(server, client->fd, POLLOUT))
                return false;
        } else if (n == 0 || errno != EINTR)
            return false;
    }
    return true;
}

/* The length of the message at the start of what has arrived: on JTAG that is all of it. */
static size_t message_length(const struct server *server, const struct client *client)
{
    return is_jtag(server) ? client->filled : sim__frame_length(client->in, client->filled);
}

/* True when it takes its time on the bus. */
static bool is_command(const struct server *server, const struct client *client, size_t length)
{
    return is_jtag(server) ? sim__bitbang_asks(client->in, length) : sim__frame_is_usb(client->in);
}

/* The length of the reply; `hang_up` becomes true when it is the last one. */
static size_t run_message(struct server *server, struct client *client, size_t length,
                          bool *hang_up)
{
    struct sim *sim = server->sim;
    size_t size;

    if (is_jtag(server)) {
        size = sim__bitbang_answer(&sim->bitbang, client->in, length, server->out);
        *hang_up = sim->bitbang.hang_up;
        atomic_store_explicit(&sim->trace.resets, sim->chip.resets, memory_order_relaxed);
        return size;
    }
    size = sim__frame_answer(&client->session, client->in, length, server->out);
    *hang_up = client->session.hang_up;
    return size;
}

static bool answer(struct server *server, struct client *client, size_t length, uint64_t arrived)
{
    struct sim *sim = server->sim;
    uint32_t latency = atomic_load_explicit(&sim->latency_us, memory_order_relaxed);
    bool command = is_command(server, client, length);
    bool hang_up;
    size_t size;

    while (link_state(server) == SIM_LINK_FROZEN)
        if (!wait_for(server, -1, 0))
            return false;
    if (link_state(server) == SIM_LINK_DOWN)
        return false;
    if (command && latency != 0) {
        sleep_until(arrived + (uint64_t)latency * NS_PER_US);
        arrived += (uint64_t)latency * NS_PER_US;
    }
    sim__lock(sim);
    sim__chip_set_time(&sim->chip, arrived);
    size = run_message(server, client, length, &hang_up);
    sim__unlock(sim);
    if (command && !is_jtag(server)) /* the debug module counts its accesses */
        atomic_fetch_add_explicit(&sim->trace.usb_commands, 1, memory_order_relaxed);
    if (!send_all(server, client, size) || hang_up)
        return false;
    /* After a scan the client sends the bits back to idle and the next scan before it waits. If
     * both are on one processor this lets it do that first, which saves a wake-up (measured: 128
     * KiB through the system bus in 1.7 s instead of 2.0). */
    if (is_jtag(server) && size > 0)
        sched_yield();
    return true;
}

/* Takes what has arrived and answers each whole message. False: the client is done. */
static bool take(struct server *server, struct client *client, int flags, unsigned *messages)
{
    ssize_t n =
        recv(client->fd, client->in + client->filled, sizeof(client->in) - client->filled, flags);
    uint64_t arrived;

    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (n == 0)
        return false;
    arrived = sim__clock_ns();
    client->filled += (size_t)n;
    for (;;) {
        size_t length = message_length(server, client);

        if (length == FRAME_ERROR) {
            answer(server, client, client->filled, arrived);
            return false;
        }
        if (length == 0 || length > client->filled)
            return true;
        if (!answer(server, client, length, arrived))
            return false;
        (*messages)++;
        client->filled -= length;
        if (client->filled == 0)
            return true;
        memmove(client->in, client->in + length, client->filled);
        arrived = sim__clock_ns();
    }
}

static void serve(struct server *server, struct client *client)
{
    unsigned messages = 0;
    unsigned before;

    if (!take(server, client, MSG_DONTWAIT, &messages)) {
        drop_client(server, client);
        return;
    }
    /* One receive and one send a message while one client keeps sending. */
    while (server->clients == 1 && messages < BUSY_MAX) {
        before = messages;
        if (!take(server, client, 0, &messages)) {
            drop_client(server, client);
            return;
        }
        if (messages == before)
            break;
        if (messages % FOLLOW_EVERY == 0)
            sim__near_follow(&server->near, client->fd);
    }
}

static void drop_all(struct server *server)
{
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        drop_client(server, &server->client[i]);
}

/* One round of the loop: 1 to go on, 0 to stop, or a negative errno value. */
static int serve_once(struct server *server)
{
    struct pollfd set[3 + CLIENTS_MAX] = {
        {.fd = server->stop_fd, .events = POLLIN},
        {.fd = server->sim->wake_fd, .events = POLLIN},
        {.fd = server->sim->listen_fd, .events = POLLIN},
    };

    for (size_t i = 0; i < CLIENTS_MAX; i++)
        set[3 + i] = (struct pollfd){.fd = server->client[i].fd, .events = POLLIN};
    if (poll(set, 3 + CLIENTS_MAX, -1) < 0)
        return errno == EINTR ? 1 : -errno;
    if (set[0].revents)
        return 0;
    if (set[1].revents) {
        uint64_t ignored;
        ssize_t n = read(server->sim->wake_fd, &ignored, sizeof(ignored));

        (void)n;
        if (link_state(server) == SIM_LINK_DOWN) {
            drop_all(server);
            return 1;
        }
    }
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (set[3 + i].revents)
            serve(server, &server->client[i]);
    if (set[2].revents)
        accept_client(server);
    return 1;
}

int sim__server_run(struct sim *sim, int stop_fd)
{
    struct server *server = calloc(1, sizeof(*server));
    int result;

    if (!server)
        return -ENOMEM;
    server->sim = sim;
    server->stop_fd = stop_fd;
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        server->client[i].fd = -1;
    while (sim->probe.users > 0) /* of a child that was killed */
        sim__probe_release(&sim->probe);
    for (unsigned i = 0; i < sim->chip.cores; i++) /* in the middle of an instruction, perhaps */
        sim->chip.core[i].busy = sim->chip.hart[i].busy = false;
    sim__near_begin(&server->near);
    do {
        result = serve_once(server);
    } while (result > 0);
    sim__near_end(&server->near);
    drop_all(server);
    free(server);
    return result;
}
