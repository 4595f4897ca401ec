// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* pipe2 */
#include "rpc/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ocd.h"

extern char **environ;

/* More output than this is no list of addresses. */
#define OUTPUT_MAX 65536

void ocd__resolver_init(struct ocd_resolver *r)
{
    memset(r, 0, sizeof(*r));
    r->fd = -1;
    r->output.max = OUTPUT_MAX;
}

static void add_address(struct ocd_resolver *r, const struct sockaddr *sa, socklen_t size)
{
    for (unsigned i = 0; i < r->count; i++)
        if (r->addresses[i].size == size && memcmp(&r->addresses[i].sa, sa, size) == 0)
            return;
    if (r->count == OCD_ADDRESSES_MAX || size > sizeof(r->addresses[0].sa))
        return;
    memcpy(&r->addresses[r->count].sa, sa, size);
    r->addresses[r->count].size = size;
    r->count++;
}

static int add_resolved(struct ocd_resolver *r, const char *host, int flags)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV};
    struct addrinfo *list;
    char port[8];

    snprintf(port, sizeof(port), "%u", (unsigned)r->port);
    int rc = getaddrinfo(host, port, &hints, &list);
    if (rc == EAI_MEMORY)
        return OCD_ERR_NOMEM;
    if (rc != 0)
        return OCD_ERR_RESOLVE;
    for (struct addrinfo *a = list; a != NULL; a = a->ai_next)
        add_address(r, a->ai_addr, a->ai_addrlen);
    freeaddrinfo(list);
    return r->count > 0 ? OCD_OK : OCD_ERR_RESOLVE;
}

/* Starts `getent ahosts HOST` (glibc, musl and the BSDs have it) with its output in a pipe. */
static int spawn_lookup(struct ocd_resolver *r, const char *host)
{
    char *argv[] = {(char *)"getent", (char *)"ahosts", (char *)host, NULL};
    posix_spawn_file_actions_t actions;
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return OCD_ERR_SYSTEM;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        close(fds[0]);
        close(fds[1]);
        return OCD_ERR_NOMEM;
    }
    int rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    if (rc == 0)
        rc = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (rc == 0)
        rc = posix_spawnp(&r->pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    if (rc != 0) {
        close(fds[0]);
        r->pid = 0;
        errno = rc;
        return rc == ENOMEM ? OCD_ERR_NOMEM : OCD_ERR_SYSTEM;
    }
    r->fd = fds[0];
    fcntl(r->fd, F_SETFL, O_NONBLOCK);
    return OCD_PENDING;
}

int ocd__resolver_start(struct ocd_resolver *r, const char *host, uint16_t port)
{
    r->port = port;
    r->owner = getpid();
    /* OpenOCD listens on IPv4 only (src/server/server.c), so that address comes first. */
    if (strcasecmp(host, "localhost") == 0) {
        add_resolved(r, "127.0.0.1", AI_NUMERICHOST);
        add_resolved(r, "::1", AI_NUMERICHOST);
        return r->count > 0 ? OCD_OK : OCD_ERR_RESOLVE;
    }
    int rc = add_resolved(r, host, AI_NUMERICHOST);
    if (rc != OCD_ERR_RESOLVE)
        return rc;
    /* Refuses what could be an option of getent, and characters that no host name has. */
    if (host[0] == '-' || host[0] == '\0' || strpbrk(host, " \t\r\n/") != NULL)
        return OCD_ERR_RESOLVE;
    rc = spawn_lookup(r, host);
    if (rc == OCD_ERR_SYSTEM && errno == ENOENT)
        return add_resolved(r, host, 0); /* no getent: better a call that blocks than none */
    return rc;
}

static void end_lookup(struct ocd_resolver *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    if (r->pid > 0 && r->owner == getpid()) {
        kill(r->pid, SIGKILL);
        while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    r->pid = 0;
}

/* Each line of getent begins with a numeric address. OCD_ERR_NOMEM: not all of them were read. */
static int parse_output(struct ocd_resolver *r)
{
    char *save = NULL;

    if (r->output.error == OCD_ERR_NOMEM)
        return OCD_ERR_NOMEM;
    if (r->output.error != 0 || r->output.size == 0)
        return OCD_ERR_RESOLVE;
    for (char *line = strtok_r(r->output.data, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        line[strcspn(line, " \t")] = '\0';
        if (add_resolved(r, line, AI_NUMERICHOST) == OCD_ERR_NOMEM)
            return OCD_ERR_NOMEM;
    }
    return r->count > 0 ? OCD_OK : OCD_ERR_RESOLVE;
}

int ocd__resolver_continue(struct ocd_resolver *r)
{
    for (;;) {
        char bytes[1024];
        ssize_t n = read(r->fd, bytes, sizeof(bytes));
        if (n > 0) {
            if (ocd__buffer_add(&r->output, bytes, (size_t)n) != 0)
                break;
        } else if (n == 0) {
            break;
        } else if (errno == EAGAIN) {
            return OCD_PENDING;
        } else if (errno != EINTR) {
            break;
        }
    }
    end_lookup(r);
    return parse_output(r);
}

void ocd__resolver_free(struct ocd_resolver *r)
{
    end_lookup(r);
    ocd__buffer_free(&r->output);
    r->count = 0;
}
