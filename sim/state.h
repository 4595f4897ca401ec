// SPDX-License-Identifier: MIT
//
// The simulator as a whole. It lives at the start of a shared mapping, followed by flash and
// RAM, so that the process that made it and the one that serves it see the same.
#pragma once

#include <pthread.h>

#include "chip/chip.h"
#include "dap/dap.h"
#include "jtag/bitbang.h"
#include "probe/probe.h"

struct sim {
    pthread_mutex_t lock; /* of chip, dap and probe; shared by the processes */
    struct chip chip;
    struct dap dap;
    struct probe probe;
    struct dm dm;
    struct bitbang bitbang;
    struct trace trace;
    _Atomic uint32_t latency_us;
    _Atomic int link; /* enum sim_link */
    size_t map_size;
    int listen_fd;
    int wake_fd; /* eventfd: the link's state has changed */
    unsigned server_api;
    uint16_t port;
    pid_t child; /* of sim_spawn(), 0: none */
};

/* 0 or a negative errno value. */
int sim__lock_init(struct sim *sim);
void sim__lock(struct sim *sim);
void sim__unlock(struct sim *sim);
