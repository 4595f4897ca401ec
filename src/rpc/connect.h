// SPDX-License-Identifier: MIT
/* A TCP connection to the first address that takes it, without blocking. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "rpc/resolve.h"

struct ocd_connector {
    struct ocd_resolver resolver;
    bool resolving;
    unsigned next;     /* index of the next address to try */
    int fd;            /* socket of the attempt under way, -1 when there is none */
    ocd_time give_up;  /* when the attempt under way yields to the next address */
    ocd_time deadline; /* of the whole */
    int last_errno;    /* why the last attempt failed */
};

void ocd_connector_init(struct ocd_connector *c);
/* All three: OCD_OK when connected (take the socket with _take), OCD_PENDING to be called again
 * when _fd is ready for _events or _give_up has come, otherwise the error: OCD_ERR_RESOLVE,
 * _CONNECT, _SYSTEM, _NOMEM. */
int ocd_connector_start(struct ocd_connector *c, const char *host, uint16_t port,
                        ocd_time deadline);
int ocd_connector_continue(struct ocd_connector *c);
int ocd_connector_fd(const struct ocd_connector *c);
short ocd_connector_events(const struct ocd_connector *c);
int ocd_connector_take(struct ocd_connector *c);
void ocd_connector_free(struct ocd_connector *c);
