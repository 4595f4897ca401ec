// SPDX-License-Identifier: MIT
#include "spawn/command_line.h"

#include "ocd.h"
#include "tcl/scripts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 or an errno, as execve would have it. */
static int check_program(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno;
    if (!S_ISREG(st.st_mode))
        return EACCES;
    return access(path, X_OK) == 0 ? 0 : errno;
}

/* What execvp does, but before the fork. */
static int search_path(char **path, const char *name, struct ocd_buffer *message)
{
    const char *dirs = getenv("PATH");
    if (!dirs)
        dirs = "/usr/local/bin:/usr/bin:/bin";
    char *candidate = malloc(strlen(dirs) + strlen(name) + 3);
    if (!candidate)
        return OCD_ERR_NOMEM;

    int cause = ENOENT;
    for (;;) {
        size_t length = strcspn(dirs, ":");
        memcpy(candidate, dirs, length);
        strcpy(candidate + length, length > 0 ? "/" : "./"); /* empty: the current directory */
        strcat(candidate, name);
        int code = check_program(candidate);
        if (code == 0) {
            *path = candidate;
            return 0;
        }
        if (code == EACCES)
            cause = code;
        if (dirs[length] == '\0')
            break;
        dirs += length + 1;
    }
    free(candidate);
    int code = ocd__buffer_printf(message, "%s: %s", name,
                                  cause == ENOENT ? "no such program in PATH" : strerror(cause));
    return code == OCD_ERR_NOMEM ? code : OCD_ERR_PROCESS;
}

static int find_program(char **path, const char *name, struct ocd_buffer *message)
{
    if (!strchr(name, '/'))
        return search_path(path, name, message);
    int cause = check_program(name);
    if (cause != 0) {
        int code = ocd__buffer_printf(message, "%s: %s", name, strerror(cause));
        return code == OCD_ERR_NOMEM ? code : OCD_ERR_PROCESS;
    }
    *path = malloc(strlen(name) + 1);
    if (!*path)
        return OCD_ERR_NOMEM;
    strcpy(*path, name);
    return 0;
}

/* Whether a word is -f or -c in any of getopt_long's spellings (OpenOCD, src/helper/options.c). */
static bool configures(const char *word)
{
    if (word[0] != '-')
        return false;
    const char *option = word[1] == '-' ? word + 2 : word + 1;
    return *option == 'f' || *option == 'c';
}

static int make_argv(struct ocd_command_line *p, const char *name, const char *const *args)
{
    size_t more = 0;
    while (args && args[more])
        more++;
    /* The name, our -c, perhaps -f, the end. */
    p->argv = calloc(p->words.count + more + 6, sizeof(*p->argv));
    if (!p->argv)
        return OCD_ERR_NOMEM;

    size_t n = 0;
    bool configured = false;
    p->argv[n++] = (char *)name;
    p->argv[n++] = (char *)"-c";
    p->argv[n++] = (char *)ocd__script_default_ports;
    for (size_t i = 0; i < p->words.count; i++)
        p->argv[n++] = p->words.word[i];
    for (size_t i = 0; i < more; i++)
        p->argv[n++] = (char *)args[i];
    for (size_t i = 3; i < n; i++)
        configured = configured || configures(p->argv[i]);
    if (!configured) {
        /* OpenOCD itself loads it only without any -c, and ours is one. */
        p->argv[n++] = (char *)"-f";
        p->argv[n++] = (char *)"openocd.cfg";
    }
    return 0;
}

static int split(struct ocd_command_line *p, const char *config, struct ocd_buffer *message)
{
    struct ocd_shell_words *w = &p->words;

    if (ocd__shell_split(w, config))
        return 0;
    if (w->fault == NULL)
        return OCD_ERR_NOMEM;
    int code =
        ocd__buffer_printf(message, "%s at character %zu of '%s'", w->fault, w->column, config);
    return code == OCD_ERR_NOMEM ? code : OCD_ERR_ARG;
}

int ocd__command_line_prepare(struct ocd_command_line *p, const char *name, const char *config,
                              const char *const *args, struct ocd_buffer *message)
{
    *p = (struct ocd_command_line){0};
    if (!name)
        name = getenv("OCD_OPENOCD");
    if (!name || *name == '\0')
        name = "openocd";
    int code = find_program(&p->path, name, message);
    if (code == 0)
        code = split(p, config ? config : "", message);
    if (code == 0)
        code = make_argv(p, name, args);
    return code;
}

void ocd__command_line_free(struct ocd_command_line *p)
{
    free(p->path);
    free(p->argv);
    ocd__shell_words_free(&p->words);
    *p = (struct ocd_command_line){0};
}
