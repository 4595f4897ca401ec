// SPDX-License-Identifier: MIT
#include "raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#include "tcl/scripts.h"

#define PATIENCE_MS 60000

struct fake *raw_server(const struct fake_options *options)
{
    struct fake *f = fake_start(options);
    if (!f)
        fail_msg("%s", strerror(errno));
    return f;
}

int64_t raw_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int raw_join(uint16_t port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

void raw_send(int fd, const char *text)
{
    size_t size = strlen(text);
    for (size_t at = 0; at < size;) {
        ssize_t n = send(fd, text + at, size - at, MSG_NOSIGNAL);
        assert_true(n > 0);
        at += (size_t)n;
    }
}

/* At once: a server that answers the first bytes and closes would reset the connection for those
 * that come later. */
void raw_request(int fd, const char *line)
{
    size_t size = strlen(line);
    char *request = malloc(size + 2);

    assert_non_null(request);
    memcpy(request, line, size);
    memcpy(request + size, "\x1a", 2);
    raw_send(fd, request);
    free(request);
}

/* Up to this many bytes, or to a terminator. */
static const char *take(int fd, size_t most, int ms)
{
    static char text[(1 << 20) + 16];
    size_t size = 0;
    const char *why = NULL;
    while (!why && size < most) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (poll(&wait, 1, ms) == 0) {
            why = "<silence>";
            break;
        }
        ssize_t n = recv(fd, text + size, 1, 0);
        if (n <= 0)
            why = n == 0 ? "<end>" : "<reset>";
        else if (text[size] == '\x1a')
            break;
        else if (text[size++] == '\0')
            text[size - 1] = '@';
    }
    strcpy(text + size, why ? why : "");
    return text;
}

const char *raw_frame_within(int fd, int ms)
{
    return take(fd, 1 << 20, ms);
}

const char *raw_bytes(int fd, size_t count)
{
    return take(fd, count, PATIENCE_MS);
}

const char *raw_frame(int fd)
{
    return raw_frame_within(fd, PATIENCE_MS);
}

const char *raw_ask(int fd, const char *line)
{
    raw_request(fd, line);
    return raw_frame(fd);
}

const char *raw_reply(int fd)
{
    static char text[(1 << 20) + 128];
    const char *frame = raw_frame(fd), *body = strchr(frame, '\n');
    unsigned id, result, log, us;
    int status;

    if (body == NULL || sscanf(frame, "@%u %d %u %u %u", &id, &status, &result, &log, &us) != 5 ||
        strlen(++body) != (size_t)result + log)
        return frame;
    snprintf(text, sizeof(text), "%u %d {%.*s} {%s}", id, status, (int)result, body, body + result);
    return text;
}

const char *raw_ask_wrapped(int fd, const char *command)
{
    char line[1024];
    snprintf(line, sizeof(line), "%s 7 {%s}", ocd__script_run, command);
    raw_request(fd, line);
    return raw_reply(fd);
}
