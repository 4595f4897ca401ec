// SPDX-License-Identifier: MIT
/* The tool on a terminal of its own, as a shell starts it: in the foreground, with keys. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct screen_tool {
    pid_t pid;    /* of the tool */
    pid_t leader; /* its parent, the shell */
    int master;   /* the terminal */
    int events;   /* what the shell sees of it */
    char *text;   /* all that was written so far */
    size_t size;
    size_t seen; /* where the next screen_await() begins to look */
    char line[1000];
};

/* Starts "ocd LINE", words with blanks between them, '…' keeps a word together. 80 columns, 24
 * lines. */
void screen_start(struct screen_tool *tool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Waits until the terminal has got this text, after what was awaited before. Fails the test if the
 * tool ends first, or nothing comes for 100 s. */
void screen_await(struct screen_tool *tool, const char *text);
void screen_type(const struct screen_tool *tool, const char *keys);
void screen_resize(const struct screen_tool *tool, unsigned short width, unsigned short height);
/* Waits until it has stopped, or ended: then the exit code, or minus the signal. */
void screen_await_stop(struct screen_tool *tool);
int screen_await_end(struct screen_tool *tool);
/* The settings of the terminal. */
struct termios screen_settings(const struct screen_tool *tool);
/* Whether keys are echoed and come in lines, as before. */
bool screen_is_restored(const struct screen_tool *tool);
void screen_free(struct screen_tool *tool);
