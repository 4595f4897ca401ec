// SPDX-License-Identifier: MIT
#include "directory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"

int directory_enter(void **state)
{
    char path[] = "/tmp/ocd-test-XXXXXX";

    if (mkdtemp(path) == NULL || chdir(path) != 0)
        return -1;
    *state = strdup(path);
    return *state != NULL ? 0 : -1;
}

int directory_leave(void **state)
{
    char *path = *state, command[100];

    snprintf(command, sizeof(command), "rm -rf %s", path);
    int rc = chdir("/") == 0 ? system(command) : -1;
    free(path);
    return rc;
}

const char *names(const char *path)
{
    static char text[8192];
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);

    assert_true(count >= 0);
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0) {
            strcat(text, " ");
            strcat(text, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    return text;
}

void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

const char *contents(const char *path)
{
    static char text[256];
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return "(nothing)";
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    fclose(f);
    return text;
}

bool is_link(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

void write_file(const char *path, const char *text)
{
    struct ocd_outfile f;

    assert_int_equal(ocd__outfile_open(&f, path), 0);
    assert_int_equal(ocd__outfile_write(&f, text, strlen(text)), 0);
    assert_int_equal(ocd__outfile_commit(&f), 0);
}

unsigned mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}
