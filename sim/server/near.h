// SPDX-License-Identifier: MIT
//
// Keeps the serving thread on the processor of its peer. The two never work at the
// same time, so that one processor is enough for both, and a wake-up on the same one
// costs a third of that of another one (measured: dump_image 23 MB/s with
// OpenOCD on a second processor, 73 MB/s on the same).
#pragma once

#include <sched.h>
#include <stdbool.h>

struct near {
    cpu_set_t allowed; /* the original set, restored by sim__near_end() */
    bool known;
    int cpu; /* where the thread is held, -1: anywhere */
};

void sim__near_begin(struct near *near);
void sim__near_follow(struct near *near, int fd); /* to where fd's last bytes came from */
void sim__near_end(struct near *near);
