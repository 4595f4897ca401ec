// SPDX-License-Identifier: MIT
/* The TCP port of `ocd sim --control`: lines in, for sim_control(), and answers out. */
#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "ocdsim.h"

#define SIM_CONTROL_CLIENTS 4u
#define SIM_CONTROL_FDS     (SIM_CONTROL_CLIENTS + 1)
#define SIM_CONTROL_LINE    200u /* bytes of a line, its end included */

struct sim_control_client {
    int fd; /* -1: none */
    size_t filled;
    bool too_long; /* the line is skipped up to its end */
    char line[SIM_CONTROL_LINE];
};

struct sim_control_port {
    int fd; /* -1: there is no control port */
    uint16_t port;
    struct sim_control_client client[SIM_CONTROL_CLIENTS];
};

/* Listens on 127.0.0.1, with port 0 on a free one. 0 or an errno. */
int sim_control_open(struct sim_control_port *control, uint16_t port);

/* No control port: sim_control_poll() and the other calls then do nothing. */
void sim_control_none(struct sim_control_port *control);
void sim_control_close(struct sim_control_port *control);

/* Fills in what to wait for, and takes what has come. */
void sim_control_poll(const struct sim_control_port *control, struct pollfd fds[SIM_CONTROL_FDS]);
void sim_control_serve(struct sim_control_port *control, const struct pollfd fds[SIM_CONTROL_FDS],
                       struct sim *sim);
