// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* realpath with NULL, flock */
#include "base/outfile_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX  40  /* followed one after the other, as in Linux */
#define NAME_SHOWN 200 /* bytes of the final name: the whole must not exceed 255 */
#define MARK       ".ocd-"

size_t ocd__outfile_directory(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* The path that a link points to, with the link's directory in front if it is relative. NULL: not a
 * link, or out of memory. */
static char *read_link(const char *path)
{
    char to[PATH_MAX];
    ssize_t size = readlink(path, to, sizeof(to) - 1);
    size_t directory = size > 0 && to[0] != '/' ? ocd__outfile_directory(path) : 0;
    char *joined = size > 0 ? malloc(directory + (size_t)size + 1) : NULL;

    if (joined != NULL) {
        memcpy(joined, path, directory);
        memcpy(joined + directory, to, (size_t)size);
        joined[directory + (size_t)size] = '\0';
    }
    return joined;
}

/* Follows links to a file that does not exist yet. */
static int follow_dangling(char **name)
{
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        char *next = read_link(*name);
        if (next == NULL)
            return errno == ENOMEM ? ENOMEM : 0;
        free(*name);
        *name = next;
    }
    return ELOOP;
}

/* The number that `text` is, and nothing else; -1: it is none. */
static int parse_number(const char *text)
{
    int number = 0;

    if (*text < '0' || *text > '9')
        return -1;
    for (; *text >= '0' && *text <= '9' && number <= INT_MAX / 10 - 1; text++)
        number = number * 10 + (*text - '0');
    return *text == '\0' ? number : -1;
}

static bool same_directory(const char *path, size_t size, const char *other)
{
    char *given = strndup(size > 0 ? path : ".", size > 0 ? size : 1);
    char *a = given != NULL ? realpath(given, NULL) : NULL;
    char *b = a != NULL ? realpath(other, NULL) : NULL;
    bool same = b != NULL && strcmp(a, b) == 0;

    free(given);
    free(a);
    free(b);
    return same;
}

/* The descriptor that `path` names without following links; -1: none. The directories of
 * descriptors have several names, and `path` may be relative: real paths are compared. */
static int named_descriptor(const char *path)
{
    static const struct {
        const char *path;
        int fd;
    } standard[] = {{"/dev/stdin", 0}, {"/dev/stdout", 1}, {"/dev/stderr", 2}};
    static const char *const directories[] = {"/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"};
    size_t directory = ocd__outfile_directory(path);
    int fd = parse_number(path + directory);

    for (size_t i = 0; i < sizeof(standard) / sizeof(*standard); i++)
        if (strcmp(path, standard[i].path) == 0)
            return standard[i].fd;
    for (size_t i = 0; fd >= 0 && i < sizeof(directories) / sizeof(*directories); i++)
        if (same_directory(path, directory, directories[i]))
            return fd;
    return -1;
}

int ocd__path_descriptor(const char *path)
{
    char *name = strdup(path);
    int fd = name != NULL ? named_descriptor(name) : -1;

    for (unsigned i = 0; i < LINKS_MAX && fd < 0 && name != NULL; i++) {
        char *next = read_link(name);
        free(name);
        name = next;
        fd = name != NULL ? named_descriptor(name) : -1;
    }
    free(name);
    return fd;
}

int ocd__outfile_find_name(const char *path, char **name)
{
    struct stat st;

    *name = NULL;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        *name = strdup(path); /* /dev/stdout leads to a pipe that has no path */
        return *name != NULL ? 0 : ENOMEM;
    }
    *name = realpath(path, NULL);
    if (*name != NULL)
        return 0;
    if (errno != ENOENT || path[0] == '\0')
        return errno;
    *name = strdup(path);
    int rc = *name != NULL ? follow_dangling(name) : ENOMEM;
    if (rc == 0 && (*name)[strlen(*name) - 1] == '/')
        rc = EISDIR;
    return rc;
}

char *ocd__outfile_beside(const char *path, const char *tail)
{
    size_t directory = ocd__outfile_directory(path);
    size_t room = strlen(path) + strlen(tail) + sizeof(MARK) + 2;
    char *name = malloc(room);

    if (name != NULL)
        snprintf(name, room, "%.*s.%.*s" MARK "%s", (int)directory, path, NAME_SHOWN,
                 path + directory, tail);
    return name;
}

/* Removes one leftover, unless its writer is alive. */
static void sweep_one(int directory, const char *name)
{
    int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(directory, name, 0);
    close(fd);
}

static bool is_tail(const char *text)
{
    return strlen(text) == OCD_OUTFILE_TAIL && strspn(text, "0123456789abcdef") == OCD_OUTFILE_TAIL;
}

void ocd__outfile_sweep(const char *path)
{
    char *prefix = ocd__outfile_beside(path, "");
    size_t at = ocd__outfile_directory(path);
    char *directory = at > 0 ? strndup(path, at) : strdup(".");
    DIR *d = directory != NULL ? opendir(directory) : NULL;

    if (prefix != NULL && d != NULL) {
        const char *name = prefix + at;
        size_t size = strlen(name);
        for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
            if (strncmp(e->d_name, name, size) == 0 && is_tail(e->d_name + size))
                sweep_one(dirfd(d), e->d_name);
    }
    if (d != NULL)
        closedir(d);
    free(directory);
    free(prefix);
}
