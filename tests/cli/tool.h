// SPDX-License-Identifier: MIT
/* Runs the tool as a user would, and keeps what it prints. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tool_setup {
    int stdin_fd;     /* its standard input, 0: /dev/null */
    int stdout_fd;    /* its standard output, 0: collected */
    bool no_stdout;   /* none at all: the descriptor is closed */
    bool err_is_tty;  /* its standard error is a terminal (still collected) */
    bool both_is_tty; /* standard output too, the same one */
};

struct tool_text {
    char *data; /* NUL-terminated */
    size_t size;
};

struct tool {
    pid_t pid;
    int out; /* what is to be collected, -1: at its end */
    int err;
    struct tool_text out_text;
    struct tool_text err_text;
    int status; /* exit code, or minus the signal, once tool_finish() is done */
    /* Lines of progress, which work that lasts has shown where there is no terminal; err_text is
     * without them once tool_finish() is done: how long it lasts is the machine's affair. */
    unsigned progress;
    bool terminal; /* its standard error is one */
    char line[2000];
};

/* Starts "ocd LINE": words with blanks between them, '…' keeps a word together. */
void tool_start(struct tool *tool, const struct tool_setup *setup, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Collects until standard error (standard output) holds `text`; fails the test if it ends first. */
void tool_await_err(struct tool *tool, const char *text);
void tool_await_out(struct tool *tool, const char *text);

/* Collects to the end and answers the exit code. Fails the test when nothing comes for 100 s. */
int tool_finish(struct tool *tool);

/* Releases what was collected. */
void tool_free(struct tool *tool);

/* Runs the tool and compares exit code, output and errors, each text NULL: whatever. */
#define expect(status, out, err, ...) tool_expect(__FILE__, __LINE__, status, out, err, __VA_ARGS__)
void tool_expect(const char *file, int line, int status, const char *out, const char *err,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Checks a tool that has finished in the same way. */
#define expect_finished(tool, status, out, err)                                                    \
    tool_compare(__FILE__, __LINE__, tool, status, out, err)
void tool_compare(const char *file, int line, const struct tool *tool, int status, const char *out,
                  const char *err);

/* A directory of the test's own, removed with what is in it. */
void scratch_make(char path[64]);
void scratch_remove(const char *path);
/* Number of names in it, hidden ones too. */
unsigned scratch_count(const char *path);

/* A whole file, NUL-terminated, to be freed; NULL if there is none. */
char *file_read(const char *path, size_t *size);
void file_write(const char *path, const char *text);
