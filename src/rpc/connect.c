// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* SOCK_NONBLOCK, SIOCOUTQ */
#include "rpc/connect.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include "ocd.h"

/* The longest time for the first attempt. The actual time is at random between half of it and all
 * of it, so that clients that started together do not retry together. Later attempts may take
 * longer each time, for slow networks. */
#define ATTEMPT_FIRST (1000 * (ocd_time)OCD_NS_PER_MS)
#define ATTEMPT_LEAST (100 * (ocd_time)OCD_NS_PER_MS)
/* Pause between attempts to reach a server that is not running yet. */
#define PAUSE (100 * (ocd_time)OCD_NS_PER_MS)

void ocd__connector_init(struct ocd_connector *c)
{
    memset(c, 0, sizeof(*c));
    ocd__resolver_init(&c->resolver);
    c->fd = -1;
    c->give_up = OCD_NEVER;
}

static void end_attempt(struct ocd_connector *c, int error)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    if (error != 0)
        c->last_errno = error;
}

static ocd_time attempt_time(struct ocd_connector *c)
{
    ocd_time half = c->attempt_time / 2, now = ocd__now();

    c->attempt_time += c->attempt_time / 2;
    return half + (now ^ (uint64_t)getpid() << 20 ^ (uintptr_t)c >> 4) % half;
}

/* Divides the remaining time among the remaining addresses, so that an address that drops packets
 * leaves time for the others. */
static void set_give_up(struct ocd_connector *c)
{
    unsigned left = c->resolver.count - c->next + 1;
    ocd_time now = ocd__now(), time = attempt_time(c), share = OCD_NEVER;

    if (c->deadline != OCD_NEVER)
        share = c->deadline > now ? (c->deadline - now) / left : 0;
    if (share < ATTEMPT_LEAST)
        share = ATTEMPT_LEAST;
    c->give_up = now + (time < share ? time : share);
}

static int try_address(struct ocd_connector *c, const struct ocd_address *a)
{
    int family = ((const struct sockaddr *)&a->sa)->sa_family;
    int one = 1;

    c->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        c->last_errno = errno;
        return OCD_ERR_CONNECT;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(c->fd, (const struct sockaddr *)&a->sa, a->size) == 0) {
        set_give_up(c);
        return OCD_OK;
    }
    if (errno == EINPROGRESS || errno == EINTR) {
        set_give_up(c);
        return OCD_PENDING;
    }
    end_attempt(c, errno);
    return OCD_ERR_CONNECT;
}

/* Tries the remaining addresses of this round. The next round begins if an address did not answer,
 * or if the caller waits for the server. */
static int try_addresses(struct ocd_connector *c)
{
    while (c->next < c->resolver.count) {
        int rc = try_address(c, &c->resolver.addresses[c->next++]);
        if (rc != OCD_ERR_CONNECT)
            return rc;
    }
    if (c->no_answer || c->wait) {
        ocd__connector_again(c);
        return OCD_PENDING;
    }
    errno = c->last_errno;
    return OCD_ERR_CONNECT;
}

void ocd__connector_again(struct ocd_connector *c)
{
    /* An attempt that timed out was a pause already. */
    c->give_up = c->no_answer ? ocd__now() : ocd__now() + PAUSE;
    c->no_answer = false;
    c->next = 0;
}

int ocd__connector_start(struct ocd_connector *c, const char *host, uint16_t port,
                         ocd_time deadline, bool wait)
{
    c->deadline = deadline;
    c->wait = wait;
    c->attempt_time = ATTEMPT_FIRST;
    int rc = ocd__resolver_start(&c->resolver, host, port);
    c->resolving = rc == OCD_PENDING;
    return rc == OCD_OK ? try_addresses(c) : rc;
}

/* The result of the attempt under way; OCD_ERR_CONNECT: another one has to be made. */
static int check_attempt(struct ocd_connector *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLOUT};

    if (c->fd >= 0 && poll(&p, 1, 0) > 0) {
        int error = 0;
        socklen_t size = sizeof(error);
        if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
            error = errno;
        if (error == 0) {
            c->give_up = ocd__now() + attempt_time(c); /* for ocd__connector_dropped */
            return OCD_OK;
        }
        end_attempt(c, error);
        return OCD_ERR_CONNECT;
    }
    if (ocd__now() < c->give_up)
        return OCD_PENDING;
    c->no_answer = c->no_answer || c->fd >= 0;
    end_attempt(c, c->fd >= 0 ? ETIMEDOUT : 0);
    return OCD_ERR_CONNECT;
}

int ocd__connector_continue(struct ocd_connector *c)
{
    int rc;

    if (c->resolving) {
        rc = ocd__resolver_continue(&c->resolver);
        c->resolving = rc == OCD_PENDING;
        return rc == OCD_OK ? try_addresses(c) : rc;
    }
    rc = check_attempt(c);
    return rc == OCD_ERR_CONNECT ? try_addresses(c) : rc;
}

/* The server's system may have dropped a connection that is established on this side: its queue was
 * full when the last packet of the handshake arrived. It then acknowledges nothing that is sent. */
bool ocd__connector_dropped(struct ocd_connector *c, int fd)
{
    int left = 0;

    if (ocd__now() < c->give_up)
        return false;
    c->give_up = OCD_NEVER;
#ifdef SIOCOUTQ
    if (ioctl(fd, SIOCOUTQ, &left) != 0)
        left = 0;
#else
    (void)fd;
#endif
    c->no_answer = left > 0;
    return c->no_answer;
}

int ocd__connector_fd(const struct ocd_connector *c)
{
    return c->resolving ? c->resolver.fd : c->fd;
}

short ocd__connector_events(const struct ocd_connector *c)
{
    return c->resolving ? POLLIN : POLLOUT;
}

int ocd__connector_take(struct ocd_connector *c)
{
    int fd = c->fd;

    c->fd = -1;
    return fd;
}

void ocd__connector_free(struct ocd_connector *c)
{
    end_attempt(c, 0);
    ocd__resolver_free(&c->resolver);
}
