// SPDX-License-Identifier: MIT
#include "sim_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int sim_port_take(uint16_t *port, int *fd)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons(*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t length = sizeof(addr);
    int one = 1;
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    /* SO_REUSEADDR, as OpenOCD sets it: only a socket that listens keeps others from the port. This
     * one does not listen. */
    if (*fd >= 0 && fcntl(*fd, F_SETFD, FD_CLOEXEC) == 0 &&
        setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
        bind(*fd, (struct sockaddr *)&addr, length) == 0 &&
        getsockname(*fd, (struct sockaddr *)&addr, &length) == 0) {
        *port = ntohs(addr.sin_port);
        return 0;
    }
    int error = errno;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return error;
}

int sim_port_try(uint16_t port)
{
    int fd;
    int error = sim_port_take(&port, &fd);
    if (error != 0)
        return error;
    close(fd);
    return 0;
}
