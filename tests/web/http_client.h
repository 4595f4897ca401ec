// SPDX-License-Identifier: MIT
/* A plain client of the page's server, in the same thread: whatever it waits for, the server runs
 * meanwhile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "web/web.h"

struct http_client {
    int fd;
    char *data; /* all that has come, NUL-terminated */
    size_t size, room;
    bool ended; /* the server has closed the connection */
};

/* The port and the token of a server. */
unsigned http_port(const struct web *web);
const char *http_token(const struct web *web);

/* Connects, and sends a request; `headers` are lines with their ends. "HOST" among them stands for
 * the right header Host, "TOKEN" in the path for "token=" and the token. */
void http_send(struct http_client *client, struct web *web, const char *method, const char *path,
               const char *headers);
/* Takes what has come, and lets the server run once; waits for either for a moment. */
void http_step(struct http_client *client, struct web *web);
/* Waits until the text has come. Fails the test when nothing comes any more. */
void http_await(struct http_client *client, struct web *web, const char *text);
void http_close(struct http_client *client);

/* A whole answer. The status; the body is in `body`, to be freed, unless that is NULL. */
int http_ask(struct web *web, const char *method, const char *path, const char *headers,
             char **body);
