// SPDX-License-Identifier: MIT
/* Host name -> addresses, without blocking. */
#pragma once

#include <netdb.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/buffer.h"

#define OCD_ADDRESSES_MAX 16

struct ocd_address {
    struct sockaddr_storage sa;
    socklen_t size;
};

struct ocd_resolver {
    struct ocd_address addresses[OCD_ADDRESSES_MAX];
    unsigned count;
    uint16_t port;
    pid_t owner; /* the process that started `pid`; a forked child does not end it */
    pid_t pid;   /* the process that looks the name up, 0 when there is none */
    int fd;      /* its output, -1 when there is none: poll for POLLIN */
    struct ocd_buffer output;
};

void ocd__resolver_init(struct ocd_resolver *r);
/* Numeric addresses and "localhost" are resolved at once. A child process resolves other names, so
 * that the system's name services (hosts file, DNS, mDNS, ...) are asked without blocking the
 * caller or starting a thread. OCD_OK: done; OCD_PENDING: poll `fd`, then call _continue; otherwise
 * OCD_ERR_RESOLVE, _SYSTEM or _NOMEM. */
int ocd__resolver_start(struct ocd_resolver *r, const char *host, uint16_t port);
int ocd__resolver_continue(struct ocd_resolver *r);
/* Ends a look-up under way and releases everything. */
void ocd__resolver_free(struct ocd_resolver *r);
