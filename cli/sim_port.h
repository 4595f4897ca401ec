// SPDX-License-Identifier: MIT
/* TCP ports of 127.0.0.1. */
#pragma once

#include <stdint.h>

/* Binds a socket to the port, for 0 to a free one, which it fills in. 0, or an errno with *fd -1.
 */
int sim_port_take(uint16_t *port, int *fd);

/* Whether the port is free: 0, or the errno of the attempt, such as EADDRINUSE. */
int sim_port_try(uint16_t port);
