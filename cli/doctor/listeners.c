// SPDX-License-Identifier: MIT
#include "doctor/listeners.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TCP_LISTENS 0x0a /* in /proc/net/tcp */

/* Adds the listening sockets of /proc/net/tcp or tcp6. */
static size_t read_table(const char *path, struct listener *list, size_t count)
{
    char line[512];
    FILE *table = fopen(path, "re");
    while (table != NULL && count < LISTENERS_MAX && fgets(line, sizeof(line), table) != NULL) {
        unsigned port;
        unsigned state;
        unsigned long inode;
        if (sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*u %*u %lu",
                   &port, &state, &inode) == 3 &&
            state == TCP_LISTENS)
            list[count++] = (struct listener){.port = port, .inode = inode};
    }
    if (table != NULL)
        fclose(table);
    return count;
}

static void read_name(pid_t pid, char *name, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(name, (int)size, file) == NULL)
        name[0] = '\0';
    name[strcspn(name, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

static void take_socket(pid_t pid, unsigned long inode, struct listener *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].inode == inode && list[i].pid == 0) {
            list[i].pid = pid;
            read_name(pid, list[i].program, sizeof(list[i].program));
        }
    }
}

/* Finds the sockets among the open files of a process. */
static void look_at_process(pid_t pid, struct listener *list, size_t count)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
    DIR *directory = opendir(path);
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char link[340];
        char text[64];
        unsigned long inode;
        snprintf(link, sizeof(link), "%s/%s", path, entry->d_name);
        ssize_t size = readlink(link, text, sizeof(text) - 1);
        if (size > 0) {
            text[size] = '\0';
            if (sscanf(text, "socket:[%lu]", &inode) == 1)
                take_socket(pid, inode, list, count);
        }
    }
    if (directory != NULL)
        closedir(directory);
}

size_t listeners_find(struct listener list[LISTENERS_MAX])
{
    size_t count = read_table("/proc/net/tcp", list, 0);
    count = read_table("/proc/net/tcp6", list, count);
    DIR *processes = count > 0 ? opendir("/proc") : NULL;
    struct dirent *entry;
    while (processes != NULL && (entry = readdir(processes)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) != 0)
            look_at_process((pid_t)strtol(entry->d_name, NULL, 10), list, count);
    if (processes != NULL)
        closedir(processes);
    return count;
}
