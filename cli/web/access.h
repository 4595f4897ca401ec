// SPDX-License-Identifier: MIT
/* Who may use the server: a page that has the token, and came from this server. Pure, but for the
 * making of a token. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCESS_TOKEN_SIZE 33 /* 128 bits as hex digits, and the NUL */

/* 0 or an errno. */
int access_make_token(char token[ACCESS_TOKEN_SIZE]);

/* What a request has; NULL: it has none. */
struct access_request {
    const char *token;
    const char *host;   /* the header Host */
    const char *origin; /* the header Origin */
};

/* Whether the request may be answered. Any page on the web can send one here, also under a host
 * name of its own that resolves to this address. But it does not know the token, Host has its name,
 * and so has the Origin of its POST requests. */
bool access_is_allowed(const struct access_request *request, const char *token, uint16_t port);
