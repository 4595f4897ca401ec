// SPDX-License-Identifier: MIT
#include "web/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int access_make_token(char token[ACCESS_TOKEN_SIZE])
{
    unsigned char bytes[(ACCESS_TOKEN_SIZE - 1) / 2];
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    ssize_t size = read(fd, bytes, sizeof(bytes));
    int error = size == (ssize_t)sizeof(bytes) ? 0 : size < 0 ? errno : EIO;
    close(fd);
    for (size_t i = 0; error == 0 && i < sizeof(bytes); i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    return error;
}

/* Takes the same time whatever differs, so that a token cannot be guessed byte by byte. */
static bool is_token(const char *given, const char *token)
{
    size_t size = strlen(token);
    if (given == NULL || strlen(given) != size)
        return false;
    unsigned difference = 0;
    for (size_t i = 0; i < size; i++)
        difference |= (unsigned)(unsigned char)given[i] ^ (unsigned char)token[i];
    return difference == 0;
}

static bool is_host(const char *host, uint16_t port)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};
    char text[32];
    for (size_t i = 0; host != NULL && i < sizeof(names) / sizeof(*names); i++) {
        snprintf(text, sizeof(text), "%s:%u", names[i], (unsigned)port);
        /* A browser leaves the port out where it is that of HTTP. */
        if (strcmp(host, text) == 0 || (port == 80 && strcmp(host, names[i]) == 0))
            return true;
    }
    return false;
}

bool access_is_allowed(const struct access_request *request, const char *token, uint16_t port)
{
    static const char scheme[] = "http://";
    const char *origin = request->origin;
    if (!is_host(request->host, port) || !is_token(request->token, token))
        return false;
    return origin == NULL || (strncmp(origin, scheme, strlen(scheme)) == 0 &&
                              strcmp(origin + strlen(scheme), request->host) == 0);
}
