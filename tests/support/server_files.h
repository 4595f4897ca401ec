// SPDX-License-Identifier: MIT
/* Whether temporary files of a server stay in a directory. Other tests run at the same time and
 * have such files there for a moment, so that only those count that do not go. */
#pragma once

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Files of this name, as the library's scripts make them, that were made after `since`. */
static inline size_t server_files(const char *directory, time_t since)
{
    DIR *dir = opendir(directory);
    size_t count = 0;

    if (dir == NULL)
        return 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[400];
        struct stat st;
        snprintf(path, sizeof(path), "%s/%.200s", directory, e->d_name);
        count += strncmp(e->d_name, "ocd", 3) == 0 && strlen(e->d_name) == 9 &&
                 stat(path, &st) == 0 && st.st_mtime >= since;
    }
    closedir(dir);
    return count;
}

/* Waits until there are none; false when one stays. */
static inline bool server_files_go(const char *directory, time_t since)
{
    for (int tries = 0; tries < 500; tries++) {
        if (server_files(directory, since) == 0)
            return true;
        poll(NULL, 0, 10);
    }
    return false;
}
