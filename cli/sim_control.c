// SPDX-License-Identifier: MIT
#include "sim_control.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim_port.h"

void sim_control_none(struct sim_control_port *control)
{
    *control = (struct sim_control_port){.fd = -1};
    for (size_t i = 0; i < SIM_CONTROL_CLIENTS; i++)
        control->client[i].fd = -1;
}

int sim_control_open(struct sim_control_port *control, uint16_t port)
{
    sim_control_none(control);
    control->port = port;
    int error = sim_port_take(&control->port, &control->fd);
    if (error == 0 && listen(control->fd, SIM_CONTROL_CLIENTS) != 0) {
        error = errno;
        sim_control_close(control);
    }
    return error;
}

static void drop(struct sim_control_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

void sim_control_close(struct sim_control_port *control)
{
    for (size_t i = 0; i < SIM_CONTROL_CLIENTS; i++)
        drop(&control->client[i]);
    if (control->fd >= 0)
        close(control->fd);
    control->fd = -1;
}

static struct sim_control_client *find_free(struct sim_control_port *control)
{
    for (size_t i = 0; i < SIM_CONTROL_CLIENTS; i++)
        if (control->client[i].fd < 0)
            return &control->client[i];
    return NULL;
}

void sim_control_poll(const struct sim_control_port *control, struct pollfd fds[SIM_CONTROL_FDS])
{
    bool full = true;
    for (size_t i = 0; i < SIM_CONTROL_CLIENTS; i++) {
        fds[i] = (struct pollfd){.fd = control->client[i].fd, .events = POLLIN};
        full = full && control->client[i].fd >= 0;
    }
    /* A client for whom there is no room waits until another one leaves. */
    fds[SIM_CONTROL_CLIENTS] = (struct pollfd){.fd = full ? -1 : control->fd, .events = POLLIN};
}

static void accept_one(struct sim_control_port *control)
{
    struct sim_control_client *client = find_free(control);
    int fd = accept(control->fd, NULL, NULL);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    client->fd = fd;
    client->filled = 0;
    client->too_long = false;
}

/* A client that does not read its answers is dropped when they no longer fit into the socket. */
static void answer(struct sim_control_client *client, const char *text)
{
    char line[SIM_CONTROL_LINE + 300];
    int size = snprintf(line, sizeof(line), "%s\n", text);
    if (send(client->fd, line, (size_t)size, MSG_NOSIGNAL) != size)
        drop(client);
}

static void run_line(struct sim_control_client *client, struct sim *sim)
{
    char text[SIM_CONTROL_LINE + 200];
    if (client->too_long) {
        answer(client, "error the line is too long");
    } else {
        if (client->filled > 0 && client->line[client->filled - 1] == '\r')
            client->filled--;
        client->line[client->filled] = '\0';
        sim_control(sim, client->line, text, sizeof(text));
        answer(client, text);
    }
    client->filled = 0;
    client->too_long = false;
}

static void take(struct sim_control_client *client, struct sim *sim)
{
    char bytes[512];
    ssize_t n = recv(client->fd, bytes, sizeof(bytes), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        drop(client);
    for (ssize_t i = 0; i < n && client->fd >= 0; i++)
        if (bytes[i] == '\n')
            run_line(client, sim);
        else if (client->filled == sizeof(client->line) - 1)
            client->too_long = true;
        else
            client->line[client->filled++] = bytes[i];
}

void sim_control_serve(struct sim_control_port *control, const struct pollfd fds[SIM_CONTROL_FDS],
                       struct sim *sim)
{
    for (size_t i = 0; i < SIM_CONTROL_CLIENTS; i++)
        if (fds[i].fd >= 0 && fds[i].revents != 0)
            take(&control->client[i], sim);
    if (fds[SIM_CONTROL_CLIENTS].revents != 0)
        accept_one(control);
}
