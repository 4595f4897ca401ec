// SPDX-License-Identifier: MIT
//
// The simulator in a child process of its own.
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ocdsim.h"
#include "state.h"

/* Closes the parent's descriptors: its pipes would not end while the child has them. */
static void close_others(const struct sim *sim)
{
    int low = sim->listen_fd < sim->wake_fd ? sim->listen_fd : sim->wake_fd;
    int high = sim->listen_fd < sim->wake_fd ? sim->wake_fd : sim->listen_fd;

    if (low > 3)
        close_range(3, (unsigned)low - 1, 0);
    if (high > low + 1)
        close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    close_range((unsigned)high + 1, ~0u, 0);
}

pid_t sim_spawn(struct sim *sim)
{
    pid_t parent = getpid();
    pid_t child;

    if (sim->child != 0)
        return -EBUSY;
    child = fork();
    if (child < 0)
        return -errno;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_TIMERSLACK, 1UL);
        if (getppid() != parent) /* it died before the request took hold */
            _exit(1);
        close_others(sim);
        _exit(sim_run(sim, -1) == 0 ? 0 : 1);
    }
    sim->child = child;
    return child;
}

void sim_stop(struct sim *sim)
{
    if (sim->child <= 0)
        return;
    kill(sim->child, SIGKILL);
    while (waitpid(sim->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    sim->child = 0;
}
