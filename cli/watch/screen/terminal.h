// SPDX-License-Identifier: MIT
/* The terminal as a screen of its own: keys come one by one, and everything is as before when the
 * process ends or stops, by whatever signal. There is one in a process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "watch/rows/line.h"

/* Whether standard output is a terminal that a screen can be drawn on. */
bool terminal_is_there(void);
/* Whether keys come from there, too. */
bool terminal_has_keys(void);

/* 0 or an errno. */
int terminal_enter(void);
void terminal_leave(void);

/* Readable after Ctrl-Z, after the process goes on, and when the size has changed. */
int terminal_fd(void);
/* Handles what has happened: stops the process, and enters again when it continues. True: the
 * screen must be drawn again. */
bool terminal_process(void);

void terminal_size(size_t *width, size_t *height);
/* Draws lines over what is there; the cursor is shown at `column` of the last line, or hidden. */
void terminal_draw(const struct line *lines, bool cursor, size_t column);
