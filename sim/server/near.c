// SPDX-License-Identifier: MIT
#include "server/near.h"

#include <sys/socket.h>

void sim__near_begin(struct near *near)
{
    near->cpu = -1;
    near->known = sched_getaffinity(0, sizeof(near->allowed), &near->allowed) == 0;
}

void sim__near_follow(struct near *near, int fd)
{
    socklen_t length = sizeof(int);
    cpu_set_t only;
    int cpu = -1;

    if (!near->known || getsockopt(fd, SOL_SOCKET, SO_INCOMING_CPU, &cpu, &length) < 0)
        return;
    if (cpu == near->cpu || cpu < 0 || cpu >= CPU_SETSIZE ||
        !CPU_ISSET((unsigned)cpu, &near->allowed))
        return;
    CPU_ZERO(&only);
    CPU_SET((unsigned)cpu, &only);
    if (sched_setaffinity(0, sizeof(only), &only) == 0)
        near->cpu = cpu;
}

void sim__near_end(struct near *near)
{
    if (near->cpu >= 0)
        sched_setaffinity(0, sizeof(near->allowed), &near->allowed);
    near->cpu = -1;
}
