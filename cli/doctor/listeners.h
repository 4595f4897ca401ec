// SPDX-License-Identifier: MIT
/* Which programs listen on the TCP ports of this host, as far as /proc shows it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define LISTENERS_MAX 256

struct listener {
    unsigned port;
    unsigned long inode; /* of the socket */
    pid_t pid;           /* 0: not known, such as a process of another user */
    char program[32];    /* its name, "" if it is not known */
};

/* Fills `list` and answers how many. 0 where there is no /proc. A port that is listened on by
 * several sockets is there several times. */
size_t listeners_find(struct listener list[LISTENERS_MAX]);
