// SPDX-License-Identifier: MIT
/* A TCP connection to the first address that accepts it, without blocking.
 *
 * OpenOCD's queue of connections holds one. When many clients connect at once, the system drops
 * some of the connections, and retries them only after seconds. So an attempt without an answer
 * ends early and is repeated until the caller's timeout. If every address refuses, connecting
 * fails, unless the caller waits for a server that is not running yet. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "rpc/resolve.h"

struct ocd_connector {
    struct ocd_resolver resolver;
    bool resolving;
    unsigned next;         /* index of the next address to try */
    int fd;                /* socket of the attempt under way, -1 when there is none */
    ocd_time give_up;      /* when the attempt under way, or the pause, ends */
    ocd_time deadline;     /* of the whole call */
    ocd_time attempt_time; /* how long an attempt may take */
    bool no_answer; /* an address of this round has neither accepted nor refused the connection */
    bool wait;      /* for a server that is not running yet */
    int last_errno; /* why the last attempt failed */
};

void ocd__connector_init(struct ocd_connector *c);
/* All three: OCD_OK when connected (take the socket with _take), OCD_PENDING to be called again
 * when _fd is ready for _events or _give_up has come, otherwise the error: OCD_ERR_RESOLVE,
 * _CONNECT, _SYSTEM, _NOMEM. */
int ocd__connector_start(struct ocd_connector *c, const char *host, uint16_t port,
                         ocd_time deadline, bool wait);
int ocd__connector_continue(struct ocd_connector *c);
/* Starts again after a pause, with the known addresses: the connection was of no use. */
void ocd__connector_again(struct ocd_connector *c);
/* After _take: whether the server's system has dropped the connection. That is so if it has not
 * acknowledged in time what was sent. */
bool ocd__connector_dropped(struct ocd_connector *c, int fd);
int ocd__connector_fd(const struct ocd_connector *c);
short ocd__connector_events(const struct ocd_connector *c);
int ocd__connector_take(struct ocd_connector *c);
void ocd__connector_free(struct ocd_connector *c);
