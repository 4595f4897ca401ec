// SPDX-License-Identifier: MIT
#include "spawn/listen_port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"

/* Descriptors that are examined: OpenOCD opens its services early, so theirs are low. */
#define DESCRIPTORS 64

/* A line of /proc/net/tcp has 150 characters (Linux, net/ipv4/tcp_ipv4.c, TMPSZ). */
#define LINE_MAX_BYTES 256

static const char announced[] = "Listening on port ";
static const char for_tcl[] = " for tcl connections";

/* "/proc/PID" and then `rest` and then `number` unless it is negative. */
static void make_path(char *path, pid_t pid, const char *rest, int number)
{
    const char *parts[] = {"/proc/", NULL, rest, NULL};
    for (unsigned i = 0; i < 4; i++) {
        long value = i == 1 ? (long)pid : (long)number;
        if (parts[i]) {
            memcpy(path, parts[i], strlen(parts[i]));
            path += strlen(parts[i]);
        } else if (value >= 0) {
            char digits[24];
            size_t n = 0;
            do
                digits[n++] = (char)('0' + value % 10);
            while ((value /= 10) > 0);
            while (n > 0)
                *path++ = digits[--n];
        }
    }
    *path = '\0';
}

static unsigned long long parse_number(const char *text, int base)
{
    unsigned long long value = 0;
    for (int digit; (digit = ocd__hex_digit(*text)) >= 0; text++)
        value = value * (unsigned)base + (unsigned)digit;
    return value;
}

/* The inodes of the process's sockets by descriptor, 0 for descriptors that are no sockets. */
static bool find_sockets(pid_t pid, unsigned long long *inode)
{
    static const char prefix[] = "socket:[";
    bool any = false;
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        char path[64], link[64];
        make_path(path, pid, "/fd/", fd);
        ssize_t n = readlink(path, link, sizeof(link) - 1);
        inode[fd] = 0;
        if (n <= 0)
            continue;
        link[n] = '\0';
        if (strncmp(link, prefix, sizeof(prefix) - 1) == 0) {
            inode[fd] = parse_number(link + sizeof(prefix) - 1, 10);
            any = true;
        }
    }
    return any;
}

/* The start of the field of that index (from 0) of a line of blank-separated fields, or NULL. */
static const char *field(const char *line, unsigned index)
{
    for (;;) {
        while (*line == ' ')
            line++;
        if (*line == '\0')
            return NULL;
        if (index-- == 0)
            return line;
        while (*line != ' ' && *line != '\0')
            line++;
    }
}

/* One line of /proc/net/tcp; fields: 1 local address and port, 3 state (0A: listening), 9 inode. */
static void match_line(const char *line, const unsigned long long *inode, uint16_t *port)
{
    const char *local = field(line, 1), *state = field(line, 3), *number = field(line, 9);
    if (!number || strncmp(state, "0A ", 3) != 0)
        return;
    const char *colon = strchr(local, ':');
    if (!colon)
        return;
    unsigned long long wanted = parse_number(number, 10);
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (inode[fd] != 0 && inode[fd] == wanted)
            port[fd] = (uint16_t)parse_number(colon + 1, 16);
}

uint16_t ocd__listen_port_ask(pid_t pid)
{
    unsigned long long inode[DESCRIPTORS];
    uint16_t port[DESCRIPTORS] = {0};
    if (pid <= 0 || !find_sockets(pid, inode))
        return 0;

    char path[64];
    make_path(path, pid, "/net/tcp", -1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    char line[LINE_MAX_BYTES], block[4096];
    size_t length = 0;
    ssize_t n;
    while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < n; i++) {
            if (block[i] == '\n') {
                line[length] = '\0';
                match_line(line, inode, port);
                length = 0;
            } else if (length < sizeof(line) - 1) {
                line[length++] = block[i];
            }
        }
    }
    close(fd);

    for (int i = 0; i < DESCRIPTORS; i++)
        if (port[i] != 0)
            return port[i];
    return 0;
}

/* Matches one more character; a mismatch starts again at the beginning. */
static void scan_text(struct ocd_listen_port_scan *s, char c, const char *text)
{
    if (text[s->matched] == c)
        s->matched++;
    else
        /* No beginning of either text occurs within it, except for its first character. */
        *s = (struct ocd_listen_port_scan){.matched = c == announced[0], .lines = s->lines};
}

uint16_t ocd__listen_port_scan(struct ocd_listen_port_scan *s, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (s->part == 1) {
            if (c >= '0' && c <= '9' && s->number <= UINT16_MAX) {
                s->number = s->number * 10 + (unsigned)(c - '0');
                continue;
            }
            s->part = 2;
            s->lines++;
        }
        scan_text(s, c, s->part == 0 ? announced : for_tcl);
        if (s->part == 0 && announced[s->matched] == '\0') {
            s->part = 1;
            s->matched = 0;
        } else if (s->part == 2 && for_tcl[s->matched] == '\0') {
            unsigned number = s->number;
            *s = (struct ocd_listen_port_scan){.lines = s->lines};
            if (number > 0 && number <= UINT16_MAX)
                return (uint16_t)number;
        }
    }
    return 0;
}
