// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "rpc/connect.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ocd.h"

void ocd_connector_init(struct ocd_connector *c)
{
    memset(c, 0, sizeof(*c));
    ocd_resolver_init(&c->resolver);
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

/* The time that is left is shared among the addresses that are left, so that one which swallows
 * packets does not keep the others from being tried. */
static void set_give_up(struct ocd_connector *c)
{
    unsigned left = c->resolver.count - c->next + 1;
    ocd_time now = ocd_now();

    c->give_up = c->deadline;
    if (c->deadline != OCD_NEVER && c->deadline > now)
        c->give_up = now + (c->deadline - now) / left;
}

static int try_addresses(struct ocd_connector *c)
{
    while (c->next < c->resolver.count) {
        const struct ocd_address *a = &c->resolver.addresses[c->next++];
        int family = ((const struct sockaddr *)&a->sa)->sa_family;

        c->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (c->fd < 0) {
            c->last_errno = errno;
            continue;
        }
        int one = 1;
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        if (connect(c->fd, (const struct sockaddr *)&a->sa, a->size) == 0)
            return OCD_OK;
        if (errno == EINPROGRESS || errno == EINTR) {
            set_give_up(c);
            return OCD_PENDING;
        }
        end_attempt(c, errno);
    }
    errno = c->last_errno;
    return OCD_ERR_CONNECT;
}

int ocd_connector_start(struct ocd_connector *c, const char *host, uint16_t port, ocd_time deadline)
{
    c->deadline = deadline;
    int rc = ocd_resolver_start(&c->resolver, host, port);
    c->resolving = rc == OCD_PENDING;
    return rc == OCD_OK ? try_addresses(c) : rc;
}

int ocd_connector_continue(struct ocd_connector *c)
{
    if (c->resolving) {
        int rc = ocd_resolver_continue(&c->resolver);
        c->resolving = rc == OCD_PENDING;
        return rc == OCD_OK ? try_addresses(c) : rc;
    }
    struct pollfd p = {.fd = c->fd, .events = POLLOUT};
    if (poll(&p, 1, 0) > 0) {
        int error = 0;
        socklen_t size = sizeof(error);
        if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
            error = errno;
        if (error == 0)
            return OCD_OK;
        end_attempt(c, error);
        return try_addresses(c);
    }
    /* The last one is tried until the operation's own deadline ends it. */
    if (ocd_now() < c->give_up || c->give_up == c->deadline)
        return OCD_PENDING;
    end_attempt(c, ETIMEDOUT);
    return try_addresses(c);
}

int ocd_connector_fd(const struct ocd_connector *c)
{
    return c->resolving ? c->resolver.fd : c->fd;
}

short ocd_connector_events(const struct ocd_connector *c)
{
    return c->resolving ? POLLIN : POLLOUT;
}

int ocd_connector_take(struct ocd_connector *c)
{
    int fd = c->fd;

    c->fd = -1;
    return fd;
}

void ocd_connector_free(struct ocd_connector *c)
{
    end_attempt(c, 0);
    ocd_resolver_free(&c->resolver);
}
