// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* memmem */
#include "http_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_S 60

unsigned http_port(const struct web *web)
{
    unsigned port = 0;
    assert_int_equal(sscanf(web_url(web), "http://127.0.0.1:%u/", &port), 1);
    return port;
}

const char *http_token(const struct web *web)
{
    return strstr(web_url(web), "token=") + strlen("token=");
}

static void connect_to(struct http_client *client, unsigned port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *client = (struct http_client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (const struct sockaddr *)&addr, (socklen_t)sizeof(addr)),
                     0);
    assert_int_equal(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
}

/* Prints `text` with `with` instead of `what`. */
static void print_replaced(FILE *stream, const char *text, const char *what, const char *with)
{
    const char *at = strstr(text, what);
    if (at == NULL)
        fputs(text, stream);
    else
        fprintf(stream, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
}

void http_send(struct http_client *client, struct web *web, const char *method, const char *path,
               const char *headers)
{
    char host[64], token[64];
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    snprintf(host, sizeof(host), "Host: 127.0.0.1:%u\r\n", http_port(web));
    snprintf(token, sizeof(token), "token=%s", http_token(web));
    fprintf(stream, "%s ", method);
    print_replaced(stream, path, "TOKEN", token);
    fputs(" HTTP/1.1\r\n", stream);
    print_replaced(stream, headers, "HOST", host);
    fputs("\r\n", stream);
    assert_int_equal(fclose(stream), 0);
    connect_to(client, http_port(web));
    assert_int_equal(send(client->fd, text, size, MSG_NOSIGNAL), (ssize_t)size);
    free(text);
}

static void take(struct http_client *client)
{
    for (;;) {
        if (client->room - client->size < 65536) {
            client->room = 2 * client->room + 131072;
            client->data = realloc(client->data, client->room);
            assert_non_null(client->data);
        }
        ssize_t size = recv(client->fd, client->data + client->size, 65535, 0);
        if (size <= 0) {
            client->ended = client->ended || size == 0;
            client->data[client->size] = '\0';
            return;
        }
        client->size += (size_t)size;
    }
}

void http_step(struct http_client *client, struct web *web)
{
    struct pollfd fds[] = {{.fd = client->fd, .events = POLLIN},
                           {.fd = web_fd(web), .events = POLLIN}};
    int wait = web_timeout(web);
    poll(fds, 2, wait < 0 || wait > 100 ? 100 : wait);
    web_process(web);
    take(client);
}

static time_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

void http_await(struct http_client *client, struct web *web, const char *text)
{
    time_t end = now() + DEADLINE_S;
    size_t length = strlen(text);
    do {
        http_step(client, web);
        if (memmem(client->data, client->size, text, length) != NULL)
            return;
    } while (!client->ended && now() < end);
    fail_msg("\"%s\" has not come, but \"%.2000s\"", text, client->data);
}

void http_close(struct http_client *client)
{
    close(client->fd);
    free(client->data);
    *client = (struct http_client){.fd = -1};
}

/* Whether a whole answer is there: all have a length. */
static bool is_whole(const struct http_client *client)
{
    const char *head = client->size > 0 ? strstr(client->data, "\r\n\r\n") : NULL;
    const char *length = head != NULL ? strstr(client->data, "Content-Length: ") : NULL;
    return length != NULL && client->size - (size_t)(head + 4 - client->data) >=
                                 strtoul(length + strlen("Content-Length: "), NULL, 10);
}

int http_ask(struct web *web, const char *method, const char *path, const char *headers,
             char **body)
{
    struct http_client client;
    int status = 0;
    time_t end = now() + DEADLINE_S;
    http_send(&client, web, method, path, headers);
    do
        http_step(&client, web);
    while (!is_whole(&client) && !client.ended && now() < end);
    if (!is_whole(&client) || sscanf(client.data, "HTTP/1.1 %d", &status) != 1)
        fail_msg("no answer to %s %s: \"%s\"", method, path, client.data);
    if (body != NULL)
        *body = strdup(client.data);
    http_close(&client);
    return status;
}
