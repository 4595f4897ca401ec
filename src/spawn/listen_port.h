// SPDX-License-Identifier: MIT
/* Finds the port on which another process listens. Async-signal-safe. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* The TCP port (IPv4) of the lowest-numbered descriptor of `pid` that listens; 0 if there is none,
 * or where the system has no /proc. */
uint16_t ocd__listen_port_ask(pid_t pid);

/* Recognises `Listening on port N for tcl connections` (OpenOCD, src/server/server.c) in a stream
 * of bytes, however it is cut. Zero-initialise it. */
struct ocd_listen_port_scan {
    unsigned matched; /* characters of the part that is being matched */
    unsigned part;    /* 0: before the number, 1: the number, 2: after it */
    unsigned number;
    unsigned lines; /* services of any kind announced so far */
};

/* The Tcl port if these bytes complete the announcement, otherwise 0. */
uint16_t ocd__listen_port_scan(struct ocd_listen_port_scan *scan, const char *bytes, size_t size);
