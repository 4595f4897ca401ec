// SPDX-License-Identifier: MIT
//
// The TCP side: a listening socket on the loopback and the loop that serves it.
#pragma once

#include "state.h"

/* Listens on 127.0.0.1 and fills sim->listen_fd, wake_fd and port. */
int sim__server_open(struct sim *sim, uint16_t port);
void sim__server_close(struct sim *sim);
int sim__server_run(struct sim *sim, int stop_fd);

/* The monotonic clock that the chip's time follows. */
uint64_t sim__clock_ns(void);
