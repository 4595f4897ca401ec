// SPDX-License-Identifier: MIT
/* Whether temporary files of a server stay in a directory. Other tests run at the same time and
 * have such files there for a moment, so only files that are not deleted count. */
#pragma once

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define SERVER_FILES_MAX 64

/* The inodes of files of this name, as the library's scripts make them, that were made after
 * `since`; returns their number. */
static inline size_t server_files(const char *directory, time_t since, ino_t *inodes)
{
    DIR *dir = opendir(directory);
    size_t count = 0;

    if (dir == NULL)
        return 0;
    for (struct dirent *e; count < SERVER_FILES_MAX && (e = readdir(dir)) != NULL;) {
        char path[400];
        struct stat st;
        snprintf(path, sizeof(path), "%s/%.200s", directory, e->d_name);
        if (strncmp(e->d_name, "ocd", 3) == 0 && strlen(e->d_name) == 9 && stat(path, &st) == 0 &&
            st.st_mtime >= since)
            inodes[count++] = st.st_ino;
    }
    closedir(dir);
    return count;
}

static inline bool server_file_is_one_of(ino_t inode, const ino_t *inodes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (inodes[i] == inode)
            return true;
    return false;
}

/* Waits until each file that exists now is deleted, whatever files come meanwhile; false when one
 * stays. */
static inline bool server_files_go(const char *directory, time_t since)
{
    ino_t left[SERVER_FILES_MAX];
    ino_t now[SERVER_FILES_MAX];
    size_t left_count = server_files(directory, since, left);

    for (int tries = 0; tries < 1000 && left_count > 0; tries++) {
        poll(NULL, 0, 10);
        const size_t now_count = server_files(directory, since, now);
        size_t kept = 0;
        for (size_t i = 0; i < left_count; i++)
            if (server_file_is_one_of(left[i], now, now_count))
                left[kept++] = left[i];
        left_count = kept;
    }
    return left_count == 0;
}
