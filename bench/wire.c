// SPDX-License-Identifier: MIT
/* A bare socket on a Tcl RPC port. */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TERMINATOR '\x1a'

void wire_open(struct wire *w, uint16_t port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;

    *w = (struct wire){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .room = 4 * MIB};
    w->text = malloc(w->room);
    if (w->fd < 0 || w->text == NULL || connect(w->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
        bench_fail("no connection to port %u: %s", (unsigned)port, strerror(errno));
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void wire_close(struct wire *w)
{
    close(w->fd);
    free(w->text);
    w->text = NULL;
}

void wire_send(struct wire *w, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = send(w->fd, bytes, size, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            bench_fail("sending failed: %s", strerror(errno));
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
}

static size_t receive(struct wire *w, char *to, size_t room)
{
    for (;;) {
        ssize_t n = recv(w->fd, to, room, 0);
        if (n > 0)
            return (size_t)n;
        if (n == 0 || errno != EINTR)
            bench_fail("receiving failed: %s", n == 0 ? "closed" : strerror(errno));
    }
}

void wire_answer(struct wire *w)
{
    w->size = 0;
    do {
        if (w->size == w->room)
            bench_fail("a reply is too long");
        w->size += receive(w, w->text + w->size, w->room - w->size);
    } while (w->text[w->size - 1] != TERMINATOR);
    w->text[--w->size] = '\0';
}

void wire_command(struct wire *w, const char *command)
{
    char line[512];
    int n = snprintf(line, sizeof(line), "%s%c", command, TERMINATOR);

    if (n >= (int)sizeof(line))
        bench_fail("too long a command: %s", command);
    wire_send(w, line, (size_t)n);
    wire_answer(w);
}

unsigned wire_count(struct wire *w)
{
    size_t size = receive(w, w->text, w->room);
    const char *end = w->text + size;
    unsigned count = 0;

    for (const char *p = w->text; (p = memchr(p, TERMINATOR, (size_t)(end - p))) != NULL; p++)
        count++;
    return count;
}
